"""What follows from attempts that arrived, or did not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connect.health import DISABLE_AFTER, DISABLE_FAILURES_MIN, IN_FLIGHT_MAX, PAUSE_MAX, Health, after, wait

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LONG_AGO = NOW - DISABLE_AFTER


@pytest.mark.parametrize(
    ("failures", "arrived", "failures_then", "seconds"),
    [
        (0, [False], 1, None),
        (1, [False], 2, None),
        (2, [False], 3, 5),
        (0, [False] * 8, 8, 3600),
        (3, [False], 4, 20),
        (4, [False], 5, 80),
        (50, [False], 51, 3600),
        (50, [True], 0, None),
        (0, [False, True, False], 0, None),
    ],
)
def test_failures_in_a_row_pause(failures: int, arrived: list[bool], failures_then: int, seconds: int | None) -> None:
    then = after(Health(failures=failures), arrived, NOW, slow=False)
    assert (then.failures, then.apart) == (failures_then, failures_then > 0)
    assert (then.failing_since, then.last_success_at) == ((NOW, None) if failures_then else (None, NOW))
    assert then.in_flight_max == (1 if failures_then else IN_FLIGHT_MAX)
    until = then.paused_until(NOW)
    if seconds is None:
        assert until is None
    else:
        assert until is not None
        assert 0.8 * seconds <= (until - NOW).total_seconds() <= 1.2 * seconds
        assert then.paused_until(NOW + PAUSE_MAX * 1.2) is None


def test_slow_is_apart_and_not_failing() -> None:
    assert after(Health(failures=3), [True], NOW, slow=True) == Health(last_success_at=NOW, apart=True)


@pytest.mark.parametrize(
    ("failures", "since", "dead"),
    [
        (DISABLE_FAILURES_MIN, LONG_AGO, True),
        (DISABLE_FAILURES_MIN - 1, LONG_AGO, False),
        (DISABLE_FAILURES_MIN, LONG_AGO + timedelta(seconds=1), False),
        (0, None, False),
    ],
)
def test_who_fails_for_days_is_dead(failures: int, since: datetime | None, dead: bool) -> None:
    assert Health(failures=failures, failing_since=since).is_dead(NOW) is dead


def test_who_never_answers_is_tried_once_an_hour_until_it_is_given_up() -> None:
    health, now, tries = Health(), NOW, 0
    while not health.is_dead(now):
        health, tries = after(health, [False], now, slow=False), tries + 1
        now = health.paused_until(now) or now
    assert 100 <= tries <= 160
    assert DISABLE_AFTER <= now - NOW <= DISABLE_AFTER + PAUSE_MAX * 1.2


def test_waits_grow_and_are_spread() -> None:
    assert timedelta(seconds=4) <= wait(1) <= timedelta(seconds=6)
    assert timedelta(seconds=16) <= wait(2) <= timedelta(seconds=24)
    assert timedelta(hours=9.6) <= wait(1000) <= timedelta(hours=14.4)
    assert len({wait(5) for _ in range(20)}) > 1
