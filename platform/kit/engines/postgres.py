"""PostgreSQL for Tortoise: BEGIN and row-level security's setting in one round trip, ids as text, no reset on release.

Nothing but `SET LOCAL` is ever used, so a connection goes back to the pool as it came: asyncpg's reset query is empty.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import NestedTransactionContext, TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections

from kit import db

_savepoints = count()

# What writes finds its rows by their keys, few or many. The planner, which cannot know how few a JSON parameter holds,
# would often rather read all of a tenant's rows to join them; and as long as it takes a page from anywhere to cost four
# in a row, rather go through all of a tenant's rows by a short index than look one up by its whole key. While a table
# is small it would still: of a smaller index it counts fewer descents for the tenants that row-level security allows.
# So what is gone through of an index costs much.
_BY_KEYS = (
    "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off; "
    "SET LOCAL random_page_cost = 1.1; SET LOCAL cpu_index_tuple_cost = 0.2"
)


class _Connection(asyncpg.Connection):
    """A pooled connection without session state to reset."""

    def get_reset_query(self) -> str:
        return ""


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("uuid", schema="pg_catalog", encoder=str, decoder=str, format="text")


class _SetBased:
    """`fetch` and `run` as `kit.db` calls them, with asyncpg's prepared statements."""

    async def fetch(self, sql: str, params: Sequence[object]) -> Sequence[Any]:
        async with self.acquire_connection() as connection:  # type: ignore[attr-defined]
            return await connection.fetch(sql, *params)  # type: ignore[no-any-return]  # mixed into an untyped client

    async def run(self, sql: str, params: Sequence[object]) -> int:
        async with self.acquire_connection() as connection:  # type: ignore[attr-defined]
            tag: str = await connection.execute(sql, *params)
            last = tag.rpartition(" ")[2]
            return int(last) if last.isdigit() else 0


class Transaction(_SetBased, TransactionWrapper):
    """A transaction whose BEGIN carries the tenants that row-level security lets it see."""

    async def begin(self) -> None:
        # Not a parameter: SET takes none. `kit.db` has checked that these are ids.
        statements = f"BEGIN; SET LOCAL guerdon.tenants = '{db.session_tenants()}'"
        await self._connection.execute(f"{statements}; {_BY_KEYS}" if db.session_writes() else statements)

    async def commit(self) -> None:
        await self._connection.execute("COMMIT")
        self._finalized = True

    async def rollback(self) -> None:
        await self._connection.execute("ROLLBACK")
        self._finalized = True

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(Transaction(self))

    async def savepoint(self) -> None:
        self._savepoint = f"s{next(_savepoints)}"
        await self._connection.execute(f"SAVEPOINT {self._savepoint}")

    async def release_savepoint(self) -> None:
        await self._connection.execute(f"RELEASE {self._savepoint}")

    async def savepoint_rollback(self) -> None:
        await self._connection.execute(f"ROLLBACK TO {self._savepoint}")


class _Context(TransactionContextPooled):
    """Gives the connection back also when BEGIN fails or the task is cancelled meanwhile."""

    async def __aenter__(self) -> Any:
        await self.ensure_connection()
        pool = self.client._parent._pool
        self.client._connection = await pool.acquire()
        try:
            await self.client.begin()
        except BaseException:
            _end(self.client._connection)
            await asyncio.shield(pool.release(self.client._connection))
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        try:
            if exc_type:
                await self.client.rollback()
            else:
                await self.client.commit()
        except BaseException as error:
            _end(self.client._connection)
            if exc_val is None or not isinstance(error, Exception):
                raise  # else what went wrong first is told
        finally:
            get_connections().reset(self.token)
            await asyncio.shield(self.client._parent._pool.release(self.client._connection))


def _end(connection: Any) -> None:
    with suppress(asyncpg.InterfaceError):  # the server may have ended it already
        connection.terminate()


class Client(_SetBased, AsyncpgDBClient):
    """The pool."""

    def __init__(self, dsn: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dsn = dsn

    async def create_pool(self, **kwargs: Any) -> asyncpg.Pool:
        sizes = {key: kwargs[key] for key in ("min_size", "max_size")}
        return await asyncpg.create_pool(
            self.dsn, connection_class=_Connection, init=_prepare, statement_cache_size=500,
            max_inactive_connection_lifetime=300, command_timeout=60, server_settings={"jit": "off"}, **sizes,
        )  # fmt: skip

    def _in_transaction(self) -> TransactionContext:
        return _Context(Transaction(self), self._pool_init_lock)


client_class = Client
