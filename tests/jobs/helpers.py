"""Tenants with something to do, and a small job that does it on real rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from events.models import Event
from jobs.job import Every, Job, Lane, Worked
from jobs.models import JobRun
from jobs.run import Lease
from jobs.runner import Runner
from kit import clock, db
from kit.ids import new_id
from tenants import scope
from tenants.models import Tenant
from tenants.scope import TenantId

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DUE = "SELECT e.recorded_at FROM event e WHERE e.tenant_id = x.tenant_id AND NOT e.relayed ORDER BY e.id LIMIT 1"


async def tenant(slug: str) -> TenantId:
    with scope.unscoped("test"):
        async with scope.writing():
            created = await Tenant.create(slug=slug, name=slug, zone="UTC", currency="EUR", created_at=START)
    return TenantId(created.id)


async def happen(of: TenantId, times: int = 1, kind: str = "redemption.reserved") -> None:
    """Events in the outbox, of `clock.now()`."""
    with scope.of(of):
        async with scope.writing():
            for _ in range(times):
                await Event.create(id=new_id(), kind=kind, subject="member:1", body='{"n":1}', recorded_at=clock.now())


async def left(of: TenantId) -> int:
    with scope.of(of):
        async with scope.reading():
            return await Event.filter(relayed=False).count()


async def runs(of: TenantId) -> Sequence[JobRun]:
    with scope.of(of):
        async with scope.reading():
            return await JobRun.all().order_by("id")


async def mark(lease: Lease, limit: int = 1) -> Worked:
    """The small job's work: mark the oldest events."""
    async with lease.chunk() as chunk:
        chunk.handled = await db.execute(
            "UPDATE event SET relayed = true WHERE tenant_id = $1 AND id IN "
            "(SELECT id FROM event WHERE tenant_id = $1 AND NOT relayed ORDER BY id LIMIT $2)",
            scope.tenant_id(), limit,
        )  # fmt: skip
    return Worked(chunk.handled, chunk.handled == limit)


def marking(name: str = "mark", *, every: Every = Every.ALWAYS, after: tuple[str, ...] = ()) -> Job:
    return Job(name, DUE, mark, Lane.POINTS, every, after)


async def tick(*jobs: Job, page_tenants: int = 500) -> int:
    """One wake-up of a process that has just started."""
    return sum([await Runner(lane, jobs, page_tenants=page_tenants).tick() for lane in Lane])
