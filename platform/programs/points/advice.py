"""What is doubtful in points rules that may be published: to be confirmed, not refused."""

from collections.abc import Iterator
from fractions import Fraction

from programs.activity import ActivityKind
from programs.findings import Finding, Severity
from programs.points.rules import EarningRule, Fixed, PerVisit, PointsPayment, PointsRules, RewardEarn

ROUND = "1, 2, 2.5, 4 or 5 with any number of zeros"
_ROUND = frozenset(map(Fraction, ("1", "2", "2.5", "4", "5")))
_ONCE_A_YEAR = frozenset({"birthday", "anniversary"})


def advise(rules: PointsRules) -> tuple[Finding, ...]:
    """Give the warnings on rules that hold together."""
    return (*_payment(rules.payment), *_uncapped(rules))


def _payment(payment: PointsPayment | None) -> Iterator[Finding]:
    """Members cannot reckon with 14 points to the dollar."""
    if payment is None or is_round(Fraction(payment.points, payment.worth)):
        return
    value = f"{payment.points} for {payment.worth} {payment.currency} (smallest parts)"
    message = "members cannot easily reckon what their points are worth"
    yield Finding("payment.points", "not_round", message, value, ROUND, Severity.WARNING)


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


def _uncapped(rules: PointsRules) -> Iterator[Finding]:
    """Who is paid by the piece for what costs nothing does it all day long."""
    if rules.caps:
        return
    for index, rule in enumerate(rules.rules):
        unpaid = sorted(set(rule.on) - {ActivityKind.PURCHASE.value} - _ONCE_A_YEAR)
        if unpaid and _pays_by_the_piece(rule) and not rule.caps and not rule.conditions.first_time_only:
            message = "members can do this any number of times: limit it, or let it count once"
            yield Finding(f"rules[{index}].caps", "uncapped", message, ", ".join(unpaid), None, Severity.WARNING)


def _pays_by_the_piece(rule: EarningRule) -> bool:
    return isinstance(rule.earn, Fixed | PerVisit | RewardEarn)
