"""Bring a database's schema up to date, as its owner, and give the application's role what it needs."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.migrations.api.migrate import migrate as run_migrations

from kit import db


async def migrate(url: str, *, application_url: str | None = None) -> None:
    """Run what is missing on `url` (the owner's); on PostgreSQL, grant to the role in `application_url`."""
    db.make_folder(url)
    try:
        with db.administering():
            await run_migrations(config=db.config(url))
        role = unquote(urlsplit(application_url or url).username or "")
        if db.dialect() == "postgres" and role and role != unquote(urlsplit(url).username or ""):
            await _grant(role)
    finally:
        await Tortoise.close_connections()


async def _grant(role: str) -> None:
    quoted = '"' + role.replace('"', '""') + '"'
    await get_connection("writer").execute_script(
        f"GRANT USAGE ON SCHEMA public TO {quoted};"
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted};"
        f"REVOKE INSERT, UPDATE, DELETE ON tortoise_migrations FROM {quoted};"
    )
