"""Set-based SQL alike on both databases: many rows travel as one JSON parameter and are read back as a table.

PostgreSQL reads objects with `json_to_recordset`, SQLite arrays with `json_each`; a statement is
prepared once, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

import orjson

from kit import db

Rows = Sequence[Sequence[object]]
ColumnType = Literal["uuid", "text", "int", "instant", "bool"]
_POSTGRES = {"uuid": "uuid", "text": "text", "int": "bigint", "instant": "timestamptz", "bool": "boolean"}


class Columns:
    """The columns of rows on their way into a statement: `Columns(id="uuid", amount="int")`."""

    def __init__(self, **types: ColumnType) -> None:
        self.types = types
        self.names = tuple(types)

    def payload(self, rows: Iterable[Sequence[object]]) -> str:
        """Rows, in the columns' order, as the statement's parameter; what an object leaves out is null."""
        if db.dialect() == "postgres":
            named = [
                {name: value for name, value in zip(self.names, row, strict=True) if value is not None} for row in rows
            ]
            return orjson.dumps(named).decode()
        return orjson.dumps([tuple(row) for row in rows]).decode()  # orjson takes no named tuples

    @cache  # noqa: B019  # one object per statement and module, kept for the process
    def _source(self, _dialect: db.Dialect, parameter: int) -> str:
        if _dialect == "postgres":
            columns = ", ".join(f"{name} {_POSTGRES[kind]}" for name, kind in self.types.items())
            return f"(SELECT * FROM json_to_recordset(${parameter}::json) AS r({columns}))"
        columns = ", ".join(f"value->>{n} AS {name}" for n, name in enumerate(self.names))
        return f"(SELECT {columns} FROM json_each(${parameter}))"

    def source(self, parameter: int = 1) -> str:
        """The rows as a table, to stand in FROM under an alias of the caller's."""
        return self._source(db.dialect(), parameter)


class Insert:
    """Insert many rows at once: `await Insert("lot", id="uuid", …)(rows)` answers how many went in.

    `computed` are columns that the database works out, each with its expression over the row `x`.
    """

    def __init__(
        self, table: str, suffix: str = "", computed: Mapping[str, str] | None = None, **types: ColumnType
    ) -> None:  # fmt: skip
        self.table = table
        self.suffix = suffix
        self.computed = dict(computed or {})
        self.columns = Columns(**types)

    async def __call__(self, rows: Rows) -> int:
        return (await write([Change(self, rows)]))[0]

    @cache  # noqa: B019  # one object per table and module, kept for the process
    def statement(self, _dialect: db.Dialect, parameter: int = 1) -> str:
        """The statement, built once per dialect and place of its parameter."""
        names = ", ".join((*self.columns.names, *self.computed))
        values = ", ".join((*(f"x.{name}" for name in self.columns.names), *self.computed.values()))
        # WHERE true: without it SQLite reads ON as a join's.
        source = f"SELECT {values} FROM {self.columns.source(parameter)} AS x WHERE true"
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

    async def __call__(self, rows: Rows) -> int:
        return (await write([Change(self, rows)]))[0]

    @cache  # noqa: B019  # one object per table and module, kept for the process
    def statement(self, _dialect: db.Dialect, parameter: int = 1) -> str:
        """The statement, built once per dialect and place of its parameter."""
        return (
            f"UPDATE {self.table} AS t SET {self.set} FROM {self.columns.source(parameter)} AS x "
            f"WHERE t.tenant_id = x.tenant_id AND t.id = x.id AND {self.where}"
        )


class Change(NamedTuple):
    """Rows, in the columns' order, and what is to be done with them."""

    statement: Insert | Update
    rows: Rows


async def write(changes: Sequence[Change]) -> list[int]:
    """Make changes that do not depend on each other, of different rows, in one round trip; how many rows each changed.

    On PostgreSQL they are one statement, on SQLite one visit to the connection's thread.
    """
    filled = [change for change in changes if change.rows]
    if not filled:
        return [0] * len(changes)
    payloads = [change.statement.columns.payload(change.rows) for change in filled]
    if db.dialect() == "postgres":
        (row,) = await db.rows(_joined(tuple(change.statement for change in filled)), *payloads)
        counts: list[int] = list(row.values())
    else:
        statements = [change.statement.statement("sqlite") for change in filled]
        counts = await db.execute_each(list(zip(statements, payloads, strict=True)))
    of = dict(zip(map(id, filled), counts, strict=True))
    return [of.get(id(change), 0) for change in changes]


@lru_cache(maxsize=500)
def _joined(statements: tuple[Insert | Update, ...]) -> str:
    parts = [f"w{n} AS ({statement.statement('postgres', n)} RETURNING 1)" for n, statement in enumerate(statements, 1)]
    counts = ", ".join(f"(SELECT count(*) FROM w{n}) AS w{n}" for n in range(1, len(parts) + 1))
    return f"WITH {', '.join(parts)} SELECT {counts}"
