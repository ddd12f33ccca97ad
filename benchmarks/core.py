"""The intake without HTTP: what one process records, beside what pgbench writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from benchmarks.figures import Measured
from benchmarks.limit import Limit, Payload, capture
from benchmarks.rounds import SLOT_S, alternate
from benchmarks.servers import Urls, folder, in_own_process, new_database, postgres, statement
from benchmarks.shop import POINTS, Shop, purchase, seed
from kit import collector, db
from kit.migrate import migrate
from ledger.load import forget_system_accounts
from programs.intake import drain, record
from programs.records import Recorded

WAITING = 128


async def core_postgres() -> Measured:
    """Purchases per second with 128 waiting, against pgbench with eight clients."""
    async with _on_postgres() as (shops, limit):
        return await alternate(lambda: per_second(shops), limit.per_second, "/s")


async def alone_postgres() -> Measured:
    """The median time of a purchase when nobody else is there, against pgbench with one client."""
    async with _on_postgres() as (shops, limit):
        return await alternate(lambda: latency_us(shops), limit.latency_us, "µs")


async def core_sqlite() -> Measured:
    """Purchases per second into an SQLite file that loses nothing, against pgbench on PostgreSQL."""
    with postgres() as server, folder() as path:
        limit = await limit_on(server, path)
        url = f"sqlite:///{path / 'guerdon.sqlite3'}"
        async with opened(Urls(url, url)):
            shops = await seed()
            return await alternate(lambda: per_second(shops), limit.per_second, "/s")


async def per_second(shops: Sequence[Shop], seconds: float = SLOT_S, waiting: int = WAITING) -> float:
    """Purchases recorded per second by so many clients in this process, each waiting for its answer."""
    done, start = 0, perf_counter()

    async def client(random: Random) -> None:
        nonlocal done
        while perf_counter() < start + seconds:
            check(await record(purchase(random.choice(shops), random)))
            done += 1

    await asyncio.gather(*(client(Random(number)) for number in range(waiting)))  # noqa: S311
    return done / (perf_counter() - start)


async def latency_us(shops: Sequence[Shop], seconds: float = SLOT_S) -> float:
    """The median time of one purchase after another, in microseconds."""
    random, times, start = Random(), list[float](), perf_counter()  # noqa: S311
    while perf_counter() < start + seconds:
        item = purchase(random.choice(shops), random)
        before = perf_counter()
        check(await record(item))
        times.append(perf_counter() - before)
    return median(times) * 1e6


def check(recorded: Recorded) -> None:
    """The answer is the right one: what is fast and wrong does not count."""
    assert recorded.state == "decided" and not recorded.replayed, recorded
    assert [entry.amount for entry in recorded.posted] == [POINTS], recorded
    assert recorded.explanation, recorded


@asynccontextmanager
async def opened(urls: Urls) -> AsyncIterator[None]:
    """A migrated database, connected to as the application, in a process that is set up as the command sets it up."""
    await migrate(urls.owner, application_url=urls.application)
    await db.open_database(urls.application)
    collector.settle()
    try:
        yield
    finally:
        await drain()
        forget_system_accounts()
        await db.close_database()


async def limit_on(server: str, path: Path) -> Limit:
    """pgbench on a database that another process has filled: for figures whose own database is SQLite."""
    urls = await new_database(server, "limit_of_it")
    shops, payload = await asyncio.to_thread(in_own_process, filled, urls)
    return Limit(urls.owner, path, shops, payload)


@asynccontextmanager
async def _on_postgres() -> AsyncIterator[tuple[list[Shop], Limit]]:
    with postgres() as server, folder() as path:
        urls = await new_database(server, "ours")
        shops, payload = await fill(urls)
        copy = await new_database(server, "limit_of_it", template="ours")
        await db.open_database(urls.application)
        collector.settle()
        try:
            yield shops, Limit(copy.owner, path, shops, payload)
        finally:
            await drain()
            await db.close_database()


def filled(urls: Urls) -> tuple[list[Shop], Payload]:
    """The same, for a process of its own."""
    return asyncio.run(fill(urls))


async def fill(urls: Urls) -> tuple[list[Shop], Payload]:
    """The merchants, and what one purchase wrote."""
    async with opened(urls):
        shops = await seed()
        recorded = await record(purchase(shops[0], Random(0)))  # noqa: S311
        check(recorded)
        payload = await capture(shops[0].tenant, recorded)
    if urls.owner.startswith("postgres"):
        await statement(urls.owner, "ANALYZE")  # what autovacuum does within the first minutes
    return shops, payload
