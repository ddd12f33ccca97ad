"""The giving kind: members donate points to causes, and the merchant adds to what they give."""
