"""The tenant at a glance: who takes part, and what moved on each local day, by a few set-based statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kit import clock, db
from kit.errors import Refusal
from kit.ids import new_id
from kit.setbased import Columns
from ledger.state import UnitId
from tenants import scope

DAYS_MAX = 366
ACTIVE_DAYS = 30
SKEW = timedelta(hours=1)


@dataclass(slots=True)
class Day:
    """What moved on one local day, in the unit's smallest part."""

    date: date
    issued: int = 0
    redeemed: int = 0
    expired: int = 0


@dataclass(slots=True)
class UnitFigures:
    """One unit: what members have (`outstanding`: available, held and pending), and how it moved day by day."""

    unit_id: UnitId
    outstanding: int = 0
    pending: int = 0
    days: list[Day] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DueRun:
    """A job's run that is due and nobody works on, since `due_at` on the tenant's clock."""

    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures; `activities` and `redemptions` are of the days asked for, the members' of the last 30 days."""

    members: int
    members_active: int
    members_new: int
    activities: int
    redemptions: int
    units: Sequence[UnitFigures]
    oldest_due: DueRun | None


async def overview(days: int, zone: ZoneInfo) -> Overview:
    """The figures of the last `days` local days, today included. Raises `Refusal` OUT_OF_RANGE (1 to 366)."""
    if not 1 <= days <= DAYS_MAX:
        raise Refusal("OUT_OF_RANGE", f"Give 1 to {DAYS_MAX} days.", ("days",))
    now = scope.now()
    starts = _starts(now, days, zone)
    month = now - timedelta(days=ACTIVE_DAYS)
    async with scope.reading():
        (counts,) = await db.rows(_COUNTS, scope.tenant_id(), month, starts[0][1], now)
        units = {row["id"]: UnitFigures(row["id"], days=[Day(day) for day, _, _ in starts]) for row in await _units()}
        for row in await db.rows(_OUTSTANDING, scope.tenant_id()):
            unit = units[row["unit_id"]]
            unit.outstanding += int(row["posted"])
            unit.pending += int(row["posted"]) if row["book"] == "pending" else 0
        await _fill(units, starts, _oldest_id(now - starts[0][1]))
        due = await db.rows(_DUE, scope.tenant_id(), clock.now())
    return Overview(
        int(counts["members"]), int(counts["active"]), int(counts["joined"]), int(counts["activities"]),
        int(counts["redemptions"]), [units[id_] for id_ in units],
        DueRun(due[0]["name"], db.instant(due[0]["due_at"]) + scope.current().clock_offset) if due else None,
    )  # fmt: skip


Starts = Sequence[tuple[date, datetime, datetime]]


def _starts(now: datetime, days: int, zone: ZoneInfo) -> Starts:
    """Each local day with the instants at which it begins and ends."""
    today = now.astimezone(zone).date()
    dates = [today - timedelta(days=days - 1 - number) for number in range(days + 1)]
    begins = [datetime.combine(day, time(), zone).astimezone(UTC) for day in dates]
    return [(dates[number], begins[number], begins[number + 1]) for number in range(days)]


async def _units() -> Sequence[db.Row]:
    return await db.rows("SELECT id FROM unit WHERE tenant_id = $1 ORDER BY slug", scope.tenant_id())


def _oldest_id(ago: timedelta) -> str:
    """No entry that took effect so long ago, or later, has a smaller id: the primary key bounds what is read.

    Ids are in order of the real time they were made at. Nothing is dated further ahead than five minutes, and no
    tenant's clock runs slower than the real one. `SKEW` is that, and for machines whose clocks differ.
    """
    milliseconds = int(new_id().replace("-", "")[:12], 16) - (ago + SKEW) // timedelta(milliseconds=1)
    digits = f"{max(0, milliseconds):012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-000000000000"


async def _fill(units: dict[UnitId, UnitFigures], starts: Starts, oldest_id: str) -> None:
    rows = [(number, begin, end) for number, (_, begin, end) in enumerate(starts)]
    sql = _MOVED.format(days=_DAYS.source(2))
    found = await db.rows(sql, scope.tenant_id(), _DAYS.payload(rows), starts[0][1], oldest_id)
    for row in found:
        day = units[row["unit_id"]].days[int(row["number"])]
        amount = int(row["amount"])
        match row["owner"], row["side"]:
            case "issued", "from":
                day.issued += amount
            case "issued", "to":
                day.issued -= amount
            case "spent", "to":
                day.redeemed += amount
            case "spent", "from":
                day.redeemed -= amount
            case "expired", "to":
                day.expired += amount
            case _:
                day.expired -= amount


_DAYS = Columns(number="int", begins="instant", ends="instant")

# System accounts are few: three per unit. Points by hand count as issued.
_MOVED = """
SELECT y.unit_id, y.owner, y.side, x.number, sum(y.amount) AS amount FROM (
    SELECT t.unit_id, CASE a.owner WHEN 'adjusted' THEN 'issued' ELSE a.owner END AS owner, 'from' AS side,
           t.effective_at, t.amount
    FROM account a JOIN transfer t ON t.tenant_id = a.tenant_id AND t.debit = a.id
    WHERE a.tenant_id = $1 AND a.owner IN ('issued', 'adjusted', 'spent', 'expired') AND t.effective_at >= $3
        AND t.id >= $4 AND t.kind IN ('now', 'post')
    UNION ALL
    SELECT t.unit_id, CASE a.owner WHEN 'adjusted' THEN 'issued' ELSE a.owner END, 'to', t.effective_at, t.amount
    FROM account a JOIN transfer t ON t.tenant_id = a.tenant_id AND t.credit = a.id
    WHERE a.tenant_id = $1 AND a.owner IN ('issued', 'adjusted', 'spent', 'expired') AND t.effective_at >= $3
        AND t.id >= $4 AND t.kind IN ('now', 'post')) AS y
JOIN {days} AS x ON y.effective_at >= x.begins AND y.effective_at < x.ends
GROUP BY y.unit_id, y.owner, y.side, x.number"""

_OUTSTANDING = """
SELECT unit_id, book, sum(posted) AS posted FROM account
WHERE tenant_id = $1 AND owner >= 'member:' AND owner < 'member;' GROUP BY unit_id, book"""

_COUNTS = """
SELECT (SELECT count(*) FROM member WHERE tenant_id = $1 AND state = 'active') AS members,
       (SELECT count(DISTINCT member_id) FROM activity WHERE tenant_id = $1 AND occurred_at >= $2) AS active,
       (SELECT count(*) FROM member WHERE tenant_id = $1 AND state = 'active' AND joined_at >= $2) AS joined,
       (SELECT count(*) FROM activity WHERE tenant_id = $1 AND occurred_at >= $3 AND occurred_at <= $4) AS activities,
       (SELECT count(*) FROM redemption
        WHERE tenant_id = $1 AND state = 'confirmed' AND closed_at >= $3) AS redemptions"""

# Runs go by the real clock, whatever the tenant's says.
_DUE = """
SELECT name, due_at FROM job_run
WHERE tenant_id = $1 AND due_at <= $2 AND (state = 'waiting' OR state = 'running' AND lease_until <= $2)
ORDER BY due_at LIMIT 1"""
