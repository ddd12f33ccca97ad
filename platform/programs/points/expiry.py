"""When points mature, expire and lapse: calendar arithmetic in the tenant's zone, from the original local date (X1).

`expires_at` and `lapses_at` are exclusive: the start, in UTC, of the local day after the last day. Where a clock change
leaves no midnight, a day starts with the change. Changing the zone later rewrites nothing that was computed before.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo

from programs.days import add_months, day_of, end_of_day
from programs.points.rules import (
    EndOfCalendarYear,
    EndOfMonth,
    Expiry,
    ExpiryPolicy,
    FixedDate,
    MonthsAfterEarning,
    MonthsInactive,
    NeverExpires,
    PendingDays,
)


def expires_at(expiry: Expiry, earned_on: date, zone: tzinfo) -> datetime | None:
    """Give the end of points earned on a local day: the earliest of the policies that go by earning, or None."""
    last_days = [_last_day(policy, earned_on) for policy in expiry.policies]
    return _end_of_earliest(last_days, zone)


def lapses_at(expiry: Expiry, active_on: date, zone: tzinfo) -> datetime | None:
    """Give when an account that was last active on a local day loses all its points by inactivity, or None."""
    last_days = [
        add_months(active_on, policy.months) for policy in expiry.policies if isinstance(policy, MonthsInactive)
    ]
    return _end_of_earliest(last_days, zone)


def matures_at(pending: PendingDays, earned_at: datetime, zone: tzinfo) -> datetime:
    """Give when waiting points become available: the same local time, `days` days later."""
    return (earned_at.astimezone(zone) + timedelta(days=pending.days)).astimezone(UTC)


def _last_day(policy: ExpiryPolicy, earned_on: date) -> date | None:
    match policy:
        case MonthsAfterEarning(months):
            return add_months(earned_on, months)
        case EndOfMonth(months):
            month_on = add_months(earned_on.replace(day=1), months)
            return day_of(month_on.year, month_on.month, 31)
        case FixedDate(month, day):
            this_year = day_of(earned_on.year, month, day)
            return this_year if earned_on <= this_year else day_of(earned_on.year + 1, month, day)
        case EndOfCalendarYear(years):
            return date(earned_on.year + years, 12, 31)
        case MonthsInactive() | NeverExpires():
            return None


def _end_of_earliest(last_days: list[date | None] | list[date], zone: tzinfo) -> datetime | None:
    days = [day for day in last_days if day is not None]
    return end_of_day(min(days), zone) if days else None
