"""Days of a tiered program: over which a metric is counted, and until when a tier that was reached is kept."""

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from programs.days import add_months, day_of, end_of_day
from programs.tiered.rules import (
    CalendarYear,
    EndOfYear,
    ForGood,
    ForMonths,
    Lifetime,
    MembershipYear,
    RollingMonths,
    Validity,
    WhileMet,
    Window,
)


class Days(NamedTuple):
    """From `first` to `last`, both included."""

    first: date
    last: date


@lru_cache(maxsize=4096)  # asked for again at each step of an activity
def counted_over(window: Window, day: date, joined_on: date) -> Days:
    """Give the days over which metrics count towards a tier on `day`.

    A year is counted whole: what was recorded late, for a later day of it, counts as well.
    """
    match window:
        case CalendarYear():
            return Days(date(day.year, 1, 1), date(day.year, 12, 31))
        case MembershipYear():
            year = day.year if _anniversary(joined_on, day.year) <= day else day.year - 1
            return Days(_anniversary(joined_on, year), _anniversary(joined_on, year + 1) - timedelta(days=1))
        case RollingMonths(months):
            return Days(add_months(day, -months) + timedelta(days=1), day)
        case Lifetime():
            return Days(date.min, date.max)


@lru_cache(maxsize=4096)
def period_of(day: date) -> str:
    """Give the period of the counters of a day: `day:2026-11-22`."""
    return f"day:{day.isoformat()}"


def valid_until(validity: Validity, reached_on: date, zone: tzinfo) -> datetime | None:
    """Give the end (exclusive) of a tier reached on a local day; None if it has none of its own."""
    match validity:
        case EndOfYear(years):
            return end_of_day(date(reached_on.year + years, 12, 31), zone)
        case ForMonths(months):
            return end_of_day(add_months(reached_on, months), zone)
        case WhileMet() | ForGood():
            return None


def _anniversary(joined_on: date, year: int) -> date:
    return day_of(year, joined_on.month, joined_on.day)
