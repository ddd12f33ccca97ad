"""In the style of Sweetgreen Sweet Rewards: $35 become $5, the rest is carried on; worked out by hand."""

from __future__ import annotations

import pytest

from tests.programs.templates.club import OpenClub

pytestmark = pytest.mark.slow

UNIT = "sweet-dollars"


async def test_35_dollars_become_5(open_club: OpenClub) -> None:
    club = await open_club("sweetgreen-sweet-rewards")
    # $5 off the first online order come with the account, once.
    await club.does("signup")
    await club.does("signup")
    assert await club.given() == ["sweet-welcome"]
    assert await club.perks() == {"delivery"}  # no delivery fee
    # $14.50 and $20.49 in the app are $34.99: a cent is missing. What is paid in the shop does not count.
    await club.buy(14_50, channel="app")
    await club.buy(20_49, channel="app")
    await club.buy(50_00, channel="store")
    assert (await club.has(UNIT), await club.given()) == (34_99, ["sweet-welcome"])
    # $2.01 more are $37.00: $5 of credit, and $2.00 are carried on.
    await club.buy(2_01, channel="app", order="third")
    assert (await club.has(UNIT), await club.given()) == (2_00, ["sweet-credit", "sweet-welcome"])
    # $75 more are $77: twice $5, and $7 carried on.
    await club.buy(75_00, channel="app", order="large")
    assert (await club.has(UNIT), (await club.given()).count("sweet-credit")) == (7_00, 3)
    # The large order comes back: $75 are taken of $7, so two credits nobody used go back: 7 + 70 − 75 = $2.
    await club.back("large")
    assert (await club.has(UNIT), (await club.given()).count("sweet-credit")) == (2_00, 1)
