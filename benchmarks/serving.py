"""`guerdon serve` as a process of its own, with its limits out of the way, and what its memory was."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

SECRET = "benchmarks-0123456789-abcdefghijklmnop"  # noqa: S105  # of a server that lives for a minute
LIMITS = {"BUCKET_SIZE": "1000000000", "BUCKET_RESTORE": "1000000000"}


@dataclass(frozen=True, slots=True)
class Server:
    """A process that serves on this port."""

    port: int
    pid: int

    def rss_mb(self) -> float:
        """What it has in memory now, in MB of 10⁶ bytes."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@asynccontextmanager
async def guerdon(database_url: str, data: Path, environment: str = "production") -> AsyncIterator[Server]:
    """Serve this database as `guerdon serve` does."""
    program = Path(sys.executable).with_name("guerdon")
    settings = {"DATABASE_URL": database_url, "DATA_DIR": str(data), "SECRET_KEY": SECRET, "ENV": environment,
                **{f"LIMIT_{name}": value for name, value in LIMITS.items()}}  # fmt: skip
    port = free_port()
    environ = {f"GUERDON_{name}": value for name, value in {**settings, "PORT": str(port)}.items()}
    async with started([str(program), "serve"], environ, port, "/readyz", data / "server.log") as server:
        yield server


@asynccontextmanager
async def started(
    command: list[str], environ: dict[str, str], port: int, ready: str, log: Path
) -> AsyncIterator[Server]:  # fmt: skip
    """Run a server until the block ends; raises with its log if it does not become ready."""
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **environ}, stdout=out, stderr=out)
        try:
            if not await _ready(process, f"http://127.0.0.1:{port}{ready}"):
                raise RuntimeError(f"the server ended; see {log}")
            yield Server(port, process.pid)
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


async def _ready(process: asyncio.subprocess.Process, url: str) -> bool:
    async with asyncio.timeout(60), httpx.AsyncClient() as client:
        while process.returncode is None:
            try:
                if (await client.get(url)).status_code == 200:
                    return True
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    return False


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
