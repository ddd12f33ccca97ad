"""Bugs put into the ledger on purpose: each is noticed by a condition in the SQL, a check of `verify`, or a test."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from kit.setbased import Update
from ledger import book as book_module
from ledger import load, reversal, rollup, save, sealing, verify
from ledger.book import Book
from ledger.errors import Stale
from ledger.state import Account, Entry, Hold, Lot, NewTransfer, Policy, TransferId
from ledger.steps import Steps
from tenants import scope
from tests.conftest import DatabaseUrls
from tests.ledger import test_book, test_verify
from tests.ledger.helpers import Shop, open_shop

pytestmark = pytest.mark.broken_books

DAY = timedelta(days=1)
Patch = pytest.MonkeyPatch


@pytest.fixture
async def shop(database: object) -> Shop:
    return await open_shop()


async def as_owner(urls: DatabaseUrls, sqlite: tuple[str, ...], postgres: tuple[str, ...] | None = None) -> None:
    """Do what no application may: change the schema, or rows behind the ledger's back."""
    if urls.url.startswith("sqlite"):
        path = urlsplit(urls.url).path.removeprefix("/")
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in sqlite:
                connection.execute(statement)
        return
    owner = await asyncpg.connect(urls.admin_url)
    try:
        for statement in postgres or sqlite:
            await owner.execute(statement)
    finally:
        await owner.close()


UNGUARD = ("DROP TRIGGER transfer_no_update", "DROP TRIGGER transfer_no_delete")
UNGUARD_PG = ("DROP TRIGGER transfer_append_only ON transfer",)


async def found(shop: Shop) -> set[str]:
    """The names of the checks that found something, in a full run."""
    return {finding.check for finding in await verify.verify(shop.tenant, full=True)}


async def refuses(work: Awaitable[object]) -> None:
    """The database itself says no: a unique key or a condition."""
    with pytest.raises((sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)):
        await work


async def notices(test: Callable[[Shop], Awaitable[None]], shop: Shop) -> None:
    """This test of ours fails on the bug, and only for it."""
    with pytest.raises(AssertionError):
        await test(shop)


# -- races -------------------------------------------------------------------------------------------------------------


async def two_at_once(shop: Shop, step: Callable[[Book], object], **wanted: Any) -> None:
    """Two books loaded before either is saved: what happens when the lock is not there."""
    with scope.of(shop.tenant):
        async with scope.writing():
            books = [await load.load(load.Wanted(spending={shop.account()}, **wanted), shop.now) for _ in range(2)]
            for one in books:
                step(one)
                await save.save(one)


async def hundred(shop: Shop) -> None:
    """100 points, and every account that the step needs."""
    await shop.earn(101)
    await shop.spend(1)


def spend_all(shop: Shop) -> Callable[[Book], object]:
    return lambda b: b.move(shop.key(), "redeem", shop.account(), shop.system("spent"), 100, shop.stamp())


async def test_no_lock(shop: Shop) -> None:
    await hundred(shop)
    await refuses(two_at_once(shop, spend_all(shop)))
    assert (await shop.balance()).available == 100


async def test_no_lock_and_no_unique_key(shop: Shop, database: DatabaseUrls) -> None:
    await hundred(shop)
    await as_owner(database, ("DROP INDEX transfer_by_debit",))
    with pytest.raises(Stale):
        await two_at_once(shop, spend_all(shop))
    assert (await shop.balance()).available == 100


def without_condition(update: Update) -> Update:
    types = {name: kind for name, kind in update.columns.types.items() if name not in ("tenant_id", "id")}
    return Update(update.table, update.set, **types)


async def test_no_lock_and_no_condition(shop: Shop, monkeypatch: Patch) -> None:
    await hundred(shop)
    monkeypatch.setattr(save, "_UPDATE_ACCOUNTS", without_condition(save._UPDATE_ACCOUNTS))
    await refuses(two_at_once(shop, spend_all(shop)))


async def test_no_lock_no_condition_and_no_unique_key(shop: Shop, database: DatabaseUrls, monkeypatch: Patch) -> None:
    await hundred(shop)
    monkeypatch.setattr(save, "_UPDATE_ACCOUNTS", without_condition(save._UPDATE_ACCOUNTS))
    await as_owner(database, ("DROP INDEX transfer_by_debit",))
    await two_at_once(shop, spend_all(shop))
    assert {"account_sequence", "account_posted", "lot_uses"} <= await found(shop)


# -- holds -------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def hold_of(shop: Shop) -> TransferId:
    await shop.earn(100)
    return await shop.hold(40)


async def test_a_hold_posted_twice_at_once(shop: Shop, hold_of: TransferId, monkeypatch: Patch) -> None:
    """The account's condition is gone: the hold's own is still there."""
    monkeypatch.setattr(save, "_UPDATE_ACCOUNTS", without_condition(save._UPDATE_ACCOUNTS))
    await refuses(
        two_at_once(shop, lambda b: b.post(shop.key(), "redeem", hold_of, shop.stamp()), holds={(shop.tenant, hold_of)})
    )


def blind_to_state(self: Steps, hold_id: TransferId) -> Hold:
    return self.holds[hold_id]


async def test_a_hold_posted_twice_in_turn(
    shop: Shop, database: DatabaseUrls, hold_of: TransferId, monkeypatch: Patch
) -> None:
    await shop.hold(50)
    await shop.post(hold_of)
    monkeypatch.setattr(Steps, "open_hold", blind_to_state)
    with pytest.raises(AssertionError):  # before the write: the lot has less held than the hold says
        await shop.run(lambda b: [b.void(shop.key(), "x", hold_of, shop.stamp()) for _ in range(2)], holds=[hold_of])
    await refuses(shop.void(hold_of))
    await as_owner(database, ("DROP INDEX transfer_once_resolved",))
    with pytest.raises(Stale):
        await shop.void(hold_of)
    monkeypatch.setattr(save, "_UPDATE_HOLDS", without_condition(save._UPDATE_HOLDS))
    await shop.void(hold_of)
    assert {"hold", "account_lots", "lot_uses"} <= await found(shop)


# -- lots --------------------------------------------------------------------------------------------------------------


async def test_lots_in_the_wrong_order(shop: Shop, monkeypatch: Patch) -> None:
    right = Account.spendable
    monkeypatch.setattr(Account, "spendable", lambda self, at: right(self, at)[::-1])
    await notices(test_book.test_soonest_expiring_lot_is_spent_first, shop)


async def test_due_off_by_one(shop: Shop, monkeypatch: Patch) -> None:
    right = Lot.due
    monkeypatch.setattr(Lot, "due", lambda self, at: right(self, at - timedelta(microseconds=1)))
    await notices(test_verify.test_expiry_at_exactly_the_instant_once, shop)


async def test_sweep_too_early(shop: Shop) -> None:
    """A sweep that takes a lot whose day has not come."""
    await shop.earn(10, expires_in=DAY)

    def too_early(b: Book) -> None:
        (lot,) = (b.account(shop.account()).lots or {}).values()
        b.expire_lot(shop.key(), lot, b.account(shop.system("expired")), shop.stamp(), shop.now)
        b.transfers[-1] = b.transfers[-1]._replace(cause_key=None)

    await shop.run(too_early)
    assert await found(shop) == {"expiry"}


async def test_a_use_is_not_written(shop: Shop, monkeypatch: Patch) -> None:
    await shop.earn(10)
    monkeypatch.setattr(Steps, "note_use", lambda *_: None)
    await shop.spend(4)
    assert await found(shop) == {"lot_uses", "debit_lots"}


async def test_a_gap_in_the_sequence(shop: Shop, monkeypatch: Patch) -> None:
    right = Steps._count

    def skips(self: Steps, account: Account, change: int) -> tuple[int | None, int | None]:
        account.seq += 1
        return right(self, account, change)

    await shop.earn(10)
    monkeypatch.setattr(Steps, "_count", skips)
    await shop.spend(4)
    assert {"account_sequence", "account_posted"} == await found(shop)


# -- reversal ----------------------------------------------------------------------------------------------------------


async def test_deficits_are_not_paid(shop: Shop, monkeypatch: Patch) -> None:
    monkeypatch.setattr(book_module, "settle_new", lambda *_: None)
    await notices(test_book.test_new_earnings_pay_a_deficit_first, shop)


async def test_returned_points_do_not_pay(shop: Shop, monkeypatch: Patch) -> None:
    monkeypatch.setattr(reversal, "settle_returned", lambda *_: None)
    await notices(test_book.test_returned_points_pay_a_shortfall_first, shop)


async def test_what_was_reversed_before_is_forgotten(shop: Shop, monkeypatch: Patch) -> None:
    earned = await shop.earn(100)
    await shop.earn(100)
    await shop.reverse(earned, 80)

    monkeypatch.setattr(load, "Entry", lambda *row: replace(Entry(*row), reversed=0))
    await shop.reverse(earned, 80)
    assert await found(shop) == {"reversal"}


async def test_a_return_that_the_use_does_not_know_of(shop: Shop, monkeypatch: Patch) -> None:
    await shop.earn(100)
    spent = await shop.spend(100)
    monkeypatch.setattr(save, "_UPDATE_USES", Update("lot_use", "returned = t.returned", returned="int"))
    await shop.reverse(spent, 30)
    assert await found(shop) == {"lot_uses", "returned"}


async def test_a_deficit_nobody_owes(shop: Shop, monkeypatch: Patch) -> None:
    earned = await shop.earn(100)
    await shop.spend(100)
    monkeypatch.setattr(save, "_shortfall_changes", lambda _book: ())
    await shop.reverse(earned, 100, policy=Policy.NEGATIVE)
    assert await found(shop) == {"account_lots", "debit_lots"}


# -- totals, batches, seals --------------------------------------------------------------------------------------------


async def test_a_batch_rolled_up_twice(shop: Shop, database: DatabaseUrls) -> None:
    await shop.earn(100)
    await rollup.roll_up(shop.tenant)
    await as_owner(database, ("UPDATE batch SET rolled_up = 0",), ("UPDATE batch SET rolled_up = false",))
    await rollup.roll_up(shop.tenant)
    assert await found(shop) == {"unit_sum", "system_posted"}


CHANGES = {
    "key": "'other'", "reason": "'other'", "amount": "amount + 1", "hold_id": "id", "cause_key": "'c'",
    "activity_id": "id", "note": "'n'", "debit_after": "7", "credit_after": "credit_after + 1",
    "credit_seq": "credit_seq + 1", "kind": "'post'",
}  # fmt: skip


async def edited(shop: Shop, database: DatabaseUrls, column: str) -> set[str]:
    await shop.earn(100)
    change = (f"UPDATE transfer SET {column} = {CHANGES[column]}",)
    await as_owner(database, UNGUARD + change, UNGUARD_PG + change)
    return await found(shop)


@pytest.mark.parametrize("column", CHANGES)
async def test_an_edited_entry(shop: Shop, database: DatabaseUrls, column: str) -> None:
    assert "batch_hash" in await edited(shop, database, column)


async def test_a_hash_that_skips_a_column(shop: Shop, database: DatabaseUrls, monkeypatch: Patch) -> None:
    """Then the test above fails for that column."""
    right, note = save.canonical_line, NewTransfer._fields.index("note")

    def skips(transfer: Any) -> bytes:
        return right([value for n, value in enumerate(transfer) if n != note])

    monkeypatch.setattr(save, "canonical_line", skips)
    monkeypatch.setattr(verify, "canonical_line", skips)
    assert "batch_hash" not in await edited(shop, database, "note")


async def test_a_removed_entry(shop: Shop, database: DatabaseUrls) -> None:
    await shop.earn(100)
    await shop.spend(100)
    gone = ("DELETE FROM transfer WHERE reason = 'redeem'",)
    await as_owner(database, UNGUARD + gone, UNGUARD_PG + gone)
    assert {"batch_count", "account_posted", "account_sequence", "lot_uses"} - await found(shop) <= {
        "account_sequence", "lot_uses",
    }  # fmt: skip


async def test_the_database_refuses_to_edit_an_entry(shop: Shop, database: DatabaseUrls) -> None:
    await shop.earn(100)
    with pytest.raises((sqlite3.IntegrityError, asyncpg.RestrictViolationError), match="append-only"):
        await as_owner(database, ("UPDATE transfer SET amount = 1",))


async def test_a_sealed_batch_is_replaced(shop: Shop, database: DatabaseUrls) -> None:
    await shop.earn(100)
    await sealing.seal(shop.tenant)
    await as_owner(database, (f"UPDATE batch SET hash = '{'0' * 64}'",))
    assert await found(shop) == {"batch_hash", "seal_hash"}


async def test_a_seal_is_cut_out(shop: Shop, database: DatabaseUrls) -> None:
    for _ in range(3):
        await shop.earn(1)
        await sealing.seal(shop.tenant)
    cut = "DELETE FROM seal WHERE number = 2"
    await as_owner(database, ("DROP TRIGGER seal_no_delete", cut), ("DROP TRIGGER seal_append_only ON seal", cut))
    assert await found(shop) == {"seal_chain", "batch_seal"}


async def test_an_expiry_job_without_its_key(shop: Shop, monkeypatch: Patch) -> None:
    """Two sweeps over the same lots, the lock gone: the second is refused by the key that names the lot."""
    await shop.earn(10, expires_in=DAY)
    shop.now += DAY
    await shop.expire_all()
    await shop.earn(10, expires_in=DAY)
    await shop.earn(10)
    shop.now += DAY

    def sweep(b: Book) -> None:
        for lot in list((b.account(shop.account()).lots or {}).values()):
            if lot.due(shop.now):
                b.expire(f"expire/{lot.id}/{lot.expired}", lot, shop.system("expired"), shop.stamp())

    monkeypatch.setattr(save, "_UPDATE_ACCOUNTS", without_condition(save._UPDATE_ACCOUNTS))
    await refuses(two_at_once(shop, sweep))
