"""The ledger's verbs on a real database: what they move, what they refuse, what they leave behind."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from ledger.errors import HoldClosed, HoldEnded, InsufficientBalance, Stale
from ledger.state import Policy, Side
from tests.ledger.helpers import Shop, open_shop

DAY = timedelta(days=1)


@pytest.fixture
async def shop(database: object) -> Shop:
    return await open_shop()


async def test_earn_then_spend(shop: Shop) -> None:
    await shop.earn(100)
    await shop.spend(30)
    assert (await shop.balance()).available == 70


async def test_spending_more_than_there_is_changes_nothing(shop: Shop) -> None:
    await shop.earn(10)
    with pytest.raises(InsufficientBalance):
        await shop.spend(11)
    assert (await shop.balance()).available == 10


async def test_soonest_expiring_lot_is_spent_first(shop: Shop) -> None:
    await shop.earn(100, expires_in=400 * DAY)
    await shop.earn(100, expires_in=30 * DAY)
    await shop.earn(50)
    await shop.spend(120)
    balance = await shop.balance()
    assert balance.available == 130
    assert [(e.at - shop.now, e.amount) for e in balance.schedule] == [(400 * DAY, 80)]


async def test_expired_points_cannot_be_spent_before_any_job_ran(shop: Shop) -> None:
    await shop.earn(100, expires_in=DAY)
    shop.now += DAY
    with pytest.raises(InsufficientBalance):
        await shop.spend(1)


async def test_hold_then_post_part_gives_the_rest_back(shop: Shop) -> None:
    await shop.earn(100)
    hold = await shop.run(
        lambda b: b.hold(shop.key(), "redeem", shop.account(), shop.system("spent"), 80, shop.now + DAY, shop.stamp())
    )
    assert (await shop.balance()).available == 20
    await shop.run(lambda b: b.post(shop.key(), "redeem", hold, shop.stamp(), 30), holds=[hold])
    balance = await shop.balance()
    assert (balance.available, balance.held) == (70, 0)
    with pytest.raises(HoldClosed):
        await shop.run(lambda b: b.void(shop.key(), "redeem", hold, shop.stamp()), holds=[hold])


async def test_post_after_the_holds_end_is_refused_and_void_is_not(shop: Shop) -> None:
    await shop.earn(100)
    hold = await shop.run(
        lambda b: b.hold(shop.key(), "redeem", shop.account(), shop.system("spent"), 80, shop.now + DAY, shop.stamp())
    )
    shop.now += DAY
    with pytest.raises(HoldEnded):
        await shop.run(lambda b: b.post(shop.key(), "redeem", hold, shop.stamp()), holds=[hold])
    await shop.run(lambda b: b.void(shop.key(), "redeem", hold, shop.stamp()), holds=[hold])
    assert (await shop.balance()).available == 100


@pytest.mark.parametrize(("policy", "left"), [(Policy.CLAMP, 0), (Policy.NEGATIVE, -100)])
async def test_clawback_of_spent_points(shop: Shop, policy: Policy, left: int) -> None:
    """R3: earn 150, spend 100, take all back."""
    earned = await shop.earn(150)
    await shop.spend(100)
    for _ in range(2):
        await shop.run(
            lambda b: b.reverse(shop.key(), earned, 150, "refund-1", shop.stamp(), reason="refund", policy=policy),
            entries=[earned],
        )
    assert (await shop.balance()).available == left


async def test_new_earnings_pay_a_deficit_first(shop: Shop) -> None:
    """R4: 50, −80, +100 leaves 70."""
    first = await shop.earn(80)
    await shop.spend(30)
    await shop.run(
        lambda b: b.reverse(shop.key(), first, 80, "r", shop.stamp(), reason="refund", policy=Policy.NEGATIVE),
        entries=[first],
    )
    assert (await shop.balance()).available == -30
    await shop.earn(100)
    balance = await shop.balance()
    assert (balance.available, balance.deficit) == (70, 0)


async def test_returned_points_pay_a_shortfall_first(shop: Shop) -> None:
    """Buy (earn 70), spend 70 on a second order, refund the first, cancel the second: nothing was minted."""
    earned = await shop.earn(70)
    spent = await shop.spend(70)
    await shop.run(
        lambda b: b.reverse(shop.key(), earned, 70, "refund-1", shop.stamp(), reason="refund"), entries=[earned]
    )
    assert (await shop.balance()).available == 0
    await shop.run(
        lambda b: b.reverse(shop.key(), spent, 70, "cancel-2", shop.stamp(), reason="refund"), entries=[spent]
    )
    assert (await shop.balance()).available == 0
    await shop.earn(5)
    assert (await shop.balance()).available == 5


async def test_returned_points_keep_their_own_expiry(shop: Shop) -> None:
    await shop.earn(40, expires_in=10 * DAY)
    await shop.earn(60, expires_in=20 * DAY)
    spent = await shop.spend(90)
    await shop.run(lambda b: b.reverse(shop.key(), spent, 50, "c", shop.stamp(), reason="refund"), entries=[spent])
    assert [(e.at - shop.now, e.amount) for e in (await shop.balance()).schedule] == [(20 * DAY, 60)]


async def test_points_that_expired_are_not_taken_twice(shop: Shop) -> None:
    earned = await shop.earn(100, expires_in=DAY)
    await shop.spend(60)
    shop.now += 2 * DAY
    await shop.earn(500)
    back = await shop.run(
        lambda b: b.reverse(shop.key(), earned, 100, "refund-1", shop.stamp(), reason="refund"), entries=[earned]
    )
    assert back == (60, 0)
    assert (await shop.balance()).available == 440


async def test_pending_points_mature_with_their_own_age_and_can_be_taken_back(shop: Shop) -> None:
    earned = await shop.earn(100, pending=True, expires_in=30 * DAY)
    assert (await shop.balance()).pending == 100
    account = shop.account(Side.PENDING)

    def mature(book: object) -> None:
        lots = list(book.accounts[account].lots.values())  # type: ignore[attr-defined]
        book.mature(shop.key(), lots[0], shop.stamp())  # type: ignore[attr-defined]

    await shop.run(mature)
    balance = await shop.balance()
    assert (balance.available, balance.pending, balance.schedule[0].amount) == (100, 0, 100)
    await shop.run(lambda b: b.reverse(shop.key(), earned, 40, "r", shop.stamp(), reason="refund"), entries=[earned])
    assert (await shop.balance()).available == 60


async def test_twenty_parallel_gifts_of_all_points_succeed_once(shop: Shop) -> None:
    """C1."""
    await shop.earn(100)
    results = await asyncio.gather(*(shop.spend(100) for _ in range(20)), return_exceptions=True)
    refused = [r for r in results if isinstance(r, InsufficientBalance)]
    assert len(refused) == 19
    assert (await shop.balance()).available == 0


async def test_first_entries_of_a_member_in_parallel(shop: Shop) -> None:
    """Two transactions that both make the account: one of them is told to try again, none is lost."""
    done = 0
    for _ in range(5):
        for result in await asyncio.gather(*(shop.earn(1) for _ in range(4)), return_exceptions=True):
            assert isinstance(result, str | Stale), result
            done += isinstance(result, str)
    assert (await shop.balance()).available == done >= 17


async def test_undo_takes_back_everything_since_the_mark(shop: Shop) -> None:
    await shop.earn(100)

    def try_two(book: object) -> None:
        mark = book.mark()  # type: ignore[attr-defined]
        book.move(shop.key(), "redeem", shop.account(), shop.system("spent"), 60, shop.stamp())  # type: ignore[attr-defined]
        with pytest.raises(InsufficientBalance):
            book.move(shop.key(), "redeem", shop.account(), shop.system("spent"), 60, shop.stamp())  # type: ignore[attr-defined]
        book.undo(mark)  # type: ignore[attr-defined]

    await shop.run(try_two)
    assert (await shop.balance()).available == 100
