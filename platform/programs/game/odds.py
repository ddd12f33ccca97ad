"""The odds of a game, read from the very table that draws: what members see, and what the guideline is held against."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from programs.game.drawing import table_odds
from programs.game.rules import Game, Leaderboard, Prize, PrizeDraw, ScratchCard, Wheel


@dataclass(frozen=True, slots=True)
class PrizeOdds:
    """The chance of one prize in one play: `weight` out of `out_of`."""

    prize: Prize
    weight: int
    out_of: int

    @property
    def chance(self) -> Fraction:
        """The chance."""
        return Fraction(self.weight, self.out_of)


def table_of(game: Game) -> Sequence[PrizeOdds]:
    """Give the prizes of a table with their chances, in its order; none for a game without a table."""
    if not isinstance(game, Wheel | ScratchCard):
        return ()
    return [PrizeOdds(prize, prize.weight, game.out_of) for prize in game.prizes]


def chance_of_winning(game: Game) -> Fraction | None:
    """Give the chance of winning something in one play, or for a member in one draw if all have one entry.

    None where it is not known: a draw that any number can enter, a leaderboard.
    """
    match game:
        case Wheel(out_of, prizes) | ScratchCard(out_of, prizes):
            return table_odds([prize.weight for prize in prizes], [prize.gift is not None for prize in prizes], out_of)
        case PrizeDraw(prizes, _, entrants_max):
            winners = sum(prize.winners for prize in prizes)
            return None if entrants_max is None else min(Fraction(winners, entrants_max), Fraction(1))
        case Leaderboard():
            return None
