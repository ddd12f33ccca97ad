"""Orders refunded that points had paid for: the points come back into their own lots, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kit.ids import new_id
from ledger.book import Stamp
from ledger.errors import Overflow
from ledger.load import Wanted, load
from ledger.models import Lot
from ledger.save import save
from members.views import MemberId
from programs.redeeming import redeem
from rewards import history
from rewards.payment import PaymentTerms
from rewards.redemptions import AsPayment, ForReward, cancel, reserve
from rewards.returns import GivenBack, add_wanted, give_back, of_orders, save_given_back
from rewards.views import RedemptionId, RedemptionView, VoucherSource, VoucherState
from tenants import scope
from tests.ledger.helpers import START
from tests.rewards.conftest import Foreign, Store

CENT = PaymentTerms(1, 1, "EUR")


async def refund(redemption: RedemptionId, up_to: int, cause: str, key: str | None = None) -> GivenBack:
    """What the intake does on a refund."""
    async with scope.writing():
        found = (await history.get_many([redemption]))[redemption]
        wanted = Wanted()
        add_wanted(wanted, found)
        book = await load(wanted, scope.now())
        stamp = Stamp(scope.now(), scope.now())
        given = give_back(book, key or f"{cause}/{found.id}", found, up_to, cause, stamp)
        await save(book)
        await save_given_back([given])
        return given


async def pay(store: Store, points: int, order: str = "o-1") -> RedemptionView:
    wish = AsPayment(store.unit, points, 10_000, CENT)
    return await redeem(new_id(), store.member, wish, order_reference=order)


@pytest.mark.parametrize(("returned", "expected"), [(150, 200), (75, 125)])
async def test_r2_points_spent_on_an_order_come_back(store: Store, returned: int, expected: int) -> None:
    """200, spends 150: all of it refunded, and half. What the order itself earned is the intake's part of R2."""
    await store.earn(store.member, 100)
    paid = await pay(store, 150)
    given = await refund(paid.id, returned, "refund-1")
    assert given == GivenBack(paid.id, returned, returned, returned == 150)
    assert await store.balance() == (expected, 0)
    assert (await history.get(paid.id)).points_returned == returned


async def test_given_back_is_cumulative_and_never_twice(store: Store) -> None:
    paid = await pay(store, 90)
    steps = [(30, "a", 30), (30, "b", 0), (20, "c", 0), (90, "d", 60), (90, "e", 0)]
    for up_to, cause, amount in steps:
        assert (await refund(paid.id, up_to, cause)).amount == amount
    assert await store.balance() == (100, 0)
    assert (await history.get(paid.id)).points_returned == 90
    with pytest.raises(Overflow):
        await refund(paid.id, 91, "f")


async def test_points_come_back_into_their_own_lots(store: Store) -> None:
    store.shop.member_id = who = await store.join()
    await store.shop.earn(50, expires_in=timedelta(days=1))
    await store.shop.earn(50)
    wish = AsPayment(store.unit, 70, 10_000, CENT)
    paid = await redeem("k1", MemberId(who), wish)
    await refund(paid.id, 40, "refund-1")
    async with scope.reading():
        lots = await Lot.filter(expires_at=START + timedelta(days=1))
    assert [lot.remaining for lot in lots] == [20]
    assert await store.balance(MemberId(who)) == (70, 0)


async def test_the_code_of_a_reward_given_back_whole_is_void(store: Store) -> None:
    mug = await store.reward(points=40, voucher_source=VoucherSource.GENERATED)
    mine = await redeem("k1", store.member, ForReward(mug.id))
    other = await redeem("k2", store.member, ForReward(mug.id))
    await refund(mine.id, 39, "a")
    for redemption, state in ((mine, VoucherState.ISSUED), (other, VoucherState.ISSUED)):
        voucher = (await history.get(redemption.id)).voucher
        assert voucher is not None and voucher.state is state
    await refund(mine.id, 40, "b")
    for redemption, state in ((mine, VoucherState.VOID), (other, VoucherState.ISSUED)):
        voucher = (await history.get(redemption.id)).voucher
        assert voucher is not None and voucher.state is state


async def test_the_redemptions_of_orders_are_those_that_took_points(store: Store, foreign: Foreign) -> None:
    gift = await store.reward("gift", 0)
    first, second = await pay(store, 10, "o-1"), await pay(store, 10, "o-1")
    third = await pay(store, 10, "o-2")
    await pay(store, 10, "o-3")
    await redeem("gift", store.member, ForReward(gift.id), order_reference="o-1")
    open_ = await reserve("open", store.member, AsPayment(store.unit, 10, None, CENT), order_reference="o-1")
    cancelled = await reserve("cancelled", store.member, AsPayment(store.unit, 10, None, CENT), order_reference="o-2")
    await cancel("cancel", cancelled.id)
    with scope.of(foreign.store.shop.tenant):
        await pay(foreign.store, 10, "o-1")
    assert await of_orders(["o-1", "o-2", "o-1", "nothing"]) == [first, second, third]
    assert await of_orders([]) == []
    with pytest.raises(AssertionError, match="confirmed"):
        add_wanted(Wanted(), open_)
