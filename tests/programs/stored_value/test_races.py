"""Many at once: one balance, one card, one payment. On PostgreSQL these run side by side."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from kit import clock
from programs.activity import Line
from programs.stored_value import cards, service, views
from programs.stored_value.card_records import CardRef
from programs.stored_value.funds import FromBalance
from programs.stored_value.views import PaymentState
from tests.ledger.helpers import START
from tests.programs.stored_value.conftest import Purse, card
from tests.rewards.test_races import beside, outcomes


async def warm(purse: Purse) -> None:
    """Let the system accounts be there: who makes one holds up all others, and nothing would race."""
    await purse.top_up(10000)
    await purse.pay(11000)


async def test_twenty_payments_of_all_the_money(purse: Purse) -> None:
    await warm(purse)
    await purse.top_up(100)
    work = [service.pay(f"p{number}", purse.wish(100)) for number in range(20)]
    assert await outcomes(work) == {"done": 1, "INSUFFICIENT_FUNDS": 19}
    assert await purse.balance() == (0, 0)


async def test_ten_payments_with_one_card_by_whoever_has_it(purse: Purse) -> None:
    await warm(purse)
    gift = await purse.issue(1000)
    members = [await purse.join() for _ in range(10)]
    work = [
        service.pay(f"p{number}", purse.wish(300, card(gift), member=member)) for number, member in enumerate(members)
    ]
    assert await outcomes(work) == {"done": 3, "INSUFFICIENT_FUNDS": 7}
    assert (await views.gift_cards([gift.card.id]))[gift.card.id].balance == 100


async def test_one_payment_captured_by_two_and_voided_by_a_third(purse: Purse) -> None:
    await warm(purse)
    await purse.top_up(100)
    payment = await service.authorize("a", purse.wish(100))
    work = [service.capture(f"c{number}", payment.id) for number in (1, 2)]
    assert await outcomes([*work, service.void("v", payment.id)]) == {"done": 1, "ALREADY_CLOSED": 2}
    state = (await views.payments([payment.id]))[payment.id].state
    assert await purse.balance() == ((0, 0) if state is PaymentState.CAPTURED else (100, 0))


async def test_a_capture_beside_the_end(purse: Purse) -> None:
    """At the very end nobody captures, and two sweeps at once let go once."""
    await warm(purse)
    await purse.top_up(100)
    payment = await service.authorize("a", purse.wish(100))
    with clock.pinned(START + timedelta(minutes=15)):
        tried, *swept = await asyncio.gather(
            outcomes([service.capture("c", payment.id)]), service.expire_due(), service.expire_due()
        )
    assert (tried, sum(swept)) == ({"HOLD_EXPIRED": 1}, 1)
    assert await purse.balance() == (100, 0)


async def test_the_same_key_many_times(purse: Purse) -> None:
    await warm(purse)
    await purse.top_up(1000)
    paid = await asyncio.gather(*(service.pay("same", purse.wish(100)) for _ in range(8)))
    assert len({payment.id for payment in paid}) == 1
    refunded = await asyncio.gather(*(service.refund("back", paid[0].id, 60) for _ in range(8)))
    assert {payment.returned for payment in refunded} == {60}
    assert await purse.balance() == (960, 0)


async def test_refunds_at_once_never_exceed_the_payment(purse: Purse) -> None:
    await warm(purse)
    await purse.top_up(1000)
    payment = await purse.pay(1000, order_reference="o")
    await purse.buy(Line("goods", 1000, quantity=2), order="o")
    work = [service.refund(f"r{number}", payment.id, 300) for number in range(6)]
    told = await asyncio.gather(outcomes(work), purse.refund("o", goods=1))
    assert told[0] == {"done": 3, "REFUND_EXCEEDS_PAYMENT": 3}
    assert (await views.payments([payment.id]))[payment.id].returned == 900
    assert await purse.balance() == (900, 0)


async def test_a_card_is_given_up_once_while_it_pays(purse: Purse) -> None:
    await warm(purse)
    gift = await purse.issue(1000)
    ref = CardRef(str(gift.code))
    other = await purse.join()
    work = [
        cards.transfer_to_balance("t1", ref, purse.member), cards.transfer_to_balance("t2", ref, other),
        cards.reissue("t3", ref),
    ]  # fmt: skip
    assert await outcomes(work) == {"done": 1, "ENDED": 2}
    moved = [await purse.balance(), await purse.balance(other)]
    new = await purse.rows("SELECT id FROM gift_card WHERE tenant_id = $1 AND state = 'active'")
    left = sum(card.balance for card in (await views.gift_cards([row["id"] for row in new])).values())
    assert sorted([moved[0][0], moved[1][0], left]) == [0, 0, 1000]


async def test_a_refund_while_the_card_gets_a_new_code(purse: Purse) -> None:
    """Whoever is first, what comes back is on the new card."""
    await warm(purse)
    for number in range(2):
        gift = await purse.issue(1000)
        payment = await purse.pay(400, card(gift), FromBalance())
        refund = service.refund(f"refund-{number}", payment.id, 400)
        reissue = cards.reissue(f"reissue-{number}", CardRef(str(gift.code)))
        first, second = (refund, reissue) if number else (reissue, refund)
        assert await beside(first, second, commit=True) == {"done": 1}
        (new,) = await purse.rows(f"SELECT id FROM gift_card WHERE tenant_id = $1 AND previous_id = '{gift.card.id}'")
        assert (await views.gift_cards([new["id"]]))[new["id"]].balance == 1000
