"""What the schemas share: scalars, errors, ids, connections, and the types that mean the same everywhere."""
