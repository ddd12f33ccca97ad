"""What parsed rules of giving must still fulfil: among themselves, and against the tenant."""

from collections.abc import Iterator
from math import lcm

from programs.findings import Finding, RulesContext
from programs.giving.rules import AMOUNT_MAX, Cause, GivingRules, Matching


def find(rules: GivingRules, context: RulesContext) -> tuple[Finding, ...]:
    """Give every finding on these rules; none means they may be published."""
    return tuple(_findings(rules, context))


def _findings(rules: GivingRules, context: RulesContext) -> Iterator[Finding]:
    if rules.unit not in context.units:
        yield Finding("unit", "unknown_value", "there is no such unit", rules.unit)
    if rules.currency not in context.currencies:
        yield Finding("currency", "unknown_value", "there is no such currency", rules.currency)
    step = lcm(rules.points, rules.multiple)
    if step > AMOUNT_MAX or step // rules.points * rules.worth > AMOUNT_MAX:
        message = "nobody has so many points: lower it, or points or worth"
        yield Finding("multiple", "out_of_range", message, str(rules.multiple))
    seen: dict[str, set[str]] = {"id": set(), "name": set()}
    for place, cause in enumerate(rules.causes):
        yield from _cause(f"causes[{place}]", cause, seen)
    if rules.matching is not None:
        yield from _matching(rules.matching)


def _cause(path: str, cause: Cause, seen: dict[str, set[str]]) -> Iterator[Finding]:
    for name, value in (("id", cause.id), ("name", cause.name)):
        if value in seen[name]:
            yield Finding(f"{path}.{name}", "duplicate", f"another cause has this {name}", value)
        seen[name].add(value)
    if cause.starts_on is not None and cause.ends_on is not None and cause.ends_on < cause.starts_on:
        message = "lies before `starts_on`"
        yield Finding(
            f"{path}.ends_on", "contradiction", message, cause.ends_on.isoformat(), cause.starts_on.isoformat()
        )


def _matching(matching: Matching) -> Iterator[Finding]:
    if matching.per_cause is not None and matching.total is not None and matching.per_cause > matching.total:
        message = "is more than all causes together may get"
        yield Finding(
            "matching.per_cause", "contradiction", message, str(matching.per_cause), str(matching.total)
        )  # fmt: skip
