"""In the style of Odacité Rewards: points for what costs nothing are limited; worked out by hand."""

from __future__ import annotations

import pytest

from tests.programs.templates.club import Club, OpenClub

pytestmark = pytest.mark.slow

UNIT = "odacite-points"


async def invite_a_friend(club: Club) -> None:
    """A friend joins by Ann's code, and keeps a first order for 14 days: Ann has 100 points more."""
    asked = await club.merchant.ask('{ member(externalId: "ann") { referralCodes { code } } }')
    (found,) = asked["member"]["referralCodes"]
    await club.merchant.do("memberUpsert", externalId="bob")
    had = await club.has(UNIT)
    await club.merchant.record("event", {"kind": "signup", "codes": [found["code"]]}, member="bob")
    assert await club.buy(20_00, member="bob") == {UNIT: 20}
    assert await club.has(UNIT) == had
    await club.go_on(15)
    assert (await club.has(UNIT), await club.has(UNIT, "bob")) == (had + 100, 220)


async def test_points_for_being_a_friend(open_club: OpenClub) -> None:
    club = await open_club("odacite-rewards")
    await club.new_year()
    # Creating an account, sharing on Facebook, following on Instagram, giving the birthday, inviting a friend.
    assert await club.does("signup") == {UNIT: 200}
    assert await club.does("share") == {UNIT: 25}
    assert await club.does("share") == {}  # once a month
    assert await club.does("follow") == {UNIT: 50}
    assert await club.does("follow") == {}  # once
    assert await club.does("profile_field") == {UNIT: 100}
    await invite_a_friend(club)
    # 1 point per $1; $250 in twelve months are the second level, with a quarter more from then on.
    assert await club.buy(250_00) == {UNIT: 250}
    assert (await club.tier(), await club.perks()) == ("radiance", {"samples", "early-access"})
    assert await club.buy(60_00) == {UNIT: 75}
    # 800 points: money off at the checkout, $5 for 100, in hundreds.
    assert await club.has(UNIT) == 800
    paid = await club.merchant.spend({"payment": {"points": 750, "orderId": "o", "orderTotal": 90_00}})
    assert (paid["points"], paid["value"]) == (700, {"amount": 35_00, "currency": "USD"})
    assert await club.has(UNIT) == 100
    # $440 more are $750: the third level, half more.
    assert await club.buy(440_00) == {UNIT: 550}
    assert await club.tier() == "luminous"
    assert await club.buy(10_00) == {UNIT: 15}
    # A month later sharing counts again; a year without anything ends the points.
    await club.go_on(31)
    assert await club.does("share") == {UNIT: 25}
    assert await club.has(UNIT) == 100 + 550 + 15 + 25
    await club.go_on(367)
    assert await club.has(UNIT) == 0
