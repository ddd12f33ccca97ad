"""Rounds by the tenant's calendar, cut to the days of the game."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from programs.game.rounds import Span, round_of, rounds
from programs.game.rules import Every
from tests.programs.game.factories import at

BERLIN = ZoneInfo("Europe/Berlin")
SPAN = Span(date(2026, 3, 4), date(2026, 4, 15), BERLIN)


@pytest.mark.parametrize(
    ("every", "day", "key", "opens", "closes"),
    [
        (Every.ONCE, "2026-03-20", "lifetime", "2026-03-04T00:00", "2026-04-16T00:00"),
        (Every.DAY, "2026-03-20", "day:2026-03-20", "2026-03-20T00:00", "2026-03-21T00:00"),
        # The week of the first day begins with it; the one of the clock change is an hour short.
        (Every.WEEK, "2026-03-05", "week:2026-W10", "2026-03-04T00:00", "2026-03-09T00:00"),
        (Every.WEEK, "2026-03-29", "week:2026-W13", "2026-03-23T00:00", "2026-03-30T00:00"),
        (Every.MONTH, "2026-03-31", "month:2026-03", "2026-03-04T00:00", "2026-04-01T00:00"),
        (Every.MONTH, "2026-04-01", "month:2026-04", "2026-04-01T00:00", "2026-04-16T00:00"),
    ],
)
def test_the_round_of_a_day(every: Every, day: str, key: str, opens: str, closes: str) -> None:
    assert round_of(every, date.fromisoformat(day), SPAN) == (key, at(opens), at(closes))


@pytest.mark.parametrize(("every", "number"), [(Every.ONCE, 1), (Every.DAY, 43), (Every.WEEK, 7), (Every.MONTH, 2)])
def test_rounds_follow_each_other_without_a_gap(every: Every, number: int) -> None:
    found = list(rounds(every, SPAN, date(2027, 1, 1)))
    assert len(found) == len({each.key for each in found}) == number
    assert (found[0].opens_at, found[-1].closes_at) == (SPAN.starts_at, SPAN.ends_at)
    assert all(before.closes_at == after.opens_at for before, after in pairwise(found))


def test_rounds_up_to_a_day() -> None:
    assert [each.key for each in rounds(Every.WEEK, SPAN, date(2026, 3, 9))] == ["week:2026-W10", "week:2026-W11"]
    assert list(rounds(Every.WEEK, SPAN, date(2026, 3, 3))) == []
