"""What parsed rules of a tiered program must still fulfil: among themselves, and against the tenant."""

from collections.abc import Iterator

from programs import gifts, multipliers, perks
from programs.activity import CORRECTIONS, is_activity_kind
from programs.findings import Finding, RulesContext
from programs.metrics import Earned, Spend, Times
from programs.tiered.compiled import key_of
from programs.tiered.rules import (
    Balance,
    EntryGift,
    Metric,
    Tier,
    TieredRules,
    Way,
    WhileMet,
)


def find(rules: TieredRules, context: RulesContext) -> tuple[Finding, ...]:
    """Give every finding on these rules; none means they may be published."""
    return tuple(_findings(rules, context))


def _findings(rules: TieredRules, context: RulesContext) -> Iterator[Finding]:
    if rules.unit not in context.units:
        yield Finding("unit", "unknown_value", "there is no such unit", rules.unit)
    seen: dict[str, set[str]] = {"id": set(), "name": set()}
    for place, tier in enumerate(rules.tiers):
        path = f"tiers[{place}]"
        for name, value in (("id", tier.id), ("name", tier.name)):
            if value in seen[name]:
                yield Finding(f"{path}.{name}", "duplicate", f"another tier has this {name}", value)
            seen[name].add(value)
        yield from _tier(path, place, tier, rules, context)
    yield from perks.find("tiers[{}].perks", tuple(tier.perks for tier in rules.tiers), context)
    yield from _order(rules)


def _tier(path: str, place: int, tier: Tier, rules: TieredRules, context: RulesContext) -> Iterator[Finding]:
    if place and not tier.reach:
        yield Finding(f"{path}.reach", "missing", "only the lowest tier can be open to everybody")
    if tier.keep is not None and isinstance(rules.validity, WhileMet):
        message = "a tier that is kept while it is met has no other ways to keep it"
        yield Finding(f"{path}.keep", "contradiction", message)
    for name, ways in (("reach", tier.reach), ("keep", tier.keep or ())):
        for number, way in enumerate(ways):
            for index, threshold in enumerate(way.all_of):
                here = f"{path}.{name}[{number}].all_of[{index}]"
                yield from _metric(f"{here}.metric", threshold.metric, context)
    yield from multipliers.find(f"{path}.multipliers", tier.multipliers, context)
    for index, gift in enumerate(tier.gifts):
        yield from _gift(f"{path}.gifts[{index}]", gift, context)
    yield from gifts.findings(tier.rewards, f"{path}.rewards", context)


def _metric(path: str, metric: Metric, context: RulesContext) -> Iterator[Finding]:
    match metric:
        case Spend(currency) if currency not in context.currencies:
            yield Finding(f"{path}.currency", "unknown_value", "there is no such currency", currency)
        case Earned(unit) | Balance(unit) if unit not in context.units:
            yield Finding(f"{path}.unit", "unknown_value", "there is no such unit", unit)
        case Times(kind) if not is_activity_kind(kind) or kind in CORRECTIONS:
            yield Finding(f"{path}.kind", "unknown_value", "there is no such kind of activity", kind)
        case _:
            pass


def _gift(path: str, gift: EntryGift, context: RulesContext) -> Iterator[Finding]:
    if gift.unit not in context.units:
        yield Finding(f"{path}.unit", "unknown_value", "there is no such unit", gift.unit)


def _order(rules: TieredRules) -> Iterator[Finding]:
    """Each tier must ask for more than the one below: whoever reaches the higher has reached the lower."""
    for place in range(1, len(rules.tiers)):
        below, tier = rules.tiers[place - 1], rules.tiers[place]
        for number, way in enumerate(tier.reach):
            if below.reach and not any(_covers(_needs(way), _needs(lower)) for lower in below.reach):
                message = f"asks for no more than “{below.name}” below it does, in none of its ways"
                yield Finding(f"tiers[{place}].reach[{number}]", "contradiction", message, None, below.id)


def _needs(way: Way) -> dict[str, int]:
    return {str(key_of(each.metric)): each.at_least for each in way.all_of}


def _covers(needs: dict[str, int], lower: dict[str, int]) -> bool:
    """Whether meeting `needs` meets `lower` too, and asks for more of something."""
    return all(needs.get(key, 0) >= amount for key, amount in lower.items()) and needs != lower
