"""Set-based SQL alike on both databases: many rows travel as one JSON parameter and are read back as a table.

PostgreSQL reads objects with `json_to_recordset`, SQLite arrays with `json_each`; a statement is
prepared once, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal

import orjson

from kit import db

ColumnType = Literal["uuid", "text", "int", "instant", "bool"]
_POSTGRES = {"uuid": "uuid", "text": "text", "int": "bigint", "instant": "timestamptz", "bool": "boolean"}


class Columns:
    """The columns of rows on their way into a statement: `Columns(id="uuid", amount="int")`."""

    def __init__(self, **types: ColumnType) -> None:
        self.types = types
        self.names = tuple(types)

    def payload(self, rows: Iterable[Sequence[object]]) -> str:
        """Rows, in the columns' order, as the statement's parameter."""
        if db.dialect() == "postgres":
            names = self.names
            return orjson.dumps([dict(zip(names, row, strict=True)) for row in rows]).decode()
        return orjson.dumps([tuple(row) for row in rows]).decode()  # orjson takes no named tuples

    def source(self, parameter: int = 1) -> str:
        """The rows as a table, to stand in FROM under an alias of the caller's."""
        if db.dialect() == "postgres":
            columns = ", ".join(f"{name} {_POSTGRES[kind]}" for name, kind in self.types.items())
            return f"(SELECT * FROM json_to_recordset(${parameter}::json) AS r({columns}))"
        columns = ", ".join(f"value->>{n} AS {name}" for n, name in enumerate(self.names))
        return f"(SELECT {columns} FROM json_each(${parameter}))"


class Insert:
    """Insert many rows at once: `await Insert("lot", id="uuid", …)(rows)` answers how many went in."""

    def __init__(self, table: str, suffix: str = "", **types: ColumnType) -> None:
        self.table = table
        self.suffix = suffix
        self.columns = Columns(**types)

    async def __call__(self, rows: Sequence[Sequence[object]]) -> int:
        if not rows:
            return 0
        return await db.execute(self.statement(db.dialect()), self.columns.payload(rows))

    @cache  # noqa: B019  # one object per table and module, kept for the process
    def statement(self, _dialect: db.Dialect) -> str:
        """The statement, built once per dialect."""
        names = ", ".join(self.columns.names)
        # WHERE true: without it SQLite reads ON as a join's.
        source = f"SELECT {names} FROM {self.columns.source()} AS x WHERE true"
        return f"INSERT INTO {self.table} ({names}) {source} {self.suffix}"


class Update:
    """Change many rows at once, each found by (tenant_id, id): answers how many were, for the caller to check.

    `set_` and `where` speak of the row as `t` and of the new values as `x`.
    """

    def __init__(self, table: str, set_: str, where: str = "true", **types: ColumnType) -> None:
        self.table = table
        self.set = set_
        self.where = where
        self.columns = Columns(tenant_id="uuid", id="uuid", **types)

    async def __call__(self, rows: Sequence[Sequence[object]]) -> int:
        if not rows:
            return 0
        return await db.execute(self.statement(db.dialect()), self.columns.payload(rows))

    @cache  # noqa: B019  # one object per table and module, kept for the process
    def statement(self, _dialect: db.Dialect) -> str:
        """The statement, built once per dialect."""
        return (
            f"UPDATE {self.table} AS t SET {self.set} FROM {self.columns.source()} AS x "
            f"WHERE t.tenant_id = x.tenant_id AND t.id = x.id AND {self.where}"
        )
