"""Jobs that run late, twice, or after a worker that slept: the ledger is as if nothing had happened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobs.job import Lane
from jobs.run import LeaseLost, take
from jobs.upkeep import Unsound
from kit import clock, db
from ledger.models import Batch, Seal
from rewards.models import Redemption
from tenants import scope
from tests.conftest import DatabaseUrls
from tests.faults.shops import DAY, JOBS, START, busy_shop, expired_once, facts, verified, wake
from tests.jobs.helpers import runs
from tests.ledger.helpers import Shop, open_shop


async def test_month_of_downtime_is_caught_up_as_if_jobs_had_run_daily(database: DatabaseUrls) -> None:
    daily, its = await busy_shop("daily")
    for day in range(1, 31):
        await wake(START + day * DAY)
    late, others = await busy_shop("late")
    await wake(START + 30 * DAY)
    expected = await facts(daily, its)
    assert {key[1] for key in expected["entries"]} == {"earn", "redeem", "mature", "release", "expire"}
    assert await facts(late, others) == expected
    for shop in (daily, late):
        await expired_once(shop)
        await verified(shop)


async def test_second_run_adds_nothing(database: DatabaseUrls) -> None:
    shop, members = await busy_shop("shop")
    assert await wake(START + 30 * DAY) > 0
    before = await facts(shop, members)
    assert await wake(START + 30 * DAY) == 0
    assert await facts(shop, members) == before


async def test_worker_that_slept_through_its_lease_commits_nothing(database: DatabaseUrls) -> None:
    slept, members = await busy_shop("slept")
    end = START + 30 * DAY
    job = next(job for job in JOBS if job.name == "mature")
    with scope.of(slept.tenant), clock.pinned(end):
        slow = await take(job, job.run_key(end))
        assert slow is not None
    await wake(end + job.lease)
    undisturbed, others = await busy_shop("undisturbed")
    await wake(end + job.lease)
    with scope.of(slept.tenant), clock.pinned(end + job.lease), pytest.raises(LeaseLost):
        await job.work(slow)
    assert await facts(slept, members) == await facts(undisturbed, others)
    await verified(slept)


async def test_sandbox_clock_is_what_counts(database: DatabaseUrls) -> None:
    shop = await open_shop("real")
    await shop.earn(10, expires_in=DAY)
    ahead = await open_shop("ahead")
    await ahead.earn(10, expires_in=DAY)
    with scope.unscoped("test"):
        async with scope.writing():
            await db.execute(
                "UPDATE tenant SET sandbox_of = $1, clock_offset_us = $2 WHERE id = $3",
                shop.tenant, 2 * 86_400_000_000, ahead.tenant,
            )  # fmt: skip
    assert await wake(START) == 1
    ahead.now = START + 2 * DAY
    assert ((await shop.balance()).available, (await ahead.balance()).available) == (10, 0)
    assert [run.state for run in await runs(ahead.tenant)] == ["done"]


async def test_hold_of_a_redemption_goes_with_its_redemption(database: DatabaseUrls) -> None:
    shop = await open_shop()
    await shop.earn(100)
    hold = await shop.hold(40, ends_in=DAY)
    other = await shop.hold(10, ends_in=DAY)
    with scope.of(shop.tenant):
        async with scope.writing():
            redemption = await Redemption.create(
                member_id=shop.member_id, unit_id=shop.unit, points=40, state="reserved", hold_id=hold, terms="{}",
                reserved_at=START, ends_at=START + DAY,
            )  # fmt: skip
    assert await wake(START + DAY) == 2
    with scope.of(shop.tenant):
        async with scope.reading():
            await redemption.refresh_from_db()
            assert redemption.state == "expired"
            resolved = await db.rows(
                "SELECT hold_id, reason FROM transfer WHERE tenant_id = $1 AND kind = 'void'", shop.tenant
            )
    assert {(row["hold_id"], row["reason"]) for row in resolved} == {(hold, "expire_hold"), (other, "release")}
    assert (await shop.balance()).available == 100
    assert all(run.state == "done" for run in await runs(shop.tenant))


async def test_upkeep_rolls_up_seals_and_verifies(database: DatabaseUrls) -> None:
    shop, _ = await busy_shop("shop")
    at = START + timedelta(minutes=2)
    await wake(at, Lane.UPKEEP)
    assert await _states(shop) == {"roll_up": "done", "seal": "done", "verify": "done"}
    with scope.of(shop.tenant):
        async with scope.reading():
            assert await Batch.filter(rolled_up=False).count() == 0
            assert await Batch.filter(seal_id=None).count() == 0
            assert await Seal.all().count() == 1
    assert await wake(at, Lane.UPKEEP) == 0


@pytest.mark.broken_books
async def test_unsound_ledger_fails_the_days_check_at_once(database: DatabaseUrls) -> None:
    shop = await open_shop()
    await shop.earn(10)
    with scope.of(shop.tenant):
        async with scope.writing():
            await db.execute("UPDATE account SET posted = 11 WHERE tenant_id = $1 AND posted = 10", shop.tenant)
    for _ in range(2):
        await wake(START + timedelta(minutes=2), Lane.UPKEEP)
    (run,) = [run for run in await runs(shop.tenant) if run.name == "verify"]
    assert (run.state, run.attempt) == ("failed", 1)
    assert run.error is not None
    assert run.error.startswith(Unsound.__name__)


async def _states(shop: Shop) -> dict[str, str]:
    return {run.name: run.state for run in await runs(shop.tenant)}
