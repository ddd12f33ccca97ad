"""A server for the tests of the stop, run as a process: it tells its port, and what happens to it, line by line."""

from __future__ import annotations

import asyncio
import socket
import sys
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.web.live import endpoint, settings
from web import app as web_app
from web.app import Hook, create_app
from web.server import serve


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(mode: str) -> None:
    """Serve; `/work` takes until its body has come, and the second hook hangs or fails if `mode` says so."""

    async def work(request: Request) -> Response:
        tell("working")
        await request.body()
        return Response("done")

    async def start(name: str) -> None:
        tell(f"start {name}")
        if mode == "fail" and name == "second":
            raise RuntimeError("cannot start")

    async def stop(name: str) -> None:
        tell(f"stop {name}")
        if mode == "hang" and name == "second":
            await asyncio.Event().wait()

    hooks = [Hook(name, partial(start, name), partial(stop, name)) for name in ("first", "second")]
    app = create_app(settings(), {"/graphql": endpoint()}, hooks=hooks, routes=[Route("/work", work, methods=["POST"])])
    listening = socket.create_server(("127.0.0.1", 0))
    tell(f"port {listening.getsockname()[1]}")
    if mode == "hang":
        web_app.STOP_SECONDS = web_app.DRAIN_SECONDS + 1
    serve(app, host="127.0.0.1", port=0, trusted_proxies="", sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1])
