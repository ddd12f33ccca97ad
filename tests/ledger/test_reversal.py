"""Reversal where it is hard: points held, spent, expired or waiting, other creditors, one batch, overflow."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kit import db
from kit.ids import new_id
from ledger.book import Book, LotTerms, Stamp
from ledger.errors import NotReversible, Overflow
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import AMOUNT_MAX, Policy, Side, TransferId
from tenants import scope
from tests.ledger.helpers import Shop, open_shop

DAY = timedelta(days=1)


@pytest.fixture
async def shop(database: object) -> Shop:
    return await open_shop()


async def test_points_held_while_their_earning_is_reversed_pay_when_the_hold_is_let_go(shop: Shop) -> None:
    earned = await shop.earn(100)
    hold = await shop.hold(80)
    assert await shop.reverse(earned, 100) == (20, 80)
    await shop.void(hold)
    assert (await shop.balance()).available == 0
    assert await shop.reverse(earned, 100) == (0, 0)


async def test_rest_of_a_posted_hold_pays_a_shortfall(shop: Shop) -> None:
    earned = await shop.earn(100)
    hold = await shop.hold(100)
    assert await shop.reverse(earned, 50) == (0, 50)
    await shop.post(hold, 30)
    assert (await shop.balance()).available == 20


@pytest.mark.parametrize("policy", list(Policy))
async def test_a_returned_lot_past_its_day_pays_for_its_own_earning_and_is_not_charged_twice(
    shop: Shop, policy: Policy
) -> None:
    """Earned 100 and spent them; the earning is refunded, the lot's day passes, the spending is cancelled."""
    earned = await shop.earn(100, expires_in=DAY)
    spent = await shop.spend(100)
    await shop.reverse(earned, 100, policy=policy)
    shop.now += 2 * DAY
    await shop.reverse(spent, 100)
    balance = await shop.balance()
    assert (balance.available, balance.deficit) == (0, 0)
    await shop.earn(30)
    await shop.reverse(await shop.spend(30), 30)
    assert (await shop.balance()).available == 30


async def test_a_returned_lot_past_its_day_pays_nobody_elses_deficit(shop: Shop) -> None:
    old = await shop.earn(100, expires_in=DAY)
    spent = await shop.spend(100)
    other = await shop.earn(50)
    await shop.spend(50)
    await shop.reverse(other, 50, policy=Policy.NEGATIVE)
    shop.now += 2 * DAY
    await shop.reverse(spent, 100)
    balance = await shop.balance()
    assert (balance.available, balance.deficit) == (-50, 50)
    assert await shop.reverse(old, 100) == (0, 0)


async def test_points_come_back_after_their_day_and_were_never_negative_in_between(shop: Shop) -> None:
    start = shop.now
    await shop.earn(100, expires_in=10 * DAY)
    shop.now = start + 5 * DAY
    spent = await shop.spend(100)
    shop.now = start + 20 * DAY
    await shop.reverse(spent, 100)
    shop.now = start + 30 * DAY
    for day, available in ((4, 100), (6, 0), (15, 0), (20, 0), (25, 0)):
        assert (await shop.balance(as_of=start + day * DAY)).available == available


async def test_a_clawback_goes_back_where_the_points_came_from(shop: Shop) -> None:
    """Given by hand from `adjusted`, not from `issued`; what was short is paid to the same."""
    given = await shop.earn(100, source="adjusted")
    spent = await shop.spend(90)
    await shop.reverse(given, 100)
    await shop.reverse(spent, 90)
    assert await shop.system_totals() == {"adjusted": 0, "spent": 0}


async def test_reversal_brings_the_accounts_it_needs(shop: Shop) -> None:
    """Only the entry is named; its member's accounts and the system's come along."""
    given = await shop.earn(100, source="adjusted")
    with scope.of(shop.tenant):
        async with scope.writing():
            book = await load(Wanted(entries={(shop.tenant, given)}), shop.now)
            book.reverse(shop.key(), given, 60, "r", shop.stamp(), reason="refund")
            await save(book)
    assert (await shop.balance()).available == 40


async def test_an_order_and_its_refund_in_one_batch(shop: Shop) -> None:
    def both(book: Book) -> None:
        terms = LotTerms(shop.now)
        earned = book.move("o", "earn", shop.system("issued"), shop.account(), 100, shop.stamp(), terms=terms)
        assert book.reverse("r", earned, 30, "refund", shop.stamp(), reason="refund") == (30, 0)
        assert book.reverse("r2", earned, 30, "refund-2", shop.stamp(), reason="refund") == (0, 0)

    await shop.run(both)
    assert (await shop.balance()).available == 70


async def test_only_earnings_and_spendings_are_reversed(shop: Shop) -> None:
    earned = await shop.earn(100, expires_in=DAY)
    hold = await shop.hold(10)
    await shop.reverse(earned, 50, cause="r")
    shop.now += DAY
    await shop.expire_all()
    kinds = await shop.transfers()
    reversal = next(t for t in kinds if t["reverses_id"])
    expiry = next(t for t in kinds if t["reason"] == "expire")
    for wrong in (hold, reversal["id"], expiry["id"]):
        with pytest.raises(NotReversible):
            await shop.reverse(TransferId(wrong), 1)


async def test_a_deficit_beyond_all_bounds_is_refused_and_changes_nothing(shop: Shop) -> None:
    earned = []
    for _ in range(2):
        earned.append(await shop.earn(AMOUNT_MAX))
        await shop.spend(AMOUNT_MAX)
    await shop.reverse(earned[0], AMOUNT_MAX, policy=Policy.NEGATIVE)
    with pytest.raises(Overflow):
        await shop.reverse(earned[1], AMOUNT_MAX, policy=Policy.NEGATIVE)
    assert (await shop.balance()).available == -AMOUNT_MAX


async def test_pending_then_matured_then_reversed_in_parts(shop: Shop) -> None:
    earned = await shop.earn(100, pending=True)
    await shop.reverse(earned, 40)
    await shop.mature_all()
    await shop.spend(30)
    assert await shop.reverse(earned, 80) == (30, 10)
    assert await shop.reverse(earned, 100) == (0, 20)
    balance = await shop.balance()
    assert (balance.available, balance.pending) == (0, 0)


async def test_staff_gives_points_to_a_member_who_had_lapsed(shop: Shop) -> None:
    """The lapse took what was there then, not what comes after."""
    await shop.earn(100)
    await shop.run(lambda b: b.push_lapse(shop.key(), shop.account(), shop.now + 10 * DAY, shop.stamp()))
    shop.now += 20 * DAY
    await shop.earn(5, source="adjusted")
    assert (await shop.balance()).available == 5
    await shop.spend(5)


async def test_refused_work_makes_no_accounts(shop: Shop) -> None:
    def refused(book: Book) -> None:
        with pytest.raises(Overflow):
            book.move("k", "redeem", shop.account(), shop.system("spent"), 0, Stamp(shop.now, shop.now))

    await shop.run(refused)
    with scope.of(shop.tenant):
        async with scope.reading():
            assert not await db.rows("SELECT 1 FROM account WHERE tenant_id = $1", shop.tenant)


async def test_a_system_account_of_a_transaction_that_was_rolled_back_is_forgotten(shop: Shop) -> None:
    """Two books in one transaction: the second sees the account that the first made, and then both are undone."""

    class Failed(Exception):
        pass

    with pytest.raises(Failed), scope.of(shop.tenant):
        async with scope.writing():
            await shop.earn(10)
            await shop.earn(10)
            raise Failed
    await shop.earn(3)
    assert await shop.system_totals() == {"issued": -3}


async def test_matured_lot_keeps_the_earning_it_came_from(shop: Shop) -> None:
    earned = await shop.earn(50, pending=True)
    await shop.mature_all()
    with scope.of(shop.tenant):
        async with scope.reading():
            rows = await db.rows("SELECT origin_id, transfer_id FROM lot WHERE tenant_id = $1", shop.tenant)
    assert sorted(str(row["origin_id"] or row["transfer_id"]) for row in rows) == [earned, earned]


# -- one owner comes after another -------------------------------------------------------------------------------------


async def merge(shop: Shop) -> Shop:
    """All that the shop's member has goes to another; answers the shop of that one."""
    heir = Shop(shop.tenant, shop.unit, new_id(), shop.now, 1000)
    with scope.of(shop.tenant):
        async with scope.writing():
            refs = {one.account(book) for one in (shop, heir) for book in Side}
            book = await load(Wanted(spending=refs), shop.now)
            for side in Side:
                for lot in list((book.account(shop.account(side)).lots or {}).values()):
                    if not lot.due(shop.now):
                        book.carry(heir.key(), lot, heir.account(side), shop.stamp())
            await save(book)
            await db.execute(
                "UPDATE account SET successor = $3 WHERE tenant_id = $1 AND owner = $2",
                shop.tenant, f"member:{shop.member_id}", f"member:{heir.member_id}",
            )  # fmt: skip
    return heir


async def test_carried_points_keep_age_and_end_and_their_earning_takes_them_back(shop: Shop) -> None:
    earned = await shop.earn(100, expires_in=10 * DAY)
    waits = await shop.earn(40, pending=True)
    await shop.spend(30)
    shop.now += DAY
    heir = await merge(shop)
    assert (await shop.balance()).available == 0
    assert ((await heir.balance()).available, (await heir.balance()).pending) == (70, 40)
    assert await shop.reverse(waits, 40) == (40, 0)
    assert await shop.reverse(earned, 50) == (50, 0)
    assert (await heir.balance()).available == 20
    heir.now += 9 * DAY
    await heir.expire_all()
    assert (await heir.balance()).available == 0


@pytest.mark.parametrize(("policy", "deficit"), [(Policy.CLAMP, 0), (Policy.NEGATIVE, 40)])
async def test_what_an_earning_no_longer_has_is_taken_from_the_successor(
    shop: Shop, policy: Policy, deficit: int
) -> None:
    earned = await shop.earn(100)
    await shop.spend(100)
    heir = await merge(shop)
    await heir.earn(60)
    assert await shop.reverse(earned, 100, policy=policy) == (60, 40)
    balance = await heir.balance()
    assert (balance.available, balance.deficit) == (-deficit, deficit)


async def test_points_that_come_back_go_on_to_the_successor(shop: Shop) -> None:
    earned = await shop.earn(100, expires_in=10 * DAY)
    spent = await shop.spend(80)
    heir = await merge(shop)
    assert await shop.reverse(spent, 80) == (80, 0)
    assert ((await shop.balance()).available, (await heir.balance()).available) == (0, 100)
    assert await shop.reverse(earned, 100) == (100, 0), "and their earning finds them there"
    assert (await heir.balance()).available == 0


async def test_a_shortfall_is_paid_before_what_comes_back_goes_on(shop: Shop) -> None:
    earned = await shop.earn(100)
    spent = await shop.spend(100)
    await shop.reverse(earned, 100)
    heir = await merge(shop)
    await shop.reverse(spent, 100)
    assert ((await shop.balance()).available, (await heir.balance()).available) == (0, 0)
