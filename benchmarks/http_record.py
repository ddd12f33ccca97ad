"""`recordActivity` over HTTP: 32 connections to `guerdon serve`, beside what pgbench writes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random

import orjson

from benchmarks.client import load, request
from benchmarks.core import filled, limit_on
from benchmarks.figures import Measured
from benchmarks.limit import Limit
from benchmarks.rounds import SLOT_S, alternate
from benchmarks.servers import Urls, folder, in_own_process, new_database, postgres
from benchmarks.serving import Server, guerdon
from benchmarks.shop import LINES, MEMBERS, POINTS, Shop, id_of, name_of
from kit.ids import new_id

CONNECTIONS = 32
MEMORY_S = 20

MUTATION = """
mutation Record($input: RecordActivityInput!) {
  recordActivity(input: $input) {
    activity { id state }
    decision { movements { amount after reason expiresAt } }
    userErrors { field code message }
  }
}"""


async def http_postgres() -> Measured:
    """Purchases per second over HTTP into PostgreSQL, against pgbench with eight clients."""
    with postgres() as server, folder() as path:
        urls = await new_database(server, "ours")
        shops, payload = await asyncio.to_thread(in_own_process, filled, urls)
        copy = await new_database(server, "limit_of_it", template="ours")
        return await _measure(urls.application, path, shops, Limit(copy.owner, path, shops, payload))


async def http_sqlite() -> Measured:
    """Purchases per second over HTTP into SQLite, against pgbench on PostgreSQL."""
    with postgres() as server, folder() as path:
        limit = await limit_on(server, path)
        url = f"sqlite:///{path / 'guerdon.sqlite3'}"
        shops, _ = await asyncio.to_thread(in_own_process, filled, Urls(url, url))
        return await _measure(url, path, shops, limit)


async def memory() -> Measured:
    """The most that a web process had in memory, sampled while it records purchases into SQLite."""
    with folder() as path:
        url = f"sqlite:///{path / 'guerdon.sqlite3'}"
        shops, _ = await asyncio.to_thread(in_own_process, filled, Urls(url, url))
        async with guerdon(url, path) as server:
            idle = server.rss_mb()
            under_way = asyncio.create_task(_per_second(server, shops, MEMORY_S))
            samples = []
            while not under_way.done():
                samples.append(server.rss_mb())
                await asyncio.wait([under_way], timeout=0.25)
            rate = await under_way
        return Measured([max(samples)], note=f"{idle:.0f} MB when started; {MEMORY_S} s at {rate:,.0f} purchases/s")


async def _measure(url: str, path: Path, shops: Sequence[Shop], limit: Limit) -> Measured:
    async with guerdon(url, path) as server:
        await _per_second(server, shops, 1)
        return await alternate(lambda: _per_second(server, shops, SLOT_S), limit.per_second, "/s")


async def _per_second(server: Server, shops: Sequence[Shop], seconds: float) -> float:
    return await asyncio.to_thread(in_own_process, record_many, server.port, shops, seconds)


def record_many(
    port: int, shops: Sequence[Shop], seconds: float, amounts: tuple[int, ...] = (POINTS,)
) -> float:  # fmt: skip
    """Purchases recorded per second, each by some member of some shop; every answer must tell of these amounts."""
    ask = partial(_ask, port, shops, Random())  # noqa: S311
    return load(port, CONNECTIONS, seconds, ask, partial(check, amounts=amounts))


def check(body: bytes, amounts: tuple[int, ...] = (POINTS,)) -> None:
    """The answer says that so much was given."""
    answer = orjson.loads(body)
    assert "errors" not in answer, answer
    recorded = answer["data"]["recordActivity"]
    assert not recorded["userErrors"] and recorded["activity"]["state"] == "DECIDED", answer
    assert tuple(movement["amount"] for movement in recorded["decision"]["movements"]) == amounts, answer


def _ask(port: int, shops: Sequence[Shop], random: Random, _: int) -> bytes:
    shop, order = random.choice(shops), new_id()
    lines = [
        {"id": line.id, "amount": line.amount, "sku": line.sku, "categories": line.categories,
         "quantity": line.quantity, "discount": line.discount, "tax": line.tax}
        for line in LINES
    ]  # fmt: skip
    given = {
        "idempotencyKey": f"order:{order}",
        "member": {"externalId": name_of(id_of(shop.number, random.randrange(MEMBERS)))},
        "activity": {"purchase": {"orderId": order, "currency": "USD", "lines": lines}},
        "channel": "web",
    }
    body = orjson.dumps({"query": MUTATION, "variables": {"input": given}})
    return request("/graphql/admin", body, {"authorization": f"Bearer {shop.secret_key}"}, port)
