"""The odds of a game, read from the very table that draws: what members see, and what the guideline is held against."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

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


def percent(chance: Fraction) -> str:
    """Give a chance as members read it: "12.5 %", of four digits and cut off after them, so that none is overstated.

    >>> [percent(Fraction(each)) for each in ("1/8", "0.24996", "0.9999999", "1/30000000", "0")]
    ['12.5 %', '24.99 %', '99.99 %', '1 in 30000000', '0 %']
    """
    if not chance:
        return "0 %"
    if chance < Fraction(1, 100_000):
        return f"1 in {ceil(1 / chance)}"
    unit = 100  # hundredths of a percent; of smaller chances smaller parts, so that four digits are left
    while chance * 100 * unit < 1000:
        unit *= 10
    whole, rest = divmod(int(chance * 100 * unit), unit)
    return f"{whole}.{rest:0{len(str(unit)) - 1}}".rstrip("0").rstrip(".") + " %"
