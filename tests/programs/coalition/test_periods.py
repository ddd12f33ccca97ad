"""Periods by the calendar, and which one a partner is settled for next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.coalition.periods import open_period, period_of
from programs.coalition.terms import SettlementPeriod, Terms, TermsId, TermsView

UTC_ZONE = ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("kind", "day", "first", "last", "label"),
    [
        ("day", "2026-11-22", "2026-11-22", "2026-11-22", "2026-11-22"),
        ("week", "2026-11-22", "2026-11-16", "2026-11-22", "2026-W47"),
        ("week", "2027-01-02", "2026-12-28", "2027-01-03", "2026-W53"),
        ("week", "2024-12-30", "2024-12-30", "2025-01-05", "2025-W01"),
        ("month", "2026-11-30", "2026-11-01", "2026-11-30", "2026-11"),
        ("month", "2028-02-10", "2028-02-01", "2028-02-29", "2028-02"),
        ("month", "2026-12-31", "2026-12-01", "2026-12-31", "2026-12"),
        ("quarter", "2026-11-22", "2026-10-01", "2026-12-31", "2026-Q4"),
        ("quarter", "2026-01-01", "2026-01-01", "2026-03-31", "2026-Q1"),
        ("quarter", "2026-09-30", "2026-07-01", "2026-09-30", "2026-Q3"),
        ("year", "2026-11-22", "2026-01-01", "2026-12-31", "2026"),
    ],
)
def test_calendar(kind: str, day: str, first: str, last: str, label: str) -> None:
    found = period_of(SettlementPeriod(kind), date.fromisoformat(day))
    assert (found.first.isoformat(), found.last.isoformat(), found.label) == (first, last, label)


@given(
    st.sampled_from(SettlementPeriod),
    st.dates(date(1990, 1, 1), date(2200, 1, 1)),
)  # fmt: skip
def test_periods_follow_each_other_without_a_gap(kind: SettlementPeriod, day: date) -> None:
    found = period_of(kind, day)
    assert found.first <= day <= found.last
    assert period_of(kind, found.first) == period_of(kind, found.last) == found
    after = period_of(kind, found.next)
    assert after.first == found.last + timedelta(days=1) and after.label > found.label


def version(number: int, valid_from: datetime, period: str, until: datetime | None = None) -> TermsView:
    terms = Terms("USD", 1, 1, SettlementPeriod(period))
    return TermsView(TermsId(f"t{number}"), "p", number, valid_from, until, terms, valid_from, "test")


def at(day: str, hour: int = 9) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")


@pytest.mark.parametrize(
    ("open_from", "versions", "days", "terms"),
    [
        pytest.param("2026-11-10", [(at("2026-11-10"), "month")], ("2026-11-10", "2026-11-30"), 1, id="first day"),
        pytest.param("2026-12-01", [(at("2026-11-10"), "month")], ("2026-12-01", "2026-12-31"), 1, id="later"),
        pytest.param(
            "2026-12-01", [(at("2026-11-10"), "month"), (at("2026-12-01", 18), "week")],
            ("2026-12-01", "2026-12-06"), 2, id="the terms at the end of the first day count",
        ),
        pytest.param(
            "2026-12-01", [(at("2026-11-10"), "month"), (at("2026-12-02"), "day")],
            ("2026-12-01", "2026-12-31"), 1, id="terms that begin in a period change the next",
        ),
        pytest.param("2026-11-10", [], ("2026-11-10", "2026-11-30"), None, id="no terms"),
        pytest.param(
            "2026-11-10", [(at("2026-11-18"), "week")], ("2026-11-10", "2026-11-17"), None, id="until terms begin",
        ),
    ],
)  # fmt: skip
def test_open_period(
    open_from: str, versions: list[tuple[datetime, str]], days: tuple[str, str], terms: int | None
) -> None:  # fmt: skip
    known = [version(number, begins, period) for number, (begins, period) in enumerate(versions, 1)]
    found, by = open_period(date.fromisoformat(open_from), known, UTC_ZONE)
    assert (found.first.isoformat(), found.last.isoformat()) == days
    assert (None if by is None else by.number) == terms


def test_a_period_closes_ten_minutes_after_its_last_local_day() -> None:
    found, _ = open_period(date(2026, 11, 30), [], ZoneInfo("America/New_York"))
    assert found.closes_at(ZoneInfo("America/New_York")) == datetime(2026, 12, 1, 5, 10, tzinfo=UTC)
