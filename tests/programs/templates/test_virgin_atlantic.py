"""In the style of Virgin Atlantic Flying Club: miles to spend, points for the level; worked out by hand."""

from __future__ import annotations

import pytest

from tests.cases.merchant import Json
from tests.programs.templates.club import OpenClub

pytestmark = pytest.mark.slow

MILES, LEVEL = "flying-miles", "flying-level-points"


def flight(amount: int) -> Json:
    return {"id": "flight", "amount": amount, "tags": ["flight"]}


async def test_miles_and_level_points(open_club: OpenClub) -> None:
    club = await open_club("virgin-atlantic-flying-club")
    club.merchant.currency = "GBP"
    assert await club.buy(1_00) == {MILES: 1}
    assert await club.does("visit") == {}
    assert (await club.tier(), await club.perks()) == ("red", {"seat"})
    # Both from flights (5 miles per £1, a level point per £10) and from everyday purchases (1, and one per £50).
    assert await club.buy(flight(1_000_00)) == {MILES: 5_000, LEVEL: 100}
    assert await club.buy(500_00) == {MILES: 500, LEVEL: 10}
    assert await club.buy(flight(2_000_00), {"id": "meal", "amount": 100_00}) == {MILES: 10_100, LEVEL: 202}
    assert await club.tier() == "red"  # 312 of 400
    # 88 more make 400: the second level, with more perks than the last.
    assert await club.buy(flight(880_00), order="eighty-eight") == {MILES: 4_400, LEVEL: 88}
    assert (await club.tier(), await club.perks()) == ("silver", {"seat", "priority"})
    # Miles are spent on travel, and take nothing from the level.
    assert await club.has(MILES) == 1 + 5_000 + 500 + 10_100 + 4_400
    assert await club.redeem("flying-flight") == 10_000
    assert (await club.has(MILES), await club.tier()) == (10_001, "silver")
    # A flight that comes back takes both.
    assert await club.back("eighty-eight") == {MILES: -4_400, LEVEL: -88}
    assert await club.tier() == "red"
    # 688 more make 1,000: the third level, with more perks again.
    assert await club.buy(flight(6_880_00)) == {MILES: 34_400, LEVEL: 688}
    assert (await club.tier(), await club.perks()) == ("gold", {"seat", "priority", "lounge"})
    # A year without a flight: one step down, and a year later another.
    await club.go_on(367)
    assert await club.tier() == "silver"
    await club.go_on(366)
    assert await club.tier() == "red"
