"""What is kept for a time only."""

from __future__ import annotations

from datetime import datetime, timedelta

from events.models import Delivery, Event
from jobs.job import Lane
from jobs.models import JobRun
from jobs.prune import DELIVERIES_KEPT, EVENTS_KEPT, RESULTS_KEPT, ROWS_MAX, RUNS_KEPT
from jobs.runner import Runner
from jobs.schedule import schedule
from kit import clock
from kit.ids import new_id
from kit.outbound import Outbound
from ledger.verify import verify
from tenants import scope
from tenants.models import Command, Session, Staff, Tenant
from tenants.scope import TenantId
from tests.conftest import DatabaseUrls
from tests.jobs.helpers import START, tenant

LITTLE = timedelta(seconds=1)
PRUNE = [job for job in schedule(b"root", Outbound()) if job.name == "prune"]


async def prune(at: datetime) -> int:
    with clock.pinned(at):
        return await Runner(Lane.UPKEEP, PRUNE).tick()


async def test_old_rows_go_and_younger_stay(database: DatabaseUrls) -> None:
    shop, other = await tenant("a"), await tenant("b")
    for at in (shop, other):
        await _fill(at, START)
    assert await prune(START - LITTLE) == 0
    with scope.of(shop):
        assert await _kept() == (1, 1, 1, 1)
        assert await prune(START) == 2, "the sessions of both"
        assert await _kept() == (0, 1, 2, 1), "and the prune's own run"
        assert await prune(START + DELIVERIES_KEPT) == 2
        assert await _kept() == (0, 1, 3, 0)
        assert await prune(START + RESULTS_KEPT - timedelta(days=1)) == 0
        assert RESULTS_KEPT == RUNS_KEPT
        await prune(START + RESULTS_KEPT)
        assert await _kept() == (0, 0, 2, 0), "the runs of a later day, and this one"
        async with scope.reading():
            assert await Command.all().count() == 1, "the key stays for ever"
        with clock.pinned(START + RESULTS_KEPT):
            assert await verify(shop, full=True) == (), "and is missed by nobody, whenever its id was made"


async def test_pruned_once_a_day(database: DatabaseUrls) -> None:
    await _fill(await tenant("a"), START)
    assert await prune(START) == 1
    shop = await tenant("b")
    await _fill(shop, START)
    assert await prune(START) == 1, "the other tenant's day is its own"
    with scope.unscoped("test"):
        async with scope.writing():
            staff = await Staff.all().first()
            assert staff is not None
            await _session(shop, staff.id, START)
    assert await prune(START + timedelta(hours=11)) == 0
    assert await prune(START + timedelta(hours=12)) == 1


async def test_events_go_after_their_deliveries_and_never_before_they_are_relayed(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    with scope.of(shop):
        async with scope.writing():
            for name, relayed in (("done", True), ("kept", True), ("stuck", False)):
                await Event.create(kind=name, subject="-", body="{}", recorded_at=START, relayed=relayed)
            kept = await Event.get(kind="kept")
            closed = START + EVENTS_KEPT - LITTLE
            await Delivery.create(event_id=kept.id, endpoint_id=new_id(), state="failed", recorded_at=START,
                                  due_at=START, closed_at=closed)  # fmt: skip
        assert await prune(START + EVENTS_KEPT - LITTLE) == 0
        assert await prune(START + EVENTS_KEPT) == 1
        assert await _events() == {"kept", "stuck"}
        assert await prune(closed + DELIVERIES_KEPT) == 2, "the delivery, and the event that it kept"
        assert await _events() == {"stuck"}


async def test_events_of_a_sandbox_age_by_its_own_clock(database: DatabaseUrls) -> None:
    shop, real = await tenant("a"), await tenant("b")
    with scope.unscoped("test"):
        async with scope.writing():
            ahead = timedelta(days=365) // timedelta(microseconds=1)
            await Tenant.filter(id=shop).update(clock_offset_us=ahead, sandbox_of=real)
    with scope.of(shop):
        async with scope.writing():
            for day, kind in ((0, "old"), (365, "young")):
                at = START + timedelta(days=day)
                await Event.create(kind=kind, subject="-", body="{}", recorded_at=at, relayed=True)
        assert await prune(START) == 1
        assert await _events() == {"young"}


async def test_more_than_a_chunk_of_old_events_goes_in_one_run(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    with scope.of(shop):
        async with scope.writing():
            await Event.bulk_create([
                Event(tenant_id=shop, id=new_id(), kind="k", subject="-", body="{}", recorded_at=START, relayed=True)
                for _ in range(ROWS_MAX + 1)
            ])  # fmt: skip
        await prune(START + EVENTS_KEPT)
        assert await _events() == set()


async def _events() -> set[str]:
    async with scope.reading():
        return {event.kind for event in await Event.all()}


async def _fill(shop: TenantId, at: datetime) -> None:
    with scope.unscoped("test"):
        async with scope.writing():
            staff = await Staff.create(email=f"{new_id()}@example.com", name="S", password_hash="-", created_at=at)
            await _session(shop, staff.id, at)
    with scope.of(shop):
        async with scope.writing():
            await Command.create(key="k", name="n", fingerprint="f", result="{}", recorded_at=at)
            await JobRun.create(name="old", run_key="k", state="done", due_at=at, finished_at=at)
            await Delivery.create(event_id=new_id(), endpoint_id=new_id(), state="delivered", recorded_at=at, due_at=at,
                                  closed_at=at)  # fmt: skip


async def _session(shop: TenantId, staff: str, at: datetime) -> None:
    await Session.create(token_hash=new_id(), staff_id=staff, tenant_id=shop, created_at=at, seen_at=at, expires_at=at)


async def _kept() -> tuple[int, int, int, int]:
    """Sessions, results, runs, deliveries."""
    async with scope.reading():
        return (
            await Session.filter(tenant_id=scope.tenant_id()).count(),
            await Command.filter(result__isnull=False).count(),
            await JobRun.all().count(),
            await Delivery.all().count(),
        )
