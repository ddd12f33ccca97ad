"""What the edge refuses, and how any exception is told to a client: a code, a status, a sentence, nothing internal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Any

import orjson

from kit.errors import GuerdonError, InvalidId, Refusal


class Code(StrEnum):
    """`extensions.code` of the errors at the top of a response; refusals of the business are never among them."""

    BAD_REQUEST = "BAD_REQUEST"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    DOCUMENT_NOT_FOUND = "DOCUMENT_NOT_FOUND"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    THROTTLED = "THROTTLED"
    TIMEOUT = "TIMEOUT"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    INTERNAL = "INTERNAL"


class RequestRefused(GuerdonError):
    """A request that the edge does not pass on; `status` is HTTP's, `headers` go with the answer."""

    def __init__(
        self, status: int, message: str, code: str = Code.BAD_REQUEST, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Told:
    """What a client is told about an exception; `internal` ones are told as "Internal error" and must be logged."""

    status: int
    code: str
    message: str
    internal: bool = False
    extensions: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def tell(error: BaseException) -> Told:
    """Sort an exception: ours, with a `code` and a `status`, are told as they are; all others are internal."""
    code, status = getattr(error, "code", None), getattr(error, "status", None)
    if isinstance(error, GuerdonError) and isinstance(code, str) and isinstance(status, int):
        message = str(error) or _first_line(error)
        extensions = getattr(error, "extensions", {})
        return Told(int(status), str(code), message, False, extensions, getattr(error, "headers", {}))
    if isinstance(error, InvalidId):
        return Told(HTTPStatus.BAD_REQUEST, Code.BAD_REQUEST, str(error) or "Invalid id.")
    if isinstance(error, Refusal):
        # A service raised it where the schema has no `userErrors`, as in a query: still no bug.
        return Told(HTTPStatus.BAD_REQUEST, error.code, error.message, extensions=_field(error))
    return Told(HTTPStatus.INTERNAL_SERVER_ERROR, Code.INTERNAL, "Internal error", internal=True)


def _field(error: Refusal) -> dict[str, Any]:
    return {"field": list(error.field)} if error.field else {}


def error_body(code: str, message: str, extensions: Mapping[str, Any] | None = None) -> bytes:
    """One error as JSON in GraphQL's shape, which all of our endpoints share."""
    return orjson.dumps({"errors": [{"message": message, "extensions": {"code": code, **(extensions or {})}}]})


def _first_line(error: BaseException) -> str:
    return (type(error).__doc__ or type(error).__name__).strip().splitlines()[0]
