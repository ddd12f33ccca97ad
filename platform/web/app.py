"""The application: routes, what every request passes, and how the process starts and stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from schema.limits import Limits
from settings import Settings
from web import ide
from web.errors import Code, error_body
from web.graphql import Endpoint, GraphQLApp
from web.health import Health, Probe
from web.logs import describe
from web.middleware import BodyLimit, Edge, SecurityHeaders
from web.static import WIDGET_HEADERS, BuiltFiles, SinglePage

log = structlog.get_logger("web")

STOP_SECONDS = 20
DRAIN_SECONDS = 12
_WIDGETS_MAX_AGE = 300


@dataclass(frozen=True, slots=True)
class Hook:
    """A part with a life of its own (database, committer, embedded jobs): started in order, stopped in reverse."""

    name: str
    start: Callable[[], Awaitable[None]]
    stop: Callable[[], Awaitable[None]]


def create_app(
    settings: Settings,
    endpoints: Mapping[str, Endpoint[Any]],
    *,
    hooks: Sequence[Hook] = (),
    probes: Mapping[str, Probe] | None = None,
    routes: Sequence[BaseRoute] = (),
    console: Path | None = None,
    widgets: Path | None = None,
    limits: Limits | None = None,
) -> Starlette:
    """The Starlette application that serves `endpoints` by path; `app.state.health` is its `Health`.

    `routes` come before the built files of `console` (at `/console/`) and `widgets` (at `/widgets/`).
    """
    limits = limits or Limits()
    health = Health(probes or {}, metrics_token=settings.metrics_token)
    served: list[BaseRoute] = [*health.routes()]
    served += [Route(path, GraphQLApp(endpoint)) for path, endpoint in endpoints.items()]
    served += routes
    if any(endpoint.ide for endpoint in endpoints.values()):
        served.append(ide.assets())
    served += _built_files(console, widgets)
    app = Starlette(
        routes=served,
        middleware=[
            Middleware(SecurityHeaders, production=settings.production),
            Middleware(Edge),
            Middleware(BodyLimit, bytes_max=limits.body_bytes, seconds_max=limits.body_seconds),
        ],
        exception_handlers={HTTPException: _http_error},
        lifespan=lambda _: _life(hooks, health),
    )
    app.state.health = health
    return app


def _built_files(console: Path | None, widgets: Path | None) -> list[BaseRoute]:
    built: list[BaseRoute] = []
    if console is not None:
        built.append(Route("/console", lambda _: RedirectResponse("/console/", HTTPStatus.TEMPORARY_REDIRECT)))
        built.append(Mount("/console", SinglePage(console)))
    if widgets is not None:
        built.append(Mount("/widgets", BuiltFiles(widgets, headers=WIDGET_HEADERS, max_age=_WIDGETS_MAX_AGE)))
    return built


@asynccontextmanager
async def _life(hooks: Sequence[Hook], health: Health) -> AsyncIterator[None]:
    """Start the hooks; at the end stop those that started, also when a later one failed to start."""
    running: list[Hook] = []
    try:
        for hook in hooks:
            await hook.start()
            running.append(hook)
        health.started = True
        log.info("web.started")
        yield
    finally:
        health.draining = True
        await _stop(running)
        log.info("web.stopped")


async def _stop(running: Sequence[Hook]) -> None:
    """Stop in reverse order within what is left of the `STOP_SECONDS` after the drain; one failure stops no other."""
    until = asyncio.get_running_loop().time() + STOP_SECONDS - DRAIN_SECONDS
    for hook in reversed(running):
        try:
            async with asyncio.timeout_at(until):
                await hook.stop()
        except Exception as error:  # the others must be stopped all the same
            log.error("web.stop_failed", hook=hook.name, **describe(error))


async def _http_error(_: Request, error: Exception) -> Response:
    """Starlette's own refusals (no such path, wrong method) in the shape of all our errors."""
    if not isinstance(error, HTTPException):
        raise error
    body = error_body(_CODES.get(error.status_code, Code.BAD_REQUEST), error.detail)
    return Response(body, error.status_code, error.headers, media_type="application/json")


_CODES = {404: Code.NOT_FOUND, 405: Code.METHOD_NOT_ALLOWED}
