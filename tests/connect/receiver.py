"""A real HTTP server that takes webhooks, on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Receiver:
    """Answers each request with the next of `answers` (the last one for ever), and keeps what came."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [204])
    body: bytes = b""
    requests: list[tuple[dict[str, str], str]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
        text = (await reader.readexactly(int(headers["content-length"]))).decode()
        self.requests.append((headers, text))
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(self.body)}\r\n\r\n".encode() + self.body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def receiving(answers: Sequence[int] = (204,), body: bytes = b"") -> AsyncIterator[Receiver]:
    """The server, while the block runs."""
    receiver = Receiver(answers=list(answers), body=body)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    async with server:
        receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
        yield receiver
