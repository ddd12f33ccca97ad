"""What one process of tests does once rather than for each test, since it proves nothing more the second time.

Nothing here holds a tenant's row or answers for the code under test. Beside each: the processor time it saves.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from types import SimpleNamespace
from typing import Any, cast
from weakref import WeakKeyDictionary

import asyncpg
import pytest
import uvicorn.server
from tortoise import Model
from tortoise.apps import Apps

from kit import db, passwords
from kit.engines.postgres import Client
from ledger import snapshot
from schema.limits import Gate, Prepared

HASHING = passwords._context
"""How passwords are hashed in production."""
SQLITE = dict(db.SQLITE_PRAGMAS)
"""How SQLite is set in production."""


def collect_garbage_rarely() -> None:
    """Call it when all tests are imported: what there is now stays, and is half a million objects to look through.

    It was 7 % of the time that the tests took: at Python's own threshold every 700 new objects start a collection.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@contextmanager
def sparing() -> Iterator[None]:
    """What does not depend on the database's kind; undone at the end of the block."""
    with pytest.MonkeyPatch.context() as patch:
        _describe_models_once(patch)
        _work_documents_out_once(patch)
        _hash_cheaply(patch)
        _end_servers_at_once(patch)
        # As PostgreSQL's fsync is off here: what a commit waits for is the disk, and a power cut is not under test.
        patch.setitem(db.SQLITE_PRAGMAS, "synchronous", "OFF")
        yield


def _describe_models_once(patch: pytest.MonkeyPatch) -> None:
    """12 ms of each `open_database`: Tortoise builds all models' filters and first queries again, the same."""
    describe, described = Apps._build_initial_querysets, WeakKeyDictionary[type[Model], type]()

    def describe_new(apps: Apps) -> None:
        models = [model for app in apps.apps.values() for model in app.values()]
        if any(described.get(model) is not model._meta.db.query_class for model in models):
            describe(apps)
            described.update({model: model._meta.db.query_class for model in models})

    patch.setattr(Apps, "_build_initial_querysets", describe_new)


def _work_documents_out_once(patch: pytest.MonkeyPatch) -> None:
    """10 ms per document and server: what a text means to a schema within limits is the same in each test's server."""
    work_out = Gate._work_out
    known: dict[Any, Prepared] = {}

    def recall_or_work_out(gate: Gate, text: str) -> Prepared:
        key = gate._schema, gate._limits, text
        if key not in known:
            known[key] = work_out(gate, text)  # what is refused raises, and is worked out again
        return known[key]

    patch.setattr(Gate, "_work_out", recall_or_work_out)


def _hash_cheaply(patch: pytest.MonkeyPatch) -> None:
    """30 ms of each sign-up and sign-in: argon2id still, with next to no memory. `hashing` undoes it."""
    cheap = HASHING.copy(argon2__time_cost=1, argon2__memory_cost=64)
    patch.setattr(passwords, "_context", cheap)


def _end_servers_at_once(patch: pytest.MonkeyPatch) -> None:
    """170 ms of waiting for nothing at the end of each server of this process.

    uvicorn looks every 100 ms whether it shall end, and then gives 100 ms to connections that are closed already.
    """

    def sleep(seconds: float) -> Awaitable[None]:
        return asyncio.sleep(seconds / 20)

    patch.setattr(uvicorn.server, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": sleep}))


# -- PostgreSQL --------------------------------------------------------------------------------------------------------


class _LentPool(asyncpg.Pool):
    """A pool that closing gives back, once all its connections are free."""

    __slots__ = ()

    async def close(self) -> None:
        holders: list[Any] = self._holders  # type: ignore[attr-defined]  # the stubs tell what is public
        await asyncio.gather(*(holder.wait_until_released() for holder in holders))

    async def end(self) -> None:
        """Close it indeed."""
        await super().close()


class _LentConnection(asyncpg.Connection):
    """A connection that closing gives back, if it is out of its transaction."""

    __slots__ = ("_free", "_with_codecs")
    _free: list[_LentConnection]
    _with_codecs: bool

    def belong_to(self, free: list[_LentConnection]) -> None:
        """Say where it waits for the next one who needs it."""
        self._free, self._with_codecs = free, False

    async def set_type_codec(self, typename: str, **given: Any) -> None:
        if not self._with_codecs:
            await super().set_type_codec(typename, **given)  # it forgets all statements
            self._with_codecs = True

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as asyncpg has it
        if self.is_closed() or self.is_in_transaction():
            await super().close(timeout=timeout)
        else:
            self._free.append(self)

    async def end(self) -> None:
        """Close it indeed."""
        await super().close()


@dataclass
class _Lent:
    """What there is of one database, by sizes of pools and settings of connections."""

    pools: dict[tuple[int, int], _LentPool] = field(default_factory=dict)
    free: dict[frozenset[tuple[str, str]], list[_LentConnection]] = field(default_factory=dict)


class Connections:
    """Connections to the databases that tests take turns in, kept from one test to the next.

    Each is a process of PostgreSQL that has read the catalogue and planned its statements. With new ones a test took
    100 ms more there, and 40 ms more here: half of that for the snapshot in which `verify` looks at the books.
    """

    def __init__(self) -> None:
        self._lent: dict[str, _Lent] = {}
        self._loop = asyncio.get_running_loop()

    def share(self, url: str) -> None:
        """Keep this database's connections from now on."""
        self._lent.setdefault(url, _Lent())

    async def end(self, url: str) -> None:
        """Close what is kept of this database."""
        lent = self._lent.pop(url, _Lent())
        for pool in lent.pools.values():
            await pool.end()
        for connection in chain.from_iterable(lent.free.values()):
            await connection.end()

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[None]:
        """Lend connections inside the block; all are closed at its end."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Client, "create_pool", self._lender_of_pools(Client.create_pool))
            patch.setattr(snapshot, "asyncpg", SimpleNamespace(connect=self._connect))
            try:
                yield
            finally:
                for url in list(self._lent):
                    await self.end(url)

    def _lender_of_pools(self, create: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def lend(client: Client, **sizes: Any) -> Any:
            if (lent := self._of(client.dsn)) is None:
                return await create(client, **sizes)
            key = sizes["min_size"], sizes["max_size"]
            if key not in lent.pools or lent.pools[key].is_closing():
                pool = await create(client, **sizes)
                pool.__class__ = _LentPool
                lent.pools[key] = pool
            return lent.pools[key]

        return lend

    async def _connect(self, url: str, *, server_settings: dict[str, str]) -> asyncpg.Connection:
        if (lent := self._of(url)) is None:
            return await asyncpg.connect(url, server_settings=server_settings)
        free = lent.free.setdefault(frozenset(server_settings.items()), [])
        while free:
            if not (kept := free.pop()).is_closed():
                return kept
        made: Any = await asyncpg.connect(url, server_settings=server_settings, connection_class=_LentConnection)
        made.belong_to(free)
        return cast("asyncpg.Connection", made)

    def _of(self, url: str) -> _Lent | None:
        """What is kept of a database; nothing for a test with a loop of its own, with which its connections go."""
        return self._lent.get(url) if asyncio.get_running_loop() is self._loop else None


@contextmanager
def own_loop(url: str) -> Iterator[asyncio.AbstractEventLoop]:
    """A loop with the database open in it, for Hypothesis, which is not asynchronous; its connections are kept too."""
    loop, opened = asyncio.new_event_loop(), AsyncExitStack()

    async def open_it() -> None:
        connections = Connections()
        connections.share(url)
        await opened.enter_async_context(connections.lent())
        opened.push_async_callback(db.close_database)
        await db.open_database(url)

    try:
        loop.run_until_complete(open_it())
        yield loop
    finally:
        loop.run_until_complete(opened.aclose())
        loop.close()
