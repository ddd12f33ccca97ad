"""How an endpoint fares, and what follows: one that fails backs off as a whole, and one that is dead is disabled.

After `PAUSE_AFTER` failed attempts in a row nothing more is sent there until `try_at`: 5 s later, then 20 s, 80 s … up
to an hour; and then a single delivery, until one arrives. `DISABLE_AFTER` without any that arrived, it is given up.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

IN_FLIGHT_MAX = 8
PAUSE_AFTER = 3
PAUSE_MAX = timedelta(hours=1)
DISABLE_AFTER = timedelta(days=5)
DISABLE_FAILURES_MIN = 10
SLOW_SECONDS = 2.0

WAIT_FIRST = timedelta(seconds=5)
WAIT_FACTOR = 4
WAIT_MAX = timedelta(hours=12)

AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
"""The `try_at` of what is not paused."""


class DisabledReason(StrEnum):
    """Why nothing is sent: it answered 410, it failed for days, or the operator of the coalition wants it so."""

    GONE = "gone"
    FAILING = "failing"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Health:
    """`failures`: attempts in a row that failed, since `failing_since`. `try_at`: from when on something is sent.

    `apart`: failing, or slow, so that it is served where it keeps nobody else waiting.
    """

    failures: int = 0
    failing_since: datetime | None = None
    last_success_at: datetime | None = None
    try_at: datetime = AT_ONCE
    apart: bool = False

    @property
    def in_flight_max(self) -> int:
        """How many deliveries may be under way at once: one that failed is tried with a single one."""
        return 1 if self.failures else IN_FLIGHT_MAX

    def paused_until(self, now: datetime) -> datetime | None:
        """Until when nothing is sent; None: it is not paused."""
        return self.try_at if self.try_at > now else None

    def is_dead(self, now: datetime) -> bool:
        """Whether it has failed for so long, and so often, that it is given up."""
        return (
            self.failures >= DISABLE_FAILURES_MIN
            and self.failing_since is not None
            and now >= self.failing_since + DISABLE_AFTER
        )


def after(before: Health, arrived: Sequence[bool], now: datetime, *, slow: bool) -> Health:
    """The health after some attempts, each of which arrived or not. One that arrived ends all trouble."""
    if any(arrived):
        return Health(last_success_at=now, apart=slow)
    failures = before.failures + len(arrived)
    times = failures - PAUSE_AFTER + 1
    return replace(
        before, failures=failures, failing_since=before.failing_since or now, apart=True,
        try_at=now + wait(times, PAUSE_MAX) if times > 0 else AT_ONCE,
    )  # fmt: skip


def wait(times: int, longest: timedelta = WAIT_MAX) -> timedelta:
    """How long after the n-th failure: 5 s, 20 s, 80 s, … a fifth more or less so that they spread."""
    full: timedelta = min(WAIT_FIRST * WAIT_FACTOR ** min(times - 1, 20), longest)
    return full * random.uniform(0.8, 1.2)  # noqa: S311  # no secret
