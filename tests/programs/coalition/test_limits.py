"""What partners' terms refuse: a clear code, and nothing moved."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from kit import db
from kit.errors import Refusal
from members.views import MemberId
from programs import merging
from programs.activity import Line
from programs.coalition import adjusting, blocks, following, partners, room
from programs.coalition.limits import Limits
from programs.coalition.terms import AMOUNT_MAX, MICROS, PRICE_MAX, SUM_MAX
from tenants import scope
from tests.programs.coalition.club import TERMS, Club, open_club


async def refused(club: Club, work: Any) -> str:
    """The code of a refusal that moved nothing."""
    before, balance = await club.balances(), await club.shop.available()
    with pytest.raises(Refusal) as caught:
        await work
    assert (await club.balances(), await club.shop.available()) == (before, balance)
    return caught.value.code


async def test_frozen_partner_gives_and_takes_nothing_but_refunds(database: object) -> None:
    club = await open_club()
    await club.buy("a", 10_000, order="o1")
    async with club.here():
        await partners.freeze(club.partners["a"].id, "a key leaked")
    assert await refused(club, club.buy("a", 10_000)) == "PARTNER_FROZEN"
    assert await refused(club, club.spend("a", 10)) == "PARTNER_FROZEN"
    await club.refund("a", "o1")
    assert await club.balances() == {}
    async with club.here():
        await partners.unfreeze(club.partners["a"].id)
    await club.buy("a", 10_000)
    assert await club.shop.available() == 100


async def test_terms_hold_for_their_time(database: object) -> None:
    club = await open_club()
    ends = club.shop.now + timedelta(days=30)
    async with club.here():
        await partners.save_terms(club.partners["a"].id, {"currency": "USD", "issue_price": 20_000,
                                                          "reimbursement_price": 0}, valid_until=ends)  # fmt: skip
    club.shop.now += timedelta(seconds=1)
    await club.buy("a", 10_000)
    assert await club.balances() == {"partner:a": -2 * MICROS, "float": 2 * MICROS}
    club.shop.now = ends
    assert await refused(club, club.buy("a", 10_000)) == "NO_TERMS"
    assert await refused(club, club.spend("a", 10)) == "NO_TERMS"
    await club.buy("a", 10_000, at=ends - timedelta(hours=1))  # it happened while they held


@pytest.mark.parametrize(("terms", "code"), [
    ({"earn": False}, "EARN_NOT_ALLOWED"),
    ({"credit_limit": 150}, "CREDIT_LIMIT"),
    ({"caps": {"issued_per_day": 100}}, "CAP_REACHED"),
    ({"caps": {"issued_per_member_per_day": 100}}, "CAP_REACHED"),
    ({"prepaid": True}, "PREPAID_EMPTY"),
])  # fmt: skip
async def test_more_than_terms_allow_is_not_given(database: object, terms: dict[str, Any], code: str) -> None:
    club = await open_club(**terms)
    assert await refused(club, club.buy("a", 10_100)) == code
    assert await refused(club, club.buy("a", 10_100, key="again")) == code
    assert await refused(club, club.buy("a", 10_100, key="again")) == code
    if code in ("CREDIT_LIMIT", "CAP_REACHED"):
        await club.buy("a", 10_000)
        assert await refused(club, club.buy("a", 100)) == code


@pytest.mark.parametrize(("terms", "code"), [
    ({"burn": False}, "BURN_NOT_ALLOWED"),
    ({"caps": {"taken_per_day": 50}}, "CAP_REACHED"),
    ({"caps": {"taken_per_member_per_day": 50}}, "CAP_REACHED"),
])  # fmt: skip
async def test_more_than_terms_allow_is_not_taken(database: object, terms: dict[str, Any], code: str) -> None:
    club = await open_club(**terms)
    await club.buy("b", 10_000)
    assert await refused(club, club.spend("a", 51)) == code
    if code == "CAP_REACHED":
        await club.spend("a", 50)
        assert await refused(club, club.spend("a", 1)) == code
        club.shop.now += timedelta(days=1)
        await club.spend("a", 50)


async def test_credit_is_never_overdrawn_by_many_at_once(database: object) -> None:
    club = await open_club(credit_limit=150)
    results = await asyncio.gather(*(club.buy("a", 3_000) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(result, Refusal) for result in results) == 7
    assert await club.owed("a") == (90 * 15_000, 0)


async def test_credit_counts_what_partners_took(database: object) -> None:
    club = await open_club(credit_limit=150)
    await club.buy("a", 10_000)
    assert await refused(club, club.buy("a", 1_000)) == "CREDIT_LIMIT"
    await club.spend("a", 30)
    assert await club.owed("a") == (100 * 15_000 - 30 * 10_000, 0)
    await club.buy("a", 2_000)


async def test_blocks_are_used_in_the_order_they_were_bought(database: object) -> None:
    club = await open_club(prepaid=True)
    partner = club.partners["a"]
    async with club.here():
        await blocks.buy("b1", partner.id, 100)
        again = await blocks.buy("b1", partner.id, 100)
        await partners.save_terms(partner.id, {"currency": "USD", "issue_price": 16_000, "reimbursement_price": 10_000,
                                               "prepaid": True, "block_alert": 50})  # fmt: skip
    club.shop.now += timedelta(hours=1)
    async with club.here():
        await blocks.buy("b2", partner.id, 100)
    paid = 100 * 15_000 + 100 * 16_000
    assert again.remaining == 100
    assert await club.balances() == {"partner:a": -paid, "prepaid": paid}
    await club.buy("a", 15_000, order="o1")  # 100 of the first, 50 of the second
    worth = 100 * 15_000 + 50 * 16_000
    price = worth // 150
    balances = await club.balances()
    assert balances["prepaid"] == 50 * 16_000
    assert (balances["float"], balances["margin"]) == (150 * price, worth - 150 * price)
    assert await refused(club, club.buy("a", 5_100)) == "PREPAID_EMPTY"
    await club.refund("a", "o1", pieces=2)  # 75 come back: 50 to the second, 25 to the first
    async with club.here():
        left = [(each.remaining, each.price) for each in await blocks.of_partner(partner.id)]
    assert left == [(25, 15_000), (100, 16_000)]
    assert (await club.balances())["prepaid"] == 25 * 15_000 + 100 * 16_000
    await club.refund("a", "o1")
    assert await club.balances() == {"partner:a": -paid, "prepaid": paid}


async def test_what_comes_back_to_a_block_while_it_is_used_is_not_lost(
    database: object, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    club = await open_club(prepaid=True)
    partner = club.partners["a"]
    async with club.here():
        await blocks.buy("ahead", partner.id, 100)
    await club.buy("a", 6_000, order="o1")
    await club.refund("a", "o1", pieces=2)  # 30 come back once that is followed
    read = Limits._read_uses

    async def then_followed(limits: Limits, uses: Any) -> None:
        await read(limits, uses)
        async with club.here():
            await following.catch_up()

    monkeypatch.setattr(Limits, "_read_uses", then_followed)
    await club.buy("a", 4_000)
    async with club.here():
        assert [each.remaining for each in await blocks.of_partner(partner.id)] == [30]


async def test_blocks_of_another_currency_stay_for_when_it_is_back(database: object) -> None:
    club = await open_club(prepaid=True)
    partner = club.partners["a"]
    euros = {**TERMS, "currency": "EUR", "prepaid": True}
    async with club.here():
        await blocks.buy("dollars", partner.id, 100)
        await partners.save_terms(partner.id, euros)
    club.shop.now += timedelta(hours=1)
    async with club.here():
        before = await room.left(await partners.of_slug("a"))
    assert before is not None
    assert (before.currency, before.prepaid) == ("EUR", 0)
    assert await refused(club, club.buy("a", 5_000)) == "PREPAID_EMPTY"
    async with club.here():
        await blocks.buy("euros", partner.id, 60)
    await club.buy("a", 5_000)
    async with club.here():
        left = [(each.remaining, each.currency) for each in await blocks.of_partner(partner.id)]
        await partners.save_terms(partner.id, {**TERMS, "prepaid": True})
    assert left == [(100, "USD"), (10, "EUR")]
    club.shop.now += timedelta(hours=1)
    await club.buy("a", 10_000)
    async with club.here():
        assert [each.remaining for each in await blocks.of_partner(partner.id)] == [0, 10]


async def test_what_comes_back_frees_the_caps_of_its_day(database: object) -> None:
    club = await open_club(caps={"issued_per_member_per_day": 100, "taken_per_day": 50})
    day = club.shop.now
    await club.buy("a", 10_000, order="o1")
    assert await refused(club, club.buy("a", 100)) == "CAP_REACHED"
    await club.refund("a", "o1", pieces=2)
    await club.balances()
    await club.buy("a", 5_000, order="o2")
    assert await refused(club, club.buy("a", 100)) == "CAP_REACHED"
    await club.buy("b", 10_000)
    await club.spend("a", 50, order="o3")
    assert await refused(club, club.spend("a", 1)) == "CAP_REACHED"
    club.shop.now += timedelta(days=1)
    await club.buy("a", 10_000, order="o3")
    await club.refund("a", "o3")
    await club.refund("a", "o2")
    async with club.here():
        left = await room.left(await partners.of_slug("a"))
    assert left is not None
    assert left.take_today == 50, "what was spent before counts on its own day"
    await club.buy("a", 10_000, at=club.shop.now)
    await club.buy("a", 5_000, at=day)
    assert await refused(club, club.buy("a", 100, at=day)) == "CAP_REACHED"
    assert await refused(club, club.buy("a", 100)) == "CAP_REACHED"


async def test_points_that_a_refund_leaves_stay_counted(database: object) -> None:
    club = await open_club(caps={"issued_per_member_per_day": 100})
    await club.buy("a", 10_000, order="o1")
    await club.spend("b", 70)
    await club.refund("a", "o1")  # the other 30 are all that there is to take
    await club.balances()
    assert await refused(club, club.buy("a", 3_100)) == "CAP_REACHED"
    await club.buy("a", 3_000)


async def test_two_who_become_one_have_the_caps_of_one(database: object) -> None:
    club = await open_club(caps={"issued_per_member_per_day": 100})
    other = MemberId(await club.another_member("other"))
    await club.buy("a", 6_000)
    await club.buy("a", 3_000, order="o1", member=other)
    async with club.here():
        await merging.merge("one", other, club.member)
    assert await refused(club, club.buy("a", 1_100)) == "CAP_REACHED"
    await club.buy("a", 1_000)
    assert await refused(club, club.buy("a", 100)) == "CAP_REACHED"
    await club.refund("a", "o1")
    await club.balances()
    await club.buy("a", 3_000)
    assert await refused(club, club.buy("a", 100)) == "CAP_REACHED"


async def test_more_money_than_can_be_counted_is_refused(database: object) -> None:
    """Who follows the ledger could not write it, and would never get past it."""
    club = await open_club(issue_price=PRICE_MAX)
    await club.join("c", reimbursement_price=PRICE_MAX)
    assert await refused(club, club.buy("a", 500_000_000)) == "OUT_OF_RANGE"
    await club.buy("b", 500_000_000)
    assert await refused(club, club.spend("c", 9_008)) == "OUT_OF_RANGE"
    await club.spend("c", 9_007)


async def test_what_is_owed_in_all_can_be_counted(database: object) -> None:
    club = await open_club(issue_price=PRICE_MAX)
    async with club.here():
        await adjusting.adjust("much", club.partners["a"].id, "USD", -AMOUNT_MAX, "to begin with")
        sql = "UPDATE partner_position SET owed = owed + $1"
        async with scope.writing():
            await db.execute(sql, SUM_MAX - AMOUNT_MAX)
    with pytest.raises(Refusal) as caught:
        await club.buy("a", 100)
    assert caught.value.code == "OUT_OF_RANGE"
    async with club.here(), scope.writing():
        await db.execute(sql, AMOUNT_MAX - SUM_MAX)


async def test_what_waited_for_its_order_counts_like_the_rest(database: object) -> None:
    club = await open_club(credit_limit=150)
    lines = (Line(id="l1", amount=8_000), Line(id="l2", amount=5_000))
    await club.happen("a", "amend", order_id="o1", currency="USD", lines=lines)
    with pytest.raises(Refusal) as caught:  # 80 more by the amendment, which had come before
        await club.happen("a", "purchase", order_id="o1", currency="USD", lines=(Line(id="l2", amount=5_000),))
        await club.buy("a", 100)
        await club.buy("a", 5_000)
    assert caught.value.code == "CREDIT_LIMIT"
    assert (await club.owed("a"))[0] <= 150 * 10_000
