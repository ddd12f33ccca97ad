"""SQLite for Tortoise: transactions begin IMMEDIATE, instants are stored as ISO text with `T`, ids stay text."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import aiosqlite
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper

# Tortoise registers isoformat(" "); one form everywhere keeps comparisons of text right.
sqlite3.register_adapter(datetime, datetime.isoformat)


@lru_cache(maxsize=2000)
def numbered(sql: str) -> str:
    """`$2` as `?2`: to SQLite `$2` is a name, bound by where it first stands rather than by its number."""
    return re.sub(r"\$(\d+)", r"?\1", sql)


class _SetBased:
    """`fetch` and `run` as `kit.db` calls them, in one hop to the connection's thread."""

    # The ignores below: mixed into Tortoise's untyped clients, and aiosqlite's `_execute` is untyped.

    async def fetch(self, sql: str, params: Sequence[object]) -> Sequence[Any]:
        async with self.acquire_connection() as connection:  # type: ignore[attr-defined]
            return await connection.execute_fetchall(numbered(sql), params)  # type: ignore[no-any-return]

    async def run(self, sql: str, params: Sequence[object]) -> int:
        async with self.acquire_connection() as connection:  # type: ignore[attr-defined]
            return await connection._execute(_run, connection._conn, numbered(sql), params)  # type: ignore[no-any-return]

    async def run_each(self, statements: Sequence[tuple[str, object]]) -> list[int]:
        bound = [(numbered(sql), (parameter,)) for sql, parameter in statements]
        async with self.acquire_connection() as connection:  # type: ignore[attr-defined]
            # Each visit to the thread costs as much as a small statement, and aiosqlite makes two of an `execute`.
            return await connection._execute(_run_each, connection._conn, bound)  # type: ignore[no-any-return]


def _run(connection: sqlite3.Connection, sql: str, parameters: Sequence[object]) -> int:
    return connection.execute(sql, parameters).rowcount


def _run_each(connection: sqlite3.Connection, statements: Sequence[tuple[str, tuple[object]]]) -> list[int]:
    return [connection.execute(sql, parameters).rowcount for sql, parameters in statements]


class Transaction(_SetBased, SqliteTransactionWrapper):
    """A write transaction: takes the write lock at once, so that it cannot fail half-way as a deferred one can."""

    async def begin(self) -> None:
        await self._connection.execute("BEGIN IMMEDIATE")


class Client(_SetBased, SqliteClient):
    """The writer's or the reader's connection."""

    async def create_connection(self, with_db: bool) -> None:
        if self._connection is None:
            await super().create_connection(with_db)

    def _in_transaction(self) -> SqliteTransactionContext:
        return _Context(Transaction(self), self._lock)


class _Context(SqliteTransactionContext):
    """Releases the lock also when BEGIN fails or the task is cancelled meanwhile; Tortoise's own would keep it."""

    async def __aenter__(self) -> Transaction:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            await _quiet_rollback(self.connection._connection)
            self._trxlock.release()
            raise
        from tortoise.connection import get_connections

        self.token = get_connections().set(self.connection_name, self.connection)
        transaction: Transaction = self.connection
        return transaction


async def _quiet_rollback(connection: aiosqlite.Connection | None) -> None:
    if connection is not None and connection.in_transaction:
        await asyncio.shield(connection.rollback())


client_class = Client
