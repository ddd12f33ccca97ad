"""The ledger's verbs — move, hold, post, void, reverse — on rows in memory, pure and in order.

`ledger.store` loads the accounts (locked) into a `Book`, the verbs change them and note what is to be written, and the
store writes it in the same transaction. A verb that refuses has changed nothing; several verbs that belong together are
made one by `mark()` and `undo(mark)`.

    issued ── move ──▶ member (opens a lot)        member ── move ──▶ spent (uses lots, soonest expiring first)
    hold: remaining → held       post: held → used, the rest back       void: held → remaining
    reverse: takes an earning back, or gives a spending back into its own lots; never more than was posted
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from kit.ids import new_id
from ledger.errors import HoldClosed, HoldEnded, InsufficientBalance, NotThere, Overflow
from ledger.state import (
    AMOUNT_MAX,
    Account,
    AccountId,
    AccountRef,
    Entry,
    Hold,
    Lot,
    LotId,
    LotUse,
    NewTransfer,
    Policy,
    Shortfall,
    Side,
    TransferId,
)

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Stamp:
    """When and why of an entry: `effective_at` is when it counts, `recorded_at` when it was written."""

    recorded_at: datetime
    effective_at: datetime
    activity_id: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class LotTerms:
    """What a credit's lot lives by; `matures_at` only in the pending book, `expires_at` exclusive."""

    earned_at: datetime
    expires_at: datetime | None = None
    matures_at: datetime | None = None


class Reversed(NamedTuple):
    """What a reversal did: taken back or given back now, and what could not be taken."""

    amount: int
    shortfall: int


class Book:
    """The rows of one batch, of any number of tenants."""

    def __init__(self) -> None:
        self.accounts: dict[AccountRef, Account] = {}
        self.holds: dict[TransferId, Hold] = {}
        self.entries: dict[TransferId, Entry] = {}
        self.transfers: list[NewTransfer] = []
        self.new_lots: list[Lot] = []
        self.new_uses: list[LotUse] = []
        self.new_shortfalls: list[Shortfall] = []
        self.new_holds: list[Hold] = []
        self._journal: list[tuple[Any, str, Any]] = []

    # -- the verbs ------------------------------------------------------------------------------------------------

    def move(
        self, key: str, reason: str, debit: AccountRef, credit: AccountRef, amount: int, stamp: Stamp, *,
        terms: LotTerms | None = None, lots: Iterable[Lot] | None = None, purpose: str = "spend",
    ) -> TransferId:  # fmt: skip
        """Move `amount` now; a member's credit opens a lot by `terms`, a member's debit uses `lots`, else the soonest.

        Raises `InsufficientBalance`, `Overflow`.
        """
        giver, taker = self.account(debit), self.account(credit)
        picked = [] if debit.system else self._pick(giver, amount, stamp, lots)
        self._check_room(taker, amount)
        transfer = self._transfer(key, "now", reason, giver, taker, amount, stamp)
        self._use(picked, transfer, purpose)
        if not credit.system:
            assert terms is not None, "a member's credit needs the terms of its lot"
            self._open_lot(taker, transfer, amount, terms, picked)
        return transfer

    def hold(
        self, key: str, reason: str, debit: AccountRef, credit: AccountRef, amount: int, ends_at: datetime, stamp: Stamp
    ) -> TransferId:
        """Set `amount` aside until `ends_at`, from lots picked now. Raises `InsufficientBalance`."""
        account = self.account(debit)
        picked = self._pick(account, amount, stamp, None)
        transfer = self._transfer(key, "hold", reason, account, self.account(credit), amount, stamp)
        uses = self._use(picked, transfer, "hold")
        self._set(account, "held", account.held + amount)
        hold = Hold(transfer, account, credit, amount, "open", ends_at, uses)
        self._add(self.new_holds, hold)
        self._put(self.holds, transfer, hold)
        return transfer

    def post(self, key: str, reason: str, hold_id: TransferId, stamp: Stamp, amount: int | None = None) -> TransferId:
        """Spend what a hold set aside, or up to `amount` of it; the rest goes back.

        Raises `HoldClosed`, `HoldEnded`, `NotThere`, `InsufficientBalance` (more than was held).
        """
        hold = self._open_hold(hold_id)
        if hold.ends_at <= stamp.recorded_at:
            raise HoldEnded(f"ended at {hold.ends_at.isoformat()}")
        amount = hold.amount if amount is None else amount
        if not 0 < amount <= hold.amount:
            raise InsufficientBalance(hold.amount, amount)
        account = hold.account
        self._set(account, "held", account.held - hold.amount)
        transfer = self._transfer(
            key, "post", reason, account, self.account(hold.credit), amount, stamp, hold_id=hold.id
        )
        self._set(hold, "state", "posted")
        rest = amount
        for use in hold.uses:
            part = min(rest, use.amount)
            rest -= part
            self._release(use.lot, use.amount, used=part)
            if part:
                self._add_use(use.lot, transfer, "spend", part)
        self._pay_shortfalls(account, [use.lot for use in hold.uses], key, stamp)
        return transfer

    def void(self, key: str, reason: str, hold_id: TransferId, stamp: Stamp) -> TransferId:
        """Let go of a hold; once only. Raises `HoldClosed`, `NotThere`."""
        hold = self._open_hold(hold_id)
        account = hold.account
        self._set(account, "held", account.held - hold.amount)
        transfer = self._transfer(
            key, "void", reason, account, self.account(hold.credit), hold.amount, stamp, hold_id=hold.id
        )
        self._set(hold, "state", "voided")
        for use in hold.uses:
            self._release(use.lot, use.amount, used=0)
        self._pay_shortfalls(account, [use.lot for use in hold.uses], key, stamp)
        return transfer

    def reverse(
        self, key: str, transfer_id: TransferId, up_to: int, cause_key: str, stamp: Stamp, *,
        reason: str, policy: Policy = Policy.CLAMP,
    ) -> Reversed:  # fmt: skip
        """Take an earning back, or give a spending back, so that `up_to` of its amount is reversed in all.

        `up_to` is cumulative: asking again for the same changes nothing. Points of the earning that have expired were
        lost already and are not taken a second time. Raises `NotThere`.
        """
        entry = self.entries.get(transfer_id)
        if entry is None:
            raise NotThere(f"transfer {transfer_id}")
        if not 0 <= up_to <= entry.amount:
            raise Overflow(f"{up_to} of {entry.amount} cannot be reversed")
        if entry.debit.system:
            return self._claw_back(entry, key, up_to, cause_key, stamp, reason, policy)
        return self._give_back(entry, key, up_to, cause_key, stamp, reason)

    # -- two sweeps, as moves of one lot ---------------------------------------------------------------------------

    def expire(self, key: str, lot: Lot, to: AccountRef, stamp: Stamp) -> TransferId:
        """Move all that remains of a due lot to `to`; effective at the instant it was due."""
        at = min(lot.due_at(), stamp.recorded_at)
        stamp = Stamp(stamp.recorded_at, at, stamp.activity_id, stamp.note)
        return self.move(key, "expire", lot.account.ref, to, lot.remaining, stamp, lots=(lot,), purpose="expire")

    def mature(self, key: str, lot: Lot, stamp: Stamp) -> TransferId:
        """Move all that remains of a pending lot into the available book, as a child with the same age and expiry."""
        assert lot.account.ref.book is Side.PENDING, "only pending lots mature"
        to = lot.account.ref._replace(book=Side.AVAILABLE)
        terms = LotTerms(lot.earned_at, lot.expires_at)
        amount = lot.remaining
        return self.move(key, "mature", lot.account.ref, to, amount, stamp, terms=terms, lots=(lot,), purpose="mature")

    # -- one item of a batch fails alone ---------------------------------------------------------------------------

    def mark(self) -> int:
        """A place to return to with `undo`."""
        return len(self._journal)

    def undo(self, mark: int) -> None:
        """Take back every change since `mark`, as if the verbs had not been called."""
        while len(self._journal) > mark:
            target, name, old = self._journal.pop()
            if name == "[append]":
                target.pop()
            elif name == "[put]":
                del target[old]
            else:
                setattr(target, name, old)

    def changed(self, kind: type[Row]) -> list[Row]:
        """The rows of `kind` that a verb changed, each once."""
        return list({id(target): target for target, _, _ in self._journal if type(target) is kind}.values())

    # -- accounts ----------------------------------------------------------------------------------------------------

    def account(self, ref: AccountRef) -> Account:
        """The account loaded for `ref`, or a new one."""
        account = self.accounts.get(ref)
        if account is None:
            account = Account(ref, AccountId(new_id()), lots=None if ref.system else {})
            self._put(self.accounts, ref, account)
        return account

    def push_lapse(self, key: str, ref: AccountRef, lapses_at: datetime, stamp: Stamp) -> None:
        """A sign of life: all lots of this account lapse at `lapses_at`, if that is later than before.

        What had lapsed already expires first, so that a late job revives nothing.
        """
        account = self.account(ref)
        if account.lapses_at is not None and account.lapses_at <= stamp.recorded_at:
            assert account.lots is not None, "a lapsed account comes with its lots"
            for lot in [lot for lot in account.lots.values() if lot.remaining and lot.due(stamp.recorded_at)]:
                self.expire(f"{key}/expire/{lot.id}", lot, ref._replace(owner="expired", book=Side.AVAILABLE), stamp)
        if account.lapses_at is None or account.lapses_at < lapses_at:
            self._set(account, "lapses_at", lapses_at)

    # -- lots --------------------------------------------------------------------------------------------------------

    def _pick(self, account: Account, amount: int, stamp: Stamp, lots: Iterable[Lot] | None) -> list[tuple[Lot, int]]:
        if not 0 < amount <= AMOUNT_MAX:
            raise Overflow(f"amount {amount}")
        picked, rest = [], amount
        for lot in account.spendable(stamp.recorded_at) if lots is None else lots:
            part = min(rest, lot.remaining)
            if part:
                picked.append((lot, part))
                rest -= part
            if not rest:
                return picked
        raise InsufficientBalance(amount - rest, amount)

    def _use(self, picked: list[tuple[Lot, int]], transfer: TransferId, purpose: str) -> list[LotUse]:
        field = {"hold": "held", "expire": "expired", "reverse": "reversed"}.get(purpose, "used")
        uses = []
        for lot, part in picked:
            self._set(lot, "remaining", lot.remaining - part)
            self._set(lot, field, getattr(lot, field) + part)
            uses.append(self._add_use(lot, transfer, purpose, part))
        return uses

    def _add_use(self, lot: Lot, transfer: TransferId, purpose: str, amount: int) -> LotUse:
        use = LotUse(new_id(), lot, transfer, purpose, amount)
        self._add(self.new_uses, use)
        return use

    def _release(self, lot: Lot, held: int, *, used: int) -> None:
        self._set(lot, "held", lot.held - held)
        self._set(lot, "used", lot.used + used)
        self._set(lot, "remaining", lot.remaining + held - used)

    def _open_lot(
        self, account: Account, transfer: TransferId, amount: int, terms: LotTerms, picked: list[tuple[Lot, int]]
    ) -> None:
        parent = picked[0][0].id if picked else None
        lot = Lot(
            LotId(new_id()), account, transfer, parent, amount, amount, 0, 0, 0, 0,
            terms.earned_at, terms.matures_at, terms.expires_at,
        )  # fmt: skip
        self._add(self.new_lots, lot)
        if account.lots is not None:
            self._put(account.lots, lot.id, lot)
        if account.deficit:
            self._pay_deficit(account, [lot])

    # -- reversal ----------------------------------------------------------------------------------------------------

    def _claw_back(
        self, entry: Entry, key: str, up_to: int, cause_key: str, stamp: Stamp, reason: str, policy: Policy
    ) -> Reversed:
        family = sorted(entry.lots, key=lambda lot: lot.account.ref.book is Side.AVAILABLE)  # pending first
        due = [lot for lot in family if lot.due(stamp.recorded_at)]
        expired = sum(lot.expired for lot in family) + sum(lot.remaining for lot in due)
        rest = wanted = max(0, min(up_to, entry.amount - expired) - entry.reversed)
        for lot in family:
            part = 0 if lot in due else min(rest, lot.remaining)
            if part:
                self._take(entry, f"{key}/{lot.id}", lot.account, [(lot, part)], cause_key, stamp, reason, "reverse")
                rest -= part
        missing = self._take_from_others(entry, key, rest, cause_key, stamp, reason, policy) if rest else 0
        self._set(entry, "reversed", entry.reversed + wanted)
        return Reversed(wanted - missing, missing)

    def _take_from_others(
        self, entry: Entry, key: str, rest: int, cause_key: str, stamp: Stamp, reason: str, policy: Policy
    ) -> int:
        """Take what the earning itself no longer has from the member's other points; the rest is a shortfall."""
        account = self.account(entry.credit._replace(book=Side.AVAILABLE))
        picked, missing = [], rest
        for lot in account.spendable(stamp.recorded_at):
            part = min(missing, lot.remaining)
            if part:
                picked.append((lot, part))
                missing -= part
        taken = rest - missing + (missing if policy is Policy.NEGATIVE else 0)
        transfer = None
        if taken:
            transfer = self._take(entry, f"{key}/rest", account, picked, cause_key, stamp, reason, "spend", taken)
        if missing:
            if policy is Policy.NEGATIVE:
                self._set(account, "deficit", account.deficit + missing)
            shortfall = Shortfall(
                new_id(), entry.id, cause_key, policy, transfer, missing, 0, stamp.recorded_at
            )  # fmt: skip
            self._add(self.new_shortfalls, shortfall)
            self._add(account.shortfalls, shortfall)
        return missing

    def _take(
        self, entry: Entry, key: str, account: Account, picked: list[tuple[Lot, int]], cause_key: str, stamp: Stamp,
        reason: str, purpose: str, amount: int | None = None,
    ) -> TransferId:  # fmt: skip
        amount = sum(part for _, part in picked) if amount is None else amount
        transfer = self._transfer(
            key, "now", reason, account, self.account(entry.debit), amount, stamp,
            reverses_id=entry.id, cause_key=f"{cause_key}/{key.rpartition('/')[2]}",
        )  # fmt: skip
        self._use(picked, transfer, purpose)
        return transfer

    def _give_back(self, entry: Entry, key: str, up_to: int, cause_key: str, stamp: Stamp, reason: str) -> Reversed:
        """Return points into the lots they came from, the last used first; each keeps its own expiry."""
        rest = wanted = max(0, up_to - entry.reversed)
        if not wanted:
            return Reversed(0, 0)
        account = self.account(entry.debit)
        self._check_room(account, wanted)
        self._transfer(
            key, "now", reason, self.account(entry.credit), account, wanted, stamp,
            reverses_id=entry.id, cause_key=cause_key,
        )  # fmt: skip
        lots = []
        for use in sorted(entry.uses, key=lambda use: use.lot.spend_order, reverse=True):
            part = min(rest, use.amount - use.returned)
            if part:
                self._set(use, "returned", use.returned + part)
                self._set(use.lot, "used", use.lot.used - part)
                self._set(use.lot, "remaining", use.lot.remaining + part)
                lots.append(use.lot)
                rest -= part
        assert rest == 0, "more was to be returned than was used"
        self._set(entry, "reversed", entry.reversed + wanted)
        self._pay_shortfalls(account, lots, key, stamp)
        return Reversed(wanted, 0)

    # -- what a clawback could not take ------------------------------------------------------------------------------

    def _pay_shortfalls(self, account: Account, lots: list[Lot], key: str, stamp: Stamp) -> None:
        """Points that came back pay what clawbacks could not take, before they can be spent again.

        Else buying, spending, refunding and cancelling would mint points.
        """
        if account.deficit:
            self._pay_deficit(account, lots)
        back = sorted((lot for lot in lots if lot.remaining and not lot.due(stamp.recorded_at)), key=_lot_order)
        for number, shortfall in enumerate(account.shortfalls):
            if shortfall.policy is not Policy.CLAMP or shortfall.paid == shortfall.amount:
                continue
            picked, rest = [], shortfall.amount - shortfall.paid
            for lot in back:
                part = min(rest, lot.remaining)
                if part:
                    picked.append((lot, part))
                    rest -= part
            if not picked:
                return
            entry_id, issued = shortfall.reverses_id, account.ref._replace(owner="issued")
            paid = sum(part for _, part in picked)
            transfer = self._transfer(
                f"{key}/shortfall{number}", "now", "shortfall", account, self.account(issued), paid, stamp,
                reverses_id=entry_id, cause_key=f"{shortfall.cause_key}/{key}",
            )  # fmt: skip
            self._use(picked, transfer, "spend")
            self._set(shortfall, "paid", shortfall.paid + paid)

    def _pay_deficit(self, account: Account, lots: list[Lot]) -> None:
        """New or returned points fill the hole that a clawback left; the oldest first."""
        for shortfall in account.shortfalls:
            for lot in lots:
                part = min(shortfall.amount - shortfall.paid, lot.remaining)
                if part <= 0 or shortfall.policy is not Policy.NEGATIVE:
                    continue
                assert shortfall.transfer_id is not None, "a deficit has the transfer that made it"
                self._use([(lot, part)], shortfall.transfer_id, "deficit")
                self._set(shortfall, "paid", shortfall.paid + part)
                self._set(account, "deficit", account.deficit - part)

    # -- holds -------------------------------------------------------------------------------------------------------

    def _open_hold(self, hold_id: TransferId) -> Hold:
        hold = self.holds.get(hold_id)
        if hold is None:
            raise NotThere(f"hold {hold_id}")
        if hold.state != "open":
            raise HoldClosed(hold.state)
        return hold

    # -- transfers ---------------------------------------------------------------------------------------------------

    def _transfer(
        self, key: str, kind: str, reason: str, debit: Account, credit: Account, amount: int, stamp: Stamp, *,
        hold_id: TransferId | None = None, reverses_id: TransferId | None = None, cause_key: str | None = None,
    ) -> TransferId:  # fmt: skip
        assert debit.ref.tenant == credit.ref.tenant and debit.ref.unit == credit.ref.unit, "one tenant, one unit"
        transfer = TransferId(new_id())
        moved = amount if kind in ("now", "post") else 0
        debit_seq, debit_after = self._count(debit, -moved)
        credit_seq, credit_after = self._count(credit, moved) if moved else (None, None)
        self._add(self.transfers, NewTransfer(
            debit.ref.tenant, transfer, key, kind, reason, debit.ref.unit, debit.id, credit.id, amount, hold_id,
            reverses_id, cause_key, stamp.activity_id, stamp.effective_at, stamp.recorded_at,
            debit_seq, debit_after, credit_seq, credit_after, stamp.note,
        ))  # fmt: skip
        return transfer

    def _count(self, account: Account, change: int) -> tuple[int | None, int | None]:
        if account.ref.system:
            return None, None
        self._set(account, "seq", account.seq + 1)
        self._set(account, "posted", account.posted + change)
        return account.seq, account.posted

    def _check_room(self, account: Account, amount: int) -> None:
        if not 0 < amount <= AMOUNT_MAX or account.posted + amount > AMOUNT_MAX:
            raise Overflow(f"{account.posted} + {amount}")

    # -- the journal -------------------------------------------------------------------------------------------------

    def _set(self, target: Any, name: str, value: Any) -> None:
        self._journal.append((target, name, getattr(target, name)))
        setattr(target, name, value)

    def _add(self, rows: list[Any], row: Any) -> None:
        self._journal.append((rows, "[append]", None))
        rows.append(row)

    def _put(self, rows: dict[Any, Any], key: Any, row: Any) -> None:
        self._journal.append((rows, "[put]", key))
        rows[key] = row


def _lot_order(lot: Lot) -> tuple[datetime, datetime, str]:
    return lot.spend_order
