"""What is doubtful in rules of more than one kind: warnings on what may be published all the same. Pure."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from programs.activity import OCCASIONS, ActivityKind
from programs.findings import Finding, Severity

ROUND = "1, 2, 2.5, 4 or 5 with any number of zeros"
_ROUND = frozenset(map(Fraction, ("1", "2", "2.5", "4", "5")))


def not_round(path: str, points: int, worth: int, currency: str) -> Iterator[Finding]:
    """Members cannot reckon with 14 points to the dollar."""
    if not is_round(Fraction(points, worth)):
        value = f"{points} for {worth} {currency} (smallest parts)"
        message = "members cannot easily reckon what their points are worth"
        yield Finding(path, "not_round", message, value, ROUND, Severity.WARNING)


def is_round(rate: Fraction) -> bool:
    """Tell whether a rate is a round number, in whatever decimal parts it is counted.

    >>> is_round(Fraction(1, 100)), is_round(Fraction(14, 100)), is_round(Fraction(1, 3))
    (True, False, False)
    """
    while rate >= 10:
        rate /= 10
    while rate < 1:
        rate *= 10
    return rate in _ROUND


def uncapped(path: str, kinds: Iterable[str]) -> Iterator[Finding]:
    """Who is paid by the piece for what costs nothing does it all day long."""
    unpaid = sorted(set(kinds) - {ActivityKind.PURCHASE.value} - OCCASIONS)
    if unpaid:
        message = "members can do this any number of times: limit it, or let it count once"
        yield Finding(path, "uncapped", message, ", ".join(unpaid), None, Severity.WARNING)
