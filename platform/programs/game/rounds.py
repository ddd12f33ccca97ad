"""The rounds of draws and leaderboards: which one a local day belongs to, and from when until when each runs."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from programs.days import add_months, end_of_day, start_of_day
from programs.game.rules import Every
from programs.periods import Period, period_keys


class Round(NamedTuple):
    """A round: `key` is unique in the game (`week:2026-W47`, `lifetime`); `closes_at` is not in it any more. UTC."""

    key: str
    opens_at: datetime
    closes_at: datetime


class Span(NamedTuple):
    """The days on which a game runs, both in, in its tenant's zone."""

    first: date
    last: date
    zone: tzinfo

    def holds(self, day: date) -> bool:
        """Tell whether the game runs on a local day."""
        return self.first <= day <= self.last

    @property
    def starts_at(self) -> datetime:
        """The instant at which the game starts."""
        return start_of_day(self.first, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The instant at which the game is over (exclusive)."""
        return end_of_day(self.last, self.zone)


def round_of(every: Every, day: date, span: Span) -> Round:
    """Give the round of a local day on which the game runs; the first and the last may be cut short."""
    first, last = _days(every, day, span)
    first, last = max(first, span.first), min(last, span.last)
    key = period_keys(day)[_PERIODS[every]]
    return Round(key, start_of_day(first, span.zone), end_of_day(last, span.zone))


def rounds(every: Every, span: Span, until: date) -> Iterator[Round]:
    """Give the rounds in order, up to the one of the local day `until`."""
    day = span.first
    while day <= min(until, span.last):
        found = round_of(every, day, span)
        yield found
        day = found.closes_at.astimezone(span.zone).date()


_PERIODS = {
    Every.ONCE: Period.LIFETIME, Every.DAY: Period.DAY, Every.WEEK: Period.WEEK, Every.MONTH: Period.MONTH
}  # fmt: skip


def _days(every: Every, day: date, span: Span) -> tuple[date, date]:
    match every:
        case Every.ONCE:
            return span.first, span.last
        case Every.DAY:
            return day, day
        case Every.WEEK:
            monday = day - timedelta(days=day.weekday())
            return monday, monday + timedelta(days=6)
        case Every.MONTH:
            first = day.replace(day=1)
            return first, add_months(first, 1) - timedelta(days=1)
