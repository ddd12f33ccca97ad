"""How a process ends: what is in flight is finished, the parts are stopped in reverse, all of it within bounds."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


class Child:
    """The server's process, and what it has told so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.told: list[str] = []

    async def until(self, beginning: str) -> str:
        """The next of its own lines that begins so."""
        assert self.process.stdout is not None
        while True:
            line = (await asyncio.wait_for(self.process.stdout.readline(), 15)).decode().rstrip()
            self.told.append(line)
            assert line or not self.process.stdout.at_eof(), self.told
            if line.startswith(beginning):
                return line

    async def end(self) -> list[str]:
        """The names of the hooks that were stopped, in order; waits for the process to end."""
        assert self.process.stdout is not None
        rest = await asyncio.wait_for(self.process.stdout.read(), 25)
        self.told += rest.decode().splitlines()
        await asyncio.wait_for(self.process.wait(), 5)
        return [line.removeprefix("stop ") for line in self.told if line.startswith("stop ")]


@asynccontextmanager
async def running(mode: str) -> AsyncIterator[Child]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.web.stopping",
        mode,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Child(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _begin_work(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /work HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")
    return reader, writer


async def test_a_request_in_flight_is_finished_before_the_parts_are_stopped() -> None:
    async with running("plain") as child:
        port = int((await child.until("port")).split()[1])
        reader, writer = await _begin_work(port)
        await child.until("working")
        child.process.send_signal(signal.SIGTERM)
        await _refused(port)
        assert child.process.returncode is None
        writer.write(b"ok")
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"done")
        assert await child.end() == ["second", "first"]


async def _refused(port: int) -> None:
    """Wait until the server has stopped to listen."""
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                return
            writer.close()


async def test_a_part_that_hangs_holds_up_no_other() -> None:
    async with running("hang") as child:
        await child.until("port")
        await child.until("start second")
        child.process.send_signal(signal.SIGTERM)
        assert await child.end() == ["second", "first"]


async def test_a_part_that_cannot_start_stops_those_before_it() -> None:
    async with running("fail") as child:
        assert await child.end() == ["first"]
        assert child.process.returncode != 0
