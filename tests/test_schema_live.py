"""The schema as it stands in the database, against what the models declare and tenancy needs (DESIGN §8 and §11)."""

from __future__ import annotations

import importlib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tortoise import Tortoise
from tortoise.models import Model

from kit import db
from kit.ddl import POLICY
from kit.ids import new_id
from tenants import scope
from tenants.scope import TenantId, TenantScoped

MIGRATIONS = [
    importlib.import_module(f"migrations.{path.stem}")
    for path in sorted((Path(__file__).parents[1] / "platform" / "migrations").glob("[0-9]*.py"))
]
GLOBAL: Collection[str] = MIGRATIONS[0].GLOBAL_TABLES
TENANT_TABLES = tuple(table for migration in MIGRATIONS for table in migration.TENANT_TABLES)
APPEND_ONLY = ("transfer", "seal", "audit_entry", "decision", "member_consent", "tier_change",
               "membership_change", "pass_use", "dividend", "task_completion", "partner_terms",
               "clearing_entry", "clearing_issue", "settlement_line")  # fmt: skip
WHEN = "2026-01-31T12:00:00+00:00"


@dataclass(slots=True)
class Table:
    """A table as the database describes it."""

    nullable: dict[str, bool] = field(default_factory=dict)
    primary_key: tuple[str, ...] = ()
    uniques: set[tuple[str, ...]] = field(default_factory=set)
    foreign_keys: set[tuple[str, ...]] = field(default_factory=set)


async def tables() -> dict[str, Table]:
    """Every table, from the catalogue of the database that the tests run on."""
    with scope.unscoped("test"):
        async with scope.reading():
            return await (_postgres() if db.dialect() == "postgres" else _sqlite())


async def _sqlite() -> dict[str, Table]:
    found = {}
    for (name,) in [
        tuple(row)
        for row in await db.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    ]:
        table = found[name] = Table()
        columns = await db.rows('SELECT name, "notnull" AS required, pk FROM pragma_table_info($1)', name)
        table.nullable = {row["name"]: not row["required"] for row in columns}
        keyed = sorted((row["pk"], row["name"]) for row in columns if row["pk"])
        table.primary_key = tuple(column for _, column in keyed)
        for index in await db.rows("SELECT name FROM pragma_index_list($1) WHERE \"unique\" AND origin <> 'pk'", name):
            parts = await db.rows("SELECT name FROM pragma_index_info($1) ORDER BY seqno", index["name"])
            table.uniques.add(tuple(row["name"] for row in parts))
        keys: dict[int, list[str]] = {}
        for row in await db.rows('SELECT id, "from" AS name FROM pragma_foreign_key_list($1) ORDER BY id, seq', name):
            keys.setdefault(row["id"], []).append(row["name"])
        table.foreign_keys = {tuple(columns) for columns in keys.values()}
    return found


async def _postgres() -> dict[str, Table]:
    found: dict[str, Table] = {}
    for row in await db.rows(
        "SELECT c.relname AS name, a.attname AS of, a.attnotnull AS required FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 "
        "AND NOT a.attisdropped AND c.relnamespace = 'public'::regnamespace"
    ):
        found.setdefault(row["name"], Table()).nullable[row["of"]] = not row["required"]
    for row in await db.rows(
        "SELECT c.relname AS name, i.indisprimary AS is_primary, (SELECT array_agg(a.attname::text ORDER BY k.n) "
        "FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k (attnum, n) "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum) AS columns "
        "FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
        "WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace"
    ):
        if row["is_primary"]:
            found[row["name"]].primary_key = tuple(row["columns"])
        else:
            found[row["name"]].uniques.add(tuple(row["columns"]))
    for row in await db.rows(
        "SELECT c.relname AS name, (SELECT array_agg(a.attname::text ORDER BY k.n) "
        "FROM unnest(f.conkey) WITH ORDINALITY AS k (attnum, n) "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum) AS columns "
        "FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid WHERE f.contype = 'f'"
    ):
        found[row["name"]].foreign_keys.add(tuple(row["columns"]))
    return found


def models() -> dict[str, type[Model]]:
    """Every model, by its table."""
    return {model._meta.db_table: model for model in Tortoise.apps["guerdon"].values()}


async def test_tests_connect_as_the_application_does(database: object) -> None:
    if db.dialect() == "sqlite":
        pytest.skip("SQLite has no roles")
    with scope.unscoped("test"):
        async with scope.reading():
            (role,) = await db.rows(
                "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, "
                "(SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid) AS owned, "
                "(SELECT count(*) FROM pg_auth_members m WHERE m.member = r.oid) AS groups "
                "FROM pg_roles r WHERE rolname = current_user"
            )
    assert dict(role) == {
        "rolsuper": False, "rolbypassrls": False, "rolcreaterole": False, "rolcreatedb": False, "owned": 0, "groups": 0,
    }  # fmt: skip


async def test_every_table_is_a_tenants_or_named_as_global(database: object) -> None:
    live = await tables()
    assert set(live) == {*GLOBAL, *TENANT_TABLES}
    for name, table in live.items():
        if name in GLOBAL:
            continue
        assert table.nullable["tenant_id"] is False, name
        assert table.primary_key == ("tenant_id", "id"), name
        for columns in (*table.uniques, *table.foreign_keys):
            assert "tenant_id" in columns, f"{name} {columns}"


async def test_tenants_models_are_scoped_and_global_ones_are_not(database: object) -> None:
    for name, model in models().items():
        assert issubclass(model, TenantScoped) is (name not in GLOBAL), name


async def test_row_level_security_is_forced_with_one_policy_on_every_tenants_table(database: object) -> None:
    if db.dialect() == "sqlite":
        pytest.skip("SQLite has no row-level security: the scope is what there is")
    with scope.unscoped("test"):
        async with scope.reading():
            secured = await db.rows(
                "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class "
                "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            policies = await db.rows(
                "SELECT tablename, permissive, roles::text[], cmd, qual, with_check FROM pg_policies"
            )
    tenants = set(TENANT_TABLES)
    assert {row["relname"] for row in secured if row["relrowsecurity"] and row["relforcerowsecurity"]} == tenants
    assert {row["relname"] for row in secured if row["relrowsecurity"]} == tenants
    assert sorted(row["tablename"] for row in policies) == sorted(tenants)
    assert len({row["qual"] for row in policies}) == 1
    for row in policies:
        assert (row["permissive"], row["roles"], row["cmd"]) == ("PERMISSIVE", ["public"], "ALL")
        assert row["qual"] == row["with_check"]
        assert "guerdon.tenants" in row["qual"]
    assert "guerdon.tenants" in POLICY


async def test_another_tenants_row_can_be_neither_read_nor_written(database: object) -> None:
    if db.dialect() == "sqlite":
        pytest.skip("SQLite has no row-level security: the scope is what there is")
    mine, theirs = TenantId(new_id()), TenantId(new_id())
    entry = {"actor": "'a'", "action": "'b'", "target": "'c'", "details": "'{}'", "recorded_at": f"'{WHEN}'"}
    with scope.of(theirs):
        async with scope.writing():
            await insert("audit_entry", theirs, new_id(), entry)
    with scope.of(mine):
        async with scope.reading():
            for name in TENANT_TABLES:
                assert await db.rows(f"SELECT 1 FROM {name}") == [], name
        with pytest.raises(Exception, match="row-level security"):
            async with scope.writing():
                await insert("audit_entry", theirs, new_id(), entry)
    with scope.unscoped("test"):
        async with scope.reading():
            assert await db.rows("SELECT 1 FROM audit_entry") == []


async def test_every_field_is_a_column_and_every_column_a_field(database: object) -> None:
    live = await tables()
    assert set(models()) == set(live) - {"tortoise_migrations"}
    for name, model in models().items():
        declared = {
            model._meta.fields_db_projection[attribute]: model._meta.fields_map[attribute].null
            for attribute in model._meta.fields_db_projection
        }
        assert declared == live[name].nullable, name


async def test_every_declared_unique_is_in_the_database(database: object) -> None:
    live = await tables()
    for name, model in models().items():
        declared = {frozenset(columns) for columns in model._meta.unique_together}
        # An index may have them in the order that it is read by.
        assert declared <= {frozenset(columns) for columns in live[name].uniques}, name
        single = {attribute for attribute, each in model._meta.fields_map.items() if each.unique and not each.pk}
        assert {(attribute,) for attribute in single} <= live[name].uniques, name


APPENDED: dict[str, dict[str, str]] = {
    "transfer": {
        "key": "'k'", "kind": "'now'", "reason": "'test'", "unit_id": "'{id}'", "debit": "'{id}'",
        "credit": "'{other}'", "amount": "1", "batch_id": "'{id}'", "effective_at": f"'{WHEN}'",
        "recorded_at": f"'{WHEN}'",
    },
    "seal": {
        "number": "1", "previous_hash": "''", "hash": "''", "batches": "1", "transfers": "1",
        "recorded_at": f"'{WHEN}'",
    },
    "audit_entry": {
        "actor": "'a'", "action": "'b'", "target": "'c'", "details": "'{{}}'", "recorded_at": f"'{WHEN}'",
    },
    "decision": {"result": "'{{}}'", "explanation": "'[]'", "recorded_at": f"'{WHEN}'"},
    "member_consent": {
        "member_id": "'{id}'", "purpose": "'email'", "granted": "'1'", "recorded_at": f"'{WHEN}'", "source": "'test'",
    },
    "tier_change": {
        "program_id": "'{id}'", "member_id": "'{id}'", "reason": "'reached'", "effective_at": f"'{WHEN}'",
        "recorded_at": f"'{WHEN}'",
    },
    "membership_change": {
        "membership_id": "'{id}'", "member_id": "'{id}'", "revision": "1", "kind": "'joined'", "plan": "'vip'",
        "state": "'active'", "term": "1", "starts_at": f"'{WHEN}'", "effective_at": f"'{WHEN}'",
        "recorded_at": f"'{WHEN}'",
    },
    "pass_use": {"pass_id": "'{id}'", "number": "1", "recorded_at": f"'{WHEN}'"},
    "dividend": {
        "program_id": "'{id}'", "member_id": "'{id}'", "year": "2025", "spent": "0", "points": "0",
        "recorded_at": f"'{WHEN}'",
    },
    "task_completion": {
        "program_id": "'{id}'", "member_id": "'{id}'", "member_task_id": "'{id}'", "task": "'a'", "first_time": "1",
        "last_time": "1", "times": "1", "gifts": "'{{}}'", "effective_at": f"'{WHEN}'", "recorded_at": f"'{WHEN}'",
    },
    "partner_terms": {
        "partner_id": "'{id}'", "number": "1", "valid_from": f"'{WHEN}'", "document": "'{{}}'",
        "saved_at": f"'{WHEN}'", "saved_by": "'a'",
    },
    "clearing_issue": {
        "program_id": "'{id}'", "payer": "'nobody'", "recognition": "'issuance'", "points": "1", "price": "0",
    },
    "clearing_entry": {
        "program_id": "'{id}'", "kind": "'release'", "debit": "'float'", "credit": "'margin'", "points": "1",
        "price": "0", "amount": "0", "currency": "'USD'", "effective_at": f"'{WHEN}'", "recorded_at": f"'{WHEN}'",
        "booked_on": "'2026-01-31'",
    },
    "settlement_line": {
        "settlement_id": "'{id}'", "position": "1", "kind": "'issue'", "entries": "1", "points": "1", "amount": "0",
    },
}  # fmt: skip
PARENTS: dict[str, dict[str, str]] = {
    "member": {"state": "'active'", "joined_at": f"'{WHEN}'", "created_at": f"'{WHEN}'"},
    "unit": {"slug": "'u'", "name": "'u'", "name_plural": "'u'", "scale": "0", "created_at": f"'{WHEN}'"},
    "program": {
        "slug": "'p'", "name": "'p'", "kind": "'coalition'", "line": "'main'", "unit_id": "'{id}'", "state": "'live'",
        "created_at": f"'{WHEN}'",
    },
    "partner": {
        "program_id": "'{id}'", "slug": "'p'", "name": "'p'", "state": "'active'", "open_from": "'2026-01-01'",
        "created_at": f"'{WHEN}'", "changed_at": f"'{WHEN}'",
    },
    "settlement": {
        "program_id": "'{id}'", "partner_id": "'{id}'", "number": "1", "currency": "'USD'", "period": "'month'",
        "first_day": "'2026-01-01'", "last_day": "'2026-01-31'", "state": "'draft'", "carried_in": "0", "amount": "0",
        "due": "0", "carried_out": "0", "entries": "0", "drafted_at": f"'{WHEN}'",
    },
}  # fmt: skip
"""What rows of append-only tables refer to."""


async def test_append_only_tables_refuse_update_and_delete(database: object) -> None:
    tenant, id_, other = TenantId(new_id()), new_id(), new_id()
    assert set(APPENDED) == set(APPEND_ONLY)
    with scope.of(tenant):
        async with scope.writing():
            for name, row in (PARENTS | {name: APPENDED[name] for name in APPEND_ONLY}).items():
                values = {column: value.format(id=id_, other=other) for column, value in row.items()}
                await insert(name, tenant, id_, values)
        for name in APPEND_ONLY:
            for statement in (f"UPDATE {name} SET id = id", f"DELETE FROM {name}"):
                with pytest.raises(Exception, match=f"{name} is append-only"):
                    async with scope.writing():
                        await db.execute(f"{statement} WHERE tenant_id = $1", tenant)
            async with scope.reading():
                assert len(await db.rows(f"SELECT 1 FROM {name} WHERE tenant_id = $1", tenant)) == 1
    if db.dialect() == "postgres":
        for name in APPEND_ONLY:
            with scope.of(tenant), pytest.raises(Exception, match="permission denied"):
                async with scope.writing():
                    await db.execute(f"TRUNCATE {name}")


async def test_application_cannot_change_the_schema(database: object) -> None:
    if db.dialect() == "sqlite":
        pytest.skip("SQLite has no roles")
    for statement in (
        "DROP TRIGGER transfer_append_only ON transfer",
        "ALTER TABLE transfer DISABLE TRIGGER ALL",
        "ALTER TABLE member DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant_isolation ON member",
        "CREATE TABLE mine (id int)",
        "DELETE FROM tortoise_migrations",
    ):
        with scope.unscoped("test"), pytest.raises(Exception, match=r"must be owner|permission denied"):
            async with scope.writing():
                await db.execute(statement)


async def insert(table: str, tenant: TenantId, id_: str, values: dict[str, str]) -> None:
    """One row of literals, as the application's role."""
    columns, literals = ", ".join(values), ", ".join(values.values())
    await db.execute(f"INSERT INTO {table} (tenant_id, id, {columns}) VALUES ('{tenant}', '{id_}', {literals})")


def test_migrations_are_one_chain() -> None:
    names = [migration.__name__.rpartition(".")[2] for migration in MIGRATIONS]
    before = [migration.Migration.dependencies for migration in MIGRATIONS]
    assert before == [[], *([("guerdon", name)] for name in names[:-1])]
