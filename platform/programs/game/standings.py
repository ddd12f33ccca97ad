"""Who stands how in a round: entries of a draw, points on a leaderboard, as the intake has counted them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit import db
from kit.ids import is_id
from kit.setbased import Columns
from members.views import MemberId, load
from programs.decision import ProgramId
from programs.game import games
from programs.game.games import Game
from tenants import scope

FIRST_MAX = 1000
PAGE = 200
CHUNK = 10_000
USED_MAX = 2**53
NOWHERE = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Stand:
    """A member with what counts for them."""

    member_id: MemberId
    score: int


@dataclass(frozen=True, slots=True)
class Rank:
    """A member's place on a leaderboard, from 1."""

    rank: int
    stand: Stand


async def stands_of(game: Game, key: str) -> list[Stand]:
    """All members who take part in a round, in the order in which they began. Within the session under way."""
    return await _taking_part(game, await db.rows(_ALL, scope.tenant_id(), game.program_id, key))


async def first_of(game: Game, key: str, first: int) -> list[Stand]:
    """The first `first` (at most 1000) of a round: who has more comes first, of equals who began earlier.

    Passed over are members who are not active any more, and whom the rules leave out. Within the session under way.
    """
    wanted, found = max(0, min(first, FIRST_MAX)), list[Stand]()
    used, id_ = USED_MAX, NOWHERE
    while len(found) < wanted:
        rows = await db.rows(_FIRST, scope.tenant_id(), game.program_id, key, used, id_, PAGE)
        found += await _taking_part(game, rows)
        if len(rows) < PAGE:
            break
        used, id_ = rows[-1]["used"], rows[-1]["id"]
    return found[:wanted]


async def ranks(program: ProgramId, key: str, first: int) -> Sequence[Rank]:
    """The first of a round with their ranks."""
    async with scope.reading():
        game = await games.find(program)
        return [Rank(rank, stand) for rank, stand in enumerate(await first_of(game, key, first), 1)]


async def rank_of(program: ProgramId, key: str, member: MemberId) -> Rank | None:
    """A member's own place in a round, or None as long as nothing counts for them.

    Who stood before them and takes no part (any more) still counts here, until the round is closed.
    """
    if not is_id(member):
        return None
    async with scope.reading():
        found = await db.rows(_OWN, scope.tenant_id(), program, key, f"member:{member}")
        if not found:
            return None
        own = found[0]
        (before,) = await db.rows(_BEFORE, scope.tenant_id(), program, key, own["used"], own["id"])
    return Rank(before["n"] + 1, Stand(member, own["used"]))


async def _taking_part(game: Game, rows: Sequence[db.Row]) -> list[Stand]:
    """Those of the counters whose members are active and may take part, in their order."""
    found = [Stand(MemberId(row["owner"].removeprefix("member:")), row["used"]) for row in rows]
    takes_part: set[str] = set()
    for start in range(0, len(found), CHUNK):
        ids = [stand.member_id for stand in found[start : start + CHUNK]]
        given = _IDS.payload([(id_,) for id_ in ids])
        active = {row["id"] for row in await db.rows(_ACTIVE.format(ids=_IDS.source(2)), scope.tenant_id(), given)}
        if game.asks_who:
            views = await load(ids)
            active = {id_ for id_ in active if games.why_not(game, views[id_]) is None}
        takes_part |= active
    return [stand for stand in found if stand.member_id in takes_part]


_IDS = Columns(id="uuid")

# By the index on what counts in a round, and not by way of all members.
_STANDING = """FROM counter c
WHERE c.tenant_id = $1 AND c.program_id = $2 AND c.name = 'game:score' AND c.period = $3 AND c.used > 0"""
_ALL = f"SELECT c.owner, c.used {_STANDING} ORDER BY c.id"
_FIRST = f"""SELECT c.owner, c.used, c.id {_STANDING} AND c.used <= $4 AND (c.used < $4 OR c.id > $5)
ORDER BY c.used DESC, c.id LIMIT $6"""
_OWN = f"SELECT c.id, c.used {_STANDING} AND c.owner = $4"
_BEFORE = f"SELECT count(*) AS n {_STANDING} AND c.used >= $4 AND (c.used > $4 OR c.id < $5)"
_ACTIVE = "SELECT m.id FROM {ids} AS x JOIN member m ON m.tenant_id = $1 AND m.id = x.id WHERE m.state = 'active'"
