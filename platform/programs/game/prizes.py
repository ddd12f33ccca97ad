"""What a prize that was drawn becomes: itself while there is some left for this member, else what the rules say.

What is left in all and of the day is counted by one conditional statement (promise 4); what one member has won by their
plays, under the member's lock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kit import db
from kit.errors import GuerdonError
from kit.ids import new_id
from members.views import MemberId
from programs.game.errors import GameErrorCode, final
from programs.game.games import Game
from programs.game.rules import Consolation, Pause, Prize
from programs.periods import Period, period_keys
from tenants import scope

LIFETIME = "lifetime"


class Limit(StrEnum):
    """What of a prize is used up."""

    STOCK = "stock"
    PER_DAY = "per_day"
    PER_MEMBER = "per_member"
    PER_MEMBER_PER_DAY = "per_member_per_day"


@dataclass(frozen=True, slots=True)
class Replaced:
    """A prize that another stands in for, and why."""

    prize: Prize
    instead: Prize
    limit: Limit


@dataclass(slots=True)
class Won:
    """How often a member has won each prize of a game, in all and on a local day."""

    day: str
    in_all: dict[str, int] = field(default_factory=dict)
    of_day: dict[str, int] = field(default_factory=dict)


async def check_pauses(game: Game, prizes: Sequence[Prize], won: Won) -> None:
    """Raises `Refusal` GAME_PAUSED while a prize that pauses the game is used up for this member."""
    pausing = [prize for prize in prizes if isinstance(prize.becomes, Pause)]
    issued = await _issued(game, won.day) if pausing else {}
    for prize in pausing:
        limit = _of_member(prize, won)
        for name, most, period in (
            (Limit.STOCK, prize.stock, LIFETIME), (Limit.PER_DAY, prize.per_day, won.day)
        ):  # fmt: skip
            if limit is None and most is not None and issued.get((prize.id, period), 0) >= most:
                limit = name
        if limit is not None:
            raise _paused(prize)


async def settle(game: Game, drawn: Prize, prizes: Sequence[Prize], won: Won) -> tuple[Prize, list[Replaced]]:
    """Take the prize from the stock, or one that stands in for it; answers that and what was replaced on the way.

    In the transaction that gives it. Raises `Refusal` GAME_PAUSED if somebody has just won the last of one that pauses.
    """
    known = {prize.id: prize for prize in prizes}
    prize, replaced = drawn, list[Replaced]()
    while prize.gift is not None:
        limit = _of_member(prize, won) or await _take(game, prize, won.day)
        if limit is None:
            break
        if not isinstance(prize.becomes, Consolation):
            raise _paused(prize)
        instead = known[prize.becomes.prize]
        replaced.append(Replaced(prize, instead, limit))
        prize = instead
    return prize, replaced


async def won_by(game: Game, member: MemberId) -> Won:
    """What a member, who is locked, has won so far."""
    won = Won(period_keys(game.today)[Period.DAY])
    for row in await db.rows(_WON, scope.tenant_id(), member, game.program_id, won.day):
        won.in_all[row["prize"]], won.of_day[row["prize"]] = row["in_all"], row["of_day"]
    return won


def _of_member(prize: Prize, won: Won) -> Limit | None:
    if prize.per_member is not None and won.in_all.get(prize.id, 0) >= prize.per_member:
        return Limit.PER_MEMBER
    if prize.per_member_per_day is not None and won.of_day.get(prize.id, 0) >= prize.per_member_per_day:
        return Limit.PER_MEMBER_PER_DAY
    return None


async def _take(game: Game, prize: Prize, day: str) -> Limit | None:
    """Count one more as issued, in all and of the day; if there is none, say of what, and count nothing."""
    if prize.per_day is None:
        return None if await _count(game, prize, LIFETIME, prize.stock) else Limit.STOCK
    try:
        async with db.savepoint():
            if not await _count(game, prize, day, prize.per_day):
                raise _UsedUp(Limit.PER_DAY)
            if not await _count(game, prize, LIFETIME, prize.stock):
                raise _UsedUp(Limit.STOCK)
    except _UsedUp as used_up:
        return used_up.limit
    return None


class _UsedUp(GuerdonError):
    """Takes back what was counted of a prize: one of its limits lets nothing more be given."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit)
        self.limit = limit


async def _count(game: Game, prize: Prize, period: str, most: int | None) -> bool:
    return bool(await db.rows(_TAKE, scope.tenant_id(), new_id(), game.program_id, prize.id, period, most))


async def _issued(game: Game, day: str) -> Mapping[tuple[str, str], int]:
    found = await db.rows(_ISSUED, scope.tenant_id(), game.program_id, day)
    return {(row["prize"], row["period"]): row["issued"] for row in found}


def _paused(prize: Prize) -> Exception:
    return final(GameErrorCode.GAME_PAUSED, f"The game pauses until “{prize.name}” can be won again.", "program")


# No row comes back when all are given away. A version may raise or lower the stock: the row says the last that counted.
_TAKE = """
INSERT INTO game_stock (tenant_id, id, program_id, prize, period, stock, issued)
VALUES ($1, $2, $3, $4, $5, $6, 1)
ON CONFLICT (tenant_id, program_id, prize, period)
DO UPDATE SET issued = game_stock.issued + 1, stock = excluded.stock
WHERE excluded.stock IS NULL OR game_stock.issued < excluded.stock RETURNING issued"""

_ISSUED = """
SELECT prize, period, issued FROM game_stock
WHERE tenant_id = $1 AND program_id = $2 AND period IN ('lifetime', $3)"""

_WON = """
SELECT prize, count(*) AS in_all, sum(CASE WHEN day = $4 THEN 1 ELSE 0 END) AS of_day FROM game_play
WHERE tenant_id = $1 AND member_id = $2 AND program_id = $3 AND won GROUP BY prize"""
