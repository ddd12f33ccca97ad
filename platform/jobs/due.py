"""Who has something due: per job one query over a page of tenants, each answered by an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from jobs.job import Every, Job
from jobs.run import Due
from kit import clock, db
from kit.setbased import Columns
from tenants import scope
from tenants.scope import TenantId

PAGE_TENANTS = 500
_FIRST = TenantId("00000000-0000-0000-0000-000000000000")
_TENANTS = Columns(tenant_id="uuid", now="instant", clock="instant", minute_ago="instant", days_ago_30="instant",
                   days_ago_90="instant", now_60_back="instant", run_key="text")  # fmt: skip


@dataclass(frozen=True, slots=True)
class TenantClock:
    """A tenant, and how far its clock is ahead (in a sandbox)."""

    id: TenantId
    offset: timedelta


async def page(after: TenantId | None, size: int = PAGE_TENANTS) -> Sequence[TenantClock]:
    """The next tenants by id, beyond `after`."""
    with scope.unscoped("jobs: the tenants in turn"):
        async with scope.reading():
            found = await db.rows(
                "SELECT id, clock_offset_us FROM tenant WHERE id > $1 ORDER BY id LIMIT $2", after or _FIRST, size
            )
    return [TenantClock(TenantId(row["id"]), timedelta(microseconds=row["clock_offset_us"])) for row in found]


async def look(jobs: Sequence[Job], tenants: Sequence[TenantClock]) -> dict[TenantClock, list[Due]]:
    """What is due for these tenants, in the jobs' order; tenants with nothing due are not in it."""
    answer: dict[TenantClock, list[Due]] = {}
    known = {tenant.id: tenant for tenant in tenants}
    # One instant for all jobs: what must be done before something else is seen if that is.
    real, minute = clock.now(), timedelta(minutes=1)
    nows = {tenant.id: real + tenant.offset for tenant in tenants}
    ago = [real - timedelta(days=days) for days in (30, 90)]
    with scope.spanning([tenant.id for tenant in tenants], "jobs: who has something due"):
        async with scope.reading():
            for job in jobs:
                asked = [
                    (t, now, real, now - minute, *ago, now - timedelta(days=60), job.run_key(now))
                    for t, now in nows.items()
                ]
                for row in await db.rows(query(job), _TENANTS.payload(asked), job.name):
                    tenant = known[row["tenant_id"]]
                    due = Due(job, row["run_key"], db.instant(row["due_at"]), nows[tenant.id], bool(row["taken"]))
                    answer.setdefault(tenant, []).append(due)
    return answer


def query(job: Job) -> str:
    """The job's question, for the tenants in the first parameter; the second is its name."""
    # A run that was given up waits for the next key; a periodic one that is done, too.
    over = "('failed')" if job.every is Every.ALWAYS else "('done', 'failed')"
    ended = f"""EXISTS (SELECT 1 FROM job_run r WHERE r.tenant_id = d.tenant_id AND r.name = $2
            AND r.run_key = d.run_key AND r.state IN {over})"""
    taken = """EXISTS (SELECT 1 FROM job_run r WHERE r.tenant_id = d.tenant_id AND r.name = $2
            AND r.state IN ('waiting', 'running')
            AND (r.state = 'waiting' AND r.due_at > d.clock OR r.state = 'running' AND r.lease_until > d.clock))"""
    if job.every is Every.ALWAYS:
        shown, hidden = f"{taken} OR {ended}", ""
    else:
        shown, hidden = taken, f"AND NOT {ended}"
    return f"""SELECT d.tenant_id, d.run_key, d.due_at, {shown} AS taken FROM (
            SELECT x.tenant_id, x.run_key, x.clock, ({job.due}) AS due_at FROM {_TENANTS.source()} AS x) AS d
        WHERE d.due_at IS NOT NULL {hidden}"""
