"""Rules of a tiered program made ready: thresholds by the names of the counters, multipliers as fractions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import NewType

from programs.days import end_of_day, local_day
from programs.gifts import Gift
from programs.kind import Modifier, Standing, VersionFacts
from programs.metrics import Base, Counted, name_of
from programs.multipliers import modifiers
from programs.perks import counts_terms
from programs.tiered.rules import (
    Balance,
    Metric,
    TasksDone,
    Tier,
    TieredRules,
    Way,
)

MetricKey = NewType("MetricKey", str)
"""The name of a metric's counters, `tier:spend:USD`; one metric has one, whichever tiers ask for it."""
NO_TIER = -1
Needs = tuple[tuple[MetricKey, int], ...]


@dataclass(frozen=True, slots=True)
class CompiledTier:
    """A tier: each way to reach or to keep it as the thresholds that must all be met; what it multiplies and gives."""

    place: int
    rules: Tier
    reach: tuple[Needs, ...]
    keep: tuple[Needs, ...]
    modifiers: tuple[Modifier, ...]
    gifts: tuple[Gift, ...]


@dataclass(frozen=True, slots=True)
class CompiledTiers:
    """One version of a tiered program, ready to decide; made by `compile_rules`. `lowest` is where everybody is.

    Of the `metrics` that tiers go by, counters keep those that are `counted`, and `balances` are others' units;
    `counts_terms` says that perks go by how long a tier is had.
    """

    facts: VersionFacts
    rules: TieredRules
    tiers: tuple[CompiledTier, ...]
    metrics: Mapping[MetricKey, Metric]
    counted: tuple[tuple[MetricKey, Counted], ...]
    balances: tuple[tuple[MetricKey, Balance], ...]
    lowest: int
    base: Base
    counts_terms: bool

    @property
    def zone(self) -> tzinfo:
        """The zone that days go by."""
        return self.facts.zone

    def day(self, at: datetime) -> date:
        """Give the local day of an instant."""
        return local_day(at, self.facts.zone)

    def days_later(self, end: datetime, days: int) -> datetime:
        """Give the end of the day that is `days` after the one that ends at `end`."""
        return end_of_day(self.day(end - timedelta(microseconds=1)) + timedelta(days=days), self.facts.zone)

    def met(self, totals: Mapping[MetricKey, int]) -> int:
        """Give the highest tier that may be reached with so much, or `NO_TIER`."""
        for tier in reversed(self.tiers):
            if _met(tier.reach, totals):
                return tier.place
        return self.lowest

    def keeps(self, place: int, totals: Mapping[MetricKey, int]) -> bool:
        """Tell whether so much is enough to keep a tier; more than enough is what the next one asks for."""
        return self.met(totals) >= place or _met(self.tiers[place].keep, totals)

    def named(self, slug: str) -> CompiledTier | None:
        """Find a tier by its id in the rules."""
        return next((tier for tier in self.tiers if tier.rules.id == slug), None)

    def had(self, standing: Standing) -> CompiledTier | None:
        """Give the tier that a member of this standing has; whom nothing happened to has what everybody has."""
        found = self.named(standing.tiers.get(self.facts.program_id, ""))
        return self.tiers[self.lowest] if found is None and self.lowest != NO_TIER else found


def compile_rules(rules: TieredRules, facts: VersionFacts) -> CompiledTiers:
    """Prepare valid rules for deciding."""
    ways = [way for tier in rules.tiers for way in (*tier.reach, *(tier.keep or ()))]
    metrics = {key_of(each.metric): each.metric for way in ways for each in way.all_of}
    return CompiledTiers(
        facts=facts,
        rules=rules,
        tiers=tuple(
            CompiledTier(
                place,
                tier,
                _needs(tier.reach),
                _needs(tier.reach if tier.keep is None else tier.keep),
                modifiers(tier.id, tier.name, tier.multipliers, facts),
                tier.all_gifts(),
            )
            for place, tier in enumerate(rules.tiers)
        ),
        metrics=metrics,
        counted=tuple((key, each) for key, each in metrics.items() if not isinstance(each, Balance | TasksDone)),
        balances=tuple((key, each) for key, each in metrics.items() if isinstance(each, Balance)),
        lowest=NO_TIER if rules.tiers[0].reach else 0,
        base=Base.of(rules.base),
        counts_terms=counts_terms(tier.perks for tier in rules.tiers),
    )


def key_of(metric: Metric) -> MetricKey:
    """Give the name under which a metric is counted."""
    match metric:
        case Balance(of) | TasksDone(of):
            return MetricKey(f"tier:{metric.TYPE}:{of}")
        case _:
            return MetricKey(f"tier:{name_of(metric)}")


def _needs(ways: tuple[Way, ...]) -> tuple[Needs, ...]:
    return tuple(tuple((key_of(each.metric), each.at_least) for each in way.all_of) for way in ways)


def _met(ways: tuple[Needs, ...], totals: Mapping[MetricKey, int]) -> bool:
    for needs in ways:
        for key, at_least in needs:
            if totals.get(key, 0) < at_least:
                break
        else:
            return True
    return False
