"""The steps that the ledger's verbs are made of, on rows in memory; each is journaled, so that an item can be undone.

`book.py` and `reversal.py` are written in these; nobody else calls them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from kit.ids import new_id
from ledger.errors import HoldClosed, InsufficientBalance, NotThere, Overflow
from ledger.state import (
    AMOUNT_MAX,
    Account,
    AccountId,
    AccountRef,
    Entry,
    Hold,
    Lot,
    LotId,
    LotTerms,
    LotUse,
    NewTransfer,
    Shortfall,
    Stamp,
    TransferId,
)

Row = TypeVar("Row")
Picked = list[tuple[Lot, int]]
LAPSE = "lapse"
"""The cause of an expiry by the account's lapse rather than by the lot's own end."""
_FIELD = {"hold": "held", "expire": "expired", "reverse": "reversed"}


class Steps:
    """The rows of one batch, and how each of them may change."""

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
            elif name == "[replace]":
                target.update(old)
            else:
                setattr(target, name, old)

    def changed(self, kind: type[Row]) -> list[Row]:
        """The rows of `kind` that a verb changed, each once."""
        return list({id(target): target for target, _, _ in self._journal if type(target) is kind}.values())

    def set(self, target: Any, name: str, value: Any) -> None:
        self._journal.append((target, name, getattr(target, name)))
        setattr(target, name, value)

    def add(self, rows: list[Any], row: Any) -> None:
        self._journal.append((rows, "[append]", None))
        rows.append(row)

    def put(self, rows: dict[Any, Any], key: Any, row: Any) -> None:
        self._journal.append((rows, "[put]", key))
        rows[key] = row

    def replace(self, rows: dict[Any, Any], key: Any, row: Any) -> None:
        self._journal.append((rows, "[replace]", {key: rows[key]}))
        rows[key] = row

    # -- what the verbs work on --------------------------------------------------------------------------------------

    def account(self, ref: AccountRef) -> Account:
        """The account loaded for `ref`, or a new one."""
        account = self.accounts.get(ref)
        if account is None:
            account = Account(ref, AccountId(new_id()), lots=None if ref.system else {})
            self.put(self.accounts, ref, account)
        return account

    def heir_or_self(self, account: Account) -> Account:
        """The account that comes after this one, and after that, if its owner became one with another."""
        while account.heir is not None:
            account = self.account(account.heir)
        return account

    def open_hold(self, hold_id: TransferId) -> Hold:
        """Raises `NotThere`, `HoldClosed`."""
        hold = self.holds.get(hold_id)
        if hold is None:
            raise NotThere(f"hold {hold_id}")
        if hold.state != "open":
            raise HoldClosed(hold.state)
        assert sum(use.amount for use in hold.uses) == hold.amount, "a hold's lots make up its amount"
        return hold

    # -- transfers ---------------------------------------------------------------------------------------------------

    def transfer(
        self, key: str, kind: str, reason: str, debit: Account, credit: Account, amount: int, stamp: Stamp, *,
        hold_id: TransferId | None = None, reverses_id: TransferId | None = None, cause_key: str | None = None,
    ) -> TransferId:  # fmt: skip
        """Write an entry, and count it on both accounts."""
        assert debit.ref.tenant == credit.ref.tenant and debit.ref.unit == credit.ref.unit, "one tenant, one unit"
        assert 0 < amount <= AMOUNT_MAX, "an entry moves something"
        transfer = TransferId(new_id())
        moved = amount if kind in ("now", "post") else 0
        debit_seq, debit_after = self._count(debit, -moved)
        credit_seq, credit_after = self._count(credit, moved) if moved else (None, None)
        self.add(self.transfers, NewTransfer(
            debit.ref.tenant, transfer, key, kind, reason, debit.ref.unit, debit.id, credit.id, amount, hold_id,
            reverses_id, cause_key, stamp.activity_id, stamp.effective_at, stamp.recorded_at,
            debit_seq, debit_after, credit_seq, credit_after, stamp.note,
        ))  # fmt: skip
        return transfer

    def _count(self, account: Account, change: int) -> tuple[int | None, int | None]:
        if account.ref.system:
            return None, None
        self.set(account, "seq", account.seq + 1)
        self.set(account, "posted", account.posted + change)
        return account.seq, account.posted

    def check_room(self, account: Account, amount: int) -> None:
        """Raises `Overflow` if `amount` more cannot be counted."""
        if not 0 < amount <= AMOUNT_MAX or account.posted + amount > AMOUNT_MAX:
            raise Overflow(f"{account.posted} + {amount}")

    # -- lots --------------------------------------------------------------------------------------------------------

    def pick(self, account: Account, amount: int, stamp: Stamp, lots: Iterable[Lot] | None = None) -> Picked:
        """`amount` from `lots`, else from what can be spent, in order. Raises `InsufficientBalance`, `Overflow`."""
        if not 0 < amount <= AMOUNT_MAX:
            raise Overflow(f"amount {amount}")
        picked, missing = self.pick_up_to(account.spendable(stamp.recorded_at) if lots is None else lots, amount)
        if missing:
            raise InsufficientBalance(amount - missing, amount)
        return picked

    @staticmethod
    def pick_up_to(lots: Iterable[Lot], amount: int) -> tuple[Picked, int]:
        """Up to `amount` from these lots in turn, and what they could not give."""
        picked, missing = [], amount
        for lot in lots:
            if not missing:
                break
            part = min(missing, lot.remaining)
            if part:
                picked.append((lot, part))
                missing -= part
        return picked, missing

    def use(self, picked: Picked, transfer: TransferId, purpose: str) -> list[LotUse]:
        """Take parts of lots for a transfer."""
        column = _FIELD.get(purpose, "used")
        uses = []
        for lot, part in picked:
            assert 0 < part <= lot.remaining, "a lot gives what it has"
            self.set(lot, "remaining", lot.remaining - part)
            self.set(lot, column, getattr(lot, column) + part)
            uses.append(self.note_use(lot, transfer, purpose, part))
        return uses

    def note_use(self, lot: Lot, transfer: TransferId, purpose: str, amount: int) -> LotUse:
        """Write down that a part of a lot went to a transfer."""
        use = LotUse(new_id(), lot, transfer, purpose, amount)
        self.add(self.new_uses, use)
        return use

    def let_go(self, lot: Lot, held: int, *, used: int) -> None:
        """End a hold on `held` of a lot: `used` of it is spent, the rest can be spent again."""
        self.set(lot, "held", lot.held - held)
        self.set(lot, "used", lot.used + used)
        self.set(lot, "remaining", lot.remaining + held - used)

    def open_lot(
        self, account: Account, transfer: TransferId, amount: int, terms: LotTerms, parent: Lot | None = None
    ) -> Lot:
        """Open the lot of a credit; a child of a `parent` that matured belongs to the same earning."""
        lot = Lot(
            LotId(new_id()), account, transfer, parent.id if parent else None, parent.origin if parent else None,
            amount, amount, 0, 0, 0, 0, terms.earned_at, terms.matures_at, terms.expires_at,
        )  # fmt: skip
        self.add(self.new_lots, lot)
        if account.lots is not None:
            self.put(account.lots, lot.id, lot)
        if lot.origin in self.entries:
            self.add(self.entries[lot.origin].lots, lot)
        return lot

    def carry_lot(self, key: str, lot: Lot, to: Account, stamp: Stamp) -> TransferId:
        """Move what remains of a lot to another owner, as a child of the same age and end, and of the same earning."""
        amount = lot.remaining
        self.check_room(to, amount)
        transfer = self.transfer(key, "now", "carry", lot.account, to, amount, stamp)
        self.use([(lot, amount)], transfer, "spend")
        self.open_lot(to, transfer, amount, LotTerms(lot.earned_at, lot.expires_at, lot.matures_at), lot)
        return transfer

    def expire_lot(self, key: str, lot: Lot, to: Account, stamp: Stamp, at: datetime) -> TransferId:
        """Move what remains of a lot to `to`, effective at `at`; a lapse of the account is named as the cause."""
        own_end = lot.expires_at is not None and lot.expires_at <= at
        transfer = self.transfer(
            key, "now", "expire", lot.account, to, lot.remaining,
            Stamp(stamp.recorded_at, at, stamp.activity_id, stamp.note), cause_key=None if own_end else LAPSE,
        )  # fmt: skip
        self.use([(lot, lot.remaining)], transfer, "expire")
        return transfer
