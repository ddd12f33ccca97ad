"""A wake-up: look who has something due, page by page, and do it; one tenant's failure is its own."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence

import structlog

from jobs import due, metrics
from jobs.due import TenantClock
from jobs.job import Job, Lane
from jobs.run import Due, Lease, LeaseLost, take
from tenants import scope
from tenants.scope import TenantId

log = structlog.get_logger("jobs")

ROUNDS_MAX = 10
CHUNKS_MAX = 10
SECONDS_MAX = 30.0
_AT_ONCE: Mapping[Lane, int] = {
    Lane.POINTS: 2, Lane.PAYMENTS: 2, Lane.WEBHOOKS: 8, Lane.RETRIES: 8, Lane.UPKEEP: 1, Lane.REPLAYS: 1,
}  # fmt: skip


class Runner:
    """The jobs of one lane in one process.

    A tick works for about `SECONDS_MAX`; the next goes on where it stopped, so that every tenant has its turn. A run
    does at most `CHUNKS_MAX` chunks before the others are seen to.
    """

    def __init__(self, lane: Lane, jobs: Sequence[Job], *, page_tenants: int = due.PAGE_TENANTS) -> None:
        self.lane = lane
        self._jobs = tuple(job for job in jobs if job.lane is lane)
        self._page_tenants = page_tenants
        self._at_once = asyncio.Semaphore(_AT_ONCE[lane])
        self._after: TenantId | None = None
        self._ages: dict[str, float] = {}
        self._ticking = False
        self._again = False
        self._stopping = False

    def stop(self) -> None:
        """End after the chunks under way; what is left waits for the next process."""
        self._stopping = True

    async def tick(self) -> int:
        """Do what is due now and answer how many rows were dealt with; a tick during a tick makes it go once more."""
        if self._ticking:
            self._again = True
            return 0
        self._ticking = True
        try:
            handled = 0
            self._again = True
            while self._again and not self._stopping:
                self._again = False
                handled += await self._go_on()
            return handled
        finally:
            self._ticking = False

    async def measure(self) -> None:
        """Set the gauges of what is due, and do nothing about it: for processes that leave the work to others."""
        after: TenantId | None = None
        while tenants := await due.page(after, self._page_tenants):
            self._note_ages(await due.look(self._jobs, tenants))
            after = tenants[-1].id
        self._publish()

    async def _go_on(self) -> int:
        """From where the last tick stopped to the last tenant, or as far as one tick goes."""
        handled, until = 0, asyncio.get_running_loop().time() + SECONDS_MAX
        while not self._stopping:
            tenants = await due.page(self._after, self._page_tenants)
            if tenants:
                handled += await self._visit_page(tenants, until)
            if len(tenants) < self._page_tenants:
                self._after = None
                self._publish()
                break
            self._after = tenants[-1].id
            if self._over(until):
                break
        return handled

    async def _visit_page(self, tenants: Sequence[TenantClock], until: float) -> int:
        """Round after round, until nothing more is done for these tenants."""
        total = 0
        for round_ in range(ROUNDS_MAX):
            found = await due.look(self._jobs, tenants)
            if round_ == 0:
                self._note_ages(found)
            counts = await asyncio.gather(*(self._visit(tenant, dues, until) for tenant, dues in found.items()))
            total += sum(counts)
            if not sum(counts) or self._stopping or self._over(until):
                break
        return total

    async def _visit(self, tenant: TenantClock, dues: Sequence[Due], until: float) -> int:
        """One tenant's jobs, in order; one that must come after an unfinished one waits for the next round."""
        async with self._at_once:
            handled, unfinished = 0, set[str]()
            for one in dues:
                if self._stopping or one.taken or unfinished.intersection(one.job.after):
                    unfinished.add(one.job.name)
                    continue
                with scope.of(tenant.id, tenant.offset), structlog.contextvars.bound_contextvars(tenant=tenant.id):
                    count, finished = await self._run(one, until)
                handled += count
                if not finished:
                    unfinished.add(one.job.name)
            return handled

    async def _run(self, one: Due, until: float) -> tuple[int, bool]:
        """One run, or some chunks of it: rows dealt with, and whether it is finished."""
        job, lease, handled = one.job, None, 0
        try:
            lease = await take(job, one.run_key)
            if lease is None:
                return 0, False
            lease.stopping = lambda: self._stopping
            more = True
            for _ in range(CHUNKS_MAX):
                count, more = await job.work(lease)
                handled += count
                metrics.HANDLED.labels(job.name).inc(count)
                if not more or self._stopping or self._over(until):
                    break
            await lease.close(finished=not more)
            metrics.RUNS.labels(job.name, "more" if more else "done").inc()
            return handled, not more
        except LeaseLost:
            log.warning("jobs.lease_lost", job=job.name)
            metrics.RUNS.labels(job.name, "lost").inc()
        except Exception as error:  # whatever it is, the others go on
            log.error("jobs.failed", job=job.name, error=type(error).__name__)
            metrics.RUNS.labels(job.name, "failed").inc()
            await _fail(lease, error)
        return handled, False

    def _note_ages(self, found: Mapping[TenantClock, Sequence[Due]]) -> None:
        for tenant, dues in found.items():
            # A sandbox whose clock was moved has years of work due at once, which says nothing of how late we are.
            for one in dues if not tenant.offset else ():
                self._ages[one.job.name] = max(one.age_seconds, self._ages.get(one.job.name, 0.0))

    def _publish(self) -> None:
        """The gauges, after the last page."""
        ages: Mapping[str, float] = defaultdict(float, self._ages)
        for job in self._jobs:
            metrics.OLDEST_DUE.labels(job.name).set(ages[job.name])
            if job.name == "relay":
                metrics.OUTBOX_AGE.set(ages[job.name])
        self._ages = {}

    def _over(self, until: float) -> bool:
        return asyncio.get_running_loop().time() >= until


async def _fail(lease: Lease | None, error: Exception) -> None:
    """Write the failure down; if even that fails, the lease runs out and the next worker tries."""
    if lease is None:
        return
    try:
        await lease.fail(error)
    except Exception as second:
        log.error("jobs.failure_not_recorded", job=lease.job.name, error=type(second).__name__)
