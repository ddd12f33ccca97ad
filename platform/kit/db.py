"""The database: set-up of Tortoise's connections, transactions, and set-based SQL alike on SQLite and PostgreSQL.

Two named connections on SQLite, one writer and one query-only reader, so that reads do not queue behind a commit; one
pool on PostgreSQL. Domain code opens `tenants.scope.writing()` or `reading()`; those call `transaction()` and
`reading()` here. A statement outside of both raises `NoSession`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import unquote, urlsplit

import asyncpg
import orjson
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from kit.errors import GuerdonError, SettingsError, TryAgain
from kit.ids import is_id

Dialect = Literal["sqlite", "postgres"]
Row = Mapping[str, Any]
T = TypeVar("T")

_session: ContextVar[str | None] = ContextVar("guerdon_session", default=None)
_writes: ContextVar[bool] = ContextVar("guerdon_session_writes", default=False)
_transaction: ContextVar[BaseDBAsyncClient | None] = ContextVar("guerdon_transaction", default=None)
"""The transaction under way: Tortoise knows it too, but takes long to tell."""


_opened: list[Dialect] = []
"""The dialect of `open_database`'s database, so as not to ask Tortoise at every statement."""


class NoSession(GuerdonError):
    """A statement was sent outside of `writing()` and `reading()`."""


async def rows(sql: str, *params: object) -> Sequence[Row]:
    """Rows of a query, or of a statement with RETURNING, on the current transaction, else on the reader."""
    return await _client().fetch(sql, params)  # type: ignore[no-any-return,attr-defined]  # our own engines add it


async def execute(sql: str, *params: object) -> int:
    """Run a statement on the current transaction and answer how many rows it changed."""
    return await _client().run(sql, params)  # type: ignore[no-any-return,attr-defined]  # our own engines add it


async def execute_each(statements: Sequence[tuple[str, object]]) -> list[int]:
    """Run statements of one parameter each, on SQLite in one visit to the connection's thread; rows changed by each."""
    return await _client().run_each(statements)  # type: ignore[no-any-return,attr-defined]  # our own engines add it


def dialect() -> Dialect:
    """Which of the two databases this process uses."""
    if _opened:
        return _opened[0]
    return "postgres" if get_connection("writer").capabilities.dialect == "postgres" else "sqlite"


def payload(records: Iterable[Mapping[str, object] | Sequence[object]]) -> str:
    """Rows as the one JSON parameter of a set-based statement (instants as ISO text with `T`)."""
    return orjson.dumps(list(records)).decode()


def instant(value: Any) -> datetime:
    """An instant from a raw row: SQLite answers text, PostgreSQL a datetime."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def instant_or_none(value: Any) -> datetime | None:
    """Like `instant`, for columns that may be NULL."""
    return None if value is None else instant(value)


@asynccontextmanager
async def transaction(tenants: Sequence[str], *, writes: bool = True) -> AsyncIterator[None]:
    """One transaction that may touch these tenants' rows; joins the one under way. One that writes goes by keys.

    Raises `NoSession` if the one under way is not about all of these tenants.
    """
    if in_write_transaction():
        about = session_tenants()
        if any(tenant not in about for tenant in tenants):
            raise NoSession("the transaction under way is about other tenants: say `also` where it begins")
        yield
        return
    token, told = _session.set(_checked(tenants)), _writes.set(writes)
    try:
        async with in_transaction("writer") as client:
            under_way = _transaction.set(client)
            try:
                yield
            finally:
                _transaction.reset(under_way)
    finally:
        _session.reset(token)
        _writes.reset(told)


@asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """A part of the transaction under way that can fail alone: what it wrote is taken back if it raises."""
    async with in_transaction("writer"):
        yield


async def retrying(work: Callable[[], Awaitable[T]], attempts: int = 8) -> T:
    """Run `work`, which opens its own transaction, again when the database or a conditional update says `TryAgain`."""
    for left in reversed(range(attempts)):
        try:
            return await work()
        except Exception as error:
            if not left or not try_again(error):
                raise
    raise AssertionError("unreachable")


def try_again(error: BaseException) -> bool:
    """Whether the same transaction may succeed when run again (by SQLSTATE: 40001, 40P01; SQLite: busy)."""
    if isinstance(error, TryAgain):
        return True
    if getattr(error, "sqlstate", None) in ("40001", "40P01"):
        return True
    return "database is locked" in str(error)


def connection_lost(error: BaseException) -> bool:
    """Whether the server went away (SQLSTATE 08…, 57P…): what was under way may have been committed or not."""
    # InterfaceError: asyncpg has noticed before it could ask. InternalClientError: it has read that the server ends the
    # connection, and not yet seen the end of it.
    gone = str(getattr(error, "sqlstate", None)).startswith(("08", "57P0"))
    return gone or type(error) in (asyncpg.InterfaceError, asyncpg.InternalClientError)


@asynccontextmanager
async def reading(tenants: Sequence[str]) -> AsyncIterator[None]:
    """Reads of these tenants' rows; on PostgreSQL a transaction, since row-level security needs one."""
    if dialect() == "postgres":
        async with transaction(tenants, writes=False):
            yield
        return
    token = _session.set(_checked(tenants))
    try:
        yield
    finally:
        _session.reset(token)


@contextmanager
def administering() -> Iterator[None]:
    """The owner's session, for migrations: no tenant's rows, any table."""
    token = _session.set("")
    try:
        yield
    finally:
        _session.reset(token)


def session_tenants() -> str:
    """The tenants of the session under way, comma-separated, as row-level security reads them."""
    current = _session.get()
    if current is None:
        raise NoSession("a statement needs `scope.writing()` or `scope.reading()` around it")
    return current


def session_writes() -> bool:
    """Whether the session under way is to write, and so finds rows by their keys; one that only reads may scan."""
    return _writes.get()


def in_write_transaction() -> bool:
    """Whether the current task is inside `transaction()`."""
    return _transaction.get() is not None


def _checked(tenants: Sequence[str]) -> str:
    if not all(map(is_id, tenants)):
        raise ValueError("tenants of a session are ids")
    return ",".join(tenants)


def _client() -> BaseDBAsyncClient:
    session_tenants()
    return _transaction.get() or get_connection("writer" if dialect() == "postgres" else "reader")


class Router:
    """Sends the models' reads to the reader, unless a write transaction is under way."""

    def db_for_read(self, _model: object) -> str:
        return "writer" if in_write_transaction() or dialect() == "postgres" else "reader"

    def db_for_write(self, _model: object) -> str:
        return "writer"


MODELS = (
    "tenants.models",
    "members.models",
    "ledger.models",
    "events.models",
    "rewards.models",
    "programs.models",
    "programs.coalition.models",
    "programs.game.models",
    "programs.giving.models",
    "programs.paid.models",
    "programs.points.models",
    "programs.referral.models",
    "programs.stored_value.models",
    "programs.tasks.models",
    "programs.tiered.models",
    "connect.payments.models",
    "jobs.models",
)


def config(url: str, pool_size: int = 8) -> dict[str, Any]:
    """Tortoise's configuration for a database URL. Raises `SettingsError` for one that it does not know."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path).removeprefix("/")
        connections = {name: _sqlite(path, read_only=name == "reader") for name in ("writer", "reader")}
    elif parts.scheme in ("postgres", "postgresql"):
        connections = {"writer": _postgres(url, pool_size)}
    else:
        raise SettingsError("GUERDON_DATABASE_URL: use sqlite:///path or postgres://user:password@host/database")
    app = {"models": list(MODELS), "default_connection": "writer", "migrations": "migrations"}
    return {"connections": connections, "apps": {"guerdon": app}, "routers": ["kit.db.Router"], "use_tz": True,
            "timezone": "UTC"}  # fmt: skip


async def open_database(url: str, pool_size: int = 8) -> None:
    """Connect this process; `close_database` must follow, since aiosqlite's threads outlive an exception."""
    make_folder(url)
    await Tortoise.init(config=config(url, pool_size), _enable_global_fallback=True)
    _opened[:] = ["sqlite" if url.startswith("sqlite") else "postgres"]


async def refuse_powerful_role() -> None:
    """Raise `SettingsError` if row-level security does not bind the role: a superuser, or the tables' owner."""
    if dialect() != "postgres":
        return
    with administering():
        (role,) = await rows(
            "SELECT rolsuper OR rolbypassrls OR EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' "
            "AND tableowner = current_user) AS powerful FROM pg_roles WHERE rolname = current_user"
        )
    if role["powerful"]:
        raise SettingsError(
            "GUERDON_DATABASE_URL: use a role that is neither superuser nor owner of the tables, "
            "and give the owner's to GUERDON_DATABASE_ADMIN_URL"
        )


def make_folder(url: str) -> None:
    """Make the folder of SQLite's file, without which connecting would wait for ever."""
    if url.startswith("sqlite"):
        Path(config(url)["connections"]["writer"]["credentials"]["file_path"]).parent.mkdir(parents=True, exist_ok=True)


async def close_database() -> None:
    """Close every connection of this process."""
    _opened.clear()
    await Tortoise.close_connections()


SQLITE_PRAGMAS: dict[str, str | int] = {
    "journal_mode": "WAL", "synchronous": "FULL", "busy_timeout": 10_000, "wal_autocheckpoint": 10_000,
    "journal_size_limit": 134_217_728, "foreign_keys": "ON",
}  # fmt: skip
"""What both connections to SQLite are set to: with FULL, what is committed outlives a power cut."""


def _sqlite(path: str, *, read_only: bool) -> dict[str, Any]:
    # The caches, in KiB, are most of what a process grows by under load.
    pragmas = {**SQLITE_PRAGMAS, "cache_size": -8_192 if read_only else -24_576}
    if read_only:
        pragmas["query_only"] = "ON"
    return {"engine": "kit.engines.sqlite", "credentials": {"file_path": path, **pragmas}}


def _postgres(url: str, pool_size: int) -> dict[str, Any]:
    return {"engine": "kit.engines.postgres", "credentials": {"dsn": url, "minsize": 1, "maxsize": pool_size}}
