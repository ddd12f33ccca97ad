"""The giving kind: its rooms put together under the `Kind` protocol."""

from datetime import datetime

from programs.activity import Activity
from programs.decision import CounterKey, Decision
from programs.document_kind import DocumentKind
from programs.findings import Finding, RulesContext
from programs.giving.advice import advise
from programs.giving.checks import find
from programs.giving.compiled import CompiledGiving, compile_rules
from programs.giving.rules import GivingRules
from programs.kind import IssuedUnit, Others, Standing, Traits, VersionFacts

_NOTHING = Decision()


class GivingKind(DocumentKind[GivingRules]):
    """Giving: donations of points to causes (DESIGN §6). Stateless; one instance stands in the registry.

    No activity is decided here: a member gives by a service, as points are spent.
    """

    name = "giving"
    shape = GivingRules

    def validate(self, rules: GivingRules, context: RulesContext) -> tuple[Finding, ...]:
        """Check parsed rules against each other and the tenant."""
        return find(rules, context)

    def advise(self, rules: GivingRules) -> tuple[Finding, ...]:
        """Tell what is doubtful in rules that may be published."""
        return advise(rules)

    def compile(self, rules: GivingRules, facts: VersionFacts) -> CompiledGiving:
        """Prepare valid rules for deciding."""
        return compile_rules(rules, facts)

    def traits(self, compiled: CompiledGiving) -> Traits:
        """Tell what the rules mean to the intake, quotes and sweeps."""
        return Traits(units=(IssuedUnit(compiled.rules.unit),))

    def counters(self, compiled: CompiledGiving, activity: Activity) -> tuple[CounterKey, ...]:
        """Name no counters."""
        return ()

    def decide(
        self, compiled: CompiledGiving, activity: Activity, standing: Standing, now: datetime, others: Others
    ) -> Decision:
        """Decide nothing."""
        return _NOTHING
