"""Orders that were paid from stored value and are refunded: the share comes back once, however often we are told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from kit import clock
from programs.activity import Line, LineKind, Tender, TenderKind
from programs.explain import words
from programs.stored_value import cards, service, views
from programs.stored_value.card_records import CardRef
from programs.stored_value.funds import FromBalance
from programs.stored_value.views import PaymentView
from tenants import scope
from tests.ledger.helpers import START
from tests.programs.stored_value.conftest import RULES, Purse, card, open_purse

GOODS = (Line("a", 6000), Line("b", 4000))
TOP_UP = Line("t", 5000, LineKind.TOP_UP)


async def paid_order(purse: Purse, amount: int = 5000, *lines: Line) -> PaymentView:
    """The order `o` of 100 and a top-up of 50, of which stored value paid `amount`."""
    await purse.top_up(20000, order="before")
    payment = await purse.pay(amount, order_reference="o")
    given = lines or (*GOODS, TOP_UP)
    total = sum(line.amount for line in given)
    await purse.buy(
        *given, order="o",
        tenders=(Tender(TenderKind.STORED_VALUE, amount), Tender(TenderKind.CARD, total - amount)),
    )  # fmt: skip
    return payment


async def returned(payment: PaymentView) -> int:
    return (await views.payments([payment.id]))[payment.id].returned


async def test_the_share_of_a_line_comes_back(purse: Purse) -> None:
    payment = await paid_order(purse)
    before = await purse.balance()
    recorded = await purse.refund("o", a=1)
    assert await returned(payment) == 3000
    assert await purse.balance() == (before[0] + 3000, before[1])
    assert [words(line, {"EUR": 2}) for line in recorded.explanation] == [
        "3000 given back (available): 22000 becomes 25000."
    ]


async def test_a_line_comes_back_with_its_tax(purse: Purse) -> None:
    await purse.top_up(15000)
    await purse.buy(Line("taxed", 5000, tax=1000), Line("free", 5000), order="o")
    payment = await purse.pay(11000, order_reference="o")
    await purse.refund("o", taxed=1)
    assert await returned(payment) == 6000
    await purse.refund("o", free=1)
    assert await returned(payment) == 11000


async def test_a_top_up_takes_its_money_along_and_no_payment_back(purse: Purse) -> None:
    payment = await paid_order(purse)
    money, bonus = await purse.balance()
    await purse.refund("o", t=1)
    assert await returned(payment) == 0
    assert await purse.balance() == (money - 5000, bonus), "the top-up had no bonus of its own"


async def test_the_whole_order_comes_back_once(purse: Purse) -> None:
    payment = await paid_order(purse)
    for key in ("webhook-1", "webhook-1", "webhook-2"):
        await purse.refund("o", key=key)
    assert await returned(payment) == 5000
    assert await purse.balance() == (20000, 2000)


async def test_line_by_line_makes_the_whole(purse: Purse) -> None:
    payment = await paid_order(purse, 3333, Line("a", 1000, quantity=3), Line("b", 777))
    for _ in range(3):
        await purse.refund("o", a=1)
    await purse.refund("o", b=1)
    assert await returned(payment) == 3333


async def test_a_cancellation_gives_all_back(purse: Purse) -> None:
    payment = await paid_order(purse)
    await purse.happen("cancel", order_id="o")
    assert await returned(payment) == 5000


async def test_an_amendment_gives_back_what_the_order_is_worth_less(purse: Purse) -> None:
    payment = await paid_order(purse)
    await purse.happen("amend", order_id="o", currency="EUR", lines=(Line("a", 6000), Line("c", 2000), TOP_UP))
    assert await returned(payment) == 1000


@pytest.mark.parametrize("activity_first", [True, False])
@pytest.mark.parametrize(("asked", "back"), [(1000, 3000), (3000, 3000), (4000, 4000)])
async def test_a_refund_told_twice_is_given_once(purse: Purse, activity_first: bool, asked: int, back: int) -> None:
    """By a refund of the order (its share is 3000), and by `service.refund`: the larger of the two, in either order."""
    payment = await paid_order(purse)

    async def activity() -> None:
        await purse.refund("o", a=1)

    async def verb() -> None:
        await service.refund("r", payment.id, asked)

    for step in (activity, verb) if activity_first else (verb, activity):
        await step()
    assert await returned(payment) == back
    await purse.refund("o", b=1)
    assert await returned(payment) == 5000


async def test_several_payments_of_one_order(purse: Purse) -> None:
    gift = await purse.issue(2000)
    first = await purse.pay(2000, card(gift), member=None, order_reference="o")
    second = await paid_order(purse)
    recorded = await purse.refund("o", a=1)
    assert (await returned(first), await returned(second)) == (1200, 3000)
    assert [entry.amount for entry in recorded.posted] == [3000], "what is a card's is no movement of the member's"
    assert len(recorded.explanation) == 2
    found = await cards.look(CardRef(str(gift.code)))
    assert found is not None and found.balance == 1200


async def test_a_card_that_was_given_up_meanwhile(purse: Purse) -> None:
    gift = await purse.issue(9000)
    payment = await purse.pay(4000, card(gift), order_reference="o")
    await purse.buy(*GOODS, order="o")
    await cards.transfer_to_balance("t", CardRef(str(gift.code)), purse.member)
    assert await purse.balance() == (5000, 0)
    recorded = await purse.refund("o")
    assert (await returned(payment), await purse.balance()) == (4000, (9000, 0))
    assert sum(entry.amount for entry in recorded.posted) == 4000


async def test_a_refund_that_comes_before_its_purchase(purse: Purse) -> None:
    await purse.top_up(10000)
    payment = await purse.pay(5000, FromBalance(), order_reference="o")
    assert (await purse.refund("o", a=1)).state == "parked"
    assert await returned(payment) == 0
    await purse.buy(*GOODS, order="o")
    assert await returned(payment) == 3000


async def test_what_was_only_authorized_or_is_of_another_order_stays(purse: Purse) -> None:
    await purse.top_up(10000)
    held = await service.authorize("a", purse.wish(100, order_reference="o"))
    other = await purse.pay(100, order_reference="p")
    untied = await purse.pay(100)
    await purse.buy(*GOODS, order="o")
    await purse.refund("o")
    for payment in (held, other, untied):
        assert await returned(payment) == 0
    assert await purse.held() == 100


async def test_the_bonus_comes_back_as_bonus_and_expires_by_its_own_day(database: object, own_settings: None) -> None:
    purse = await open_purse({**RULES, "expiry": {"bonus_months": 1}})
    with scope.of(purse.tenant):
        with clock.pinned(START):
            payment = await paid_order(purse, 2500, Line("a", 2500))
            assert await purse.balance() == (19500, 0)
        with clock.pinned(START + timedelta(days=40)):
            await purse.refund("o")
            assert await returned(payment) == 2500
            assert await purse.balance() == (20000, 0), "the bonus had its day"


async def test_two_tenants_refund_orders_of_one_name_in_one_batch(database: object, own_settings: None) -> None:
    purses = [await open_purse(slug=slug) for slug in ("one", "two")]
    payments = []
    for purse in purses:
        with scope.of(purse.tenant), clock.pinned(START):
            payments.append(await paid_order(purse))
    with clock.pinned(START):

        async def one(purse: Purse) -> None:
            with scope.of(purse.tenant):
                await purse.refund("o")

        await asyncio.gather(*map(one, purses))
    for purse, payment in zip(purses, payments, strict=True):
        with scope.of(purse.tenant):
            assert await returned(payment) == 5000
