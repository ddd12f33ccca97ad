"""Rounding exact fractions of points to whole ones: once, at the end, by the program's rule (promise 8)."""

from enum import StrEnum


class Rounding(StrEnum):
    """How a fraction becomes whole; halves go up, or to the even neighbour."""

    FLOOR = "floor"
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


def rounded(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Round `numerator / denominator` (numerator ≥ 0, denominator > 0) to an integer."""
    whole, rest = divmod(numerator, denominator)
    if rounding is Rounding.FLOOR or rest == 0:
        return whole
    doubled = 2 * rest
    if doubled > denominator:
        return whole + 1
    if doubled < denominator:
        return whole
    return whole + 1 if rounding is Rounding.HALF_UP else whole + (whole & 1)
