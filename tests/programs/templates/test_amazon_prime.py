"""In the style of Amazon Prime: a fee, benefits, money back by policy (case M1); worked out by hand."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.programs.templates.club import OpenClub

pytestmark = pytest.mark.slow

BENEFITS = {"two-day-delivery", "books-and-films", "grocer"}


async def test_a_year_of_benefits(open_club: OpenClub) -> None:
    club = await open_club("amazon-prime")
    assert await club.perks() == set()
    joined = await club.join("amazon-prime", "prime")
    assert joined["state"] == "ACTIVE"
    seen = await club.merchant.ask(
        "query($id: ID!) { node(id: $id) { ... on Membership { paid startsAt endsAt plan } } }", id=joined["id"]
    )
    began, ends = (datetime.fromisoformat(seen["node"][name]) for name in ("startsAt", "endsAt"))
    assert (seen["node"]["paid"], (ends - began).days in (365, 366)) == (139_00, True)  # over $100, for a year
    assert await club.perks() == BENEFITS
    # Delivery comes by itself with each order; there are no points.
    for amount in (20_00, 35_00, 8_00, 120_00, 1_00, 250_00, 60_00, 12_50):
        assert await club.buy(amount) == {}
        await club.use("two-day-delivery")
    await club.use("books-and-films")
    await club.use("grocer")
    assert await club.perks() == BENEFITS
    # Cancelled after ten days, used: by the policy nothing of the present year comes back.
    await club.go_on(10)
    assert await club.leave(joined["id"]) == []
    assert await club.perks() == set()


async def test_all_of_it_back_within_three_days_if_unused(open_club: OpenClub) -> None:
    club = await open_club("amazon-prime")
    joined = await club.join("amazon-prime", "prime")
    await club.go_on(2)
    assert await club.leave(joined["id"]) == [139_00]


async def test_nothing_back_within_three_days_if_used(open_club: OpenClub) -> None:
    club = await open_club("amazon-prime")
    joined = await club.join("amazon-prime", "prime")
    await club.use("grocer")
    await club.go_on(2)
    assert await club.leave(joined["id"]) == []
