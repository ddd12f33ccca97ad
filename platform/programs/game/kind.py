"""The game kind: its rooms put together under the `Kind` protocol."""

from datetime import datetime
from typing import Any

from programs.activity import Activity, ActivityKind
from programs.decision import CounterKey, Decision
from programs.document_kind import DocumentKind
from programs.findings import Finding, RulesContext
from programs.game import earning
from programs.game.advice import advise
from programs.game.checks import find
from programs.game.compiled import CompiledGame, compile_rules
from programs.game.rules import EVERYWHERE, GameRules, Leaderboard, PlaysPerActivity
from programs.kind import IssuedUnit, Others, Standing, Traits, VersionFacts
from programs.unplayed import unplayed


class GameKind(DocumentKind[GameRules]):
    """Games (DESIGN §6). Stateless; one instance stands in the registry.

    Deciding earns plays, entries or points on the leaderboard; `service` plays, `closing` draws and closes.
    """

    name = "game"
    shape = GameRules

    def sound(self, document: dict[str, Any], bad: set[str], findings: tuple[Finding, ...]) -> dict[str, Any]:
        """Give the document without its bad fields; those that publishing needs are not missing for being bad."""
        kept = super().sound(document, bad, findings)
        return kept | {name: value for name, value in _STAND_INS.items() if name in bad}

    def validate(self, rules: GameRules, context: RulesContext) -> tuple[Finding, ...]:
        """Check parsed rules against each other, the law's guideline and the tenant."""
        return find(rules, context)

    def advise(self, rules: GameRules) -> tuple[Finding, ...]:
        """Tell what is doubtful in rules that may be published."""
        return advise(rules)

    def compile(self, rules: GameRules, facts: VersionFacts) -> CompiledGame:
        """Prepare valid rules for deciding."""
        return compile_rules(rules, facts)

    def traits(self, compiled: CompiledGame) -> Traits:
        """Tell what the rules mean to the intake, quotes and sweeps; a leaderboard issues no unit."""
        if isinstance(compiled.rules.game, Leaderboard):
            return Traits(unplayed=unplayed(prizes=True))
        units = (IssuedUnit(compiled.rules.unit),)
        return Traits(units=units, unplayed=unplayed(prizes=True), plays_for=_plays_for(compiled.rules))

    def counters(self, compiled: CompiledGame, activity: Activity) -> tuple[CounterKey, ...]:
        """Name the counters that deciding may need."""
        return earning.counters(compiled, activity)

    def decide(
        self, compiled: CompiledGame, activity: Activity, standing: Standing, now: datetime, others: Others
    ) -> Decision:
        """Decide which plays the activity earns."""
        return earning.decide(compiled, activity, standing, now, others)


def _plays_for(rules: GameRules) -> frozenset[str]:
    if rules.free is not None:
        return frozenset()
    kinds = (
        each.earn.kind if isinstance(each.earn, PlaysPerActivity) else ActivityKind.PURCHASE.value
        for each in rules.earn
    )
    return frozenset(kinds)


_STAND_INS: dict[str, Any] = {
    "starts_on": "0001-01-01", "ends_on": "9999-12-31", "regions": [EVERYWHERE], "minimum_age": 0,
    "legal_review": {"by": "?", "at": "0001-01-01"}, "odds_below_guideline_reason": "?",
}  # fmt: skip
