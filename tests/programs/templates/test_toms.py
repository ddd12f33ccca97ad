"""In the style of TOMS Passport Rewards: points for products, offers, or a donation 1 : 1; worked out by hand."""

from __future__ import annotations

import pytest

from tests.programs.templates.club import OpenClub

pytestmark = pytest.mark.slow

UNIT = "passport-points"


async def test_points_are_spent_or_given_at_the_same_worth(open_club: OpenClub) -> None:
    club = await open_club("toms-passport-rewards")
    await club.new_year()
    # Free to join: a member has the first level at once, with its offers.
    assert await club.does("visit") == {}
    assert await club.does("signup") == {}
    assert (await club.tier(), await club.perks()) == ("traveler", {"offers"})
    # Points on purchases; $150 and $400 a year bring the second and the third level.
    assert await club.buy(149_99) == {UNIT: 149}
    assert await club.tier() == "traveler"
    assert await club.buy(10_00) == {UNIT: 10}
    assert (await club.tier(), await club.perks()) == ("explorer", {"offers", "early-access"})
    assert await club.buy(300_00, order="boots") == {UNIT: 300}
    assert (await club.tier(), await club.perks()) == ("globetrotter", {"offers", "early-access", "free-shipping"})
    # 459 points: 100 for $5 off, 100 as payment are $5, and 100 given are exactly $5 too: 1 : 1.
    assert await club.redeem("passport-offer") == 100
    paid = await club.merchant.spend({"payment": {"points": 100, "orderId": "o", "orderTotal": 80_00}})
    gave = await club.donate("giving-fund", 100)
    assert paid["value"] == gave["value"] == {"amount": 5_00, "currency": "USD"}
    assert await club.has(UNIT) == 159
    # A return takes its points as far as they are there, and the level that it had brought.
    assert await club.back("boots") == {UNIT: -159}
    assert (await club.has(UNIT), await club.tier()) == (0, "explorer")
    assert await club.buy(1_000_00) == {UNIT: 1_000}
    assert await club.tier() == "globetrotter"
    assert await club.buy(5_50) == {UNIT: 5}
    # A pair of shoes for 1,000 of the 1,005 points.
    assert await club.redeem("passport-pair") == 1_000
    assert await club.has(UNIT) == 5
