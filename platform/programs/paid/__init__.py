"""Paid membership: plans with a price and what they bring, and passes for so many visits or so long (DESIGN §6)."""
