"""The ledger: accounts, transfers, lots. The only code that changes a balance."""
