"""Rewards: the catalogue, voucher pools, and redemptions (reserve, then confirm, cancel or let expire)."""
