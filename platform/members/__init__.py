"""Members: a random id for the ledger, and everything personal in tables that can be erased."""
