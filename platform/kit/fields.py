"""Tortoise fields for what Guerdon stores alike on both databases."""

from __future__ import annotations

from typing import Any

from tortoise.fields.base import Field

from kit.ids import new_id


class IdField(Field[str], str):  # type: ignore[misc]  # Tortoise's fields pose as their Python type
    """An id: uuid on PostgreSQL, text on SQLite, `str` in Python; a primary key makes its own."""

    SQL_TYPE = "TEXT"

    class _db_postgres:
        SQL_TYPE = "UUID"

    def __init__(self, **kwargs: Any) -> None:
        if kwargs.get("primary_key") and "default" not in kwargs:
            kwargs["default"] = new_id
        super().__init__(**kwargs)

    def to_python_value(self, value: Any) -> str | None:
        return None if value is None else str(value)
