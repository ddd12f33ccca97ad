"""Errors of a GraphQL response: what a client did wrong is told, what we did wrong is logged and masked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from graphql import FieldNode, GraphQLError
from strawberry.exceptions import StrawberryInputCoercionError

from web.errors import Code, Told, tell
from web.logs import describe

log = structlog.get_logger("web.graphql")


def format_errors(errors: Sequence[GraphQLError], limit: int, request_id: str) -> list[dict[str, Any]]:
    """The `errors` of a response, at most `limit` and one line about the rest; internal ones are logged once each."""
    told = [(error, _tell(error)) for error in errors]
    _log_internal([error for error, how in told if how.internal])
    formatted = [format_error(error, how, request_id) for error, how in told[:limit]]
    if len(told) > limit:
        more = {"message": f"{len(told) - limit} more errors.", "extensions": {"code": Code.LIMIT_EXCEEDED.value}}
        formatted.append(more)
    return formatted


def format_error(error: GraphQLError | None, told: Told, request_id: str) -> dict[str, Any]:
    """One error as the specification shapes it: message, locations and path if known, `extensions.code`."""
    shaped: dict[str, Any] = {"message": told.message}
    if error is not None and error.locations:
        shaped["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error is not None and error.path:
        shaped["path"] = error.path
    extensions = {"code": told.code, **told.extensions}
    if told.internal:
        extensions["requestId"] = request_id
    return {**shaped, "extensions": extensions}


def log_internal(error: BaseException) -> None:
    """One line about a bug."""
    log.error("graphql.internal_error", **describe(error))


def _tell(error: GraphQLError) -> Told:
    code = (error.extensions or {}).get("code")
    if code:
        return Told(400, str(code), error.message, extensions=error.extensions or {})
    if _is_about_the_request(error):
        return Told(400, Code.BAD_REQUEST, error.message)
    return tell(error.original_error or error)


def _is_about_the_request(error: GraphQLError) -> bool:
    """Variables that cannot be coerced have no path; arguments that cannot point at a value instead of a field."""
    if error.path is None:
        return True
    if isinstance(error.original_error, StrawberryInputCoercionError):
        return True  # a `@oneOf` literal with none or several fields
    of_graphql = error.original_error is None or isinstance(error.original_error, GraphQLError)
    return of_graphql and error.nodes is not None and not isinstance(error.nodes[0], FieldNode)


def _log_internal(errors: Iterable[GraphQLError]) -> None:
    seen: dict[tuple[Any, ...], tuple[BaseException, list[str]]] = {}
    for error in errors:
        original: BaseException = error.original_error or error
        described = describe(original)
        path = ".".join("*" if isinstance(step, int) else step for step in error.path or ())
        alike = seen.setdefault((described["error"], *described["frames"]), (original, []))
        alike[1].append(path)
    for original, paths in seen.values():
        log.error("graphql.internal_error", path=paths[0], times=len(paths), **describe(original))
