"""Rules of a game made ready: the ways to earn by kind of activity, and the days on which it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from programs.activity import ActivityKind, LineKind, TenderKind
from programs.days import local_day
from programs.game.rounds import Round, Span, round_of
from programs.game.rules import GameRules, Leaderboard, PlayRule, PlaysPerActivity, PrizeDraw, ScratchCard, Wheel
from programs.kind import VersionFacts

FREE_KIND = "custom:game.free"
"""The activity by which a member asks for the free plays of a game, which its payload names as `program`."""
STANDS = "game:score"
"""The counter of a member's entries in a draw, or points on a leaderboard, with one period per round."""
ENTRANTS = "game:entrants"


@dataclass(frozen=True, slots=True)
class CompiledGame:
    """One version of a game, ready to decide; made by `compile_rules`."""

    facts: VersionFacts
    rules: GameRules
    span: Span
    ways: Mapping[str, tuple[PlayRule, ...]]
    line_kinds: frozenset[LineKind]
    tenders_left_out: frozenset[TenderKind]

    @property
    def table(self) -> Wheel | ScratchCard | None:
        """The game, if each play draws from a table."""
        return self.rules.game if isinstance(self.rules.game, Wheel | ScratchCard) else None

    @property
    def in_rounds(self) -> PrizeDraw | Leaderboard | None:
        """The game, if it is decided round by round."""
        return self.rules.game if isinstance(self.rules.game, PrizeDraw | Leaderboard) else None

    def day(self, at: datetime) -> date:
        """Give the local day of an instant."""
        return local_day(at, self.facts.zone)

    def round(self, day: date) -> Round | None:
        """Give the round of a local day on which the game runs; None for a game without rounds."""
        return None if self.in_rounds is None else round_of(self.in_rounds.every, day, self.span)


def compile_rules(rules: GameRules, facts: VersionFacts) -> CompiledGame:
    """Prepare rules for deciding; a draft that does not say its days yet runs on all."""
    kinds = dict.fromkeys(kind_of(rule) for rule in rules.earn)
    return CompiledGame(
        facts=facts,
        rules=rules,
        span=Span(rules.starts_on or _FIRST, rules.ends_on or _LAST, facts.zone),
        ways={kind: tuple(rule for rule in rules.earn if kind_of(rule) == kind) for kind in kinds},
        line_kinds=rules.base.line_kinds(),
        tenders_left_out=rules.base.tenders_left_out(),
    )


_FIRST, _LAST = date(1970, 1, 1), date(9998, 12, 31)


def kind_of(rule: PlayRule) -> str:
    """Give the kind of activity that a way to earn looks at."""
    return rule.earn.kind if isinstance(rule.earn, PlaysPerActivity) else ActivityKind.PURCHASE.value
