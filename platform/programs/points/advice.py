"""What is doubtful in points rules that may be published: to be confirmed, not refused."""

from collections.abc import Iterator

from programs import doubts
from programs.findings import Finding
from programs.points.rules import EarningRule, Fixed, PerVisit, PointsRules, RewardEarn


def advise(rules: PointsRules) -> tuple[Finding, ...]:
    """Give the warnings on rules that hold together."""
    return tuple(_doubts(rules))


def _doubts(rules: PointsRules) -> Iterator[Finding]:
    pays = rules.payment
    if pays is not None:
        yield from doubts.not_round("payment.points", pays.points, pays.worth, pays.currency)
    for index, rule in enumerate(rules.rules if not rules.caps else ()):
        if _pays_by_the_piece(rule) and not rule.caps and not rule.conditions.first_time_only:
            yield from doubts.uncapped(f"rules[{index}].caps", rule.on)


def _pays_by_the_piece(rule: EarningRule) -> bool:
    return isinstance(rule.earn, Fixed | PerVisit | RewardEarn)
