"""Migrations in SQL that both databases read: `{uuid}` and the like stand for the dialect's own types."""

from __future__ import annotations

from typing import Any

from tortoise.migrations.operations import TortoiseOperation

TYPES = {
    "sqlite": {"uuid": "TEXT", "instant": "TEXT", "date": "TEXT", "bool": "INTEGER", "int": "INTEGER", "c": "",
               "true": "1", "false": "0", "strict": "STRICT"},
    "postgres": {"uuid": "uuid", "instant": "timestamptz", "date": "date", "bool": "boolean", "int": "bigint",
                 "c": 'COLLATE "C"', "true": "true", "false": "false", "strict": ""},
}  # fmt: skip

# An init plan: evaluated once per statement; per row, or in a STABLE function, it costs 12-20 %.
POLICY = "tenant_id = ANY((SELECT string_to_array(current_setting('guerdon.tenants', true), ',')::uuid[])::uuid[])"


class Ddl(TortoiseOperation):
    """Statements for both databases, or for the one named."""

    def __init__(self, *statements: str, only: str | None = None) -> None:
        self.statements = statements
        self.only = only

    async def database_forward(
        self, app_label: str, old_state: Any, new_state: Any, state_editor: Any | None = None
    ) -> None:
        if state_editor is None:
            return
        dialect = state_editor.client.capabilities.dialect
        if self.only not in (None, dialect):
            return
        for statement in self.statements:
            await state_editor.client.run(statement.format_map(TYPES[dialect]), ())


def append_only(*tables: str) -> list[Ddl]:
    """Triggers by which the database itself refuses UPDATE and DELETE."""
    sqlite = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in tables
        for verb in ("UPDATE", "DELETE")
    ]
    function = (
        "CREATE OR REPLACE FUNCTION guerdon_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    postgres = [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION guerdon_append_only()"
        for table in tables
    ]
    return [Ddl(*sqlite, only="sqlite"), Ddl(function, *postgres, only="postgres")]


def row_level_security(*tables: str) -> Ddl:
    """Forced row-level security: only rows of the transaction's tenants exist, for the owner too."""
    statements = []
    for table in tables:
        statements += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY tenant_isolation ON {table} USING ({POLICY}) WITH CHECK ({POLICY})",
        ]
    return Ddl(*statements, only="postgres")


def across_tenants(tables: tuple[str, ...], *statements: str) -> tuple[Ddl, Ddl, Ddl]:
    """Statements that change rows of these tables, whosever: the owner, too, sees only the transaction's tenants'."""
    return (
        Ddl(*(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY" for table in tables), only="postgres"),
        Ddl(*statements),
        Ddl(*(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in tables), only="postgres"),
    )
