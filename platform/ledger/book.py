"""The ledger's verbs — move, hold, post, void, reverse — on rows in memory, pure and in order.

`ledger.load` brings the accounts (locked) into a `Book`, the verbs change them and note what is to be written, and
`ledger.save` writes it in the same transaction. A verb that refuses has changed nothing; several verbs that belong
together are made one by `mark()` and `undo(mark)`.

    issued ── move ──▶ member (opens a lot)        member ── move ──▶ spent (uses lots, soonest expiring first)
    hold: remaining → held       post: held → used, the rest back       void: held → remaining
    reverse: takes an earning back, or gives a spending back into its own lots; never more than was posted
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ledger.errors import HoldEnded, InsufficientBalance, LedgerError
from ledger.reversal import carry, claw_back, entry_of, give_back, settle_new, settle_returned
from ledger.state import (
    Account,
    AccountRef,
    Hold,
    Lot,
    LotTerms,
    Policy,
    Reversed,
    Side,
    Stamp,
    TransferId,
    by_spend_order,
)
from ledger.steps import Steps


class Book(Steps):
    """The rows of one batch, of any number of tenants, and the verbs."""

    def move(
        self, key: str, reason: str, debit: AccountRef, credit: AccountRef, amount: int, stamp: Stamp, *,
        terms: LotTerms | None = None, lots: Iterable[Lot] | None = None, purpose: str = "spend",
    ) -> TransferId:  # fmt: skip
        """Move `amount` now; a member's credit opens a lot by `terms`, a member's debit uses `lots`, else the soonest.

        Raises `InsufficientBalance`, `Overflow`.
        """
        giver, taker = self.account(debit), self.heir_or_self(self.account(credit))
        picked = [] if debit.system else self.pick(giver, amount, stamp, lots)
        self.check_room(taker, amount)
        if not credit.system:
            self._end_lapse(key, taker, stamp.effective_at if purpose == "mature" else stamp.recorded_at, stamp)
        transfer = self.transfer(key, "now", reason, giver, taker, amount, stamp)
        self.use(picked, transfer, purpose)
        if not credit.system:
            assert terms is not None, "a member's credit needs the terms of its lot"
            matured = picked[0][0] if purpose == "mature" else None
            settle_new(self, taker, self.open_lot(taker, transfer, amount, terms, matured))
        return transfer

    def hold(
        self, key: str, reason: str, debit: AccountRef, credit: AccountRef, amount: int, ends_at: datetime, stamp: Stamp
    ) -> TransferId:
        """Set `amount` aside until `ends_at`, from lots picked now. Raises `InsufficientBalance`, `Overflow`."""
        account = self.account(debit)
        picked = self.pick(account, amount, stamp)
        transfer = self.transfer(key, "hold", reason, account, self.account(credit), amount, stamp)
        uses = self.use(picked, transfer, "hold")
        self.set(account, "held", account.held + amount)
        hold = Hold(transfer, account, credit, amount, "open", ends_at, uses)
        self.add(self.new_holds, hold)
        self.put(self.holds, transfer, hold)
        return transfer

    def post(self, key: str, reason: str, hold_id: TransferId, stamp: Stamp, amount: int | None = None) -> TransferId:
        """Spend what a hold set aside, or up to `amount` of it; the rest goes back.

        Raises `HoldClosed`, `HoldEnded`, `NotThere`, `InsufficientBalance` (more than was held).
        """
        hold = self.open_hold(hold_id)
        if hold.ends_at <= stamp.recorded_at:
            raise HoldEnded(f"ended at {hold.ends_at.isoformat()}")
        amount = hold.amount if amount is None else amount
        if not 0 < amount <= hold.amount:
            raise InsufficientBalance(hold.amount, amount)
        return self._resolve(hold, "post", key, reason, stamp, amount)

    def void(self, key: str, reason: str, hold_id: TransferId, stamp: Stamp) -> TransferId:
        """Let go of a hold; once only. Raises `HoldClosed`, `NotThere`."""
        return self._resolve(self.open_hold(hold_id), "void", key, reason, stamp, 0)

    def reverse(
        self, key: str, transfer_id: TransferId, up_to: int, cause_key: str, stamp: Stamp, *,
        reason: str, policy: Policy = Policy.CLAMP,
    ) -> Reversed:  # fmt: skip
        """Take an earning back, or give a spending back, so that `up_to` of its amount is reversed in all.

        `up_to` is cumulative: asking again for the same changes nothing; each event that asks for more has its own
        `cause_key`. Points of the earning that have expired were lost already and are not taken a second time. Raises
        `NotThere`, `NotReversible`, `Overflow`.
        """
        mark = self.mark()
        try:
            entry = entry_of(self, transfer_id, up_to)
            if entry.debit.system:
                return claw_back(self, entry, key, up_to, cause_key, stamp, reason, policy)
            return give_back(self, entry, key, up_to, cause_key, stamp, reason)
        except LedgerError:
            self.undo(mark)
            raise

    # -- what time does to lots --------------------------------------------------------------------------------------

    def expire(self, key: str, lot: Lot, to: AccountRef, stamp: Stamp) -> TransferId:
        """Move all that remains of a due lot to `to`; effective at the instant it was due."""
        at = lot.due_at()
        assert lot.remaining and at <= stamp.recorded_at, "only what is due expires"
        return self.expire_lot(key, lot, self.account(to), stamp, at)

    def mature(self, key: str, lot: Lot, stamp: Stamp) -> TransferId:
        """Move all that remains of a pending lot into the available book, as a child with the same age and expiry."""
        assert lot.account.ref.book is Side.PENDING, "only pending lots mature"
        to = lot.account.ref._replace(book=Side.AVAILABLE)
        terms = LotTerms(lot.earned_at, lot.expires_at)
        amount = lot.remaining
        return self.move(key, "mature", lot.account.ref, to, amount, stamp, terms=terms, lots=(lot,), purpose="mature")

    def carry(self, key: str, lot: Lot, to: AccountRef, stamp: Stamp) -> TransferId:
        """Move all that remains of a lot to its owner's successor, as a child with the same age and end.

        The child belongs to the same earning: a reversal follows it there. Raises `Overflow`.
        """
        assert lot.account.ref.book is to.book, "what waits goes on waiting"
        taker, lapse = self.account(to), lot.account.lapses_at
        if lapse is not None and (taker.lapses_at is None or taker.lapses_at < lapse):
            self.set(taker, "lapses_at", lapse)
        return carry(self, key, lot, taker, stamp)

    def push_lapse(self, key: str, ref: AccountRef, lapses_at: datetime, stamp: Stamp) -> None:
        """A sign of life: all lots of this account lapse at `lapses_at`, if that is later than before.

        What had lapsed already expires first, so that a late job revives nothing.
        """
        account = self.account(ref)
        self._end_lapse(key, account, stamp.recorded_at, stamp)
        if account.lapses_at is None or account.lapses_at < lapses_at:
            self.set(account, "lapses_at", lapses_at)

    def extend_lapse(self, key: str, ref: AccountRef, lapses_at: datetime, stamp: Stamp) -> None:
        """A sign of life that brings no points: a lapse that there is comes later, and none begins."""
        if self.account(ref).lapses_at is not None:
            self.push_lapse(key, ref, lapses_at, stamp)

    def lift_lapse(self, key: str, ref: AccountRef, stamp: Stamp) -> None:
        """From now on inactivity takes nothing; what had lapsed already expires first."""
        account = self.account(ref)
        self._end_lapse(key, account, stamp.recorded_at, stamp)
        self.set(account, "lapses_at", None)

    def _end_lapse(self, key: str, account: Account, at: datetime, stamp: Stamp) -> None:
        """If the account lapsed by `at`: what it had expires, and what comes now lives by its own terms."""
        if account.lapses_at is None or account.lapses_at > at:
            return
        assert account.lots is not None, "a lapsed account comes with its lots"
        expired = account.ref._replace(owner="expired", book=Side.AVAILABLE)
        for lot in sorted((lot for lot in account.lots.values() if lot.remaining and lot.due(at)), key=by_spend_order):
            self.expire(f"{key}/expire/{lot.id}", lot, expired, stamp)
        self.set(account, "lapses_at", None)

    # -- holds -------------------------------------------------------------------------------------------------------

    def _resolve(self, hold: Hold, kind: str, key: str, reason: str, stamp: Stamp, amount: int) -> TransferId:
        """End a hold: `amount` of it is spent, the rest goes back into its lots."""
        account, credit = hold.account, self.account(hold.credit)
        self.set(account, "held", account.held - hold.amount)
        transfer = self.transfer(
            key, kind, reason, account, credit, amount or hold.amount, stamp, hold_id=hold.id
        )  # fmt: skip
        self.set(hold, "state", "posted" if kind == "post" else "voided")
        rest = amount
        for use in hold.uses:
            part = min(rest, use.amount)
            rest -= part
            self.let_go(use.lot, use.amount, used=part)
            if part:
                self.note_use(use.lot, transfer, "spend", part)
        settle_returned(self, account, [use.lot for use in hold.uses], key, stamp)
        return transfer


__all__ = ["Book", "LotTerms", "Reversed", "Stamp"]
