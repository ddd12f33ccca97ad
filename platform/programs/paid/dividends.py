"""The yearly dividend: points for what members paid in the last calendar year, net of what came back."""

from __future__ import annotations

from datetime import datetime, timedelta

from events.service import emit
from kit import db
from kit.ids import new_id
from ledger.book import LotTerms, Stamp
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import TransferId, member, system
from members.views import MemberState
from programs.days import add_months, end_of_day
from programs.paid import counting, records, terms
from programs.paid.records import Record
from programs.paid.renewing import lock_members
from programs.paid.rules import Dividend
from programs.paid.terms import Terms
from programs.settling import Settling
from tenants import scope

REASON = "dividend"
GIVEN_MAX = 200


async def give_due(limit: int = 100) -> int:
    """Give up to `limit` memberships of the scope's tenant their dividend, where it is due; answers how many were seen.

    Once for a program, a year and a member (with whom became one with them), whatever became of the membership since.
    """
    async with scope.writing():
        now = scope.now()
        due = await db.rows(_DUE, scope.tenant_id(), now, min(limit, GIVEN_MAX))
        states = await lock_members([row["member_id"] for row in due])
        known = await terms.find_all() if due else {}
        for row in due:
            claimed = await records.claim(row["id"])
            found = known[claimed.program_id]
            if states[claimed.member_id] is MemberState.ACTIVE and found.live:
                await _give(found, claimed, now)
            # A pause only puts it off.
            look = found.rules.dividend_look(now) if found.live else now + timedelta(days=1)
            await db.execute(
                "UPDATE membership SET dividend_at = $3 WHERE tenant_id = $1 AND id = $2 AND state <> 'ended'",
                scope.tenant_id(), claimed.id, look,
            )  # fmt: skip
    return len(due)


async def _give(found: Terms, row: Record, now: datetime) -> None:
    """Give the dividend whose day has come, however late that is, if the rules of that day had it."""
    rules = found.rules.rules.dividend
    if rules is None:
        return
    this = found.rules.day(now).year
    for year in (this - 1, this):
        due = found.rules.dividend_due(year)
        assert due is not None, "there is a dividend"
        if row.joined_at <= due <= now and found.at(due).dividend_due(year) == due and not await db.rows(
            _KNOWN, scope.tenant_id(), row.program_id, row.member_id, year - 1
        ):  # fmt: skip
            await _give_for(found, row, rules, year, now)


async def _give_for(found: Terms, row: Record, rules: Dividend, year: int, now: datetime) -> None:
    """Give it, or write down that there is none: the day has been looked at."""
    due, spent = found.rules.dividend_due(year), await _spent(row, year - 1)
    assert due is not None, "there is a dividend"
    has_plan = row.life.entitled(found.rules) and not row.life.over(due)
    points = spent * rules.percent // 100 if has_plan else 0
    transfer = await _post(found, row, rules, points, year, now) if points else None
    tenant, id_ = scope.tenant_id(), new_id()
    await db.execute(_INSERT, tenant, id_, row.program_id, row.member_id, year - 1, spent, points, transfer, now)
    if points:
        await emit("dividend.given", f"member:{row.member_id}", {
            "member": row.member_id, "program": row.program_id, "year": year - 1, "spent": spent, "points": points,
        })  # fmt: skip


async def _spent(row: Record, year: int) -> int:
    owner, period = f"member:{row.member_id}", f"year:{year}"
    found = await db.rows(_SPENT, scope.tenant_id(), row.program_id, owner, counting.SPENT, period)
    return found[0]["used"] if found else 0


async def _post(found: Terms, row: Record, rules: Dividend, points: int, year: int, now: datetime) -> TransferId:
    tenant, unit, months = scope.tenant_id(), found.units[rules.unit], rules.expires_after_months
    account = member(tenant, unit, row.member_id)
    settling = await Settling.begin(row.member_id)
    wanted = Wanted(accounts={account})
    settling.want(wanted)
    book = await load(wanted, now)
    await settling.count()
    ends = None if months is None else end_of_day(add_months(found.rules.day(now), months), found.zone)
    stamp, key = Stamp(now, now), f"dividend:{row.program_id}/{row.member_id}/{year - 1}"
    transfer = book.move(
        key, REASON, system(tenant, unit, "issued"), account, points, stamp, terms=LotTerms(now, ends)
    )  # fmt: skip
    await save(book, settling.settle(book, key, stamp))
    await settling.grant()
    return transfer


_DUE = """
SELECT id, member_id FROM membership WHERE tenant_id = $1 AND dividend_at <= $2 ORDER BY dividend_at, id LIMIT $3"""
_KNOWN = """
SELECT 1 FROM dividend WHERE tenant_id = $1 AND program_id = $2 AND year = $4 AND (member_id = $3
    OR member_id IN (SELECT id FROM member WHERE tenant_id = $1 AND merged_into = $3))"""
_SPENT = """
SELECT used FROM counter WHERE tenant_id = $1 AND program_id = $2 AND owner = $3 AND name = $4 AND period = $5"""
_INSERT = """
INSERT INTO dividend (tenant_id, id, program_id, member_id, year, spent, points, transfer_id, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
