"""Tiered programs: members reach tiers by what they do in a window, keep them for a time, and may lose them again."""
