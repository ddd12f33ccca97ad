"""The runs of jobs: taken under a lease, worked on in chunks, finished or put off; the truth is the table `job_run`.

A lease is fenced: taking a run raises its attempt number, and each chunk's transaction begins by checking it. A worker
that slept through its lease, and whose run another one took, can therefore commit nothing.

    waiting ── take ──▶ running ── close ──▶ done (an `ALWAYS` job opens it again) or waiting (there is more)
                        running ── fail ───▶ waiting, later and later; at last failed
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson

from jobs.job import Every, Job
from kit import clock, db
from kit.errors import GuerdonError
from kit.ids import new_id
from tenants import scope

FAILURES_MAX = 8
BACKOFF_FIRST = timedelta(seconds=10)
BACKOFF_MAX = timedelta(hours=1)
_ERROR_CHARACTERS_MAX = 500


class JobError(GuerdonError):
    """A job could not do its work."""


class LeaseLost(JobError):
    """Another worker has taken the run over; nothing of this chunk is written."""


class Hopeless(JobError):
    """Trying again changes nothing; the run fails at once."""


@dataclass(slots=True)
class Chunk:
    """What one transaction did; `handled` is added to the run's progress."""

    handled: int = 0


def _never() -> bool:
    return False


@dataclass(slots=True)
class Lease:
    """A run that this worker holds, in the scope of its tenant; `stopping` tells long work that the process ends."""

    job: Job
    id: str
    attempt: int
    failures: int
    progress: dict[str, int] = field(default_factory=dict)
    stopping: Callable[[], bool] = _never

    @asynccontextmanager
    async def chunk(self) -> AsyncIterator[Chunk]:
        """One write transaction, fenced first, that also extends the lease and records progress. Raises `LeaseLost`."""
        async with scope.writing():
            await self._fence()
            chunk = Chunk()
            yield chunk
            progress = {
                "chunks": self.progress.get("chunks", 0) + 1,
                "handled": self.progress.get("handled", 0) + chunk.handled,
            }
            await self._set("progress = $4", orjson.dumps(progress).decode())
        self.progress = progress

    async def extend(self) -> None:
        """Hold on, between steps that write nothing. Raises `LeaseLost`."""
        async with scope.writing():
            await self._fence()

    async def close(self, *, finished: bool) -> None:
        """Give the run back: done, or waiting for who goes on. Raises `LeaseLost`."""
        now = clock.now()
        async with scope.writing():
            if finished:
                await self._set("state = 'done', finished_at = $4, lease_until = NULL, failures = 0, error = NULL", now)
            else:
                await self._set("state = 'waiting', due_at = $4, lease_until = NULL, failures = 0, error = NULL", now)

    async def fail(self, error: Exception) -> None:
        """Put the run off, twice as long each time, or give it up. Raises `LeaseLost`."""
        now, failures = clock.now(), self.failures + 1
        given_up = isinstance(error, Hopeless) or failures >= FAILURES_MAX
        async with scope.writing():
            if given_up:
                await self._set(
                    "state = 'failed', finished_at = $4, lease_until = NULL, failures = $5, error = $6",
                    now, failures, _in_words(error),
                )  # fmt: skip
            else:
                await self._set(
                    "state = 'waiting', due_at = $4, lease_until = NULL, failures = $5, error = $6",
                    now + backoff(failures), failures, _in_words(error),
                )  # fmt: skip

    async def _fence(self) -> None:
        await self._set("lease_until = $4", clock.now() + self.job.lease)

    async def _set(self, assignments: str, *values: object) -> None:
        changed = await db.execute(
            f"UPDATE job_run SET {assignments} "
            "WHERE tenant_id = $1 AND id = $2 AND attempt = $3 AND state = 'running'",
            scope.tenant_id(), self.id, self.attempt, *values,
        )  # fmt: skip
        if changed != 1:
            raise LeaseLost(f"{self.job.name}, attempt {self.attempt}")


async def take(job: Job, run_key: str) -> Lease | None:
    """Make or take the run of this job for the scope's tenant; `None` while another worker holds it, or it is over."""
    now = clock.now()
    async with scope.writing():
        # No row is made while the job has an open run, whatever its key: the unique index over open runs sees to it.
        await db.execute(
            "INSERT INTO job_run (tenant_id, id, name, run_key, state, due_at) VALUES ($1, $2, $3, $4, 'waiting', $5) "
            "ON CONFLICT DO NOTHING",
            scope.tenant_id(), new_id(), job.name, run_key, now,
        )  # fmt: skip
        found = await db.rows(_claim(db.dialect()), scope.tenant_id(), job.name, run_key, job.every is Every.ALWAYS,
                              now, now + job.lease)  # fmt: skip
    if not found:
        return None
    (row,) = found
    return Lease(job, row["id"], row["attempt"], row["failures"], orjson.loads(row["progress"]))


def backoff(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: 10 s, 20 s, 40 s, … up to an hour."""
    full: timedelta = BACKOFF_FIRST * 2 ** min(failures - 1, 20)
    return min(full, BACKOFF_MAX)


def _claim(dialect: db.Dialect) -> str:
    # SKIP LOCKED: two workers that come at once do not queue up, the second goes on to other tenants.
    locked = "FOR UPDATE SKIP LOCKED" if dialect == "postgres" else ""
    return f"""
        UPDATE job_run SET state = 'running', attempt = attempt + 1, lease_until = $6,
            started_at = COALESCE(started_at, $5), finished_at = NULL
        WHERE tenant_id = $1 AND id = (
            SELECT r.id FROM job_run r WHERE r.tenant_id = $1 AND r.name = $2 AND (
                r.state = 'waiting' AND r.due_at <= $5 OR r.state = 'running' AND r.lease_until <= $5
                OR r.state = 'done' AND r.run_key = $3 AND $4 AND NOT EXISTS (
                    SELECT 1 FROM job_run o
                    WHERE o.tenant_id = $1 AND o.name = $2 AND o.state IN ('waiting', 'running')))
            LIMIT 1 {locked})
        RETURNING id, attempt, failures, progress"""


def _in_words(error: Exception) -> str:
    """The error's class, and its text only where the text is ours: a database's quotes the data."""
    name = type(error).__name__
    return (f"{name}: {error}" if isinstance(error, GuerdonError) else name)[:_ERROR_CHARACTERS_MAX]


@dataclass(frozen=True, slots=True)
class Due:
    """Something is due for the job since `due_at`; `taken` while another worker holds it, or it is put off or over."""

    job: Job
    run_key: str
    due_at: datetime
    now: datetime
    taken: bool

    @property
    def age_seconds(self) -> float:
        """How long it has been due, on the tenant's clock."""
        return max(0.0, (self.now - self.due_at).total_seconds())
