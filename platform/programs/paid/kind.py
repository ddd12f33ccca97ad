"""The paid kind: its rooms put together under the `Kind` protocol."""

from datetime import datetime
from functools import partial

from programs.activity import Activity
from programs.decision import CounterKey, Decision
from programs.document_kind import DocumentKind
from programs.findings import Finding, RulesContext
from programs.gifts import units_of
from programs.kind import IssuedUnit, Modifier, Others, Standing, Traits, VersionFacts
from programs.paid import counting
from programs.paid.checks import find
from programs.paid.compiled import CompiledPaid, compile_rules
from programs.paid.rules import PaidRules
from programs.perks import PerkSet
from programs.unplayed import unplayed

_NOTHING = Decision()


class PaidKind(DocumentKind[PaidRules]):
    """Paid membership (DESIGN §6). Stateless; one instance stands in the registry.

    Deciding counts what members with a plan buy: whether they used it, and what their dividend goes by.
    """

    name = "paid"
    shape = PaidRules

    def validate(self, rules: PaidRules, context: RulesContext) -> tuple[Finding, ...]:
        """Check parsed rules against each other and the tenant."""
        return find(rules, context)

    def compile(self, rules: PaidRules, facts: VersionFacts) -> CompiledPaid:
        """Prepare valid rules for deciding."""
        return compile_rules(rules, facts)

    def traits(self, compiled: CompiledPaid) -> Traits:
        """Tell what the rules mean to the intake, quotes and sweeps."""
        dividend = compiled.rules.dividend
        sets = tuple(PerkSet(plan.id, plan.name, plan.perks) for plan in compiled.rules.plans)
        gifts = [gift for plan in compiled.rules.plans for gift in plan.gifts]
        units = (*units_of(gifts), *(() if dividend is None else (dividend.unit,)))
        return Traits(
            units=tuple(map(IssuedUnit, dict.fromkeys(units))),
            asks_standing=True,
            modifies=any(compiled.modifiers.values()),
            stateless=dividend is None,
            perk_sets=sets if any(each.perks for each in sets) else (),
            perk_set=partial(_plan_of, compiled),
            unplayed=unplayed(memberships=True),
        )

    def modifiers(self, compiled: CompiledPaid, activity: Activity, standing: Standing) -> tuple[Modifier, ...]:
        """Tell what the member's plan multiplies."""
        return compiled.modifiers.get(standing.plans.get(compiled.facts.program_id, ""), ())

    def counters(self, compiled: CompiledPaid, activity: Activity) -> tuple[CounterKey, ...]:
        """Name the counters that a purchase may add to."""
        return counting.counters(compiled, activity)

    def decide(
        self, compiled: CompiledPaid, activity: Activity, standing: Standing, now: datetime, others: Others
    ) -> Decision:
        """Count what a member with a plan buys."""
        if compiled.facts.program_id not in standing.plans:
            return _NOTHING
        return Decision(counters=counting.count(compiled, activity))


def _plan_of(compiled: CompiledPaid, standing: Standing) -> str | None:
    return standing.plans.get(compiled.facts.program_id)
