"""The tiered kind: its rooms put together under the `Kind` protocol."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from programs import documents
from programs.activity import Activity
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
from programs.tiered import progress
from programs.tiered.checks import find
from programs.tiered.compiled import CompiledTiers, compile_rules
from programs.tiered.rules import TieredRules

_FIELDS = tuple(field.name for field in fields(TieredRules))


class TieredKind:
    """Tiers: reach, keep, lose (DESIGN §6). Stateless; one instance stands in the registry.

    Deciding counts what the activity is worth towards tiers; `standing` tells which tier follows.
    """

    name = "tiered"

    def parse(self, document: object) -> TieredRules:
        """Read a rules document; raises `RulesInvalid` with every bad path."""
        return documents.load(TieredRules, document)

    def dump(self, rules: TieredRules) -> dict[str, Any]:
        """Give the document that `parse` reads back as equal rules."""
        document: dict[str, Any] = documents.dump(rules)
        return document

    def validate(self, rules: TieredRules, context: RulesContext) -> tuple[Finding, ...]:
        """Check parsed rules against each other and the tenant."""
        return find(rules, context)

    def without(self, document: object, findings: tuple[Finding, ...]) -> TieredRules | None:
        """Give what is left without the fields that the findings name; None if that is one of the tiers."""
        if not isinstance(document, Mapping):
            return None
        bad = {re.split(r"[.\[]", finding.path, maxsplit=1)[0] for finding in findings}
        try:
            return self.parse({name: document[name] for name in _FIELDS if name in document and name not in bad})
        except RulesInvalid:
            return None

    def compile(self, rules: TieredRules, facts: VersionFacts) -> CompiledTiers:
        """Prepare valid rules for deciding."""
        return compile_rules(rules, facts)

    def traits(self, compiled: CompiledTiers) -> Traits:
        """Tell what the rules mean to the intake, quotes and sweeps."""
        gifts = dict.fromkeys(gift.unit for tier in compiled.tiers for gift in tier.rules.gifts)
        modifies = any(tier.modifiers for tier in compiled.tiers)
        return Traits(
            units=tuple(map(IssuedUnit, gifts)), asks_standing=True, modifies=modifies, decides_last=True,
        )  # fmt: skip

    def modifiers(self, compiled: CompiledTiers, activity: Activity, standing: Standing) -> tuple[Modifier, ...]:
        """Tell what the member's tier multiplies: the one they had before this activity, so never the order itself."""
        tier = compiled.named(standing.tiers.get(compiled.facts.program_id, ""))
        return () if tier is None else tier.modifiers

    def counters(self, compiled: CompiledTiers, activity: Activity) -> tuple[CounterKey, ...]:
        """Name the counters of the day that the activity may add to."""
        return progress.counters(compiled, activity)

    def decide(
        self, compiled: CompiledTiers, activity: Activity, standing: Standing, now: datetime, others: Others
    ) -> Decision:
        """Count what the activity is worth towards tiers."""
        return Decision(counters=progress.progress(compiled, activity, others.movements))
