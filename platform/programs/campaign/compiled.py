"""Rules of a campaign made ready: whom it is for, what it multiplies, and the counters of what it may still give. Pure.

A campaign without budget and caps is a modifier like a tier's: it multiplies before rounding, together with the others.
With them somebody must count: then it adds its part by itself, on top of the points that the others have given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from programs.activity import Activity, LineKind
from programs.campaign.rules import CampaignRules, Multiply, WhenSpent
from programs.days import add_months, end_of_day, local_day
from programs.decision import CounterKey, CounterOwner, ExplanationValue, GivenOnce, RuleId
from programs.kind import Modifier, Standing, VersionFacts
from programs.periods import LIFETIME, period_keys

RULE = RuleId("campaign")
BUDGET, EVER, MEMBER = "campaign:budget", "campaign:ever", "campaign:given"
"""The counters: of the budget, of the budget that nothing comes back to, and of each member's cap."""

Inputs = tuple[tuple[str, ExplanationValue], ...]


class Limit(NamedTuple):
    """A cap with its counter; of one that `keeps`, nothing is given back by what comes back."""

    key: CounterKey
    amount: int
    period: str
    keeps: bool


@dataclass(frozen=True, slots=True)
class CompiledCampaign:
    """One version of a campaign, ready to decide; made by `compile_rules`."""

    facts: VersionFacts
    rules: CampaignRules
    modifier: Modifier | None

    def day(self, at: datetime) -> date:
        """Give the local day of an instant."""
        return local_day(at, self.facts.zone)

    def against(self, activity: Activity, standing: Standing) -> Inputs | None:
        """Tell the first condition that does not hold; None if it is for this activity of this member."""
        rules, day = self.rules, self.day(activity.occurred_at)
        if not (rules.starts_on or day) <= day <= (rules.ends_on or day):
            needed = tuple("" if each is None else each.isoformat() for each in (rules.starts_on, rules.ends_on))
            return _failed("dates", needed, day.isoformat())
        if rules.channels and activity.channel not in rules.channels:
            return _failed("channels", rules.channels, activity.channel or "")
        if rules.partners and activity.partner not in rules.partners:
            return _failed("partners", tuple(map(self.facts.partner, rules.partners)), activity.partner or "")
        if rules.codes and set(rules.codes).isdisjoint(activity.codes):
            return _failed("codes", rules.codes, activity.codes)
        if rules.segments and standing.segments.isdisjoint(rules.segments):
            return _failed("segments", rules.segments, tuple(sorted(standing.segments)))
        return self._too_little(activity)

    def limits(self, activity: Activity) -> Iterator[Limit]:
        """Give the budget and the member's caps, by the local day of the activity."""
        rules, facts = self.rules, self.facts
        if rules.budget is not None:
            keeps = rules.budget.when_spent is WhenSpent.END
            key = CounterKey(facts.program_id, CounterOwner.PROGRAM, EVER if keeps else BUDGET, LIFETIME)
            yield Limit(key, rules.budget.amount, "lifetime", keeps)
        periods = period_keys(self.day(activity.occurred_at))
        for cap in rules.per_member:
            key = CounterKey(facts.program_id, CounterOwner.MEMBER, MEMBER, periods[cap.period])
            yield Limit(key, cap.amount, cap.period.value, keeps=False)

    @property
    def once(self) -> GivenOnce:
        """Give the rule by which an order gets a bonus or a reward once, however often it is amended."""
        return GivenOnce(self.facts.program_id, RULE)

    def ends(self, at: datetime, months: int | None) -> datetime | None:
        """Give until when (exclusive) points of a bonus can be used."""
        return None if months is None else end_of_day(add_months(self.day(at), months), self.facts.zone)

    def _too_little(self, activity: Activity) -> Inputs | None:
        minimum = self.rules.minimum
        if minimum is None:
            return None
        if activity.currency != minimum.currency:
            return _failed("currency", minimum.currency, activity.currency or "")
        worth = sum(line.amount - line.discount for line in activity.lines if line.kind is LineKind.PRODUCT)
        if worth >= minimum.amount:
            return None
        return (*_failed("minimum_amount", minimum.amount, worth), ("currency", minimum.currency))


def compile_rules(rules: CampaignRules, facts: VersionFacts) -> CompiledCampaign:
    """Prepare valid rules for deciding."""
    modifier = None
    if isinstance(rules.benefit, Multiply) and rules.budget is None and not rules.per_member:
        times, over = rules.benefit.fraction()
        modifier = Modifier(
            facts.program_id, facts.version_id, RULE, rules.name, rules.benefit.factor, times, over, rules.unit
        )
    return CompiledCampaign(facts, rules, modifier)


def _failed(condition: str, needed: ExplanationValue, found: ExplanationValue) -> Inputs:
    return (("condition", condition), ("needed", needed), ("found", found))
