"""The points kind: its rooms put together under the `Kind` protocol."""

from datetime import date, datetime
from typing import Any

from programs.activity import Activity
from programs.cel import asks_standing
from programs.clawback import Clawback
from programs.decision import CounterKey, Decision
from programs.document_kind import DocumentKind
from programs.findings import Finding, RulesContext
from programs.gifts import PointsGift
from programs.kind import IssuedUnit, Others, Standing, Traits, TransferTerms, VersionFacts
from programs.named import Named, at_each
from programs.points import earning
from programs.points.advice import advise
from programs.points.checks import blank_rule, find
from programs.points.compiled import CompiledPoints, compile_rules
from programs.points.rules import NeverExpires, PendingTrigger, PointsPayment, PointsRules
from programs.unplayed import unplayed
from rewards.payment import PaymentTerms


class PointsKind(DocumentKind[PointsRules]):
    """Points: earn by rules, wait, expire (DESIGN §6). Stateless; one instance stands in the registry."""

    name = "points"
    shape = PointsRules

    def validate(self, rules: PointsRules, context: RulesContext) -> tuple[Finding, ...]:
        """Check parsed rules against each other and the tenant."""
        return find(rules, context)

    def advise(self, rules: PointsRules) -> tuple[Finding, ...]:
        """Tell what is doubtful in rules that may be published."""
        return advise(rules)

    def named(self, rules: PointsRules) -> tuple[Named, ...]:
        """Name the partners that rules are for."""
        return tuple(
            named
            for place, rule in enumerate(rules.rules)
            for named in at_each(f"rules[{place}].conditions.partners", "partner", rule.conditions.partners)
        )

    def sound(self, document: dict[str, Any], bad: set[str], findings: tuple[Finding, ...]) -> dict[str, Any]:
        """Give the document without its bad fields; of the rules, one that does not parse leaves a blank one behind."""
        sound = super().sound(document, bad | {"rules"}, findings)
        rules = document.get("rules")
        if isinstance(rules, list | tuple):
            unreadable = {finding.path.partition(".")[0] for finding in findings}
            sound["rules"] = [
                blank_rule(index) if f"rules[{index}]" in unreadable else rule for index, rule in enumerate(rules)
            ]
        return sound

    def compile(self, rules: PointsRules, facts: VersionFacts) -> CompiledPoints:
        """Prepare valid rules for deciding."""
        return compile_rules(rules, facts)

    def traits(self, compiled: CompiledPoints) -> Traits:
        """Tell what the rules mean to the intake, quotes and sweeps."""
        rules, pending = compiled.rules, compiled.rules.pending
        gifts = rules.transfers

        def lapses_at(active_on: date) -> datetime | None:
            return compiled.ends(active_on).lapses_at

        return Traits(
            units=(IssuedUnit(rules.unit, pending is not None),),
            negative=rules.clawback is Clawback.NEGATIVE,
            trigger=f"custom:{pending.trigger}" if isinstance(pending, PendingTrigger) else None,
            asks_standing=_asks_standing(rules),
            payment=None if rules.payment is None else _payment(rules.payment),
            transfers=None if gifts is None else TransferTerms(gifts.minimum, gifts.maximum_per_day, compiled.exempt),
            lapses_at=lapses_at,
            keeps=compiled.exempt,
            stateless=rules.conversion is None,
            turns=_turns(rules),
            unplayed=unplayed(expiry=_expires(rules), segments=_asks_segments(rules)),
        )

    def counters(self, compiled: CompiledPoints, activity: Activity) -> tuple[CounterKey, ...]:
        """Name the counters that deciding may need."""
        return compiled.counters(activity)

    def decide(
        self, compiled: CompiledPoints, activity: Activity, standing: Standing, now: datetime, others: Others
    ) -> Decision:
        """Decide what the activity earns."""
        return earning.decide(compiled, activity, standing, now, others)


def _asks_standing(rules: PointsRules) -> bool:
    asked = any(
        rule.conditions.tiers or rule.conditions.segments or asks_standing(rule.conditions.when or "")
        for rule in rules.rules
    )
    return asked or bool(rules.expiry.exempt_tiers)


def _turns(rules: PointsRules) -> tuple[tuple[str, str], ...]:
    gift = None if rules.conversion is None else rules.conversion.gift
    return ((rules.unit, gift.unit),) if isinstance(gift, PointsGift) else ()


def _expires(rules: PointsRules) -> bool:
    return any(not isinstance(policy, NeverExpires) for policy in rules.expiry.policies)


def _asks_segments(rules: PointsRules) -> bool:
    return any(rule.conditions.segments or asks_standing(rule.conditions.when or "") for rule in rules.rules)


def _payment(pays: PointsPayment) -> PaymentTerms:
    return PaymentTerms(
        pays.points, pays.worth, pays.currency, pays.minimum, pays.multiple, pays.maximum, pays.maximum_share_percent
    )
