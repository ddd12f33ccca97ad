"""The tenant at a glance: what moved falls on its local day, and late jobs are named by the right clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from insight.overview import Day, DueRun, overview
from jobs.run import Lease, take
from kit import clock, db
from kit.errors import Refusal
from kit.ids import new_id
from tenants import scope
from tests.jobs.helpers import marking, tenant
from tests.ledger.helpers import START, Shop, open_shop

BERLIN = ZoneInfo("Europe/Berlin")
YEAR = timedelta(days=365)


async def test_days_are_local_also_when_one_is_shorter(database: object) -> None:
    shop = await open_shop()
    # In Berlin, 29 March 2026 has 23 hours: from 23:00 to 22:00 UTC.
    for at, amount in (
        (datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC), 1),
        (datetime(2026, 3, 28, 23, tzinfo=UTC), 10),
        (datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC), 100),
        (datetime(2026, 3, 29, 22, tzinfo=UTC), 1000),
    ):
        shop.now = at
        await shop.earn(amount)
    with scope.of(shop.tenant), clock.pinned(shop.now + timedelta(hours=1)):
        (unit,) = (await overview(3, BERLIN)).units
    assert unit.days == [
        Day(date(2026, 3, 28), issued=1), Day(date(2026, 3, 29), issued=110), Day(date(2026, 3, 30), issued=1000)
    ]  # fmt: skip
    assert (unit.outstanding, unit.pending) == (1111, 0)


async def test_what_comes_back_and_what_ends_is_counted(database: object) -> None:
    shop = await open_shop()
    earned = await shop.earn(100, expires_in=timedelta(days=1))
    await shop.earn(7, pending=True)
    await shop.earn(5, source="adjusted")
    spent = await shop.spend(60)
    await shop.hold(3)
    await shop.reverse(spent, 20)
    await shop.reverse(earned, 10)
    with scope.of(shop.tenant), clock.pinned(shop.now):
        (unit,) = (await overview(1, BERLIN)).units
    assert unit.days == [Day(date(2026, 3, 1), issued=102, redeemed=40)]
    assert (unit.outstanding, unit.pending) == (62, 7)
    shop.now += timedelta(days=1)
    await shop.expire_all()
    with scope.of(shop.tenant), clock.pinned(shop.now):
        (unit,) = (await overview(1, BERLIN)).units
    assert unit.days == [Day(date(2026, 3, 2), expired=unit.days[0].expired)]
    assert unit.days[0].expired + unit.outstanding == 62


async def test_what_was_written_long_ago_is_not_read(database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The days are found by the primary key: an index by the date of effect would cost every writing."""
    shop, asked = await open_shop(), list[tuple[str, tuple[object, ...]]]()
    await shop.earn(1)
    rows = db.rows

    async def listening(sql: str, *params: object) -> Sequence[db.Row]:
        asked.append((sql, params))
        return await rows(sql, *params)

    monkeypatch.setattr(db, "rows", listening)
    with scope.of(shop.tenant), clock.pinned(shop.now):
        await overview(30, BERLIN)
    ((sql, params),) = ((sql, params) for sql, params in asked if "JOIN transfer" in sql)
    (entry,) = await _transfers(shop)
    assert str(params[-1]) < entry < new_id()
    made = [int(id_.replace("-", "")[:12], 16) for id_ in (str(params[-1]), new_id())]
    assert 29 * 24 <= (made[1] - made[0]) / 3_600_000 <= 30 * 24 + 2
    if db.dialect() == "sqlite":
        with scope.of(shop.tenant):
            async with scope.reading():
                plan = [row["detail"] for row in await rows(f"EXPLAIN QUERY PLAN {sql}", *params)]
        assert sum("transfer_1 (tenant_id=? AND id>?)" in step for step in plan) == 2, plan


async def _transfers(shop: Shop) -> list[str]:
    with scope.of(shop.tenant):
        async with scope.reading():
            return [row["id"] for row in await db.rows("SELECT id FROM transfer WHERE tenant_id = $1", shop.tenant)]


async def test_points_of_other_tenants_are_not_counted(database: object) -> None:
    shop, other = await open_shop("shop"), await open_shop("other")
    await other.earn(10)
    with scope.of(shop.tenant), clock.pinned(START):
        found = await overview(1, BERLIN)
    assert [(unit.unit_id, unit.outstanding) for unit in found.units] == [(shop.unit, 0)]
    assert found.units[0].days == [Day(date(2026, 3, 1))]


@pytest.mark.parametrize("days", [0, -1, 367])
async def test_days_have_bounds(database: object, days: int) -> None:
    with scope.of(await tenant("a")), pytest.raises(Refusal) as refused:
        await overview(days, BERLIN)
    assert (refused.value.code, refused.value.field) == ("OUT_OF_RANGE", ("days",))


async def test_run_that_is_put_off_or_worked_on_is_not_due(database: object) -> None:
    """Also in a sandbox whose clock is ahead: runs go by the real one."""
    job, shop = marking(), await tenant("a")

    async def due(after: timedelta) -> DueRun | None:
        with clock.pinned(START + after):
            return (await overview(1, BERLIN)).oldest_due

    with scope.of(shop, clock_offset=YEAR):
        with clock.pinned(START):
            lease = await take(job, new_id())
        assert isinstance(lease, Lease)
        assert await due(job.lease - timedelta(seconds=1)) is None
        assert await due(job.lease) == DueRun("mark", START + YEAR), "its worker is gone"
        with clock.pinned(START):
            await lease.fail(RuntimeError())
        assert await due(timedelta(seconds=9)) is None
        assert await due(timedelta(seconds=10)) == DueRun("mark", START + YEAR + timedelta(seconds=10))
