"""What parsed rules of a coalition must still fulfil: among themselves, and against the tenant."""

from collections.abc import Iterator, Sequence

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
    yield from _twice("multipliers", "partner", [each.partner for each in rules.multipliers])
    for place, multiplier in enumerate(rules.multipliers):
        times, over = multiplier.fraction()
        if times < over:
            message = "takes points away: partners multiply by 1 or more"
            yield Finding(f"multipliers[{place}].factor", "out_of_range", message, multiplier.factor, "1")
    yield from _twice("conversions", "partner", [each.partner for each in rules.conversions])
    yield from _twice("offers", "id", [each.id for each in rules.offers])
    for place, conversion in enumerate(rules.conversions):
        if not (conversion.allow_in or conversion.allow_out):
            message = "points can be converted neither in nor out"
            yield Finding(f"conversions[{place}]", "contradiction", message, conversion.partner)


def _twice(field: str, name: str, given: Sequence[str]) -> Iterator[Finding]:
    for place, each in enumerate(given):
        if each in given[:place]:
            yield Finding(f"{field}[{place}].{name}", "duplicate", f"another one has this {name}", each)
