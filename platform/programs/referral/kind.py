"""The referral kind: its rooms put together under the `Kind` protocol."""

from datetime import datetime

from programs.activity import Activity
from programs.decision import CounterKey, Decision
from programs.document_kind import DocumentKind
from programs.findings import Finding, RulesContext
from programs.gifts import units_of
from programs.kind import IssuedUnit, Others, Standing, Traits, VersionFacts
from programs.referral.checks import find
from programs.referral.compiled import CompiledReferral, compile_rules
from programs.referral.rules import ReferralRules
from programs.unplayed import unplayed

_NOTHING = Decision()


class ReferralKind(DocumentKind[ReferralRules]):
    """Referrals: invite, buy, keep, be rewarded. Stateless; one instance stands in the registry.

    No activity is decided here: `state` notes who was invited and what is to be looked at, `service` rewards.
    """

    name = "referral"
    shape = ReferralRules

    def validate(self, rules: ReferralRules, context: RulesContext) -> tuple[Finding, ...]:
        """Check parsed rules against each other and the tenant."""
        return find(rules, context)

    def compile(self, rules: ReferralRules, facts: VersionFacts) -> CompiledReferral:
        """Prepare valid rules for deciding."""
        return compile_rules(rules, facts)

    def traits(self, compiled: CompiledReferral) -> Traits:
        """Tell what the rules mean to the intake, quotes and sweeps."""
        rules = compiled.rules
        slugs = dict.fromkeys((rules.unit, *units_of((*rules.referrer, *rules.friend))))
        return Traits(units=tuple(map(IssuedUnit, slugs)), unplayed=unplayed(referrals=True))

    def counters(self, compiled: CompiledReferral, activity: Activity) -> tuple[CounterKey, ...]:
        """Name no counters."""
        return ()

    def decide(
        self, compiled: CompiledReferral, activity: Activity, standing: Standing, now: datetime, others: Others
    ) -> Decision:
        """Decide nothing."""
        return _NOTHING
