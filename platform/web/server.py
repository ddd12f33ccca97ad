"""uvicorn with our manner of stopping: not ready first, then what is in flight, then the parts, within 20 seconds."""

from __future__ import annotations

import socket
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from web.app import DRAIN_SECONDS

_IDLE_SECONDS = 65


class Server(uvicorn.Server):
    """A server whose signal handler takes the process out of the balance before it stops listening."""

    def __init__(self, app: Starlette, *, host: str, port: int, trusted_proxies: str) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                server_header=False,
                forwarded_allow_ips=trusted_proxies,
                timeout_keep_alive=_IDLE_SECONDS,
                timeout_graceful_shutdown=DRAIN_SECONDS,
                ws="none",
            )
        )
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM or SIGINT: `/readyz` says no from here on, also on connections that are kept open."""
        self._app.state.health.draining = True
        super().handle_exit(sig, frame)


def serve(
    app: Starlette, *, host: str, port: int, trusted_proxies: str, sockets: list[socket.socket] | None = None
) -> None:  # fmt: skip
    """Serve until a signal comes. Blocks; answers when all has been stopped."""
    Server(app, host=host, port=port, trusted_proxies=trusted_proxies).run(sockets)
