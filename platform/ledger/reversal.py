"""Causal reversal: an earning is taken back from its own lots, a spending given back into the lots that paid for it.

Cumulative and never beyond the original. What a clawback cannot take is kept as a shortfall, and points that come back
pay it before they can be spent again: else buying, spending, refunding and cancelling would mint points.
"""

from __future__ import annotations

from collections.abc import Sequence

from kit.ids import new_id
from ledger.errors import NotReversible, NotThere, Overflow
from ledger.state import (
    AMOUNT_MAX,
    Account,
    Entry,
    Lot,
    Policy,
    Reversed,
    Shortfall,
    Side,
    Stamp,
    TransferId,
    by_spend_order,
)
from ledger.steps import Picked, Steps


def claw_back(
    book: Steps, entry: Entry, key: str, up_to: int, cause_key: str, stamp: Stamp, reason: str, policy: Policy
) -> Reversed:
    """Take an earning back: what waits first, then what is available, then the member's other points, then `policy`."""
    family = sorted(entry.lots, key=lambda lot: lot.account.ref.book is Side.AVAILABLE)
    due = [lot for lot in family if lot.due(stamp.recorded_at)]
    expired = sum(lot.expired for lot in family) + sum(lot.remaining for lot in due)
    rest = wanted = max(0, min(up_to, entry.amount - expired) - entry.reversed)
    for lot in family:
        part = 0 if lot in due else min(rest, lot.remaining)
        if part:
            _take(book, entry, f"{key}/{lot.id}", lot.account, [(lot, part)], part, cause_key, stamp, reason, "reverse")
            rest -= part
    missing = _take_from_others(book, entry, key, rest, cause_key, stamp, reason, policy) if rest else 0
    book.set(entry, "reversed", entry.reversed + wanted)
    return Reversed(wanted - missing, missing)


def give_back(book: Steps, entry: Entry, key: str, up_to: int, cause_key: str, stamp: Stamp, reason: str) -> Reversed:
    """Return points into the lots they came from, the last used first; each keeps its own expiry."""
    if any(use.purpose != "spend" for use in entry.uses):
        raise NotReversible(f"transfer {entry.id} is no spending")
    rest = wanted = max(0, up_to - entry.reversed)
    if not wanted:
        return Reversed(0, 0)
    account = book.account(entry.debit)
    book.check_room(account, wanted)
    book.transfer(
        key, "now", reason, book.account(entry.credit), account, wanted, stamp,
        reverses_id=entry.id, cause_key=cause_key,
    )  # fmt: skip
    lots = []
    for use in sorted(entry.uses, key=lambda use: use.lot.spend_order, reverse=True):
        part = min(rest, use.amount - use.returned)
        if part:
            book.set(use, "returned", use.returned + part)
            book.set(use.lot, "used", use.lot.used - part)
            book.set(use.lot, "remaining", use.lot.remaining + part)
            lots.append(use.lot)
            rest -= part
    assert rest == 0, "more was to be returned than was used"
    book.set(entry, "reversed", entry.reversed + wanted)
    settle_returned(book, account, lots, key, stamp)
    return Reversed(wanted, 0)


def entry_of(book: Steps, transfer_id: TransferId, up_to: int) -> Entry:
    """The entry to reverse, loaded or of this very batch. Raises `NotThere`, `NotReversible`, `Overflow`."""
    entry = book.entries.get(transfer_id) or _entry_of_this_batch(book, transfer_id)
    if entry.kind not in ("now", "post") or entry.reverses or entry.debit.system == entry.credit.system:
        raise NotReversible(f"transfer {entry.id} neither earned nor spent")
    if not 0 <= up_to <= entry.amount:
        raise Overflow(f"{up_to} of {entry.amount} cannot be reversed")
    return entry


def settle_returned(book: Steps, account: Account, lots: Sequence[Lot], key: str, stamp: Stamp) -> None:
    """Points that came back pay what clawbacks could not take; what is left of a lot whose day has passed expires.

    It expires at once rather than at the next sweep, so that its instant is that of its return: an expiry dated back to
    the lot's own end would take points from a past in which they were spent or held. Points of a due lot pay for the
    reversal of their own earning only: there they were lost once already.
    """
    back = sorted((lot for lot in lots if lot.remaining), key=by_spend_order)
    open_lots = [lot for lot in back if not lot.due(stamp.recorded_at)]
    for shortfall in account.shortfalls:
        own = [lot for lot in back if lot.origin == shortfall.reverses_id and lot not in open_lots]
        if shortfall.policy is Policy.NEGATIVE:
            _pay_deficit(book, account, shortfall, [*own, *open_lots])
        else:
            _pay_shortfall(book, account, shortfall, [*own, *open_lots], key, stamp)
    expired = book.account(account.ref._replace(owner="expired", book=Side.AVAILABLE))
    for lot in back:
        if lot.remaining and lot.due(stamp.recorded_at):
            at = max(lot.due_at(), stamp.effective_at)
            book.expire_lot(f"{key}/expire/{lot.id}", lot, expired, stamp, at)
        elif lot.remaining and account.heir is not None:
            heir, name = book.account(account.heir), f"{key}/carry/{lot.id}"
            book.carry_lot(name, lot, heir, stamp)
            settle_returned(book, heir, [book.new_lots[-1]], name, stamp)  # a clawback may be open there, too


def settle_new(book: Steps, account: Account, lot: Lot) -> None:
    """New points fill the hole that clawbacks left; the oldest first."""
    if account.deficit:
        for shortfall in account.shortfalls:
            if shortfall.policy is Policy.NEGATIVE:
                _pay_deficit(book, account, shortfall, [lot])


def carry(book: Steps, key: str, lot: Lot, to: Account, stamp: Stamp) -> TransferId:
    """Move what remains of a lot on to the account that comes after its own; there it fills a hole first."""
    transfer = book.carry_lot(key, lot, to, stamp)
    settle_new(book, to, book.new_lots[-1])
    return transfer


def _pay_deficit(book: Steps, account: Account, shortfall: Shortfall, lots: Sequence[Lot]) -> None:
    owed = shortfall.amount - shortfall.paid
    picked, missing = book.pick_up_to(lots, owed)
    if picked:
        assert shortfall.transfer_id is not None, "a deficit has the transfer that made it"
        book.use(picked, shortfall.transfer_id, "deficit")
        book.set(shortfall, "paid", shortfall.paid + owed - missing)
        book.set(account, "deficit", account.deficit - (owed - missing))


def _pay_shortfall(
    book: Steps, account: Account, shortfall: Shortfall, lots: Sequence[Lot], key: str, stamp: Stamp
) -> None:
    owed = shortfall.amount - shortfall.paid
    picked, missing = book.pick_up_to(lots, owed)
    if picked:
        transfer = book.transfer(
            f"{key}/shortfall/{shortfall.id}", "now", "shortfall", account, book.account(shortfall.creditor),
            owed - missing, stamp, reverses_id=shortfall.reverses_id, cause_key=f"{shortfall.cause_key}/{key}",
        )  # fmt: skip
        book.use(picked, transfer, "spend")
        book.set(shortfall, "paid", shortfall.paid + owed - missing)


def _take_from_others(
    book: Steps, entry: Entry, key: str, rest: int, cause_key: str, stamp: Stamp, reason: str, policy: Policy
) -> int:
    """Take what the earning itself no longer has from the member's other points; the rest is a shortfall."""
    account = book.heir_or_self(book.account(entry.credit._replace(book=Side.AVAILABLE)))
    picked, missing = book.pick_up_to(account.spendable(stamp.recorded_at), rest)
    negative = policy is Policy.NEGATIVE
    if negative and account.deficit + missing > AMOUNT_MAX:
        raise Overflow(f"a deficit of {account.deficit} + {missing}")
    taken = rest if negative else rest - missing
    transfer = None
    if taken:
        transfer = _take(book, entry, f"{key}/rest", account, picked, taken, cause_key, stamp, reason, "spend")
    if missing:
        if negative:
            book.set(account, "deficit", account.deficit + missing)
        shortfall = Shortfall(
            new_id(), entry.id, entry.debit, cause_key, policy, transfer, missing, 0, stamp.recorded_at
        )  # fmt: skip
        book.add(book.new_shortfalls, shortfall)
        book.add(account.shortfalls, shortfall)
    return missing


def _take(
    book: Steps, entry: Entry, key: str, account: Account, picked: Picked, amount: int, cause_key: str, stamp: Stamp,
    reason: str, purpose: str,
) -> TransferId:  # fmt: skip
    transfer = book.transfer(
        key, "now", reason, account, book.account(entry.debit), amount, stamp,
        reverses_id=entry.id, cause_key=f"{cause_key}/{key.rpartition('/')[2]}",
    )  # fmt: skip
    book.use(picked, transfer, purpose)
    return transfer


def _entry_of_this_batch(book: Steps, transfer_id: TransferId) -> Entry:
    """An order and its refund may share a batch: then the entry is not in the database yet."""
    new = next((transfer for transfer in book.transfers if transfer.id == transfer_id), None)
    if new is None:
        raise NotThere(f"transfer {transfer_id}")
    refs = {account.id: account.ref for account in book.accounts.values()}
    entry = Entry(
        transfer_id, new.kind, refs[new.debit], refs[new.credit], new.amount, new.reverses_id is not None,
        [lot for lot in book.new_lots if lot.origin == transfer_id],
        [use for use in book.new_uses if use.transfer_id == transfer_id], 0,
    )  # fmt: skip
    book.put(book.entries, transfer_id, entry)
    return entry
