"""What is doubtful in tiers that may be published: to be confirmed, not refused."""

from collections.abc import Iterator
from itertools import pairwise

from programs.findings import Finding, Severity
from programs.perks import PerkSet
from programs.tiered.rules import Tier, TieredRules


def advise(rules: TieredRules) -> tuple[Finding, ...]:
    """Give the warnings on tiers that hold together: a higher one has all that the lower has, and something more."""
    if not any(tier.perks for tier in rules.tiers):
        return ()
    return tuple(
        finding
        for place, (lower, higher) in enumerate(pairwise(rules.tiers), 1)
        for finding in _step(f"tiers[{place}].perks", lower, higher)
    )


def _step(path: str, lower: Tier, higher: Tier) -> Iterator[Finding]:
    below, above = (PerkSet(tier.id, tier.name, tier.perks) for tier in (lower, higher))
    if lost := above.lacks(below):
        message = f"who comes up from {lower.name} would lose a perk"
        names = ", ".join(perk.name for perk in lost)
        yield Finding(path, "perk_lost", message, names, None, Severity.WARNING)
    if not above.adds(below):
        message = f"{higher.name} brings no perk that {lower.name} has not"
        yield Finding(path, "no_perk_added", message, higher.name, lower.name, Severity.WARNING)
