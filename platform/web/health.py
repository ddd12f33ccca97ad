"""Whether the process lives, whether it should get work, and what it counts: `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import orjson
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kit.errors import Forbidden
from web.logs import describe
from web.metrics import REGISTRY

Probe = Callable[[], Awaitable[None]]
"""Asks something that the process depends on, and raises when it does not answer."""

log = structlog.get_logger("web.health")


class Health:
    """The state of the process, as those ask who send it work."""

    def __init__(
        self, probes: Mapping[str, Probe], *, probe_seconds: float = 2.0, metrics_token: str | None = None
    ) -> None:
        self._probes = dict(probes)
        self.probe_seconds = probe_seconds
        self._metrics_token = metrics_token
        self.started = False
        self.draining = False

    def routes(self) -> list[Route]:
        """The three routes."""
        return [
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/metrics", self.metrics),
        ]

    async def healthz(self, _: Request) -> Response:
        """200 from the end of the start to the end of the process."""
        return _json({"status": "ok"}, self.started)

    async def readyz(self, _: Request) -> Response:
        """200 if every probe answers in time; else, and while draining, 503 with the names of those that do not."""
        if self.draining or not self.started:
            return _json({"status": "draining" if self.draining else "starting"}, ok=False)
        names = list(self._probes)
        answers = await asyncio.gather(*(self._ask(name) for name in names))
        failing = [name for name, answer in zip(names, answers, strict=True) if not answer]
        return _json({"status": "unavailable", "failing": failing} if failing else {"status": "ready"}, not failing)

    async def metrics(self, request: Request) -> Response:
        """Prometheus's text, for the bearer of the token, or without a token for this machine only."""
        self._check_reader(request)
        return Response(generate_latest(REGISTRY), headers={"content-type": CONTENT_TYPE_LATEST})

    async def _ask(self, name: str) -> bool:
        try:
            async with asyncio.timeout(self.probe_seconds):
                await self._probes[name]()
        except Exception as error:  # a probe may fail in any way: that is what it is for
            log.warning("health.probe_failed", probe=name, **describe(error))
            return False
        return True

    def _check_reader(self, request: Request) -> None:
        if self._metrics_token is not None:
            sent = request.headers.get("authorization", "").encode()
            allowed = hmac.compare_digest(sent, f"Bearer {self._metrics_token}".encode())
        else:
            # A proxy on this machine speaks for others, and says so in this header.
            allowed = _is_loopback(request) and "x-forwarded-for" not in request.headers
        if not allowed:
            raise Forbidden("Metrics are for the bearer of the token, or for this machine if there is none.")


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _json(body: dict[str, object], ok: bool) -> Response:
    status = HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE
    headers = {"cache-control": "no-store"}
    return Response(orjson.dumps(body), status, headers, media_type="application/json")
