"""Write a `Book` back, set-based, inside the transaction that loaded it.

Updates carry what was read and are counted: a missing row means `Stale`, and the caller rolls back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import orjson

from kit import clock
from kit.ids import new_id
from kit.setbased import Change, Insert, Update, write
from ledger.book import Book
from ledger.errors import Stale
from ledger.invariants import check
from ledger.load import made_system_account
from ledger.state import Account, Hold, Lot, LotUse, NewTransfer, Shortfall


async def save(book: Book, also: Sequence[Change] = ()) -> None:
    """Write all that the verbs noted, and in the same round trip what is told of it elsewhere.

    Raises `Stale` if a row, the ledger's or another, was changed behind the locks.
    """
    for account in book.accounts.values():
        check(account)
    new = _new_accounts(book)
    changes = [
        *_account_changes(book, new), *_transfer_changes(book.transfers), *_lot_changes(book), *_hold_changes(book),
        *_shortfall_changes(book), *also,
    ]  # fmt: skip
    for change, done in zip(changes, await write(changes), strict=True):
        if done != len(change.rows):
            raise Stale(f"{change.statement.table}: {done} of {len(change.rows)} rows were as they had been read")
    for account in new:
        if account.ref.system:
            made_system_account(account.ref)


# -- accounts ----------------------------------------------------------------------------------------------------------

_INSERT_ACCOUNTS = Insert(
    "account", tenant_id="uuid", id="uuid", unit_id="uuid", owner="text", book="text", posted="int", held="int",
    deficit="int", seq="int", lapses_at="instant", created_at="instant",
    suffix="ON CONFLICT (tenant_id, unit_id, owner, book) DO NOTHING",
)  # fmt: skip
_UPDATE_ACCOUNTS = Update(
    "account", "posted = x.posted, held = x.held, deficit = x.deficit, seq = x.seq, lapses_at = x.lapses_at",
    "t.seq = x.was", posted="int", held="int", deficit="int", seq="int", lapses_at="instant", was="int",
)  # fmt: skip


def _new_accounts(book: Book) -> list[Account]:
    """Accounts that come into being with their first entry, shortfall or lapse; a refused verb makes none."""
    moved = {account for transfer in book.transfers for account in (transfer.debit, transfer.credit)}
    return [
        a for a in book.accounts.values()
        if a.stored_seq is None and (a.id in moved or a.shortfalls or a.lapses_at is not None)
    ]  # fmt: skip


def _account_changes(book: Book, new: list[Account]) -> tuple[Change, Change]:
    now = clock.now() if new else None
    rows = [
        (a.ref.tenant, a.id, a.ref.unit, a.ref.owner, a.ref.book, 0 if a.ref.system else a.posted, a.held, a.deficit,
         a.seq, a.lapses_at, now)
        for a in sorted(new, key=lambda account: account.ref)
    ]  # fmt: skip
    changed = [
        (a.ref.tenant, a.id, a.posted, a.held, a.deficit, a.seq, a.lapses_at, a.stored_seq)
        for a in book.changed(Account)
        if a.stored_seq is not None
    ]
    return Change(_INSERT_ACCOUNTS, rows), Change(_UPDATE_ACCOUNTS, changed)


# -- transfers and batches ---------------------------------------------------------------------------------------------

_INSERT_TRANSFERS = Insert(
    "transfer", tenant_id="uuid", id="uuid", key="text", kind="text", reason="text", unit_id="uuid", debit="uuid",
    credit="uuid", amount="int", hold_id="uuid", reverses_id="uuid", cause_key="text", activity_id="uuid",
    effective_at="instant", recorded_at="instant", debit_seq="int", debit_after="int", credit_seq="int",
    credit_after="int", note="text", batch_id="uuid",
)  # fmt: skip
_INSERT_BATCHES = Insert(
    "batch", tenant_id="uuid", id="uuid", transfers="int", hash="text", recorded_at="instant"
)  # fmt: skip


def _transfer_changes(transfers: Sequence[NewTransfer]) -> tuple[Change, Change]:
    by_tenant: dict[str, list[NewTransfer]] = {}
    for transfer in transfers:
        by_tenant.setdefault(transfer.tenant_id, []).append(transfer)
    batches, rows = [], []
    for tenant, own in sorted(by_tenant.items()):
        batch = new_id()
        digest = batch_hash(canonical_line(t) for t in sorted(own, key=lambda t: t.id))
        batches.append((tenant, batch, len(own), digest, max(t.recorded_at for t in own)))
        rows += [(*transfer, batch) for transfer in own]
    return Change(_INSERT_BATCHES, batches), Change(_INSERT_TRANSFERS, rows)


def canonical_line(transfer: Sequence[object]) -> bytes:
    """A transfer's columns, in `NewTransfer`'s order, as the line that its batch's hash covers.

    JSON, so that no text in a column can pass for the border between two.
    """
    return orjson.dumps(tuple(transfer))


def batch_hash(lines: Iterable[bytes]) -> str:
    """SHA-256 (hex) over a batch's canonical lines in order of the transfers' ids."""
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


# -- lots and their uses -----------------------------------------------------------------------------------------------

_INSERT_LOTS = Insert(
    "lot", tenant_id="uuid", id="uuid", account_id="uuid", transfer_id="uuid", parent_id="uuid", origin_id="uuid",
    amount="int", remaining="int", held="int", used="int", expired="int", reversed="int",
    earned_at="instant", matures_at="instant", expires_at="instant",
)  # fmt: skip
_UPDATE_LOTS = Update(
    "lot", "remaining = x.remaining, held = x.held, used = x.used, expired = x.expired, reversed = x.reversed",
    remaining="int", held="int", used="int", expired="int", reversed="int",
)  # fmt: skip
_INSERT_USES = Insert(
    "lot_use", tenant_id="uuid", id="uuid", lot_id="uuid", transfer_id="uuid", purpose="text", amount="int",
    returned="int",
)  # fmt: skip
_UPDATE_USES = Update("lot_use", "returned = x.returned", "t.returned <= x.returned", returned="int")


def _lot_row(lot: Lot) -> tuple[object, ...]:
    return (
        lot.account.ref.tenant, lot.id, lot.account.id, lot.transfer_id, lot.parent_id, lot.origin_id, lot.amount,
        lot.remaining, lot.held, lot.used, lot.expired, lot.reversed, lot.earned_at, lot.matures_at, lot.expires_at,
    )  # fmt: skip


def _lot_changes(book: Book) -> tuple[Change, ...]:
    changed = [_lot_row(lot) for lot in book.changed(Lot) if lot.stored]
    uses = [
        (u.lot.account.ref.tenant, u.id, u.lot.id, u.transfer_id, u.purpose, u.amount, u.returned)
        for u in book.new_uses
    ]  # fmt: skip
    returned = [
        (use.lot.account.ref.tenant, use.id, use.returned) for use in book.changed(LotUse) if use.stored
    ]  # fmt: skip
    return (
        Change(_INSERT_LOTS, [_lot_row(lot) for lot in book.new_lots]),
        Change(_UPDATE_LOTS, [(*row[:2], *row[7:12]) for row in changed]),
        Change(_INSERT_USES, uses),
        Change(_UPDATE_USES, returned),
    )


# -- holds, entries, shortfalls ----------------------------------------------------------------------------------------

_INSERT_HOLDS = Insert(
    "hold", tenant_id="uuid", id="uuid", account_id="uuid", amount="int", state="text", ends_at="instant"
)  # fmt: skip
_UPDATE_HOLDS = Update("hold", "state = x.state", "t.state = 'open'", state="text")
_INSERT_SHORTFALLS = Insert(
    "shortfall", tenant_id="uuid", id="uuid", account_id="uuid", reverses_id="uuid", cause_key="text", policy="text",
    transfer_id="uuid", amount="int", paid="int", recorded_at="instant",
)  # fmt: skip
_UPDATE_SHORTFALLS = Update("shortfall", "paid = x.paid", "t.paid <= x.paid", paid="int")


def _hold_changes(book: Book) -> tuple[Change, Change]:
    new = [(h.account.ref.tenant, h.id, h.account.id, h.amount, h.state, h.ends_at) for h in book.new_holds]
    closed = [(hold.account.ref.tenant, hold.id, hold.state) for hold in book.changed(Hold) if hold.stored]
    return Change(_INSERT_HOLDS, new), Change(_UPDATE_HOLDS, closed)


def _shortfall_changes(book: Book) -> tuple[Change, Change]:
    by_id = {id(s): account for account in book.accounts.values() for s in account.shortfalls}
    rows = [
        (by_id[id(s)].ref.tenant, s.id, by_id[id(s)].id, s.reverses_id, s.cause_key, s.policy, s.transfer_id, s.amount,
         s.paid, s.recorded_at)
        for s in book.new_shortfalls
    ]  # fmt: skip
    paid = [(by_id[id(s)].ref.tenant, s.id, s.paid) for s in book.changed(Shortfall) if s.stored]
    return Change(_INSERT_SHORTFALLS, rows), Change(_UPDATE_SHORTFALLS, paid)
