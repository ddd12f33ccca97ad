"""A shop whose points mature, expire and are held, and what its ledger says, comparable with another shop's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from jobs.job import Job, Lane
from jobs.runner import Runner
from jobs.schedule import schedule
from kit import clock, db
from kit.ids import new_id
from kit.outbound import Outbound
from ledger.models import Account, Lot, Transfer
from ledger.verify import verify
from tenants import scope
from tests.ledger.helpers import START, Shop, open_shop

DAY = timedelta(days=1)
MEMBERS = 6
JOBS = schedule(b"root", Outbound())


async def busy_shop(slug: str) -> tuple[Shop, list[str]]:
    """Members whose lots end on various days of the next month; some pending, some held for a time, some for ever."""
    shop = await open_shop(slug)
    members = sorted(new_id() for _ in range(MEMBERS))
    for n, member in enumerate(members):
        of = replace(shop, member_id=member)
        for days in (3, 9, 16, 27):
            await of.earn(100 + 10 * n + days, expires_in=(days + n) * DAY)
        await of.earn(50 + n, expires_in=20 * DAY, matures_in=(5 + n) * DAY)
        await of.earn(7)
        await of.hold(60 + n, ends_in=2 * DAY)
        await of.hold(60 + n, ends_in=(14 + n) * DAY)
        await of.spend(11)
    return shop, members


async def wake(at: datetime, lane: Lane = Lane.POINTS, jobs: Sequence[Job] = JOBS) -> int:
    """One wake-up at this instant, of a process that has just started."""
    with clock.pinned(at):
        return await Runner(lane, jobs).tick()


async def facts(shop: Shop, members: Sequence[str]) -> dict[str, Any]:
    """What the ledger says: entries by what they did and when it counts, lots, balances; members by their number."""
    names = {f"member:{member}": f"member {n}" for n, member in enumerate(members)}
    with scope.of(shop.tenant):
        async with scope.reading():
            accounts = {account.id: account for account in await Account.all()}
            transfers = await Transfer.all()
            lots = await Lot.all()

    def name(account_id: str) -> str:
        account = accounts[account_id]
        return f"{names.get(account.owner, account.owner)} {account.book}"

    # Totals: what is held over a lot's end expires on its own, and with the rest if both are late; it counts the same.
    entries: Counter[Any] = Counter()
    for t in transfers:
        entries[t.kind, t.reason, name(t.debit), name(t.credit), t.effective_at] += t.amount
    return {
        "entries": dict(entries),
        "lots": sorted(
            (name(lot.account_id), lot.earned_at, str(lot.expires_at), lot.amount, lot.remaining, lot.held, lot.used,
             lot.expired)
            for lot in lots
        ),
        "balances": sorted((name(a.id), a.posted, a.held, a.deficit) for a in accounts.values() if a.owner in names),
    }  # fmt: skip


async def expired_once(shop: Shop) -> None:
    """Assert that each lot's expiries are what the lot says, and that each names a lot that came due."""
    found = await _rows(
        shop,
        "SELECT l.id, l.expired, l.expires_at, min(t.effective_at) AS first, sum(t.amount) AS amount "
        "FROM lot l JOIN lot_use u ON u.tenant_id = l.tenant_id AND u.lot_id = l.id "
        "JOIN transfer t ON t.tenant_id = u.tenant_id AND t.id = u.transfer_id "
        "WHERE l.tenant_id = $1 AND u.purpose = 'expire' GROUP BY l.id, l.expired, l.expires_at",
    )
    assert found
    for row in found:
        assert row["amount"] == row["expired"]
        assert row["first"] >= row["expires_at"], "a lot expires on its day, or when a hold gives it back later"


async def _rows(shop: Shop, sql: str) -> Sequence[db.Row]:
    with scope.of(shop.tenant):
        async with scope.reading():
            return await db.rows(sql, shop.tenant)


async def verified(shop: Shop) -> None:
    """Assert that the whole ledger is sound."""
    assert await verify(shop.tenant, full=True) == ()


__all__ = ["DAY", "JOBS", "START", "busy_shop", "expired_once", "facts", "verified", "wake"]
