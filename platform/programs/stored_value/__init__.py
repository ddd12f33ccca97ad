"""The stored-value kind: money put on with a bonus, paid with and given back; gift cards. Every balance is the ledger's."""
