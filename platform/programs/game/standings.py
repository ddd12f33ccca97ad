"""Who stands how in a round: entries of a draw, points on a leaderboard, as the intake has counted them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit import db
from kit.ids import is_id
from members.views import MemberId
from programs.decision import ProgramId
from tenants import scope

FIRST_MAX = 1000


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


async def stands_of(program: ProgramId, key: str) -> list[Stand]:
    """All active members with something in a round, in the order in which they began. Within the session under way."""
    return [_stand(row) for row in await db.rows(_ALL, scope.tenant_id(), program, key)]


async def first_of(program: ProgramId, key: str, first: int) -> list[Stand]:
    """The first `first` (at most 1000) of a round: who has more comes first, of equals who began earlier.

    Within the session under way.
    """
    found = await db.rows(_FIRST, scope.tenant_id(), program, key, max(0, min(first, FIRST_MAX)))
    return [_stand(row) for row in found]


async def number_of(program: ProgramId, key: str) -> int:
    """How many members have something in a round. Within the session under way."""
    (row,) = await db.rows(_NUMBER, scope.tenant_id(), program, key)
    return int(row["n"])


async def ranks(program: ProgramId, key: str, first: int) -> Sequence[Rank]:
    """The first of a round with their ranks."""
    async with scope.reading():
        return [Rank(rank, stand) for rank, stand in enumerate(await first_of(program, key, first), 1)]


async def rank_of(program: ProgramId, key: str, member: MemberId) -> Rank | None:
    """A member's own place in a round, or None as long as nothing counts for them."""
    if not is_id(member):
        return None
    async with scope.reading():
        found = await db.rows(_OWN, scope.tenant_id(), program, key, f"member:{member}")
        if not found:
            return None
        own = found[0]
        (before,) = await db.rows(_BEFORE, scope.tenant_id(), program, key, own["used"], own["id"])
    return Rank(before["n"] + 1, Stand(member, own["used"]))


def _stand(row: db.Row) -> Stand:
    return Stand(MemberId(row["member_id"]), row["used"])


_STANDING = """
FROM counter c JOIN member m ON m.tenant_id = c.tenant_id AND 'member:' || CAST(m.id AS TEXT) = c.owner
WHERE c.tenant_id = $1 AND c.program_id = $2 AND c.name = 'game:score' AND c.period = $3 AND c.used > 0
    AND m.state = 'active'"""

_ALL = f"SELECT m.id AS member_id, c.used {_STANDING} ORDER BY c.id"
_FIRST = f"SELECT m.id AS member_id, c.used {_STANDING} ORDER BY c.used DESC, c.id LIMIT $4"
_NUMBER = f"SELECT count(*) AS n {_STANDING}"
_OWN = f"SELECT c.id, c.used {_STANDING} AND c.owner = $4"
_BEFORE = f"SELECT count(*) AS n {_STANDING} AND (c.used > $4 OR (c.used = $4 AND c.id < $5))"
