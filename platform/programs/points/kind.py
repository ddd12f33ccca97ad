"""The points kind: its rooms put together under the `Kind` protocol."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from programs import documents
from programs.activity import Activity
from programs.clawback import Clawback
from programs.decision import CounterKey, Decision
from programs.kind import (
    Finding,
    IssuedUnit,
    Modifier,
    Others,
    RulesContext,
    RulesInvalid,
    Standing,
    Traits,
    VersionFacts,
)
from programs.points import earning
from programs.points.checks import blank_rule, find
from programs.points.compiled import CompiledPoints, compile_rules
from programs.points.rules import PendingTrigger, PointsPayment, PointsRules
from rewards.payment import PaymentTerms

_FIELDS = tuple(field.name for field in fields(PointsRules))


class PointsKind:
    """Points: earn by rules, wait, expire (DESIGN §6). Stateless; one instance stands in the registry."""

    name = "points"

    def parse(self, document: object) -> PointsRules:
        """Read a rules document; raises `RulesInvalid` with every bad path."""
        return documents.load(PointsRules, document)

    def dump(self, rules: PointsRules) -> dict[str, Any]:
        """Give the document that `parse` reads back as equal rules."""
        document: dict[str, Any] = documents.dump(rules)
        return document

    def validate(self, rules: PointsRules, context: RulesContext) -> tuple[Finding, ...]:
        """Check parsed rules against each other and the tenant."""
        return find(rules, context)

    def without(self, document: object, findings: tuple[Finding, ...]) -> PointsRules | None:
        """Give what is left without the fields and rules that the findings name; a rule leaves a blank one behind."""
        if not isinstance(document, Mapping):
            return None
        bad = {re.split(r"[.\[]", finding.path, maxsplit=1)[0] for finding in findings} | {"rules"}
        sound = {name: document[name] for name in _FIELDS if name in document and name not in bad}
        rules = document.get("rules")
        if isinstance(rules, list | tuple):
            unreadable = {finding.path.partition(".")[0] for finding in findings}
            sound["rules"] = [
                blank_rule(index) if f"rules[{index}]" in unreadable else rule for index, rule in enumerate(rules)
            ]
        try:
            return self.parse(sound)
        except RulesInvalid:
            return None

    def compile(self, rules: PointsRules, facts: VersionFacts) -> CompiledPoints:
        """Prepare valid rules for deciding."""
        return compile_rules(rules, facts)

    def traits(self, compiled: CompiledPoints) -> Traits:
        """Tell what the rules mean to the intake, quotes and sweeps."""
        rules, pending = compiled.rules, compiled.rules.pending

        def lapses_at(active_on: date) -> datetime | None:
            return compiled.ends(active_on).lapses_at

        return Traits(
            units=(IssuedUnit(rules.unit, pending is not None),),
            negative=rules.clawback is Clawback.NEGATIVE,
            trigger=f"custom:{pending.trigger}" if isinstance(pending, PendingTrigger) else None,
            asks_standing=_asks_standing(rules),
            payment=None if rules.payment is None else _payment(rules.payment),
            lapses_at=lapses_at,
        )

    def counters(self, compiled: CompiledPoints, activity: Activity) -> tuple[CounterKey, ...]:
        """Name the counters that deciding may need."""
        return compiled.counters(activity)

    def modifiers(self, compiled: CompiledPoints, activity: Activity, standing: Standing) -> tuple[Modifier, ...]:
        """Multiply nothing of the others'."""
        return ()

    def decide(
        self, compiled: CompiledPoints, activity: Activity, standing: Standing, now: datetime, others: Others
    ) -> Decision:
        """Decide what the activity earns."""
        return earning.decide(compiled, activity, standing, now, others)


def _asks_standing(rules: PointsRules) -> bool:
    asked = any(rule.conditions.tiers or rule.conditions.segments for rule in rules.rules)
    return asked or bool(rules.expiry.exempt_tiers)


def _payment(pays: PointsPayment) -> PaymentTerms:
    return PaymentTerms(
        pays.points, pays.worth, pays.currency, pays.minimum, pays.multiple, pays.maximum, pays.maximum_share_percent
    )
