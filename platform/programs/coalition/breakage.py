"""Breakage ahead of time: at the end of each month, as much of the float is taken for breakage as the rules estimate.

The estimate is trued up at every close: what was estimated before, too much or too little, is part of the next entry. A
month is closed as a settlement's period is, so it comes to the same whenever that is done.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

import orjson

from kit import db
from programs import documents
from programs.coalition.entries import Account, EntryKind, NewEntry, entry, post
from programs.coalition.models import Coalition
from programs.coalition.periods import Period, last_instant, period_of
from programs.coalition.rules import CoalitionRules, Estimated
from programs.coalition.terms import SettlementPeriod
from programs.days import local_day
from programs.models import ProgramVersion
from tenants import profile, scope


async def due() -> list[str]:
    """The coalitions of the scope's tenant whose month may be over."""
    async with scope.reading():
        rows = await db.rows(_LOOK, scope.tenant_id(), scope.now())
    return [row["id"] for row in rows]


async def estimate(coalition: str) -> int:
    """Estimate for a coalition's month, in one transaction, if it is over; answers how many were: 1 or 0.

    Whoever calls this has the ledger followed first.
    """
    async with scope.writing():
        tenant, now = scope.tenant_id(), scope.now()
        await db.execute("UPDATE coalition SET unit_id = unit_id WHERE tenant_id = $1 AND id = $2", tenant, coalition)
        row, zone = await Coalition.get(id=coalition), ZoneInfo((await profile.current()).zone)
        period = _next(row, zone)
        if period.closes_at(zone) > now:
            await db.execute(_LATER, tenant, row.id, period.closes_at(zone))
            return 0
        await post(await _entries(row.id, period, last_instant(period, zone), now))
        after = period_of(SettlementPeriod.MONTH, period.next)
        await db.execute(_MOVE_ON, tenant, row.id, period.last.isoformat(), after.closes_at(zone))
    return 1


def _next(coalition: Coalition, zone: ZoneInfo) -> Period:
    """The month to be estimated for next; the first is that in which the coalition began."""
    if coalition.estimated_to is None:
        return period_of(SettlementPeriod.MONTH, local_day(coalition.created_at, zone))
    return period_of(SettlementPeriod.MONTH, date.fromisoformat(coalition.estimated_to) + timedelta(days=1))


async def _entries(program: str, period: Period, at: datetime, now: datetime) -> list[NewEntry]:
    percent = await _percent(program, at)
    if percent is None:
        return []
    tenant, last = scope.tenant_id(), period.last.isoformat()
    made = []
    for row in await db.rows(_FLOAT, tenant, program, last):
        more = int(row["outstanding"]) * percent // 100 - int(row["estimated"])
        if more:
            legs = (Account.FLOAT, Account.BREAKAGE) if more > 0 else (Account.BREAKAGE, Account.FLOAT)
            id_ = str(uuid5(NAMESPACE_OID, f"estimate {program} {last} {row['currency']}"))
            made.append(
                entry(
                    tenant, program, None, EntryKind.ESTIMATE, *legs, abs(more), row["currency"], at, now, last, id_=id_
                )
            )
    return made


async def _percent(program: str, at: datetime) -> int | None:
    """How much of the float is taken for breakage by the rules of an instant; None: nothing is, and never was."""
    begun = ProgramVersion.filter(program_id=program, state="published", live_from__lte=at).order_by("live_from")
    rules = [documents.load(CoalitionRules, orjson.loads(row.rules)) for row in await begun]
    if not any(isinstance(each.breakage, Estimated) for each in rules):
        return None
    last = rules[-1].breakage
    return last.percent if isinstance(last, Estimated) else 0


_LOOK = "SELECT id FROM coalition WHERE tenant_id = $1 AND look_at <= $2 ORDER BY id"
_LATER = "UPDATE coalition SET look_at = $3 WHERE tenant_id = $1 AND id = $2"
_MOVE_ON = "UPDATE coalition SET estimated_to = $3, look_at = $4 WHERE tenant_id = $1 AND id = $2"
_FLOAT = """
SELECT currency,
    SUM(CASE WHEN kind = 'estimate' THEN 0 WHEN credit = 'float' THEN amount ELSE -amount END) AS outstanding,
    SUM(CASE WHEN kind <> 'estimate' THEN 0 WHEN credit = 'breakage' THEN amount ELSE -amount END) AS estimated
FROM clearing_entry
WHERE tenant_id = $1 AND program_id = $2 AND booked_on <= $3 AND (credit = 'float' OR debit = 'float')
GROUP BY currency ORDER BY currency"""
