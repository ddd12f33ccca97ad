"""What every request passes, as plain ASGI: its id and its log line, the security headers, the limits of its body."""

from __future__ import annotations

import asyncio
import re
import time
from contextvars import ContextVar
from http import HTTPStatus
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.limits import LimitExceeded
from web.errors import Code, RequestRefused, error_body, tell
from web.logs import describe
from web.metrics import HTTP_REQUESTS, HTTP_SECONDS

log = structlog.get_logger("web")

_REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
_VALID_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,127}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def request_id() -> str:
    """The id of the request being answered; empty outside one."""
    return _REQUEST_ID.get()


class Edge:
    """Gives a request its id, answers what nobody caught, writes one line when it is done.

    The line has the route instead of the path, and neither query string nor body: none of them can leak into it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        found = Headers(scope=scope).get("x-request-id", "")
        identity = found if _VALID_ID.fullmatch(found) else uuid4().hex
        _REQUEST_ID.set(identity)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=identity)
        await _Answer(scope, send, identity).of(self._app, receive)


class _Answer:
    """One request on its way: what was sent, and when it began."""

    def __init__(self, scope: Scope, send: Send, identity: str) -> None:
        self._scope = scope
        self._send = send
        self._identity = identity
        self._status = 0
        self._begun = time.perf_counter()

    async def of(self, app: ASGIApp, receive: Receive) -> None:
        try:
            await app(self._scope, receive, self._tap)
        except ClientDisconnect:
            self._status = self._status or 499  # nginx's number for a client that went away
        except Exception as error:  # the border of the process: the server would print a traceback
            await self._failed(error)
        finally:
            self._log()

    async def _tap(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            MutableHeaders(scope=message)["x-request-id"] = self._identity
        await self._send(message)

    async def _failed(self, error: Exception) -> None:
        told = tell(error)
        if told.internal:
            log.error("http.internal_error", **describe(error))
        if self._status:
            # The answer is under way; the server closes the connection on an exception it recognises as ours.
            raise error
        extensions = {"requestId": self._identity} if told.internal else dict(told.extensions)
        response = Response(
            error_body(told.code, told.message, extensions),
            told.status,
            dict(told.headers),
            media_type="application/json",
        )
        await response(self._scope, _nothing, self._tap)

    def _log(self) -> None:
        seconds = time.perf_counter() - self._begun
        route = _route(self._scope)
        method = self._scope["method"] if self._scope["method"] in _METHODS else "other"
        HTTP_REQUESTS.labels(method, route, str(int(self._status))).inc()
        HTTP_SECONDS.labels(route).observe(seconds)
        log.info("http.request", method=method, route=route, status=int(self._status), ms=round(seconds * 1000, 2))


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _route(scope: Scope) -> str:
    route = scope.get("route")
    return str(getattr(route, "path", "")) or "unmatched"


class BodyLimit:
    """Refuses a body that is too large (413) or too slow (408) while it arrives, before anybody parses it."""

    def __init__(self, app: ASGIApp, bytes_max: int, seconds_max: float) -> None:
        self._app = app
        self._bytes_max = bytes_max
        self._seconds_max = seconds_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request with a guarded `receive`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > self._bytes_max:
            raise self._too_large(int(declared))
        await self._app(scope, self._guarded(receive), send)

    def _guarded(self, receive: Receive) -> Receive:
        arrived = 0
        complete = False
        until = asyncio.get_running_loop().time() + self._seconds_max

        async def guarded() -> Message:
            nonlocal arrived, complete
            if complete:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                text = f"The body took more than {self._seconds_max:g} seconds."
                raise RequestRefused(HTTPStatus.REQUEST_TIMEOUT, text, Code.TIMEOUT, {"connection": "close"}) from None
            arrived += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if arrived > self._bytes_max:
                raise self._too_large(None)
            return message

        return guarded

    def _too_large(self, found: int | None) -> BodyTooLarge:
        return BodyTooLarge("body_bytes", self._bytes_max, found)


class BodyTooLarge(LimitExceeded):
    """A request's body is larger than the limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


_CSP = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def content_security_policy(*, style_nonce: str | None = None) -> str:
    """The policy of all our pages: nothing inline and nothing foreign, but styles that carry this answer's nonce."""
    policy = dict(_CSP)
    if style_nonce is not None:
        policy["style-src"] += f" 'nonce-{style_nonce}'"
    return "; ".join(f"{name} {value}" for name, value in policy.items())


class SecurityHeaders:
    """Adds the headers that every answer has; what an application set itself stays."""

    def __init__(self, app: ASGIApp, *, production: bool) -> None:
        self._app = app
        headers = {
            "content-security-policy": content_security_policy(),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "strict-origin-when-cross-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
            "cross-origin-opener-policy": "same-origin",
        }
        if production:
            headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = list(message.get("headers", ()))
                names = {name for name, _ in own}
                message["headers"] = own + [header for header in self._headers if header[0] not in names]
            await send(message)

        await self._app(scope, receive, with_headers)
