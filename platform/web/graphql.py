"""One GraphQL schema served over HTTP: who asks, what it costs, then the work (DESIGN §8 and §10).

The order is the point: method, media type, credential, origin, size, shape, document, cost, bucket — and only then the
schema. `graphql_http` knows the wire, `schema.limits` the documents, `graphql_errors` what a client is told.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Generic, Protocol, TypeVar

import orjson
import structlog
from graphql import ExecutionResult, OperationType, execute
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from strawberry.execution import optimized_is_awaitable
from strawberry.schema import Schema

from kit.errors import Forbidden, Throttled
from schema.execution import bounded
from schema.limits import Gate, InvalidDocument, LimitExceeded, Limits, Prepared
from web import cors, ide
from web.documents import Documents
from web.errors import Code, RequestRefused, Told, tell
from web.graphql_errors import format_error, format_errors, log_internal
from web.graphql_http import Asked, MediaType, check_content_type, negotiate, parse_body, parse_parameters
from web.metrics import GRAPHQL_COST, GRAPHQL_OPERATIONS, GRAPHQL_SECONDS
from web.middleware import request_id
from web.throttle import BucketKey, Buckets, LocalBuckets, ThrottleStatus


class Principal(Protocol):
    """Who asks, as far as the edge must know."""

    @property
    def tenant_id(self) -> str:
        """The tenant whose data this is."""

    @property
    def key_id(self) -> str:
        """The key, session or token that is charged for the request."""


P = TypeVar("P", bound=Principal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint(Generic[P]):
    """What makes an endpoint of a schema.

    `authenticate` raises `kit.errors.Unauthenticated` or `Forbidden`. `enter` sets the scene for one operation (the
    tenant's scope, loaders) and answers GraphQL's context. `origins` are the foreign pages that may call with this
    principal; without it only our own may, and no preflight is answered. Where `ad_hoc` is off, only `documents` run.
    """

    name: str
    schema: Schema
    authenticate: Callable[[Request], Awaitable[P]]
    enter: Callable[[Request, P], AbstractAsyncContextManager[Any]]
    limits: Limits = field(default_factory=Limits)
    buckets: Buckets | None = None
    origins: Callable[[P], Collection[str]] | None = None
    documents: Documents | None = None
    ad_hoc: bool = True
    ide: bool = False


class GraphQLApp(Generic[P]):
    """The ASGI application of one `Endpoint`; mount it with `Route(path, app)`, which leaves all methods to it."""

    def __init__(self, endpoint: Endpoint[P]) -> None:
        limits = endpoint.limits
        self._endpoint = endpoint
        self._limits = limits
        self._schema = endpoint.schema._schema
        self._gate = Gate(self._schema, limits)
        self._executor = bounded(limits.items)
        self._buckets = endpoint.buckets or LocalBuckets(limits.bucket_size, limits.bucket_restore)
        self._allow = "GET, POST" if endpoint.origins is None else "GET, POST, OPTIONS"
        self._seconds = GRAPHQL_SECONDS.labels(endpoint.name)
        self._cost = GRAPHQL_COST.labels(endpoint.name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever is raised becomes an answer."""
        request = Request(scope, receive)
        response = await self._respond(request)
        if self._endpoint.origins is not None and request.method != "OPTIONS":
            response.headers.update(cors.readable(request.headers))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if request.method == "OPTIONS" and self._endpoint.origins is not None:
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=cors.preflight(request.headers))
        if self._endpoint.ide and request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return ide.page(request.url.path)
        media = MediaType.JSON
        try:
            media = negotiate(request.headers.get("accept"))
            principal, asked, text = await self._ask(request)
        except ClientDisconnect:
            raise  # there is nobody to answer, and nothing of ours went wrong
        except Exception as error:  # this is the border: every exception becomes an answer
            return self._refusal(error, media)
        try:
            return await self._run(request, principal, asked, text, media)
        except Exception as error:  # likewise
            return self._refusal(error, media, well_formed=True)

    async def _ask(self, request: Request) -> tuple[P, Asked, str]:
        """Who asks for what; raises for all that is no well-formed request of somebody who may ask."""
        if request.method not in ("GET", "POST"):
            headers = {"allow": self._allow}
            raise RequestRefused(HTTPStatus.METHOD_NOT_ALLOWED, "Send a POST.", Code.METHOD_NOT_ALLOWED, headers)
        if request.method == "POST":
            check_content_type(request.headers.get("content-type"))
        principal = await self._endpoint.authenticate(request)
        structlog.contextvars.bind_contextvars(tenant=principal.tenant_id, key=principal.key_id)
        self._check_origin(request.headers, principal)
        depth = self._limits.json_depth
        asked = (
            parse_body(await request.body(), depth)
            if request.method == "POST"
            else parse_parameters(request.query_params, depth)
        )
        return principal, asked, self._text(asked)

    def _check_origin(self, headers: Headers, principal: P) -> None:
        cors.check_origin(headers, self._endpoint.origins(principal) if self._endpoint.origins else ())

    def _text(self, asked: Asked) -> str:
        documents, ad_hoc = self._endpoint.documents, self._endpoint.ad_hoc
        if asked.document_id is not None and not (ad_hoc and asked.query is not None):
            if documents is None:
                raise RequestRefused(HTTPStatus.BAD_REQUEST, "No documents are registered.", Code.DOCUMENT_NOT_FOUND)
            return documents.text(asked.document_id)
        if asked.query is None or not ad_hoc:
            raise Forbidden("Only registered documents may be run here; send 'documentId'.")
        return asked.query

    async def _run(self, request: Request, principal: P, asked: Asked, text: str, media: MediaType) -> Response:
        key = BucketKey(principal.tenant_id, principal.key_id)
        prepared = self._gate.recall(text) or await self._prepare(text, key)
        operation = prepared.operation(asked.operation_name)
        if asked.read_only and operation.kind is not OperationType.QUERY:
            headers = {"allow": "POST"}
            raise RequestRefused(405, "Mutations are served by POST only.", Code.METHOD_NOT_ALLOWED, headers)
        requested = operation.requested(asked.variables, self._limits.page)
        if requested > self._limits.cost:
            raise LimitExceeded("cost", self._limits.cost, requested)
        taken = await self._buckets.take(key, requested)
        if not taken.allowed:
            raise _Empty(requested, taken.status)
        result = await self._execute(request, principal, prepared, asked)
        actual = max(operation.actual(result.data, asked.variables), self._lost(result, requested))
        # More than was asked for, if lists were longer than they mostly are, is owed: the bucket may go below empty.
        status = taken.status if actual == requested else await self._buckets.give_back(key, requested - actual)
        self._count(result, actual)
        return self._answer(result, media, {"cost": _cost(requested, actual, status)})

    def _lost(self, result: ExecutionResult, requested: int) -> int:
        """What an operation cost at least that failed on its way: the work was done, though the answer lacks it."""
        failed = [error for error in result.errors or () if error.path is not None]
        if any(isinstance(error.original_error, LimitExceeded) for error in failed):
            return max(requested, self._limits.items)
        return requested if failed else 0

    async def _prepare(self, text: str, key: BucketKey) -> Prepared:
        """Work out a document not seen before: it costs 1, given back when the document is good."""
        taken = await self._buckets.take(key, 1)
        if not taken.allowed:
            raise _Empty(1, taken.status)
        prepared = self._gate.prepare(text)
        await self._buckets.give_back(key, 1)
        return prepared

    async def _execute(self, request: Request, principal: P, prepared: Prepared, asked: Asked) -> ExecutionResult:
        with self._seconds.time():
            async with self._endpoint.enter(request, principal) as context:
                try:
                    async with asyncio.timeout(self._limits.seconds):
                        result = execute(
                            self._schema,
                            prepared.document,
                            context_value=context,
                            variable_values=asked.variables,
                            operation_name=asked.operation_name,
                            max_coercion_errors=self._limits.errors,
                            executor_class=self._executor,
                            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # answers plain bool
                        )
                        return result if isinstance(result, ExecutionResult) else await result
                except TimeoutError:
                    message = f"The operation took more than {self._limits.seconds:g} seconds."
                    raise RequestRefused(HTTPStatus.SERVICE_UNAVAILABLE, message, Code.TIMEOUT) from None

    def _answer(self, result: ExecutionResult, media: MediaType, extensions: dict[str, Any]) -> Response:
        payload: dict[str, Any] = {"data": result.data, "extensions": extensions}
        status = HTTPStatus.OK
        if result.errors:
            payload["errors"] = format_errors(result.errors, self._limits.errors, request_id())
            if result.data is None and all(error.path is None for error in result.errors):
                # The variables did not fit: nothing ran, so there is no data to speak of.
                del payload["data"]
                status = HTTPStatus.OK if media is MediaType.JSON else HTTPStatus.BAD_REQUEST
        return _response(payload, media, status)

    def _refusal(self, error: Exception, media: MediaType, *, well_formed: bool = False) -> Response:
        told = tell(error)
        if told.internal:
            log_internal(error)
        GRAPHQL_OPERATIONS.labels(self._endpoint.name, told.code).inc()
        payload: dict[str, Any] = {"errors": self._told(error, told)}
        headers = dict(told.headers)
        if isinstance(error, _Empty):
            payload["extensions"] = {"cost": _cost(error.requested, None, error.bucket)}
        # The older media type tells of everything about a well-formed request with 200.
        ours_to_tell = told.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.TOO_MANY_REQUESTS)
        legacy = well_formed and media is MediaType.JSON and ours_to_tell
        return _response(payload, media, HTTPStatus.OK if legacy else told.status, headers)

    def _told(self, error: Exception, told: Told) -> list[dict[str, Any]]:
        if not isinstance(error, InvalidDocument):
            return [format_error(None, told, request_id())]
        return [
            format_error(each, Told(told.status, error.code, each.message), request_id())
            for each in error.errors[: self._limits.errors]
        ]

    def _count(self, result: ExecutionResult, actual: int) -> None:
        self._cost.inc(actual)
        GRAPHQL_OPERATIONS.labels(self._endpoint.name, "ERRORS" if result.errors else "OK").inc()


class _Empty(Throttled):
    """The bucket does not hold what the operation may cost."""

    def __init__(self, requested: int, bucket: ThrottleStatus) -> None:
        super().__init__("Throttled")
        self.requested = requested
        self.bucket = bucket
        missing = requested - bucket.currently_available
        self.headers = {"retry-after": str(max(1, math.ceil(missing / bucket.restore_rate)))}


def _cost(requested: int, actual: int | None, status: ThrottleStatus) -> dict[str, Any]:
    return {
        "requestedQueryCost": requested,
        "actualQueryCost": actual,
        "throttleStatus": status.as_extension(),
    }


def _response(
    payload: dict[str, Any], media: MediaType, status: int, headers: dict[str, str] | None = None
) -> Response:
    body = orjson.dumps(payload)
    return Response(
        body, status, {"content-type": f"{media}; charset=utf-8", "cache-control": "no-store", **(headers or {})}
    )
