"""What a refund does when what the order brought is spent already: one choice, alike for every kind of program."""

from enum import StrEnum


class Clawback(StrEnum):
    """Stop at zero and remember the rest, or go below zero."""

    CLAMP = "clamp"
    NEGATIVE = "negative"
