"""Periods that partners are settled for: local calendar days, ISO weeks, months, quarters and years."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from programs.coalition.terms import SettlementPeriod, TermsView, live_at
from programs.days import add_months, end_of_day, local_day

GRACE = timedelta(minutes=10)
"""So long after its last day a period is closed: what came in time has been followed by then."""
_NAMES = {
    SettlementPeriod.DAY: re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    SettlementPeriod.WEEK: re.compile(r"([0-9]{4})-W([0-9]{2})"),
    SettlementPeriod.MONTH: re.compile(r"([0-9]{4})-([0-9]{2})"),
    SettlementPeriod.QUARTER: re.compile(r"([0-9]{4})-Q([1-4])"),
    SettlementPeriod.YEAR: re.compile(r"([0-9]{4})"),
}
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days, the first and last included, called by the calendar period that they are of: `2026-11`, `2026-W47`."""

    first: date
    last: date
    label: str

    @property
    def next(self) -> date:
        """The day after it."""
        return self.last + _DAY

    def closes_at(self, zone: tzinfo) -> datetime:
        """When it can be closed."""
        return end_of_day(self.last, zone) + GRACE


def period_of(kind: SettlementPeriod, day: date) -> Period:
    """The calendar period that a day lies in."""
    match kind:
        case SettlementPeriod.DAY:
            return Period(day, day, day.isoformat())
        case SettlementPeriod.WEEK:
            monday = day - timedelta(days=day.weekday())
            year, week, _ = day.isocalendar()
            return Period(monday, monday + timedelta(days=6), f"{year}-W{week:02}")
        case SettlementPeriod.MONTH:
            first = day.replace(day=1)
            return Period(first, add_months(first, 1) - _DAY, f"{day:%Y-%m}")
        case SettlementPeriod.QUARTER:
            first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
            return Period(first, add_months(first, 3) - _DAY, f"{day.year}-Q{first.month // 3 + 1}")
        case SettlementPeriod.YEAR:
            return Period(date(day.year, 1, 1), date(day.year, 12, 31), f"{day:%Y}")


def named(name: str) -> Period | None:
    """The calendar period that is called so: `2026-11-12`, `2026-W47`, `2026-11`, `2026-Q4`, `2026`; None: none is."""
    for kind, form in _NAMES.items():
        if (found := form.fullmatch(name)) is None:
            continue
        try:
            year, number, day = (int(part) if part else 1 for part in (*found.groups(), "", "")[:3])
            match kind:
                case SettlementPeriod.WEEK:
                    first = date.fromisocalendar(year, number, 1)
                case SettlementPeriod.QUARTER:
                    first = date(year, number * 3 - 2, 1)
                case _:
                    first = date(year, number, day)
            return period_of(kind, first)
        except (ValueError, OverflowError):
            return None
    return None


def open_period(open_from: date, versions: Sequence[TermsView], zone: tzinfo) -> tuple[Period, TermsView | None]:
    """The days to be settled next for a partner, and the terms that say so: those at the end of the first of them.

    They begin on `open_from`, also in the middle of a calendar period: what was before is settled, or was not there.
    Without terms it is the month, until the day before terms begin.
    """
    terms = live_at(list(versions), end_of_day(open_from, zone) - _INSTANT)
    if terms is not None:
        whole = period_of(terms.terms.period, open_from)
        return Period(open_from, whole.last, whole.label), terms
    whole = period_of(SettlementPeriod.MONTH, open_from)
    begins = [local_day(each.valid_from, zone) for each in versions]
    until = min((day - _DAY for day in begins if open_from < day <= whole.last), default=whole.last)
    return Period(open_from, until, whole.label), None


def last_instant(period: Period, zone: tzinfo) -> datetime:
    """The last instant of its days, in UTC."""
    return end_of_day(period.last, zone) - _INSTANT
