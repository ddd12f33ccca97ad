"""In the style of Sephora Beauty Insider: a year of a member, worked out by hand."""

from __future__ import annotations

import pytest

from tests.programs.templates.club import OpenClub

pytestmark = pytest.mark.slow

UNIT = "insider-points"


async def test_a_year(open_club: OpenClub) -> None:
    club = await open_club("sephora-beauty-insider")
    await club.new_year()
    # 1 point per $1: $49.50 are 49 points.
    assert await club.buy(49_50) == {UNIT: 49}
    assert (await club.tier(), await club.has(UNIT)) == ("insider", 49)
    # The card tracks what is spent: $49.50 of the $350 for the next level, so that $300.50 are missing.
    assert await club.missing() == {"spend:USD": 300_50}
    # $100 more are $149.50; a mini costs 100 of 149 points, and points buy it at the checkout.
    assert await club.buy(100_00, order="second") == {UNIT: 100}
    assert await club.redeem("insider-mini") == 100
    assert await club.has(UNIT) == 49
    # $200.50 more make $350: level 2, which earns a quarter more from the next order on.
    assert await club.buy(200_50, order="third") == {UNIT: 200}
    assert await club.tier() == "vib"
    assert await club.perks() == {"birthday-gift", "seasonal-savings"}
    assert await club.buy(80_00) == {UNIT: 100}
    # What comes back takes its points, and the level that it had brought: $229.50 are left.
    assert await club.back("third") == {UNIT: -200}
    assert await club.tier() == "insider"
    # $770.50 more make $1,000: level 3, half more.
    assert await club.buy(770_50) == {UNIT: 770}
    assert await club.tier() == "rouge"
    assert await club.buy(10_00) == {UNIT: 15}
    # 49 − 100 + 100 + 200 + 100 − 200 + 770 + 15 points; a set and $10 off cost 500 each, and one is left to buy.
    assert await club.has(UNIT) == 934
    assert await club.redeem("insider-cash") == 500
    assert await club.has(UNIT) == 434
    assert await club.buy(1_00) == {UNIT: 1}  # a point and a half, rounded down
    # After twelve months without anything the points are gone; the level stays to the end of next year.
    await club.go_on(367)
    assert (await club.has(UNIT), await club.tier()) == (0, "rouge")
    await club.go_on(366)
    assert await club.tier() == "insider"
