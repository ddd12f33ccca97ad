"""Tell members ahead that points will expire: so many days before, once each, by the program's `warn_days`.

What is near its end is told in the tightest of the windows it lies in. After downtime a member therefore hears "7 days"
and not "30 days" and "7 days" at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import orjson

from events.service import Happening, emit_many
from jobs.job import Worked
from jobs.run import Lease
from kit import db
from kit.ids import new_id
from kit.setbased import Insert
from tenants import scope

EVENT = "points.expiring"
WARNINGS_MAX = 500

WARN_DUE = (
    "SELECT x.now WHERE EXISTS (SELECT 1 FROM lot l "
    "WHERE l.tenant_id = x.tenant_id AND l.remaining > 0 AND l.expires_at > x.now) "
    "OR EXISTS (SELECT 1 FROM account a WHERE a.tenant_id = x.tenant_id AND a.lapses_at > x.now)"
)

_INSERT = Insert(
    "expiry_warning", tenant_id="uuid", id="uuid", account_id="uuid", expires_at="instant", days_before="int",
    amount="int", recorded_at="instant",
    suffix="ON CONFLICT (tenant_id, account_id, expires_at, days_before) DO NOTHING",
)  # fmt: skip


async def warn(lease: Lease) -> Worked:
    """Warn of what ends within a window and was not yet told; at most `WARNINGS_MAX` in a chunk."""
    async with lease.chunk() as chunk:
        now = scope.now()
        for unit, days in (await _warn_days(now)).items():
            for nearer, days_before in pairwise(sorted({0, *days})):
                window = (now + timedelta(days=nearer), now + timedelta(days=days_before))
                for ending in (_OWN_END, _LAPSE):
                    room = WARNINGS_MAX - chunk.handled
                    chunk.handled += await _tell(unit, days_before, window, now, ending, room) if room else 0
    return Worked(chunk.handled, chunk.handled == WARNINGS_MAX)


async def _warn_days(now: datetime) -> Mapping[str, set[int]]:
    """By unit id, how many days ahead the live versions of the points programs want members told."""
    found = await db.rows(
        "SELECT p.unit_id, v.rules FROM program p "
        "JOIN program_version v ON v.tenant_id = p.tenant_id AND v.program_id = p.id "
        "WHERE p.tenant_id = $1 AND p.kind = 'points' AND p.state = 'live' AND v.state = 'published' "
        "AND v.live_from <= $2 AND (v.live_until IS NULL OR v.live_until > $2)",
        scope.tenant_id(), now,
    )  # fmt: skip
    answer: dict[str, set[int]] = defaultdict(set)
    for row in found:
        # What is published was checked then; only this one field is needed here, and it has been there from the start.
        answer[row["unit_id"]].update(orjson.loads(row["rules"]).get("expiry", {}).get("warn_days", ()))
    return answer


# Both: an account, when points of it end, how many. `$3 < end <= $4`, not yet told `$5` days before.
_NOT_TOLD = """NOT EXISTS (SELECT 1 FROM expiry_warning w WHERE w.tenant_id = a.tenant_id AND w.account_id = a.id
        AND w.expires_at = {end} AND w.days_before = $5)"""
_OWN_END = f"""
    SELECT a.id, a.owner, l.expires_at AS ends_at, sum(l.remaining) AS amount
    FROM lot l JOIN account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
    WHERE l.tenant_id = $1 AND a.unit_id = $2 AND a.book = 'available' AND l.remaining > 0
        AND l.expires_at > $3 AND l.expires_at <= $4 AND (a.lapses_at IS NULL OR a.lapses_at > l.expires_at)
        AND {_NOT_TOLD.format(end="l.expires_at")}
    GROUP BY a.id, a.owner, l.expires_at ORDER BY l.expires_at, a.id LIMIT $6"""
_LAPSE = f"""
    SELECT a.id, a.owner, a.lapses_at AS ends_at, sum(l.remaining) AS amount
    FROM account a JOIN lot l ON l.tenant_id = a.tenant_id AND l.account_id = a.id
    WHERE a.tenant_id = $1 AND a.unit_id = $2 AND a.book = 'available' AND l.remaining > 0
        AND a.lapses_at > $3 AND a.lapses_at <= $4 AND (l.expires_at IS NULL OR l.expires_at >= a.lapses_at)
        AND {_NOT_TOLD.format(end="a.lapses_at")}
    GROUP BY a.id, a.owner, a.lapses_at ORDER BY a.lapses_at, a.id LIMIT $6"""


async def _tell(
    unit: str, days_before: int, window: tuple[datetime, datetime], now: datetime, ending: str, limit: int
) -> int:
    tenant = scope.tenant_id()
    found = await db.rows(ending, tenant, unit, *window, days_before, limit)
    await _INSERT([
        (tenant, new_id(), row["id"], db.instant(row["ends_at"]), days_before, int(row["amount"]), now) for row in found
    ])  # fmt: skip
    await emit_many(_happenings(found, unit, days_before))
    return len(found)


def _happenings(found: Sequence[db.Row], unit: str, days_before: int) -> Sequence[Happening]:
    return [
        Happening(
            EVENT, row["owner"],
            {
                "member": row["owner"].removeprefix("member:"), "unit": unit, "amount": int(row["amount"]),
                "expires_at": db.instant(row["ends_at"]).isoformat(), "days_before": days_before,
            },
        )
        for row in found
        if row["owner"].startswith("member:")
    ]  # fmt: skip
