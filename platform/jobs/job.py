"""What a job is: how it is known that something is due, the work, and when."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from jobs.run import Lease


class Lane(StrEnum):
    """Jobs that wait for each other; slow webhooks, payments, a long check or a replay never hold up the points.

    Webhooks that failed, or are slow, go in `RETRIES`, so that they do not hold up the others.
    """

    POINTS = "points"
    PAYMENTS = "payments"
    WEBHOOKS = "webhooks"
    RETRIES = "retries"
    UPKEEP = "upkeep"
    REPLAYS = "replays"


class Every(StrEnum):
    """How often a job may run for a tenant: once per hour or day, or whenever something is due (`ALWAYS`)."""

    ALWAYS = "always"
    HOUR = "hour"
    DAY = "day"


class Worked(NamedTuple):
    """What a chunk did: rows dealt with, and whether there seems to be more."""

    handled: int
    more: bool = False


Work = Callable[["Lease"], Awaitable[Worked]]


@dataclass(frozen=True, slots=True)
class Job:
    """One job.

    `due` is a scalar SQL query: since when something is due for the tenant `x.tenant_id`, or no row; `x.now` is the
    tenant's clock, `x.minute_ago` and `x.now_60_back` (days) before it; `x.clock` the real one, and `x.days_ago_30` and
    `x.days_ago_90` before that. It must find its answer by an index, since it is asked for every tenant.
    `after` names jobs whose work must be finished first.
    """

    name: str
    due: str
    work: Work
    lane: Lane = Lane.POINTS
    every: Every = Every.ALWAYS
    after: tuple[str, ...] = ()
    lease: timedelta = timedelta(seconds=60)

    def run_key(self, now: datetime) -> str:
        """What a run at this instant is called: the hour, else the day; done once unless it runs `ALWAYS`."""
        return now.strftime("%Y-%m-%dT%H" if self.every is Every.HOUR else "%Y-%m-%d")
