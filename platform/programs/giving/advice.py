"""What is doubtful in giving that may be published: to be confirmed, not refused."""

from programs import doubts
from programs.findings import Finding
from programs.giving.rules import GivingRules


def advise(rules: GivingRules) -> tuple[Finding, ...]:
    """Give the warnings on rules that hold together."""
    return tuple(doubts.not_round("points", rules.points, rules.worth, rules.currency))
