"""The stored-value kind: money put on with a bonus, paid with and given back; gift cards. Balances are the ledger's."""
