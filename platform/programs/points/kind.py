"""The points kind: its rooms put together under the `Kind` protocol."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from programs import documents
from programs.activity import Activity
from programs.decision import CounterKey, Decision
from programs.kind import Finding, RulesContext, RulesInvalid, Standing, VersionFacts
from programs.points import earning
from programs.points.checks import blank_rule, find
from programs.points.compiled import CompiledPoints, compile_rules
from programs.points.rules import PointsRules

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

    def counters(self, compiled: CompiledPoints, activity: Activity) -> tuple[CounterKey, ...]:
        """Name the counters that deciding may need."""
        return compiled.counters(activity)

    def decide(self, compiled: CompiledPoints, activity: Activity, standing: Standing, now: datetime) -> Decision:
        """Decide what the activity earns."""
        return earning.decide(compiled, activity, standing, now)
