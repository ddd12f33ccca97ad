"""What parsed rules of a coalition must still fulfil: among themselves, and against the tenant."""

from collections.abc import Iterator

from programs.coalition.rules import CoalitionRules, Estimated, Recognition
from programs.findings import Finding, RulesContext


def find(rules: CoalitionRules, context: RulesContext) -> tuple[Finding, ...]:
    """Give every finding on these rules; none means they may be published."""
    return tuple(_findings(rules, context))


def _findings(rules: CoalitionRules, context: RulesContext) -> Iterator[Finding]:
    if rules.unit not in context.units:
        yield Finding("unit", "unknown_value", "there is no such unit", rules.unit)
    if rules.unit in (context.unit_currencies or {}):
        yield Finding("unit", "contradiction", "money is not shared: choose points", rules.unit)
    if rules.unit in context.below_zero:
        message = "a program leaves members owing these points, which nobody would have paid for: let it clamp"
        yield Finding("unit", "contradiction", message, rules.unit, "clawback: negative")
    if rules.recognition is Recognition.REDEMPTION and isinstance(rules.breakage, Estimated):
        message = "points that are paid for when they are spent have no breakage"
        yield Finding("breakage", "contradiction", message, "estimated", "redemption")
    seen: set[str] = set()
    for place, multiplier in enumerate(rules.multipliers):
        if multiplier.partner in seen:
            message = "another multiplier is for this partner"
            yield Finding(f"multipliers[{place}].partner", "duplicate", message, multiplier.partner)
        seen.add(multiplier.partner)
        times, over = multiplier.fraction()
        if times < over:
            message = "takes points away: partners multiply by 1 or more"
            yield Finding(f"multipliers[{place}].factor", "out_of_range", message, multiplier.factor, "1")
