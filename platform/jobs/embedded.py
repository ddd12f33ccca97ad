"""Jobs in the server's own loop: what runs on a laptop, with no service to start."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import structlog

from jobs.job import Job, Lane
from jobs.runner import Runner

log = structlog.get_logger("jobs")

TIMER_SECONDS = 5.0
GAP_SECONDS = 1.0


class EmbeddedJobs:
    """One task per lane; each ticks on a timer, and soon after `wake()`.

    Between two ticks there is a pause of `gap_seconds`, so that a busy server does not look for work after each commit.
    """

    def __init__(
        self, jobs: Sequence[Job], *, timer_seconds: float = TIMER_SECONDS, gap_seconds: float = GAP_SECONDS
    ) -> None:
        self._runners = [Runner(lane, jobs) for lane in Lane]
        self._woken = [asyncio.Event() for _ in self._runners]
        self._timer_seconds, self._gap_seconds = timer_seconds, gap_seconds
        self._stopped = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin; the first tick is at once, to catch up."""
        self._tasks = [
            asyncio.create_task(self._loop(runner, woken), name=f"jobs-{runner.lane}")
            for runner, woken in zip(self._runners, self._woken, strict=True)
        ]

    def wake(self) -> None:
        """Something was committed that may be due; never waits, may be called as often as one likes."""
        for woken in self._woken:
            woken.set()

    async def stop(self) -> None:
        """End after the chunks under way. If this is cancelled, so are they: their leases run out."""
        self._stopped.set()
        for runner in self._runners:
            runner.stop()
        self.wake()
        try:
            await asyncio.gather(*self._tasks)
        except asyncio.CancelledError:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            raise

    async def _loop(self, runner: Runner, woken: asyncio.Event) -> None:
        while not self._stopped.is_set():
            woken.clear()
            try:
                await runner.tick()
            except Exception as error:  # the database may be away: the next tick tries again
                log.error("jobs.tick_failed", lane=runner.lane, error=type(error).__name__)
            await _within(self._gap_seconds, self._stopped)
            await _within(self._timer_seconds - self._gap_seconds, woken)


async def _within(seconds: float, event: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
