"""The storefront's `me` over HTTP, beside a handler written by hand that runs the same statements."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx
import orjson

from benchmarks.client import load, request
from benchmarks.core import check, opened
from benchmarks.figures import Measured
from benchmarks.http_record import CONNECTIONS
from benchmarks.rounds import SLOT_S, alternate
from benchmarks.servers import Urls, folder, in_own_process
from benchmarks.serving import SECRET, Server, free_port, guerdon, started
from benchmarks.shop import Shop, id_of, name_of, purchase, seed
from programs.intake import record
from programs.records import MemberRef

PURCHASES = 5
QUERY = """
query Me {
  me {
    id name joinedAt
    balances { unit { name } available pending held nextExpiry expiries { amount lastDay } }
  }
}"""


async def me() -> Measured:
    """Answers per second with 32 connections, both from SQLite; the bodies of both are the same."""
    with folder() as path:
        url = f"sqlite:///{path / 'guerdon.sqlite3'}"
        shop = await asyncio.to_thread(in_own_process, _prepare, url)
        shown = path / "shown.json"
        shown.write_text(json.dumps(await asyncio.to_thread(in_own_process, watch, url, shop, path)))
        async with guerdon(url, path, "development") as ours, by_hand(url, shown) as theirs:
            token = await _token(ours, shop)
            headers = {"authorization": f"Bearer {token}", "x-guerdon-key": shop.publishable_key}
            document = orjson.dumps({"query": QUERY})
            return await alternate(
                lambda: _per_second(ours, "/graphql/storefront", document, headers, shown),
                lambda: _per_second(theirs, "/me", b"{}", {}, shown),
                "/s",
            )


async def _per_second(server: Server, path: str, body: bytes, headers: dict[str, str], shown: Path) -> float:
    return await asyncio.to_thread(in_own_process, ask_many, server.port, path, body, headers, shown)


def ask_many(port: int, path: str, body: bytes, headers: dict[str, str], shown: Path) -> float:
    """Right answers per second."""
    asked = request(path, body, headers, port)
    expected = orjson.loads(shown.read_bytes())["data"]
    return load(port, CONNECTIONS, SLOT_S, lambda _: asked, partial(_check, expected))


def _check(expected: Any, body: bytes) -> None:
    answer = orjson.loads(body)
    assert answer["data"] == expected and "errors" not in answer, answer


def by_hand(url: str, shown: Path) -> Any:
    """The other server."""
    port = free_port()
    environ = {"BENCH_DATABASE": url, "BENCH_SHOWN": str(shown)}
    command = [sys.executable, "-m", "uvicorn", "--factory", "benchmarks.by_hand:application", "--port", str(port),
               "--log-level", "warning", "--no-access-log"]  # fmt: skip
    return started(command, environ, port, "/healthz", shown.with_suffix(".log"))


async def _token(server: Server, shop: Shop) -> str:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        return await token_by(client, shop)


async def token_by(client: httpx.AsyncClient, shop: Shop) -> str:
    """A token for the first member, as the merchant's server asks for one."""
    query = "mutation T($id: String!) { customerTokenCreate(input: {member: {externalId: $id}}) { token } }"
    sent = {"query": query, "variables": {"id": name_of(id_of(shop.number, 0))}}
    answer = await client.post("/graphql/admin", json=sent, headers=_bearer(shop.secret_key))
    token: str = answer.json()["data"]["customerTokenCreate"]["token"]
    return token


def _prepare(url: str) -> Shop:
    return asyncio.run(_fill(url))


async def _fill(url: str) -> Shop:
    """One merchant, whose first member has bought a few times."""
    async with opened(Urls(url, url)):
        (shop,) = await seed(1)
        for _ in range(PURCHASES):
            item = purchase(shop, Random(0))  # noqa: S311  # no secret
            ref = MemberRef(external_id=name_of(id_of(shop.number, 0)))
            check(await record(type(item)(item.tenant, ref, item.activity, item.now)))
        return shop


def watch(url: str, shop: Shop, path: Path) -> dict[str, Any]:
    """Ask `me` once in this process: the statements that it ran, in order, and the data that it answered."""
    os.environ.update(GUERDON_DATABASE_URL=url, GUERDON_DATA_DIR=str(path), GUERDON_SECRET_KEY=SECRET)
    return asyncio.run(_watch(shop))


async def _watch(shop: Shop) -> dict[str, Any]:
    from kit import db
    from kit.engines import sqlite
    from settings import settings
    from web.logs import configure
    from web.main import application

    configure(production=True, level="WARNING")

    statements: list[tuple[str, list[object]]] = []
    inner = sqlite._SetBased.fetch

    async def fetch(self: Any, sql: str, params: Any) -> Any:
        statements.append((sql, list(params)))
        return await inner(self, sql, params)

    await db.open_database(settings().database)
    try:
        served = httpx.ASGITransport(application(settings(), jobs=False))
        async with httpx.AsyncClient(transport=served, base_url="http://guerdon") as client:
            headers = {**_bearer(await token_by(client, shop)), "x-guerdon-key": shop.publishable_key}
            for _ in range(2):  # the second time what is cached is cached
                statements.clear()
                sqlite._SetBased.fetch = fetch  # type: ignore[method-assign]  # watched, then put back
                answer = await client.post("/graphql/storefront", json={"query": QUERY}, headers=headers)
                sqlite._SetBased.fetch = inner  # type: ignore[method-assign]  # watched, then put back
    finally:
        await db.close_database()
    return {"statements": [(sql, [_written(p) for p in params]) for sql, params in statements],
            "data": answer.json()["data"], "tenant": shop.tenant}  # fmt: skip


def _written(value: object) -> object:
    return value if isinstance(value, str | int | None) else {"now": True}


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}
