"""The `admin` schema: all that a merchant's staff and servers may see and do."""
