"""The campaign kind: its rooms put together under the `Kind` protocol."""

from datetime import datetime

from programs.activity import Activity
from programs.campaign import deciding
from programs.campaign.advice import advise
from programs.campaign.checks import find
from programs.campaign.compiled import CompiledCampaign, compile_rules
from programs.campaign.rules import CampaignRules, Multiply
from programs.decision import CounterKey, Decision
from programs.document_kind import DocumentKind
from programs.findings import Finding, RulesContext
from programs.kind import IssuedUnit, Modifier, Others, Standing, Traits, VersionFacts
from programs.named import Named, at_each
from programs.unplayed import unplayed


class CampaignKind(DocumentKind[CampaignRules]):
    """Campaigns: more points, or a reward, for a while. Stateless; one instance stands in the registry.

    All it counts are counters of decisions, so that what comes back takes its part back by reference.
    """

    name = "campaign"
    shape = CampaignRules

    def validate(self, rules: CampaignRules, context: RulesContext) -> tuple[Finding, ...]:
        """Check parsed rules against each other and the tenant."""
        return find(rules, context)

    def advise(self, rules: CampaignRules) -> tuple[Finding, ...]:
        """Tell what is doubtful in rules that may be published."""
        return advise(rules)

    def named(self, rules: CampaignRules) -> tuple[Named, ...]:
        """Name the partners that the campaign is for."""
        return at_each("partners", "partner", rules.partners)

    def compile(self, rules: CampaignRules, facts: VersionFacts) -> CompiledCampaign:
        """Prepare valid rules for deciding."""
        return compile_rules(rules, facts)

    def traits(self, compiled: CompiledCampaign) -> Traits:
        """Tell what the rules mean to the intake, quotes and sweeps."""
        rules = compiled.rules
        multiplies = isinstance(rules.benefit, Multiply)
        return Traits(
            # Points that wait for others' reasons wait here too.
            units=(IssuedUnit(rules.unit, may_wait=multiplies),), asks_standing=bool(rules.segments),
            modifies=compiled.modifier is not None, adds=multiplies, unplayed=unplayed(segments=bool(rules.segments)),
        )  # fmt: skip

    def counters(self, compiled: CompiledCampaign, activity: Activity) -> tuple[CounterKey, ...]:
        """Name the counters of the budget and of the member's caps."""
        return tuple(limit.key for limit in compiled.limits(activity)) if activity.kind in compiled.rules.on else ()

    def modifiers(self, compiled: CompiledCampaign, activity: Activity, standing: Standing) -> tuple[Modifier, ...]:
        """Tell what the campaign multiplies, where nothing is to be counted."""
        if compiled.modifier is None or activity.kind not in compiled.rules.on:
            return ()
        return () if compiled.against(activity, standing) else (compiled.modifier,)

    def decide(
        self, compiled: CompiledCampaign, activity: Activity, standing: Standing, now: datetime, others: Others
    ) -> Decision:
        """Decide what the campaign gives beside that."""
        return deciding.decide(compiled, activity, standing, others)
