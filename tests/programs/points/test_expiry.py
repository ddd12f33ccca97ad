"""The calendar of expiry: exclusive ends at local midnight, from the original local date (CASES X1, X4)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.days import add_months, start_of_day
from programs.points.expiry import expires_at, lapses_at
from programs.points.rules import (
    EndOfCalendarYear,
    EndOfMonth,
    Expiry,
    ExpiryPolicy,
    FixedDate,
    MonthsAfterEarning,
    MonthsInactive,
    NeverExpires,
)

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("policies", "earned_on", "last_day"),
    [
        ((MonthsAfterEarning(1),), date(2026, 1, 25), date(2026, 2, 25)),  # X1
        ((MonthsAfterEarning(1),), date(2026, 1, 31), date(2026, 2, 28)),  # X1
        ((MonthsAfterEarning(1),), date(2028, 1, 31), date(2028, 2, 29)),
        ((MonthsAfterEarning(0),), date(2026, 1, 25), date(2026, 1, 25)),  # X1
        ((MonthsAfterEarning(48),), date(2024, 2, 29), date(2028, 2, 29)),
        ((EndOfMonth(6),), date(2026, 7, 16), date(2027, 1, 31)),
        ((EndOfMonth(6),), date(2027, 8, 31), date(2028, 2, 29)),
        ((EndOfMonth(0),), date(2026, 2, 1), date(2026, 2, 28)),
        ((FixedDate(6, 30),), date(2026, 6, 30), date(2026, 6, 30)),
        ((FixedDate(6, 30),), date(2026, 7, 1), date(2027, 6, 30)),
        ((FixedDate(2, 29),), date(2026, 3, 1), date(2027, 2, 28)),
        ((EndOfCalendarYear(),), date(2026, 12, 31), date(2026, 12, 31)),
        ((EndOfCalendarYear(1),), date(2026, 1, 1), date(2027, 12, 31)),
        ((MonthsAfterEarning(24), EndOfCalendarYear(1)), date(2026, 1, 1), date(2027, 12, 31)),
        ((NeverExpires(),), date(2026, 1, 1), None),
        ((), date(2026, 1, 1), None),
        ((MonthsInactive(18), MonthsAfterEarning(48)), date(2026, 1, 1), date(2030, 1, 1)),  # X4
    ],
)
def test_last_day(policies: tuple[ExpiryPolicy, ...], earned_on: date, last_day: date | None) -> None:
    end = expires_at(Expiry(policies), earned_on, BERLIN)
    if last_day is None:
        assert end is None
    else:
        assert end is not None
        local = end.astimezone(BERLIN)
        assert (local.date() - timedelta(days=1), local.hour, local.minute) == (last_day, 0, 0)
        assert (end - timedelta(microseconds=1)).astimezone(BERLIN).date() == last_day


def test_lapse_counts_from_the_last_activity() -> None:
    expiry = Expiry((MonthsInactive(18), MonthsAfterEarning(48)))
    assert lapses_at(expiry, date(2026, 8, 31), BERLIN) == datetime(2028, 2, 29, 23, 0, tzinfo=UTC)
    assert lapses_at(Expiry((MonthsAfterEarning(48),)), date(2026, 8, 31), BERLIN) is None


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 3, 30), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),
        ("Africa/Cairo", date(2024, 4, 26), datetime(2024, 4, 25, 22, 0, tzinfo=UTC)),  # no midnight: 00:00 is 01:00
        ("Pacific/Kiritimati", date(2026, 1, 1), datetime(2025, 12, 31, 10, 0, tzinfo=UTC)),
    ],
)
def test_start_of_a_local_day(zone: str, day: date, start: datetime) -> None:
    assert start_of_day(day, ZoneInfo(zone)) == start


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 1200))
def test_months_land_in_the_right_month_and_never_past_the_day(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
