"""Wake-ups: who is visited, in what order, and what one tenant's failure does to others."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from prometheus_client import REGISTRY

from jobs.job import Every, Job, Lane, Worked
from jobs.run import Lease, take
from jobs.runner import CHUNKS_MAX, ROUNDS_MAX, Runner
from kit import clock
from tenants import scope
from tenants.models import Tenant
from tests.conftest import DatabaseUrls
from tests.jobs.helpers import START, happen, left, mark, marking, runs, tenant, tick


async def test_tick_without_tenants_does_nothing(database: DatabaseUrls) -> None:
    assert await tick(marking()) == 0


async def test_tick_twice_does_nothing_the_second_time(database: DatabaseUrls) -> None:
    shop, idle = await tenant("a"), await tenant("b")
    await happen(shop, 3)
    assert await tick(marking()) == 3
    before = [(run.id, run.attempt, run.state) for run in await runs(shop)]
    assert await tick(marking()) == 0
    assert [(run.id, run.attempt, run.state) for run in await runs(shop)] == before
    assert [state for _, _, state in before] == ["done"]
    assert await runs(idle) == [], "a tenant with nothing due is not visited"


async def test_same_day_work_opens_the_days_run_again(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    with clock.pinned(START):
        await happen(shop)
        await tick(marking())
        await happen(shop)
        await tick(marking())
    with clock.pinned(START + timedelta(days=1)):
        await happen(shop)
        await tick(marking())
    assert [(run.run_key, run.state) for run in await runs(shop)] == [("2026-03-01", "done"), ("2026-03-02", "done")]


async def test_hourly_job_runs_once_an_hour(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    for minutes, runs_so_far in ((0, 1), (30, 1), (60, 2)):
        with clock.pinned(START + timedelta(minutes=minutes)):
            await happen(shop)
            await tick(marking(every=Every.HOUR))
        assert len(await runs(shop)) == runs_so_far
    assert [run.run_key for run in await runs(shop)] == ["2026-03-01T12", "2026-03-01T13"]
    assert await left(shop) == 0


async def test_failure_of_one_tenant_stops_no_other(database: DatabaseUrls) -> None:
    first, broken, last = [await tenant(slug) for slug in "abc"]
    for shop in (first, broken, last):
        await happen(shop, 2)

    async def fails_for_one(lease: Lease) -> Worked:
        if scope.tenant_id() == broken:
            raise RuntimeError
        return await mark(lease)

    failed = _count("failed")
    assert await tick(replace(marking(), work=fails_for_one)) == 4
    assert [await left(shop) for shop in (first, broken, last)] == [0, 2, 0]
    (run,) = await runs(broken)
    assert (run.state, run.failures, run.error) == ("waiting", 1, "RuntimeError")
    assert _count("failed") == failed + 1, "it is put off, not tried again at once"
    assert await tick(marking()) == 0
    with clock.pinned(clock.now() + timedelta(minutes=1)):
        assert await tick(marking()) == 2


async def test_failing_job_stops_no_other_job_but_those_that_follow_it(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    await happen(shop)
    done: list[str] = []

    def job(name: str, after: tuple[str, ...] = ()) -> Job:
        async def work(lease: Lease) -> Worked:
            if name == "breaks":
                raise RuntimeError
            done.append(name)
            return Worked(0)

        return replace(marking(name, after=after), work=work)

    await tick(job("breaks"), job("follows", ("breaks",)), job("stands alone"))
    assert done == ["stands alone"]


async def test_following_job_waits_for_another_workers_run(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    await happen(shop)
    first, second = marking("first"), marking("second", after=("first",))
    with scope.of(shop):
        lease = await take(first, first.run_key(clock.now()))
    assert await tick(first, second) == 0
    assert {run.name for run in await runs(shop)} == {"first"}
    assert lease is not None
    with scope.of(shop):
        await lease.close(finished=False)
    assert await tick(first, second) == 1
    assert {(run.name, run.progress) for run in await runs(shop)} == {
        ("first", '{"chunks":2,"handled":1}'), ("second", '{"chunks":1,"handled":0}')
    }  # fmt: skip


async def test_busy_tenants_let_others_have_their_turn(database: DatabaseUrls) -> None:
    """Two are worked for at once: the third has its turn when one of them has had its chunks, not when it is done."""
    busy, quiet = [await tenant("a"), await tenant("b")], await tenant("c")
    for one in busy:
        await happen(one, CHUNKS_MAX * 2)
    await happen(quiet)
    order: list[str] = []

    async def noting(lease: Lease) -> Worked:
        order.append(scope.tenant_id())
        return await mark(lease)

    await tick(replace(marking(), work=noting))
    assert [await left(one) for one in busy] == [0, 0]
    assert order.index(quiet) <= CHUNKS_MAX * 2


async def test_every_tenant_is_visited_page_by_page(database: DatabaseUrls) -> None:
    shops = [await tenant(f"shop-{n}") for n in range(5)]
    for shop in shops:
        await happen(shop)
    assert await tick(marking(), page_tenants=2) == 5
    assert [await left(shop) for shop in shops] == [0] * 5


async def test_work_that_claims_more_for_ever_ends_the_tick(database: DatabaseUrls) -> None:
    await happen(await tenant("a"))
    calls = 0

    async def never_ends(lease: Lease) -> Worked:
        nonlocal calls
        calls += 1
        return Worked(1, more=True)

    await tick(replace(marking(), work=never_ends))
    assert calls == CHUNKS_MAX * ROUNDS_MAX


async def test_tick_during_a_tick_makes_it_go_once_more(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    await happen(shop)
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def held(lease: Lease) -> Worked:
        entered.set()
        await go_on.wait()
        return await mark(lease)

    runner = Runner(Lane.POINTS, [replace(marking(), work=held)])
    ticking = asyncio.create_task(runner.tick())
    await entered.wait()
    assert await runner.tick() == 0
    go_on.set()
    assert await ticking == 1


async def test_stop_ends_after_the_chunk_under_way(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    await happen(shop, 3)

    async def stopping(lease: Lease) -> Worked:
        runner.stop()
        return await mark(lease)

    runner = Runner(Lane.POINTS, [replace(marking(), work=stopping)])
    assert await runner.tick() == 1
    (run,) = await runs(shop)
    assert (run.state, run.lease_until) == ("waiting", None), "the next process need not wait for a lease to run out"
    assert await tick(marking()) == 2


async def test_gauges_tell_how_long_work_has_waited(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    with clock.pinned(START):
        await happen(shop)
    runner = Runner(Lane.POINTS, [marking()])
    with clock.pinned(START + timedelta(hours=2)):
        await runner.measure()
        assert REGISTRY.get_sample_value("guerdon_job_oldest_due_seconds", {"job": "mark"}) == 7200
        assert await left(shop) == 1
        await runner.tick()
        await runner.tick()
    assert REGISTRY.get_sample_value("guerdon_job_oldest_due_seconds", {"job": "mark"}) == 0


async def test_gauges_do_not_take_a_moved_clock_for_lateness(database: DatabaseUrls) -> None:
    shop, sandbox = await tenant("a"), await tenant("a-sandbox")
    with scope.unscoped("test"):
        async with scope.writing():
            moved = {"sandbox_of": shop, "clock_offset_us": timedelta(days=365) // timedelta(microseconds=1)}
            await Tenant.filter(id=sandbox).update(**moved)
    with clock.pinned(START):
        await happen(sandbox)
        await Runner(Lane.POINTS, [marking()]).measure()
        assert REGISTRY.get_sample_value("guerdon_job_oldest_due_seconds", {"job": "mark"}) == 0
        assert await tick(marking()) == 1


def _count(outcome: str) -> float:
    return REGISTRY.get_sample_value("guerdon_job_runs_total", {"job": "mark", "outcome": outcome}) or 0
