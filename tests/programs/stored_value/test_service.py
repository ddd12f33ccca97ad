"""Paying with stored value: authorized, captured or let go, given back; once each, and never more than there is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kit import clock
from kit.ids import new_id
from ledger.models import Unit
from programs import rulebooks
from programs.activity import Line, LineKind
from programs.adjusting import adjust
from programs.stored_value import cards, reports, service, views
from programs.stored_value.card_records import CardRef
from programs.stored_value.funds import FromBalance, FromCard
from programs.stored_value.service import Wish
from programs.stored_value.views import PaymentId, PaymentState, Source
from tenants import scope
from tests.ledger.helpers import START
from tests.programs.stored_value.conftest import BALANCE, RULES, Purse, card, code, open_purse, refusal

LATER = START + timedelta(minutes=15)


def legs(payment: views.PaymentView) -> list[tuple[Source, int, int, int]]:
    return [(leg.source, leg.amount, leg.captured, leg.returned) for leg in payment.legs]


async def test_the_bonus_pays_first_then_money(purse: Purse) -> None:
    await purse.top_up(10000)
    assert await purse.balance() == (10000, 1000)
    payment = await service.authorize("a", purse.wish(3000, order_reference="o"))
    assert legs(payment) == [(Source.BONUS, 1000, 0, 0), (Source.MONEY, 2000, 0, 0)]
    assert (payment.state, payment.amount, payment.ends_at) == (PaymentState.AUTHORIZED, 3000, LATER)
    assert await purse.balance() == (8000, 0)
    payment = await service.capture("c", payment.id)
    assert (payment.state, payment.captured, payment.order_reference) == (PaymentState.CAPTURED, 3000, "o")
    assert await purse.balance() == (8000, 0)
    assert await purse.held() == 0


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("bonus_first", [(Source.BONUS, 1000), (Source.MONEY, 500)]),
        ("money_first", [(Source.MONEY, 1500)]),
        ("soonest_expiring", [(Source.MONEY, 1500)]),
    ],
)
async def test_what_pays_first_is_the_programs_choice(
    database: object, own_settings: None, order: str, expected: list[tuple[Source, int]]
) -> None:
    """Here money ends after six months and the bonus after twelve."""
    ends = {"money_months": 6, "bonus_months": 12}
    purse = await open_purse({**RULES, "spending_order": order, "expiry": ends})
    with scope.of(purse.tenant), clock.pinned(START):
        await purse.top_up(10000)
        payment = await purse.pay(1500)
        assert [(leg.source, leg.amount) for leg in payment.legs] == expected


async def test_soonest_expiring_mixes_money_and_bonus_lot_by_lot(database: object, own_settings: None) -> None:
    """Lots: 100 money for six months, 10 bonus for seven, and a month later the same again."""
    ends = {"money_months": 6, "bonus_months": 7}
    purse = await open_purse({**RULES, "spending_order": "soonest_expiring", "expiry": ends})
    with scope.of(purse.tenant):
        for at in (START, START + timedelta(days=31)):
            with clock.pinned(at):
                await purse.top_up(10000)
        with clock.pinned(START + timedelta(days=40)):
            payment = await purse.pay(10500)
            assert legs(payment) == [(Source.MONEY, 10000, 10000, 0), (Source.BONUS, 500, 500, 0)]
            payment = await purse.pay(1000)
            assert legs(payment) == [(Source.BONUS, 500, 500, 0), (Source.MONEY, 500, 500, 0)]


async def test_a_part_is_captured_and_the_rest_goes_back(purse: Purse) -> None:
    await purse.top_up(10000)
    authorized = await service.authorize("a", purse.wish(3000))
    captured = await service.capture("c", authorized.id, amount=700)
    assert legs(captured) == [(Source.BONUS, 1000, 700, 0), (Source.MONEY, 2000, 0, 0)]
    assert await purse.balance() == (10000, 300)


async def test_sources_pay_in_the_order_in_which_they_are_named(purse: Purse) -> None:
    await purse.top_up(5000)
    one, two = await purse.issue(2000), await purse.issue(3000)
    payment = await purse.pay(6000, card(two), FromBalance(), card(one))
    assert [(leg.gift_card_id, leg.amount) for leg in payment.legs] == [(two.card.id, 3000), (None, 3000)]
    assert [leg.last_characters for leg in payment.legs] == [str(two.code)[-4:], None]
    assert (await views.gift_cards([one.card.id]))[one.card.id].balance == 2000


async def test_up_to_takes_what_there_is(purse: Purse) -> None:
    await purse.top_up(1000)
    payment = await purse.pay(2500, up_to=True)
    assert (payment.amount, payment.captured) == (1000, 1000)
    assert await code(purse.pay(1, up_to=True)) == "INSUFFICIENT_FUNDS"


async def test_more_than_there_is_is_refused_and_nothing_is_held(purse: Purse) -> None:
    await purse.top_up(1000)
    refused = await refusal(service.authorize("a", purse.wish(1001)))
    assert (refused.code, refused.field, refused.final) == ("INSUFFICIENT_FUNDS", ("amount",), True)
    assert await purse.balance() == (1000, 0) and await purse.held() == 0
    await purse.top_up(1000)
    assert await code(service.authorize("a", purse.wish(1001))) == "INSUFFICIENT_FUNDS", "kept under its key"


async def test_expired_money_does_not_pay(database: object, own_settings: None) -> None:
    purse = await open_purse({**RULES, "expiry": {"money_months": 1}})
    with scope.of(purse.tenant):
        with clock.pinned(START):
            await purse.top_up(1000)
        with clock.pinned(START + timedelta(days=33)):
            assert await code(purse.pay(1)) == "INSUFFICIENT_FUNDS"


async def test_what_is_voided_can_be_paid_with_again(purse: Purse) -> None:
    await purse.top_up(10000)
    payment = await service.authorize("a", purse.wish(11000))
    assert await code(purse.pay(1)) == "INSUFFICIENT_FUNDS"
    assert (await service.void("v", payment.id)).state is PaymentState.VOIDED
    assert await purse.balance() == (10000, 1000)


async def test_a_payment_is_closed_once(purse: Purse) -> None:
    await purse.top_up(10000)
    captured = await purse.pay(100)
    voided = await service.void("v", (await service.authorize("a", purse.wish(100))).id)
    for payment in (captured, voided):
        assert await code(service.capture(purse.key(), payment.id)) == "ALREADY_CLOSED"
        assert await code(service.void(purse.key(), payment.id)) == "ALREADY_CLOSED"
    assert await code(service.refund(purse.key(), voided.id, 1)) == "WRONG_STATE"


async def test_at_its_end_a_payment_can_only_expire(purse: Purse) -> None:
    await purse.top_up(1000)
    gift = await purse.issue(500)
    payment = await service.authorize("a", purse.wish(1200, card(gift), FromBalance()))
    with clock.pinned(LATER - timedelta(microseconds=1)):
        assert await service.expire_due() == 0
    with clock.pinned(LATER):
        assert await code(service.capture("c", payment.id)) == "HOLD_EXPIRED"
        assert (await service.expire_due(), await service.expire_due()) == (1, 0), "running twice does nothing"
        assert (await views.payments([payment.id]))[payment.id].state is PaymentState.EXPIRED
        assert await code(service.capture("c2", payment.id)) == "HOLD_EXPIRED"
        assert await purse.balance() == (1000, 0)
        assert (await views.gift_cards([gift.card.id]))[gift.card.id].balance == 500


async def test_refunds_add_up_and_never_exceed_what_was_captured(purse: Purse) -> None:
    await purse.top_up(10000)
    payment = await purse.pay(3000)
    assert await purse.balance() == (8000, 0)
    assert legs(await service.refund("r1", payment.id, 500))[1] == (Source.MONEY, 2000, 2000, 500)
    refunded = await service.refund("r2", payment.id, 1800)
    assert legs(refunded) == [(Source.BONUS, 1000, 1000, 300), (Source.MONEY, 2000, 2000, 2000)]
    assert (refunded.returned, await purse.balance()) == (2300, (10000, 300)), "a bonus comes back as bonus"
    assert await code(service.refund("r3", payment.id, 701)) == "REFUND_EXCEEDS_PAYMENT"
    assert (await service.refund("r4", payment.id, 700)).returned == 3000
    assert await code(service.refund("r5", payment.id, 1)) == "REFUND_EXCEEDS_PAYMENT"
    assert await purse.balance() == (10000, 1000)


async def test_a_refund_comes_back_into_the_lots_with_their_own_end(database: object, own_settings: None) -> None:
    purse = await open_purse({**RULES, "expiry": {"money_months": 1}})
    with scope.of(purse.tenant):
        with clock.pinned(START):
            await purse.top_up(1000)
            payment = await purse.pay(600)
        with clock.pinned(START + timedelta(days=1)):
            await service.refund("r", payment.id, 100)
            assert await purse.balance() == (500, 0)
        with clock.pinned(START + timedelta(days=40)):
            await service.refund("late", payment.id, 500)
            assert await purse.balance() == (0, 0), "what had its day expires as it comes back"


async def test_every_verb_is_done_once_per_key(purse: Purse) -> None:
    await purse.top_up(10000)
    for _ in range(2):
        authorized = await service.authorize("a", purse.wish(1000))
        assert authorized.amount == 1000
        await service.capture("c", authorized.id, amount=900)
        await service.refund("r", authorized.id, 400)
        await service.pay("p", purse.wish(50))
    assert len(await views.page_of_payments(purse.member)) == 2
    assert await purse.balance() == (10000, 1000 - 900 + 400 - 50)
    assert await code(service.pay("p", purse.wish(51))) == "IDEMPOTENCY_MISMATCH"


@pytest.mark.parametrize(
    ("changes", "refused", "path"),
    [
        ({"amount": 0}, "OUT_OF_RANGE", ("amount",)),
        ({"amount": 2**53}, "OUT_OF_RANGE", ("amount",)),
        ({"sources": ()}, "INVALID", ("sources",)),
        ({"sources": (FromBalance(), FromBalance())}, "INVALID", ("sources", "1")),
        ({"sources": (FromCard(CardRef("x")),) * 11}, "TOO_MANY", ("sources",)),
        ({"member": None}, "INVALID", ("member",)),
        ({"member": "nobody"}, "NOT_FOUND", ("member",)),
        ({"currency": "XXY"}, "INVALID_CURRENCY", ("currency",)),
        ({"currency": "USD"}, "NOT_ELIGIBLE", ("currency",)),
        ({"order_reference": ""}, "INVALID", ("order_reference",)),
        ({"program": "another"}, "NOT_ELIGIBLE", ("program",)),
        ({"sources": (FromBalance(), FromCard(CardRef("7KQM")))}, "NOT_FOUND", ("sources", "1", "gift_card")),
    ],
)
async def test_bad_input_names_its_field(
    purse: Purse, changes: dict[str, object], refused: str, path: tuple[str, ...]
) -> None:
    await purse.top_up(100)
    given = {"amount": 1, "currency": "EUR", "sources": BALANCE, "member": purse.member, **changes}
    found = await refusal(service.pay("p", Wish(**given)))  # type: ignore[arg-type]  # cases of any field
    assert (found.code, found.field, found.final) == (refused, path, False)


async def test_a_payment_stays_with_its_order(purse: Purse) -> None:
    await purse.top_up(100)
    payment = await service.authorize("a", purse.wish(10, order_reference="one"))
    found = await refusal(service.capture("c", payment.id, order_reference="two"))
    assert (found.code, found.field) == ("INVALID", ("order_reference",))
    assert (await service.capture("c", payment.id)).order_reference == "one"
    late = await service.authorize("b", purse.wish(10))
    assert (await service.capture("d", late.id, order_reference="two")).order_reference == "two"


async def test_bounds_of_the_other_verbs(purse: Purse) -> None:
    await purse.top_up(100)
    payment = await service.authorize("a", purse.wish(10))
    for minutes in (0, 7 * 24 * 60 + 1):
        assert await code(service.authorize("m", purse.wish(10), hold_minutes=minutes)) == "OUT_OF_RANGE"
    for amount in (0, 11):
        assert await code(service.capture("c", payment.id, amount=amount)) == "OUT_OF_RANGE"
    assert await code(service.refund("r", payment.id, 0)) == "OUT_OF_RANGE"


async def test_another_tenants_payment_answers_as_none(purse: Purse) -> None:
    await purse.top_up(100)
    theirs = await service.authorize("a", purse.wish(10))
    other = await open_purse(slug="other")
    with scope.of(other.tenant):
        for payment in (theirs.id, PaymentId(new_id()), PaymentId("no-id'")):
            for work in (service.capture("c", payment), service.void("v", payment), service.refund("r", payment, 1)):
                found = await refusal(work)
                assert (found.code, found.field, found.message) == (
                    "NOT_FOUND", ("payment",), "There is no such payment.",
                )  # fmt: skip
        assert await views.payments([theirs.id]) == {}
        assert await views.page_of_payments(purse.member) == []


async def test_every_step_is_told_as_an_event(purse: Purse) -> None:
    await purse.top_up(100)
    payment = await service.authorize("a", purse.wish(10))
    await service.capture("c", payment.id)
    await service.refund("r", payment.id, 4)
    await service.void("v", (await service.authorize("b", purse.wish(10))).id)
    told = await purse.rows("SELECT kind FROM event WHERE tenant_id = $1 AND kind LIKE 'payment.%' ORDER BY id")
    assert [row["kind"] for row in told] == [
        "payment.authorized", "payment.captured", "payment.refunded", "payment.authorized", "payment.voided",
    ]  # fmt: skip


async def test_gift_cards_pay_for_nobody_in_particular(purse: Purse) -> None:
    gift = await purse.issue(500)
    payment = await purse.pay(200, card(gift), member=None)
    assert (payment.member_id, payment.captured) == (None, 200)
    await service.refund("r", payment.id, 50)
    found = await cards.look(CardRef(str(gift.code)))
    assert found is not None and found.balance == 350


async def test_lines_that_store_value_come_with_the_kind(purse: Purse) -> None:
    """A gift card that is bought puts nothing onto the buyer's balance: it is issued."""
    await purse.buy(Line("card", 5000, LineKind.GIFT_CARD))
    assert await purse.balance() == (0, 0)


async def test_only_stored_value_is_owed_as_such(purse: Purse) -> None:
    """Points may be worth money, as a dividend's are, and pay for nothing here."""
    async with scope.writing():
        await Unit.create(
            slug="cashback", name="euro", name_plural="euros", scale=2, currency="EUR", created_at=scope.now()
        )  # fmt: skip
    rulebooks.forget()
    await adjust("cashback", purse.member, "cashback", 7000, "a dividend")
    await purse.top_up(10000)
    await purse.issue(2000)
    assert list(await reports.liability()) == [reports.Liability("EUR", money=10000, bonus=1000, gift_cards=2000)]
