"""What is doubtful in a game that may be published: to be confirmed, not refused."""

from collections.abc import Iterator
from fractions import Fraction

from programs import doubts
from programs.findings import Finding, Severity
from programs.game.odds import chance_of_winning
from programs.game.rules import GUIDELINE_PERCENT, GameRules, Leaderboard, PlaysPerActivity


def advise(rules: GameRules) -> tuple[Finding, ...]:
    """Give the warnings on rules that hold together. Whether plays can be reached is tried on members."""
    return (*_odds(rules), *_uncapped(rules))


def _odds(rules: GameRules) -> Iterator[Finding]:
    """The reason for low odds makes them lawful for us, and no better for members."""
    chance = chance_of_winning(rules.game)
    if isinstance(rules.game, Leaderboard) or (chance is not None and chance >= Fraction(GUIDELINE_PERCENT, 100)):
        return
    value = "open" if chance is None else f"{float(chance * 100):.4g} %"
    message = f"the chance of winning is below the guideline, or open; the reason: {rules.odds_below_guideline_reason}"
    yield Finding("game.prizes", "odds_low", message, value, f"at least {GUIDELINE_PERCENT} %", Severity.WARNING)


def _uncapped(rules: GameRules) -> Iterator[Finding]:
    for place, rule in enumerate(rules.earn):
        if isinstance(rule.earn, PlaysPerActivity) and rule.per_day is None:
            yield from doubts.uncapped(f"earn[{place}].per_day", (rule.earn.kind,))
