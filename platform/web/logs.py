"""Structured logs: one JSON object per line in production, readable lines in development, no personal data in either.

Every line carries what is bound to the request (`request_id`, `tenant`). An exception is logged as its class and the
places it came through, never its text: texts of databases and parsers quote the data that they stumbled over.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from pathlib import PurePath
from typing import Any, TextIO

import orjson
import structlog

_FRAMES = 8
_ROOT = PurePath(__file__).parent.parent


def configure(*, production: bool, level: str = "INFO") -> None:
    """Set up structlog, and route what libraries log through the standard `logging` into the same lines."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _without_exception_text if production else _keep,
    ]
    threshold = logging.getLevelNamesMapping()[level]
    # Our own lines go straight out; by way of `logging` each took a twentieth of a request's time.
    rendered = _json if production else structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    out = _Lines(sys.stdout)
    structlog.configure(
        processors=[*shared, rendered],
        logger_factory=lambda *_: out,
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                rendered,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(threshold)
    # The edge logs each request itself, with a route instead of a path; GraphQL errors are told apart by the endpoint.
    for name in ("uvicorn.access", "strawberry.execution"):
        logging.getLogger(name).disabled = True
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


class _Lines:
    """Writes lines. One that cannot be written is lost: a full disk or a closed pipe must not stop what it tells of."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, line: str) -> None:
        """Write a line at once."""
        with suppress(OSError, ValueError):
            self._file.write(line + "\n")
            self._file.flush()

    debug = info = warning = error = critical = write


def describe(error: BaseException) -> dict[str, Any]:
    """An exception as fields of a log line: its class, its causes' classes and where it came through."""
    return {
        "error": _name(error),
        "causes": [_name(cause) for cause in _causes(error)],
        "frames": _frames(error),
    }


def _name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = {id(error)}
    while (cause := error.__cause__ or error.__context__) is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        error = cause


def _frames(error: BaseException) -> list[str]:
    found = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        path = PurePath(code.co_filename)
        name = path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT) else path.name
        found.append(f"{name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found[-_FRAMES:]


def _without_exception_text(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    raised = event.pop("exc_info", None)
    error = sys.exc_info()[1] if raised is True else raised[1] if isinstance(raised, tuple) else raised
    if isinstance(error, BaseException):
        event.update(describe(error))
    return event


def _keep(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return event


def _json(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    return orjson.dumps(event, default=str).decode()
