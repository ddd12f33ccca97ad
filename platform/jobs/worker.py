"""`guerdon worker`: the same jobs in processes of their own, woken over Redis by arq.

Redis only wakes. What is due is in the database, so a lost message costs at most the time until the next tick, and a
worker whose Redis is gone goes on by the timer.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC
from typing import Any

import orjson
import structlog
from arq.connections import RedisSettings
from arq.cron import CronJob, cron
from arq.worker import Function, Worker, func
from redis.exceptions import RedisError

from jobs.embedded import TIMER_SECONDS
from jobs.job import Job, Lane
from jobs.runner import Runner
from jobs.schedule import schedule_of
from kit import collector, db
from kit.errors import SettingsError
from settings import Settings

log = structlog.get_logger("jobs")

QUEUE = "guerdon:jobs"
STOP_SECONDS = 15
# A tick works for half a minute, but a check of a large ledger may take long. After a kill a wake-up's id is blocked
# for as long; the cron's ids are new each time.
_TICK_SECONDS_MAX = 900


async def run_worker(settings: Settings, *, timer: bool = True) -> None:
    """Run the jobs until SIGTERM or SIGINT, then finish the chunks under way. Raises `SettingsError` without Redis.

    `timer=False` leaves only the wake-ups of web processes (tests).
    """
    if settings.redis_url is None:
        raise SettingsError("GUERDON_REDIS_URL: the worker is woken over Redis; without it the server runs the jobs")
    logging.getLogger("arq").setLevel(logging.WARNING)  # else each tick is two lines
    await db.open_database(settings.database, settings.database_pool_size)
    collector.settle()
    try:
        if settings.production:
            await db.refuse_powerful_role()
        await _Process(settings.redis_url, schedule_of(settings), timer).run()
    finally:
        await db.close_database()


def function_name(lane: Lane) -> str:
    """What a lane's tick is called on the queue."""
    return f"tick_{lane}"


def dumps(message: dict[str, Any]) -> bytes:
    """arq's messages as JSON; pickle would run what it reads."""
    return orjson.dumps(message, default=str)


class _Process:
    """One worker process: an arq worker, made anew when Redis went away and came back."""

    def __init__(self, redis_url: str, jobs: Sequence[Job], timer: bool) -> None:
        self._redis = redis_settings(redis_url)
        self._runners = [Runner(lane, jobs) for lane in Lane]
        self._timer = timer
        self._stopped = asyncio.Event()
        self._worker: Worker | None = None

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for sig in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sig, self._stop, sig)
        there = True
        log.info("worker.started")
        while not self._stopped.is_set():
            try:
                await self._listen()
            except (RedisError, OSError) as error:
                if there:
                    log.warning("worker.redis_gone", error=type(error).__name__)
                there = False
                await self._tick_alone()
            else:
                there = True
        log.info("worker.stopped")

    async def _listen(self) -> None:
        """Serve the queue until a signal comes. Raises when Redis goes away."""
        self._worker = Worker(
            functions=[_function(runner) for runner in self._runners],
            cron_jobs=[_cron(runner) for runner in self._runners] if self._timer else None,
            queue_name=QUEUE, redis_settings=self._redis, handle_signals=False, job_completion_wait=STOP_SECONDS,
            job_timeout=_TICK_SECONDS_MAX, keep_result=0, poll_delay=0.2, job_serializer=dumps,
            job_deserializer=orjson.loads, timezone=UTC, health_check_interval=30,
        )  # fmt: skip
        try:
            await self._worker.async_run()
        except asyncio.CancelledError:
            if not self._stopped.is_set():
                raise
        finally:
            with suppress(RedisError, OSError, asyncio.CancelledError):
                await self._worker.close()

    async def _tick_alone(self) -> None:
        for outcome in await asyncio.gather(*(runner.tick() for runner in self._runners), return_exceptions=True):
            if isinstance(outcome, Exception):
                log.error("jobs.tick_failed", error=type(outcome).__name__)
        with suppress(TimeoutError):
            async with asyncio.timeout(TIMER_SECONDS):
                await self._stopped.wait()

    def _stop(self, sig: signal.Signals) -> None:
        self._stopped.set()
        for runner in self._runners:
            runner.stop()
        if self._worker is not None:
            self._worker.handle_sig_wait_for_completion(sig)


def redis_settings(url: str) -> RedisSettings:
    """Where Redis is; a connection that does not come at once is not waited for. Raises `SettingsError`."""
    try:
        found = RedisSettings.from_dsn(url)
    except (AssertionError, RuntimeError, ValueError):
        raise SettingsError("GUERDON_REDIS_URL: use redis://host:port/number") from None
    found.conn_retries, found.conn_timeout = 0, 2
    return found


def _function(runner: Runner) -> Function:
    return func(_ticking(runner), name=function_name(runner.lane))


def _cron(runner: Runner) -> CronJob:
    seconds = set(range(0, 60, int(TIMER_SECONDS)))
    return cron(_ticking(runner), name=f"cron_{runner.lane}", second=seconds, run_at_startup=True)


def _ticking(runner: Runner) -> Any:
    async def tick(_context: dict[Any, Any]) -> None:
        await runner.tick()

    return tick
