"""One frozen view of a tenant's rows, for reads that take several statements and must agree with each other.

A connection of its own on both databases: on SQLite the reader is shared by the whole process, and in PostgreSQL's pool
a statement may take a minute at most.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

import aiosqlite
import asyncpg
from tortoise.connection import get_connection

from kit import db
from kit.engines.sqlite import numbered
from kit.ids import is_id


class Snapshot(Protocol):
    """Reads, all of the same instant."""

    async def rows(self, sql: str, *params: object) -> Sequence[db.Row]:
        """Rows of a query with `$1` parameters."""
        ...


@asynccontextmanager
async def snapshot(tenant: str, *, whole: bool = False) -> AsyncIterator[Snapshot]:
    """A view of what was committed when it began; nothing that happens meanwhile shows.

    `whole` says that most rows will be read: PostgreSQL then joins by hashing even where its statistics, missing after
    a large import, promise a few rows.
    """
    assert is_id(tenant), "a tenant's id"
    opened = _postgres(tenant, whole) if db.dialect() == "postgres" else _sqlite()
    async with opened as view:
        yield view


class _Sqlite:
    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def rows(self, sql: str, *params: object) -> Sequence[db.Row]:
        return await self._connection.execute_fetchall(numbered(sql), params)  # type: ignore[return-value]


@asynccontextmanager
async def _sqlite() -> AsyncIterator[_Sqlite]:
    path: Any = get_connection("reader").filename  # type: ignore[attr-defined]
    connection = await aiosqlite.connect(path, isolation_level=None)
    try:
        connection.row_factory = aiosqlite.Row
        await connection.execute("PRAGMA query_only = ON")
        await connection.execute("PRAGMA cache_size = -65536")
        await connection.execute("PRAGMA temp_store = MEMORY")
        await connection.execute("BEGIN")
        yield _Sqlite(connection)
        await connection.rollback()
    finally:
        await connection.close()


class _Postgres:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def rows(self, sql: str, *params: object) -> Sequence[db.Row]:
        return await self._connection.fetch(sql, *params)  # type: ignore[return-value]


@asynccontextmanager
async def _postgres(tenant: str, whole: bool) -> AsyncIterator[_Postgres]:
    dsn: str = get_connection("writer").dsn  # type: ignore[attr-defined]
    planner = {"work_mem": "64MB", "jit": "off", "enable_nestloop": "off" if whole else "on"}
    connection = await asyncpg.connect(dsn, server_settings=planner)
    try:
        await connection.set_type_codec("uuid", schema="pg_catalog", encoder=str, decoder=str, format="text")
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await connection.execute(f"SET LOCAL guerdon.tenants = '{tenant}'")
            yield _Postgres(connection)
    finally:
        await connection.close()
