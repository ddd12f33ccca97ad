"""Calendar arithmetic on local days: months on, and the instants, in UTC, at which days start and end.

Where a clock change leaves no midnight, a day starts with the change.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache


def add_months(day: date, months: int) -> date:
    """Go `months` months on: the same day, or the month's last (31 January + 1 month is 28 or 29 February)."""
    years, month_index = divmod(day.month - 1 + months, 12)
    return day_of(day.year + years, month_index + 1, day.day)


def day_of(year: int, month: int, day: int) -> date:
    """Give that day, or the month's last where the month is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


@lru_cache(maxsize=4096)  # each kind asks again for the day of an activity
def local_day(at: datetime, zone: tzinfo) -> date:
    """Give the local day of an instant."""
    return at.astimezone(zone).date()


@lru_cache(maxsize=4096)
def start_of_day(day: date, zone: tzinfo) -> datetime:
    """Give the instant, in UTC, at which a local day starts."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """Give the instant, in UTC, at which a local day is over: the start of the next (an exclusive end)."""
    return start_of_day(day + timedelta(days=1), zone)
