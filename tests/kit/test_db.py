"""The database layer: sessions, transactions, and the one form of ids and instants on both databases."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from datetime import UTC, datetime

import asyncpg
import pytest

from kit import db
from kit.errors import SettingsError
from kit.ids import new_id
from tenants import scope
from tenants.models import AuditEntry, Tenant
from tenants.scope import TenantId
from tests import sparing
from tests.conftest import DatabaseUrls

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


async def make_tenant(slug: str = "shop") -> TenantId:
    with scope.unscoped("test"):
        async with scope.writing():
            tenant = await Tenant.create(slug=slug, name=slug, zone="Europe/Berlin", currency="EUR", created_at=NOON)
    return TenantId(tenant.id)


async def test_statement_outside_a_session_raises(database: object) -> None:
    with pytest.raises(db.NoSession):
        await db.rows("SELECT 1")


async def test_ids_and_instants_have_one_form(database: object) -> None:
    tenant = await make_tenant()
    with scope.of(tenant):
        async with scope.writing():
            entry = await AuditEntry.create(actor="system", action="made", target="x", details="{}", recorded_at=NOON)
        async with scope.reading():
            (row,) = await db.rows("SELECT id, recorded_at FROM audit_entry WHERE tenant_id = $1", tenant)
            again = await AuditEntry.get(id=entry.id)
    assert row["id"] == entry.id
    assert isinstance(again.id, str)
    assert db.instant(row["recorded_at"]) == NOON == again.recorded_at


async def test_other_tenants_rows_do_not_exist(database: object) -> None:
    mine, theirs = await make_tenant("mine"), await make_tenant("theirs")
    with scope.of(theirs):
        async with scope.writing():
            await AuditEntry.create(actor="system", action="made", target="x", details="{}", recorded_at=NOON)
    with scope.of(mine):
        async with scope.reading():
            assert await AuditEntry.all().count() == 0
    with scope.unscoped("test"), pytest.raises(scope.ScopeMissing):
        await AuditEntry.all().count()


async def test_row_level_security_stands_behind_the_scope(database: object) -> None:
    mine, theirs = await make_tenant("mine"), await make_tenant("theirs")
    with scope.of(theirs):
        async with scope.writing():
            await AuditEntry.create(actor="system", action="made", target="x", details="{}", recorded_at=NOON)
    with scope.of(mine):
        async with scope.reading():
            found = await db.rows("SELECT id FROM audit_entry")
    assert len(found) == (0 if db.dialect() == "postgres" else 1)


async def test_role_that_could_pass_by_the_policies_is_refused(database_urls: DatabaseUrls) -> None:
    if database_urls.url == database_urls.admin_url:
        pytest.skip("SQLite has no roles")
    for url, refused in ((database_urls.url, False), (database_urls.admin_url, True)):
        await db.open_database(url)
        try:
            with pytest.raises(SettingsError, match="GUERDON_DATABASE_URL") if refused else nullcontext():
                await db.refuse_powerful_role()
        finally:
            await db.close_database()


async def test_what_sqlite_commits_outlives_a_power_cut(
    database_urls: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_urls.url != database_urls.admin_url:
        pytest.skip("PostgreSQL's own setting")
    monkeypatch.setattr(db, "SQLITE_PRAGMAS", sparing.SQLITE)
    await db.open_database(database_urls.url)
    try:
        with scope.unscoped("test"):
            async with scope.writing():
                (row,) = await db.rows("PRAGMA synchronous")
    finally:
        await db.close_database()
    assert row["synchronous"] == 2, "FULL: each commit is on the disk"


def test_what_asyncpg_says_while_the_server_ends_a_connection() -> None:
    ending = asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress")
    assert db.connection_lost(ending)
    assert db.connection_lost(asyncpg.AdminShutdownError("terminating connection due to administrator command"))
    assert not db.connection_lost(asyncpg.ProtocolError("got something else than was asked for"))


async def test_failed_transaction_leaves_nothing(database: object) -> None:
    tenant = await make_tenant()
    with scope.of(tenant):
        with pytest.raises(RuntimeError):
            async with scope.writing():
                await AuditEntry.create(actor="a", action="made", target="x", details="{}", recorded_at=NOON)
                raise RuntimeError("stop")
        async with scope.reading():
            assert await AuditEntry.all().count() == 0


async def test_audit_log_is_append_only(database: object) -> None:
    tenant = await make_tenant()
    with scope.of(tenant):
        async with scope.writing():
            entry = await AuditEntry.create(actor="a", action="made", target="x", details="{}", recorded_at=NOON)
        with pytest.raises(Exception, match="append-only"):
            async with scope.writing():
                await db.execute("DELETE FROM audit_entry WHERE tenant_id = $1 AND id = $2", tenant, entry.id)


async def test_parallel_writers_wait_for_each_other(database: object) -> None:
    tenant = await make_tenant()

    async def add() -> None:
        with scope.of(tenant):
            async with scope.writing():
                await db.execute("UPDATE tenant SET programs_revision = programs_revision + 1 WHERE id = $1", tenant)

    await asyncio.gather(*(add() for _ in range(20)))
    with scope.of(tenant):
        async with scope.reading():
            (row,) = await db.rows("SELECT programs_revision AS n FROM tenant WHERE id = $1", tenant)
    assert row["n"] == 20
    assert new_id() < new_id()


async def test_a_transaction_is_about_the_tenants_that_it_was_begun_for(database: object) -> None:
    one, two, three = (new_id() for _ in range(3))
    async with db.transaction([one, two]):
        for joins in ([one], [two], [two, one], []):
            async with db.transaction(joins):
                assert db.in_write_transaction()
        with pytest.raises(db.NoSession):
            async with db.transaction([one, three]):
                raise AssertionError("unreachable")
