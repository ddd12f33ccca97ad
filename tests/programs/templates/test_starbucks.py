"""In the style of Starbucks Rewards: stars for what the card pays; worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.cases.merchant import Json, tender
from tests.programs.templates.club import Club, OpenClub

pytestmark = pytest.mark.slow

UNIT, CARD = "stars", "starbucks-card"


async def with_the_card(club: Club, *lines: int | Json, card: int, channel: str = "store", **given: object) -> int:
    """A purchase of which the card pays so much; the stars for it."""
    earned = await club.buy(*lines, tenders=[tender("STORED_VALUE", card)], channel=channel, **given)
    return earned.get(UNIT, 0)


async def test_stars_for_what_the_card_pays(open_club: OpenClub) -> None:
    club = await open_club("starbucks-rewards")
    at = await club.new_year()
    tuesday = at + timedelta(days=(1 - at.weekday()) % 7)
    await club.go_to(tuesday + timedelta(hours=1))
    # Any amount is loaded, and earns nothing.
    assert await club.buy({"id": "load", "amount": 37_50, "kind": "TOP_UP"}) == {CARD: 37_50}
    # 2 stars per $1 with the card, in the shop and by mobile order; not with other money, not over the telephone.
    assert await with_the_card(club, 5_00, card=5_00) == 10
    assert await with_the_card(club, 4_50, card=4_50, channel="app") == 9
    assert await with_the_card(club, 5_00, card=5_00, channel="phone") == 0
    assert await club.buy(10_00, channel="store") == {}
    # Of $20 the card pays $12: 24 stars.
    assert await with_the_card(club, 20_00, card=12_00, order="mixed") == 24
    # A double-star day: 4 per $1.
    await club.go_to(tuesday + timedelta(days=6, hours=1))
    assert await with_the_card(club, 5_00, card=5_00) == 20
    # A free drink on the birthday.
    assert await club.does("birthday") == {}
    assert await club.given() == ["birthday-drink"]
    # 63 stars; an extra costs 25, a coffee 50.
    assert await club.has(UNIT) == 63
    assert await club.redeem("stars-50") == 50
    # What comes back takes its stars, as far as they are there.
    assert await club.back("mixed") == {UNIT: -13}
    assert await club.has(UNIT) == 0


async def test_stars_of_a_month_end_six_months_after_it(open_club: OpenClub) -> None:
    club = await open_club("starbucks-rewards")
    year = (await club.new_year()).year
    start = datetime(year, 7, 16, 17, tzinfo=UTC)
    start += timedelta(days=(1 - start.weekday()) % 7)  # a Tuesday of July
    await club.go_to(start)
    assert await with_the_card(club, 5_00, card=5_00) == 10
    assert await club.last_days(UNIT) == {f"{year + 1}-01-31": 10}
    await club.go_to(datetime(year + 1, 2, 1, 4, tzinfo=UTC))  # 23 o'clock of 31 January in New York
    assert await club.has(UNIT) == 10
    await club.go_to(datetime(year + 1, 2, 1, 5, tzinfo=UTC))
    assert await club.has(UNIT) == 0


async def test_the_card_pays(open_club: OpenClub) -> None:
    club = await open_club("starbucks-rewards")
    await club.buy({"id": "load", "amount": 10_00, "kind": "TOP_UP"})
    pay = """mutation { storedValuePay(input: {idempotencyKey: "p", member: {externalId: "ann"}, amount: 450,
      currency: "USD", sources: [{balance: true}]}) { payment { captured } userErrors { code message } } }"""
    paid = (await club.merchant.ask(pay))["storedValuePay"]
    assert (paid["userErrors"], paid["payment"]) == ([], {"captured": 4_50})
    assert await club.has(CARD) == 5_50
