"""In the style of Starbucks Rewards: stars for what the card pays; worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.cases.merchant import Json, tender
from tests.programs.templates.club import Club, OpenClub

pytestmark = pytest.mark.slow

UNIT, CARD, PLAYS = "stars", "starbucks-card", "starbucks-plays"


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


async def test_stars_for_discounts_drinks_and_food(open_club: OpenClub) -> None:
    club = await open_club("starbucks-rewards")
    at = await club.new_year()
    await club.go_to(at + timedelta(days=(1 - at.weekday()) % 7, hours=1))
    assert await with_the_card(club, 500_00, card=500_00) == 1_000
    for slug, stars in (("stars-25", 25), ("stars-50", 50), ("stars-100", 100), ("stars-150", 150), ("stars-200", 200),
                        ("stars-400", 400)):  # fmt: skip
        assert await club.redeem(slug) == stars
    assert await club.has(UNIT) == 75


async def test_the_game(open_club: OpenClub) -> None:
    club = await open_club("starbucks-rewards")
    american = [{"name": "country", "value": "US"}]
    await club.merchant.do("memberUpsert", externalId="ann", birthday="1990-05-17", attributes=american)
    await club.open_games("starbucks-rewards")
    games = (await club.merchant.ask("{ games { chanceOfWinning } }"))["games"]
    assert games == [{"chanceOfWinning": "40 %"}]  # four in ten, shown as it is drawn
    # A card for each order from $5 on, and one a week free.
    await club.buy(4_99, order="small")
    assert await club.has(PLAYS) == 0
    for number in range(3):
        await club.buy(5_00, order=f"o-{number}")
    assert await club.has(PLAYS) == 3
    program, known = club.programs["starbucks-rewards-game"], {"member": {"externalId": "ann"}}
    free = """mutation($input: GameFreePlaysTakeInput!) { gameFreePlaysTake(input: $input) { userErrors { code } } }"""
    asked = {"idempotencyKey": "free", "programId": program, **known}
    assert (await club.merchant.ask(free, input=asked))["gameFreePlaysTake"]["userErrors"] == []
    assert await club.has(PLAYS) == 4
    play = """mutation($input: GamePlayInput!) { gamePlay(input: $input) { play { prize } userErrors { code } } }"""
    won, worth = 0, {"fifty": 50, "ten": 10, "blank": 0}
    for number in range(4):
        asked = {"idempotencyKey": f"p-{number}", "programId": program, "clientText": "mine", **known}
        played = (await club.merchant.ask(play, input=asked))["gamePlay"]
        assert played["userErrors"] == []
        won += worth[played["play"]["prize"]]
    assert (await club.has(PLAYS), await club.has(UNIT)) == (0, won)


async def test_the_card_pays(open_club: OpenClub) -> None:
    club = await open_club("starbucks-rewards")
    await club.buy({"id": "load", "amount": 10_00, "kind": "TOP_UP"})
    pay = """mutation { storedValuePay(input: {idempotencyKey: "p", member: {externalId: "ann"}, amount: 450,
      currency: "USD", sources: [{balance: true}]}) { payment { captured } userErrors { code message } } }"""
    paid = (await club.merchant.ask(pay))["storedValuePay"]
    assert (paid["userErrors"], paid["payment"]) == ([], {"captured": 4_50})
    assert await club.has(CARD) == 5_50
