"""Taking runs, fencing, finishing, failing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobs.job import Every
from jobs.run import BACKOFF_MAX, FAILURES_MAX, Hopeless, LeaseLost, backoff, take
from kit import clock, db
from tenants import scope
from tests.conftest import DatabaseUrls
from tests.jobs.helpers import START, happen, left, mark, marking, runs, tenant

KEY = "2026-03-01"


async def test_only_one_worker_takes_a_run(database: DatabaseUrls) -> None:
    with scope.of(await tenant("a")):
        assert await take(marking(), KEY) is not None
        assert await take(marking(), KEY) is None
        assert await take(marking(), "2026-03-02") is None, "another day's run waits while one is open"


async def test_slow_worker_cannot_commit_after_takeover(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    await happen(shop, 2)
    with scope.of(shop):
        with clock.pinned(START):
            slow = await take(marking(), KEY)
        assert slow is not None
        with clock.pinned(START + slow.job.lease):
            fast = await take(marking(), KEY)
            assert fast is not None
            assert (slow.id, slow.attempt, fast.attempt) == (fast.id, 1, 2)
            with pytest.raises(LeaseLost):
                await mark(slow)
            assert await left(shop) == 2
            for late in (slow.extend(), slow.close(finished=True), slow.fail(ValueError())):
                with pytest.raises(LeaseLost):
                    await late
            await mark(fast)
            await fast.close(finished=True)
    assert await left(shop) == 1
    (run,) = await runs(shop)
    assert (run.state, run.attempt, run.progress) == ("done", 2, '{"chunks":1,"handled":1}')


async def test_lease_is_extended_by_each_chunk(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    await happen(shop, 2)
    with scope.of(shop):
        with clock.pinned(START):
            lease = await take(marking(), KEY)
        assert lease is not None
        with clock.pinned(START + timedelta(seconds=50)):
            await mark(lease)
        with clock.pinned(START + timedelta(seconds=90)):
            assert await take(marking(), KEY) is None
            await mark(lease)
    assert await left(shop) == 0


async def test_chunk_that_fails_writes_nothing(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    await happen(shop)
    with scope.of(shop):
        lease = await take(marking(), KEY)
        assert lease is not None
        with pytest.raises(ZeroDivisionError):
            async with lease.chunk():
                await db.execute("UPDATE event SET relayed = true WHERE tenant_id = $1", shop)
                raise ZeroDivisionError
    assert await left(shop) == 1
    assert (await runs(shop))[0].progress == "{}"


@pytest.mark.parametrize(("every", "again"), [(Every.ALWAYS, True), (Every.DAY, False)])
async def test_done_run_is_taken_again_only_if_always(database: DatabaseUrls, every: Every, again: bool) -> None:
    job = marking(every=every)
    with scope.of(await tenant("a")):
        lease = await take(job, KEY)
        assert lease is not None
        await lease.close(finished=True)
        second = await take(job, KEY)
        assert (second is not None) is again
        if second is not None:
            assert (second.id, second.attempt) == (lease.id, 2)


async def test_failed_run_waits_longer_each_time_and_is_given_up(database: DatabaseUrls) -> None:
    shop, at = await tenant("a"), START
    with scope.of(shop):
        for failures in range(1, FAILURES_MAX + 1):
            with clock.pinned(at):
                lease = await take(marking(), KEY)
                assert lease is not None
                await lease.fail(ValueError("not to be stored"))
                assert await take(marking(), KEY) is None
            at += backoff(failures)
        with clock.pinned(at + timedelta(hours=10)):
            assert await take(marking(), KEY) is None
            assert await take(marking(), "2026-03-02") is not None
    failed, _ = await runs(shop)
    assert (failed.state, failed.failures, failed.error) == ("failed", FAILURES_MAX, "ValueError")
    assert backoff(100) == BACKOFF_MAX


async def test_hopeless_run_is_given_up_at_once(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    with scope.of(shop):
        lease = await take(marking(), KEY)
        assert lease is not None
        await lease.fail(Hopeless("2 findings"))
    (run,) = await runs(shop)
    assert (run.state, run.failures, run.error) == ("failed", 1, "Hopeless: 2 findings")
