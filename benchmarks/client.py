"""A client that costs little: raw connections, each with one request under way, in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import cast

import uvloop

Ask = Callable[[int], bytes]
"""The next request of a connection, head and body."""
Check = Callable[[bytes], None]
"""Raises if an answer's body is not the right one."""
ANSWER_S_MAX = 15


def request(path: str, body: bytes, headers: dict[str, str], port: int) -> bytes:
    """A POST of JSON."""
    lines = [f"POST {path} HTTP/1.1", f"host: 127.0.0.1:{port}", "content-type: application/json",
             f"content-length: {len(body)}", *(f"{name}: {value}" for name, value in headers.items())]  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def load(port: int, connections: int, seconds: float, ask: Ask, check: Check) -> float:
    """Right answers per second from a server of this machine. Raises for any other answer."""
    return uvloop.run(_load(port, connections, seconds, ask, check))


async def _load(port: int, connections: int, seconds: float, ask: Ask, check: Check) -> float:
    loop = asyncio.get_running_loop()
    start = perf_counter()
    clients = [_Client(number, start + seconds, ask, check, loop.create_future()) for number in range(connections)]
    for client in clients:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]
    async with asyncio.timeout(seconds + ANSWER_S_MAX):
        await asyncio.gather(*(client.ended for client in clients))
    return sum(client.count for client in clients) / (perf_counter() - start)


class _Client(asyncio.Protocol):
    """One connection: asks, reads the whole answer, checks it, asks again."""

    def __init__(self, number: int, until: float, ask: Ask, check: Check, ended: asyncio.Future[None]) -> None:
        self.count = 0
        self.ended = ended
        self._number, self._until, self._ask, self._check = number, until, ask, check
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one, and no subclass
        self._write()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self._received = b""
        try:
            assert head.startswith(b"HTTP/1.1 200 "), (head, body)
            self._check(body)
        except Exception as error:  # whatever it is, the one who waits must hear it
            self._end(error)
            return
        self.count += 1
        if perf_counter() < self._until:
            self._write()
        else:
            self._end(None)

    def _write(self) -> None:
        self._transport.write(self._ask(self._number))

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or ConnectionError("the server hung up"))

    def _end(self, error: Exception | None) -> None:
        self._transport.close()
        if self.ended.done():
            return
        if error is None:
            self.ended.set_result(None)
        else:
            self.ended.set_exception(error)
