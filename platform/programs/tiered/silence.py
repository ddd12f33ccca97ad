"""When the tier of a member who does nothing is frozen and closed, if the job looks every day (`Dormancy`). Pure."""

from datetime import date, datetime, timedelta, tzinfo

from programs.days import add_months, start_of_day
from programs.tiered.rules import Dormancy

_DAY = timedelta(days=1)


def freezes_at(dormancy: Dormancy, active_on: date, rules_since: datetime, zone: tzinfo) -> datetime:
    """Give when it is frozen after a last activity on a local day; never without the warning before."""
    first = _first_after(active_on, dormancy.after_months)
    warned = rules_since.astimezone(zone).date() + dormancy.warn_days * _DAY
    return start_of_day(max(first, warned), zone)


def closes_at(dormancy: Dormancy, frozen_on: date, zone: tzinfo) -> datetime | None:
    """Give when what was frozen on a local day is closed; None: never."""
    months = dormancy.close_after_months
    return None if months is None else start_of_day(_first_after(frozen_on, months), zone)


def _first_after(day: date, months: int) -> date:
    """The first day that lies so many months after a day, and not on it."""
    found = add_months(day, months)
    while add_months(found, -months) <= day:
        found += _DAY
    return found
