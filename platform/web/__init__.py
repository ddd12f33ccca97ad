"""The edge: HTTP in, everything else below."""
