"""The coalition kind: its rooms put together under the `Kind` protocol."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from programs.activity import Activity
from programs.coalition.checks import find
from programs.coalition.rules import CoalitionRules, JointOffer
from programs.decision import CounterKey, Decision, RuleId
from programs.document_kind import DocumentKind
from programs.findings import Finding, RulesContext
from programs.kind import IssuedUnit, Modifier, Others, Standing, Traits, VersionFacts
from programs.named import Named, at_each

_NOTHING = Decision()


@dataclass(frozen=True, slots=True)
class CompiledCoalition:
    """One version of a coalition's rules, with what each partner multiplies, by its slug."""

    facts: VersionFacts
    rules: CoalitionRules
    modifiers: Mapping[str, Modifier]


class CoalitionKind(DocumentKind[CoalitionRules]):
    """Coalition: one currency, many brands (DESIGN §6). Stateless; one instance stands in the registry.

    It gives nothing itself: other programs give its unit, and partners multiply that.
    """

    name = "coalition"
    shape = CoalitionRules

    def validate(self, rules: CoalitionRules, context: RulesContext) -> tuple[Finding, ...]:
        """Check parsed rules against each other and the tenant."""
        return find(rules, context)

    def named(self, rules: CoalitionRules) -> tuple[Named, ...]:
        """Name the partners that multiply, convert and offer, and the perks that are offered."""
        return (
            *(Named(f"multipliers[{n}].partner", "partner", each.partner) for n, each in enumerate(rules.multipliers)),
            *(Named(f"conversions[{n}].partner", "partner", each.partner) for n, each in enumerate(rules.conversions)),
            *(named for n, each in enumerate(rules.offers) for named in _of_offer(f"offers[{n}]", each)),
        )

    def compile(self, rules: CoalitionRules, facts: VersionFacts) -> CompiledCoalition:
        """Prepare valid rules for deciding."""
        modifiers = {}
        for each in rules.multipliers:
            times, over = each.fraction()
            modifiers[each.partner] = Modifier(
                facts.program_id, facts.version_id, RuleId(each.partner), facts.partner(each.partner), each.factor,
                times, over, rules.unit,
            )  # fmt: skip
        return CompiledCoalition(facts, rules, MappingProxyType(modifiers))

    def traits(self, compiled: CompiledCoalition) -> Traits:
        """Tell what the rules mean to the intake, quotes and sweeps."""
        return Traits(units=(IssuedUnit(compiled.rules.unit),), modifies=bool(compiled.modifiers), shares=True)

    def counters(self, compiled: CompiledCoalition, activity: Activity) -> tuple[CounterKey, ...]:
        """Name no counters: caps of partners are in their terms."""
        return ()

    def modifiers(self, compiled: CompiledCoalition, activity: Activity, standing: Standing) -> tuple[Modifier, ...]:
        """Give what the activity's partner multiplies."""
        found = None if activity.partner is None else compiled.modifiers.get(activity.partner)
        return () if found is None else (found,)

    def decide(
        self, compiled: CompiledCoalition, activity: Activity, standing: Standing, now: datetime, others: Others
    ) -> Decision:
        """Decide nothing."""
        return _NOTHING


def _of_offer(path: str, offer: JointOffer) -> tuple[Named, ...]:
    perk, bearer = Named(f"{path}.perk", "perk", offer.perk), Named(f"{path}.offered_by", "partner", offer.offered_by)
    return (perk, bearer, *at_each(f"{path}.at", "partner", offer.at))
