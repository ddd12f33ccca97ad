"""The tiered kind: its rooms put together under the `Kind` protocol."""

from datetime import datetime
from functools import partial

from programs.activity import Activity
from programs.decision import CounterKey, Decision
from programs.document_kind import DocumentKind
from programs.findings import Finding, RulesContext
from programs.gifts import units_of
from programs.kind import IssuedUnit, Modifier, Others, Standing, Traits, VersionFacts
from programs.perks import PerkSet
from programs.tiered import progress
from programs.tiered.advice import advise
from programs.tiered.checks import find
from programs.tiered.compiled import NO_TIER, CompiledTiers, compile_rules
from programs.tiered.rules import TieredRules


class TieredKind(DocumentKind[TieredRules]):
    """Tiers: reach, keep, lose (DESIGN §6). Stateless; one instance stands in the registry.

    Deciding counts what the activity is worth towards tiers; `standing` tells which tier follows.
    """

    name = "tiered"
    shape = TieredRules

    def validate(self, rules: TieredRules, context: RulesContext) -> tuple[Finding, ...]:
        """Check parsed rules against each other and the tenant."""
        return find(rules, context)

    def advise(self, rules: TieredRules) -> tuple[Finding, ...]:
        """Tell what is doubtful in rules that may be published."""
        return advise(rules)

    def compile(self, rules: TieredRules, facts: VersionFacts) -> CompiledTiers:
        """Prepare valid rules for deciding."""
        return compile_rules(rules, facts)

    def traits(self, compiled: CompiledTiers) -> Traits:
        """Tell what the rules mean to the intake, quotes and sweeps."""
        gifts = units_of([gift for tier in compiled.tiers for gift in tier.gifts])
        sets = tuple(PerkSet(tier.rules.id, tier.rules.name, tier.rules.perks) for tier in compiled.tiers)
        return Traits(
            units=tuple(map(IssuedUnit, gifts)), asks_standing=True,
            modifies=any(tier.modifiers for tier in compiled.tiers), decides_last=True,
            perk_sets=sets if any(each.perks for each in sets) else (), perk_set=partial(_tier_of, compiled),
            tiers=tuple(tier.rules.id for tier in compiled.tiers if tier.reach),
            everybody=None if compiled.lowest == NO_TIER else compiled.tiers[compiled.lowest].rules.id,
        )  # fmt: skip

    def modifiers(self, compiled: CompiledTiers, activity: Activity, standing: Standing) -> tuple[Modifier, ...]:
        """Tell what the member's tier multiplies: the one they had before this activity, so never the order itself."""
        tier = compiled.had(standing)
        return () if tier is None else tier.modifiers

    def counters(self, compiled: CompiledTiers, activity: Activity) -> tuple[CounterKey, ...]:
        """Name the counters of the day that the activity may add to."""
        return progress.counters(compiled, activity)

    def decide(
        self, compiled: CompiledTiers, activity: Activity, standing: Standing, now: datetime, others: Others
    ) -> Decision:
        """Count what the activity is worth towards tiers."""
        return Decision(counters=progress.progress(compiled, activity, others.movements))


def _tier_of(compiled: CompiledTiers, standing: Standing) -> str | None:
    tier = compiled.had(standing)
    return None if tier is None else tier.rules.id
