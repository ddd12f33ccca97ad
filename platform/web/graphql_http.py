"""GraphQL over HTTP, the wire: which media type to answer in, and what a request asks for.

https://graphql.github.io/graphql-over-http/draft/ — JSON by POST, queries also by GET; no multipart, no batches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import orjson

from web.errors import RequestRefused


class MediaType(StrEnum):
    """The two media types of an answer; under the older one, refused GraphQL requests are told with status 200."""

    GRAPHQL = "application/graphql-response+json"
    JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Asked:
    """A well-formed request: a document, or the hash of a trusted one, and what to run it with."""

    query: str | None
    document_id: str | None
    variables: dict[str, Any]
    operation_name: str | None
    read_only: bool = False


@lru_cache(256)
def negotiate(accept: str | None) -> MediaType:
    """The media type that `accept` prefers; without one, JSON. Raises `RequestRefused` (406) if it takes neither."""
    if accept is None or not accept.strip():
        return MediaType.JSON
    quality = {MediaType.GRAPHQL: (0.0, 0), MediaType.JSON: (0.0, 0)}
    for item in accept.split(","):
        name, weight = _media_range(item)
        for media_type, best in quality.items():
            specific = {"*/*": 1, "application/*": 2, media_type: 3}.get(name, 0)
            if specific > best[1]:
                quality[media_type] = (weight, specific)
    # Alike in weight, the newer type needs to be named; a wildcard gets JSON, as the specification asks.
    chosen = max(quality, key=lambda media_type: (quality[media_type], media_type is MediaType.JSON))
    if quality[chosen][0] <= 0:
        raise RequestRefused(HTTPStatus.NOT_ACCEPTABLE, f"The answer is {MediaType.GRAPHQL} or {MediaType.JSON}.")
    return chosen


def _media_range(item: str) -> tuple[str, float]:
    name, _, parameters = item.partition(";")
    weight = 1.0
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                weight = float(value)
            except ValueError:
                weight = 0.0
    return name.strip().lower(), weight


@lru_cache(256)
def check_content_type(content_type: str | None) -> None:
    """Accept `application/json` in UTF-8. Raises `RequestRefused` (415) for anything else, and for nothing."""
    message = Message()
    message["content-type"] = content_type or ""
    charset = str(message.get_param("charset") or "utf-8").lower()
    if message.get_content_type() != MediaType.JSON or charset not in ("utf-8", "utf8"):
        raise RequestRefused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send the request as {MediaType.JSON} in UTF-8.", headers=_ACCEPT_POST
        )


_ACCEPT_POST = {"accept-post": MediaType.JSON.value}


def parse_body(body: bytes, json_depth: int) -> Asked:
    """What a POST asks for. Raises `RequestRefused` (400) for what is no JSON, too deep or of another shape."""
    sent = _loads("body", body, json_depth)
    if not isinstance(sent, dict):
        raise RequestRefused(HTTPStatus.BAD_REQUEST, "The body must be a JSON object; batches are not served.")
    return _asked(sent, read_only=False)


def parse_parameters(parameters: Mapping[str, str], json_depth: int) -> Asked:
    """What a GET asks for, which may only read. Raises `RequestRefused` (400) likewise."""
    sent: dict[str, Any] = dict(parameters)
    for name in ("variables", "extensions"):
        if name in sent:
            sent[name] = _loads(name, sent[name].encode("utf-8", "replace"), json_depth)
    return _asked(sent, read_only=True)


def _loads(name: str, text: bytes, json_depth: int) -> Any:
    try:
        sent = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise RequestRefused(HTTPStatus.BAD_REQUEST, f"The {name} is not valid JSON.") from None
    if text.count(b"{") + text.count(b"[") > json_depth and _deeper_than(sent, json_depth):
        raise RequestRefused(HTTPStatus.BAD_REQUEST, f"The {name} is nested more than {json_depth} levels deep.")
    return sent


def _asked(sent: dict[str, Any], *, read_only: bool) -> Asked:
    extensions = _field(sent, "extensions", dict, "a map")
    variables = _field(sent, "variables", dict, "a map") or {}
    if _has_nul(variables):
        raise RequestRefused(HTTPStatus.BAD_REQUEST, "No text may hold U+0000.")
    asked = Asked(
        _field(sent, "query", str, "a string"),
        _field(sent, "documentId", str, "a string") or _persisted_hash(extensions),
        variables,
        _field(sent, "operationName", str, "a string"),
        read_only,
    )
    if asked.query is None and asked.document_id is None:
        raise RequestRefused(HTTPStatus.BAD_REQUEST, "The request has no 'query'.")
    return asked


def _field(sent: dict[str, Any], name: str, kind: type, wanted: str) -> Any:
    value = sent.get(name)
    if value is not None and not isinstance(value, kind):
        raise RequestRefused(HTTPStatus.BAD_REQUEST, f"'{name}' must be {wanted}.")
    return value


def _persisted_hash(extensions: dict[str, Any] | None) -> str | None:
    """The hash of Apollo's persisted queries: `extensions.persistedQuery.sha256Hash`."""
    persisted = (extensions or {}).get("persistedQuery")
    found = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    return found if isinstance(found, str) else None


def _has_nul(variables: dict[str, Any]) -> bool:
    """Whether a text in `variables` has the one character that PostgreSQL cannot hold."""
    waiting: list[Any] = [variables]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if "\0" in item:
                return True
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return False


def _deeper_than(value: Any, levels: int) -> bool:
    """Whether `value` has more than `levels` of arrays and objects, level by level rather than by recursion."""
    layer = [value]
    for _ in range(levels):
        inner: list[Any] = []
        for item in layer:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        layer = [item for item in inner if isinstance(item, dict | list)]
        if not layer:
            return False
    return True
