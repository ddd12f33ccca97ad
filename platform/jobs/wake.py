"""How a web process brings its jobs along: in its own loop, or by waking the workers over Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import orjson
import structlog
from arq.connections import ArqRedis, create_pool
from redis.exceptions import RedisError

from jobs.embedded import GAP_SECONDS, EmbeddedJobs
from jobs.job import Job, Lane
from jobs.runner import Runner
from jobs.schedule import schedule_of
from jobs.worker import QUEUE, dumps, function_name, redis_settings
from settings import Settings

log = structlog.get_logger("jobs")

MEASURE_SECONDS = 15.0


class WakeUps(Protocol):
    """What the server starts, stops, and wakes after a commit."""

    async def start(self) -> None:
        """Begin, after the database is open."""

    async def stop(self) -> None:
        """End, before the database is closed."""

    def wake(self) -> None:
        """Something was committed; never waits and never raises."""


def wake_ups(settings: Settings) -> WakeUps:
    """Embedded jobs without `GUERDON_REDIS_URL`, else a bell for the workers. Raises `SettingsError`."""
    jobs = schedule_of(settings)
    return EmbeddedJobs(jobs) if settings.redis_url is None else WorkerBell(settings.redis_url, jobs)


class WorkerBell:
    """Wakes the workers, at most once per `GAP_SECONDS` and lane; if Redis is gone, says so once and goes on.

    Also keeps the gauges of what is due up to date, since it is the web processes' metrics that are read.
    """

    def __init__(self, redis_url: str, jobs: Sequence[Job]) -> None:
        self._settings = redis_settings(redis_url)
        self._runners = [Runner(lane, jobs) for lane in Lane]
        self._rung = asyncio.Event()
        self._pool: ArqRedis | None = None
        self._there = True
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin; Redis need not be there."""
        self._tasks = [
            asyncio.create_task(self._ring(), name="jobs-bell"),
            asyncio.create_task(self._measure(), name="jobs-gauges"),
        ]

    def wake(self) -> None:
        """Ring soon."""
        self._rung.set()

    async def stop(self) -> None:
        """End at once; a ring that gets lost is made up for by the workers' timer."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._hang_up()

    async def _ring(self) -> None:
        while True:
            await self._rung.wait()
            self._rung.clear()
            try:
                await self.ring()
            except (RedisError, OSError) as error:
                if self._there:
                    log.warning("jobs.redis_gone", error=type(error).__name__)
                self._there = False
                await self._hang_up()
            else:
                if not self._there:
                    log.info("jobs.redis_back")
                self._there = True
            await asyncio.sleep(GAP_SECONDS)

    async def ring(self) -> None:
        """Wake the workers now. Raises `RedisError` or `OSError` when Redis is not there."""
        if self._pool is None:
            self._pool = await create_pool(
                self._settings, job_serializer=dumps, job_deserializer=orjson.loads, default_queue_name=QUEUE
            )
        for lane in Lane:
            # One id per lane: any number of rings while one waits, from all web processes, are one message.
            await self._pool.enqueue_job(function_name(lane), _job_id=f"wake:{lane}")

    async def _hang_up(self) -> None:
        if self._pool is not None:
            with suppress(RedisError, OSError):
                await self._pool.aclose(close_connection_pool=True)
            self._pool = None

    async def _measure(self) -> None:
        while True:
            try:
                for runner in self._runners:
                    await runner.measure()
            except Exception as error:  # the database may be away: measured again later
                log.error("jobs.measure_failed", error=type(error).__name__)
            await asyncio.sleep(MEASURE_SECONDS)
