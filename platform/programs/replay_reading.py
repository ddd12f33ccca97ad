"""A tenant's stored activities, read page by page in the order in which they were decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from kit import db
from members.standing import NOBODY, standings
from programs.activity import Activity
from programs.replay_world import Who
from tenants import scope

PAGE_ACTIVITIES = 2_000
FIRST_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Extent:
    """What a replay reads: the activities with ids from `first` to `last` that occurred before its end, so many.

    `corrected` are the orders that something corrects.
    """

    first: str
    last: str
    activities: int
    corrected: frozenset[str]


async def in_window(since: datetime, until: datetime, limit: int) -> int:
    """How many activities occurred in that time; `limit` at most are counted."""
    sql = f"SELECT count(*) AS n FROM (SELECT 1 FROM activity a WHERE {_WINDOW} LIMIT $4) AS found"
    async with scope.reading():
        (row,) = await db.rows(sql, scope.tenant_id(), since, until, limit)
    return int(row["n"])


async def extent(since: datetime, until: datetime, limit: int) -> Extent | None:
    """The window and as much of what came before it as there may be in all; None if nothing happened in it.

    What is decided from here on is not read: a replay has an end.
    """
    tenant = scope.tenant_id()
    async with scope.reading():
        first = await db.rows(_FIRST, tenant, since, until)
        if not first:
            return None
        by_id = "SELECT id FROM activity WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1"
        (last,) = await db.rows(by_id, tenant)
        reach = await db.rows(f"{by_id} OFFSET $2", tenant, limit - 1)
        start = min(first[0]["id"], reach[0]["id"]) if reach else FIRST_ID
        (counted,) = await db.rows(_COUNT, tenant, start, last["id"], until)
        corrected = await db.rows(_CORRECTED, tenant, start, last["id"], until)
    return Extent(start, last["id"], int(counted["n"]), frozenset(row["order_reference"] for row in corrected))


async def page(
    extent: Extent, after: str | None, until: datetime, *, with_standings: bool
) -> Sequence[tuple[str, Activity, Who]]:
    """The next activities, each with its id and its member; none: all are read."""
    tenant, start = scope.tenant_id(), after or extent.first
    beyond = "a.id > $2" if after else "a.id >= $2"
    sql = f"{_PAGE} AND {beyond} ORDER BY a.id LIMIT $5"
    async with scope.reading():
        found = await db.rows(sql, tenant, start, extent.last, until, PAGE_ACTIVITIES)
        known = await standings((tenant, row["member_id"]) for row in found) if with_standings else {}
    return [
        (
            row["id"],
            Activity.from_json({**orjson.loads(row["body"]), "member_id": row["member_id"]}),
            Who(
                row["member_id"],
                db.instant(row["joined_at"]),
                known.get((tenant, row["member_id"]), NOBODY),
            ),
        )
        for row in found
    ]


COUNTS = """a.state <> 'refused' AND (a.state <> 'parked' OR NOT EXISTS (
    SELECT 1 FROM activity_review r WHERE r.tenant_id = a.tenant_id AND r.id = a.id AND r.state = 'held'))"""
"""What was decided, or will be once its order comes; not what was refused, or waits for somebody to look at it."""

_WINDOW = f"a.tenant_id = $1 AND a.occurred_at >= $2 AND a.occurred_at < $3 AND {COUNTS}"
_READ = f"a.tenant_id = $1 AND a.id >= $2 AND a.id <= $3 AND a.occurred_at < $4 AND {COUNTS}"
_FIRST = f"SELECT a.id FROM activity a WHERE {_WINDOW} ORDER BY a.id LIMIT 1"
_COUNT = f"SELECT count(*) AS n FROM activity a WHERE {_READ}"
_CORRECTED = (
    f"SELECT DISTINCT a.order_reference FROM activity a WHERE {_READ} "
    "AND a.order_reference IS NOT NULL AND a.kind <> 'purchase'"
)
_PAGE = f"""
SELECT a.id, a.member_id, a.body, m.joined_at FROM activity a
JOIN member m ON m.tenant_id = a.tenant_id AND m.id = a.member_id
WHERE a.tenant_id = $1 AND a.id <= $3 AND a.occurred_at < $4 AND {COUNTS}"""
