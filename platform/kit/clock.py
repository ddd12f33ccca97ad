"""What time it is. Domain code asks `tenants.scope.now()`, which adds the tenant's own offset to this."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_pinned: ContextVar[datetime | None] = ContextVar("guerdon_clock", default=None)


def now() -> datetime:
    """The present instant, in UTC, to the microsecond."""
    return _pinned.get() or datetime.now(UTC)


@contextmanager
def pinned(instant: datetime) -> Iterator[None]:
    """Make `now()` answer `instant` inside the block, in this task only (imports of history, tests)."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its zone")
    token = _pinned.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _pinned.reset(token)
