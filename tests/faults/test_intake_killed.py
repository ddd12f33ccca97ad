"""The intake's process killed, its connection ended, its file locked: nothing half done, and a repeat answers right."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from kit import db
from kit.db import dialect
from programs import intake
from programs.activity import Activity, Line
from programs.records import MemberRef, Recorded, Submission
from tenants import scope
from tenants.scope import TenantId
from tests.conftest import DatabaseUrls
from tests.faults.killing import killed
from tests.programs.shop import START, PointsShop, open_points_shop

TABLES = ("activity", "placed_order", "decision", "event", "transfer", "lot", "batch")
PURCHASES = 3


@pytest.fixture
async def shop(database: object) -> PointsShop:
    return await open_points_shop()


def purchases(tenant: TenantId) -> list[Submission]:
    """What is recorded, alike here and in the process that is killed."""
    lines = (Line("1", 5000),)
    return [
        Submission(
            tenant, MemberRef(external_id="ann"),
            Activity(f"p{n}", "purchase", "", START, order_id=f"o{n}", currency="USD", lines=lines), START,
        )
        for n in range(PURCHASES)
    ]  # fmt: skip


@pytest.mark.parametrize("step", ["claim", "load_orders", "save"])
async def test_killed_in_the_middle_of_a_batch(database: DatabaseUrls, step: str) -> None:
    shop = await open_points_shop()
    await killed("recording", database.url, shop.tenant, step)
    assert await rows_of(shop) == dict.fromkeys(TABLES, 0)
    await record_all(shop)


@pytest.mark.parametrize("alone", [True, False])
async def test_connection_ended_by_the_server_in_the_middle(database: DatabaseUrls, *, alone: bool) -> None:
    if dialect() != "postgres":
        pytest.skip("SQLite has no server")
    shop = await open_points_shop()
    with after_first("save", lambda: end_connections(database)):
        items = purchases(shop.tenant)[:1] if alone else purchases(shop.tenant)
        answers = await asyncio.gather(*map(intake.record, items))
    assert [p.amount for answer in answers for p in answer.posted] == [50] * len(items)
    await record_all(shop, known=len(items))


async def test_connection_ended_by_the_server_while_idle(shop: PointsShop, database: DatabaseUrls) -> None:
    if dialect() != "postgres":
        pytest.skip("SQLite has no server")
    await end_connections(database)
    await record_all(shop)


async def test_file_locked_by_another_process_for_a_while(shop: PointsShop, database: DatabaseUrls) -> None:
    """Writers wait for it, readers do not."""
    if dialect() != "sqlite":
        pytest.skip("PostgreSQL locks rows")
    other = sqlite3.connect(urlsplit(database.url).path.removeprefix("/"), isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        recording = asyncio.create_task(record_all(shop))
        assert await shop.available() == 0
        done, _ = await asyncio.wait([recording], timeout=1)
        assert not done
        other.execute("COMMIT")
        await recording
    finally:
        other.close()


async def record_all(shop: PointsShop, known: int = 0) -> None:
    """Each counts once, and a repeat answers the same."""
    answers = await asyncio.gather(*map(intake.record, purchases(shop.tenant)))
    assert sum(answer.replayed for answer in answers) == known
    again = await asyncio.gather(*map(intake.record, purchases(shop.tenant)))
    assert [told(answer) for answer in again] == [told(answer) for answer in answers]
    assert await shop.available() == 50 * PURCHASES
    assert await rows_of(shop) == {**dict.fromkeys(TABLES, PURCHASES), "batch": (await rows_of(shop))["batch"]}


def told(recorded: Recorded) -> tuple[Any, ...]:
    return recorded.activity_id, recorded.state, recorded.posted, recorded.explanation


async def rows_of(shop: PointsShop) -> dict[str, int]:
    found = {}
    with scope.of(shop.tenant):
        async with scope.reading():
            for table in TABLES:
                (row,) = await db.rows(f"SELECT count(*) AS n FROM {table} WHERE tenant_id = $1", shop.tenant)
                found[table] = row["n"]
    return found


class after_first:  # reads as the statement it stands in
    """Do something once, after a step of the first batch inside the block."""

    def __init__(self, step: str, something: Callable[[], Awaitable[None]]) -> None:
        self.step, self.something, self.calls = step, something, 0
        self.original = getattr(intake, step)

    def __enter__(self) -> None:
        setattr(intake, self.step, self._run)

    def __exit__(self, *_: object) -> None:
        setattr(intake, self.step, self.original)

    async def _run(self, *args: Any) -> Any:
        answer = await self.original(*args)
        self.calls += 1
        if self.calls == 1:
            await self.something()
        return answer


async def end_connections(database: DatabaseUrls) -> None:
    """As an administrator, or a restart, does."""
    connection = await asyncpg.connect(database.admin_url)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await connection.close()
