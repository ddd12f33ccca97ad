"""The stored-value kind: its rooms put together under the `Kind` protocol."""

from datetime import datetime

from programs.activity import Activity, ActivityKind
from programs.clawback import Clawback
from programs.decision import CounterKey, Decision
from programs.document_kind import DocumentKind
from programs.findings import Finding, RulesContext
from programs.kind import IssuedUnit, Others, Standing, Traits, VersionFacts
from programs.stored_value import topping
from programs.stored_value.checks import find
from programs.stored_value.compiled import CompiledStoredValue, compile_rules
from programs.stored_value.rules import StoredValueRules
from programs.unplayed import unplayed

_NOTHING = Decision()


class StoredValueKind(DocumentKind[StoredValueRules]):
    """Stored value: put money on, pay with it (DESIGN §6). Stateless; one instance stands in the registry."""

    name = "stored_value"
    shape = StoredValueRules

    def validate(self, rules: StoredValueRules, context: RulesContext) -> tuple[Finding, ...]:
        """Check parsed rules against each other and the tenant."""
        return find(rules, context)

    def compile(self, rules: StoredValueRules, facts: VersionFacts) -> CompiledStoredValue:
        """Prepare valid rules for deciding."""
        return compile_rules(rules, facts)

    def traits(self, compiled: CompiledStoredValue) -> Traits:
        """Tell what the rules mean to the intake, quotes and sweeps."""
        rules = compiled.rules
        slugs = (rules.unit,) if rules.bonus_unit is None else (rules.unit, rules.bonus_unit)
        ends = rules.expiry.money_months is not None or rules.expiry.bonus_months is not None
        return Traits(
            units=tuple(map(IssuedUnit, slugs)), negative=rules.clawback is Clawback.NEGATIVE,
            unplayed=unplayed(expiry=ends),
        )  # fmt: skip

    def counters(self, compiled: CompiledStoredValue, activity: Activity) -> tuple[CounterKey, ...]:
        """Name no counters: nothing here is capped per period."""
        return ()

    def decide(
        self, compiled: CompiledStoredValue, activity: Activity, standing: Standing, now: datetime, others: Others
    ) -> Decision:
        """Decide what the activity puts on; only purchases do."""
        return topping.decide(compiled, activity) if activity.kind == ActivityKind.PURCHASE else _NOTHING
