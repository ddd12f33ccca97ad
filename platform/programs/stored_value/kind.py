"""The stored-value kind: its rooms put together under the `Kind` protocol."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from programs import documents
from programs.activity import Activity, ActivityKind
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
from programs.stored_value import topping
from programs.stored_value.checks import find
from programs.stored_value.compiled import CompiledStoredValue, compile_rules
from programs.stored_value.rules import StoredValueRules

_FIELDS = tuple(field.name for field in fields(StoredValueRules))
_NOTHING = Decision()


class StoredValueKind:
    """Stored value: put money on, pay with it (DESIGN §6). Stateless; one instance stands in the registry."""

    name = "stored_value"

    def parse(self, document: object) -> StoredValueRules:
        """Read a rules document; raises `RulesInvalid` with every bad path."""
        return documents.load(StoredValueRules, document)

    def dump(self, rules: StoredValueRules) -> dict[str, Any]:
        """Give the document that `parse` reads back as equal rules."""
        document: dict[str, Any] = documents.dump(rules)
        return document

    def validate(self, rules: StoredValueRules, context: RulesContext) -> tuple[Finding, ...]:
        """Check parsed rules against each other and the tenant."""
        return find(rules, context)

    def without(self, document: object, findings: tuple[Finding, ...]) -> StoredValueRules | None:
        """Give what is left without the fields that the findings name; None without a unit or currency."""
        if not isinstance(document, Mapping):
            return None
        bad = {re.split(r"[.\[]", finding.path, maxsplit=1)[0] for finding in findings}
        try:
            return self.parse({name: document[name] for name in _FIELDS if name in document and name not in bad})
        except RulesInvalid:
            return None

    def compile(self, rules: StoredValueRules, facts: VersionFacts) -> CompiledStoredValue:
        """Prepare valid rules for deciding."""
        return compile_rules(rules, facts)

    def traits(self, compiled: CompiledStoredValue) -> Traits:
        """Tell what the rules mean to the intake, quotes and sweeps."""
        rules = compiled.rules
        slugs = (rules.unit,) if rules.bonus_unit is None else (rules.unit, rules.bonus_unit)
        return Traits(units=tuple(map(IssuedUnit, slugs)), negative=rules.clawback is Clawback.NEGATIVE)

    def counters(self, compiled: CompiledStoredValue, activity: Activity) -> tuple[CounterKey, ...]:
        """Name no counters: nothing here is capped per period."""
        return ()

    def modifiers(self, compiled: CompiledStoredValue, activity: Activity, standing: Standing) -> tuple[Modifier, ...]:
        """Multiply nothing of the others'."""
        return ()

    def decide(
        self, compiled: CompiledStoredValue, activity: Activity, standing: Standing, now: datetime, others: Others
    ) -> Decision:
        """Decide what the activity puts on; only purchases do."""
        return topping.decide(compiled, activity) if activity.kind == ActivityKind.PURCHASE else _NOTHING
