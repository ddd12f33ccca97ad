"""The jobs in the server's own loop, and the bell for workers elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from jobs.embedded import EmbeddedJobs
from jobs.job import Worked
from jobs.run import Lease
from jobs.wake import WorkerBell, wake_ups
from kit.errors import SettingsError
from settings import Settings
from tenants.scope import TenantId
from tests.conftest import DatabaseUrls
from tests.jobs.helpers import happen, left, mark, marking, runs, tenant

NEVER = 3600.0


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Poll until it holds; fails after `seconds`."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  # what another task or process wrote has no event
            await asyncio.sleep(0.01)


async def test_start_catches_up_at_once(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    await happen(shop)
    jobs = EmbeddedJobs([marking()], timer_seconds=NEVER, gap_seconds=0)
    await jobs.start()
    try:
        await until(lambda: _nothing_left(shop))
    finally:
        await jobs.stop()


@pytest.mark.parametrize("timer", [True, False], ids=["timer", "wake"])
async def test_timer_or_wake_finds_later_work(database: DatabaseUrls, timer: bool) -> None:
    shop = await tenant("a")
    looked = asyncio.Event()

    async def looking(lease: Lease) -> Worked:
        looked.set()
        return await mark(lease)

    jobs = EmbeddedJobs(
        [replace(marking(), work=looking)], timer_seconds=0.01 if timer else NEVER, gap_seconds=0
    )  # fmt: skip
    await jobs.start()
    try:
        for _ in range(3):
            looked.clear()
            await happen(shop)
            if not timer:
                jobs.wake()
            async with asyncio.timeout(20):
                await looked.wait()
            await until(lambda: _nothing_left(shop))
    finally:
        await jobs.stop()


async def test_stop_finishes_the_chunk_under_way(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    await happen(shop, 2)
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def held(lease: Lease) -> Worked:
        entered.set()
        await go_on.wait()
        return await mark(lease)

    jobs = EmbeddedJobs([replace(marking(), work=held)], timer_seconds=NEVER)
    await jobs.start()
    await entered.wait()
    stopping = asyncio.create_task(jobs.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    go_on.set()
    await stopping
    assert await left(shop) == 1
    assert [run.state for run in await runs(shop)] == ["waiting"]


async def test_stop_that_may_not_wait_cancels_and_writes_nothing(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    await happen(shop)
    entered = asyncio.Event()

    async def hangs(lease: Lease) -> Worked:
        async with lease.chunk():
            await mark(lease)
            entered.set()
            await asyncio.Event().wait()
        raise AssertionError("unreachable")

    jobs = EmbeddedJobs([replace(marking(), work=hangs)], timer_seconds=NEVER)
    await jobs.start()
    await entered.wait()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await jobs.stop()
    assert await left(shop) == 1


async def test_tick_that_fails_is_logged_and_the_next_one_comes(database: DatabaseUrls) -> None:
    shop = await tenant("a")
    await happen(shop)
    good = marking()
    jobs = EmbeddedJobs([replace(good, due="SELECT 1 FROM no_such_table")], timer_seconds=0.01, gap_seconds=0)
    with capture_logs() as logs:
        await jobs.start()
        await until(_logged(logs, "jobs.tick_failed", 2))
        await jobs.stop()
    assert await left(shop) == 1


async def test_without_redis_the_server_goes_on_and_says_so_once(database: DatabaseUrls) -> None:
    calls = 0

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        bell = WorkerBell(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}", [marking()])
        with capture_logs() as logs:
            await bell.start()
            for times in (1, 2, 3):
                bell.wake()
                await until(lambda times=times: _true(calls >= times))  # type: ignore[misc]
            await bell.stop()
    assert [log["event"] for log in logs].count("jobs.redis_gone") == 1


def test_settings_say_which() -> None:
    assert isinstance(wake_ups(_settings()), EmbeddedJobs)
    assert isinstance(wake_ups(_settings(redis_url="redis://127.0.0.1:1")), WorkerBell)
    with pytest.raises(SettingsError, match="GUERDON_REDIS_URL"):
        wake_ups(_settings(redis_url="http://127.0.0.1"))


def _settings(**values: Any) -> Settings:
    return Settings(secret_key="only for tests, but long enough to be taken", **values)


async def _nothing_left(shop: TenantId) -> bool:
    return await left(shop) == 0


def _logged(logs: Sequence[Mapping[str, Any]], event: str, times: int) -> Callable[[], Awaitable[bool]]:
    async def enough() -> bool:
        return [log["event"] for log in logs].count(event) >= times

    return enough


async def _true(condition: bool) -> bool:
    return condition
