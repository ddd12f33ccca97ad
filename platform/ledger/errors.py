"""What the ledger refuses, and what must never happen."""

from __future__ import annotations

from kit.errors import GuerdonError, TryAgain


class LedgerError(GuerdonError):
    """The ledger will not do this; nothing was changed."""


class InsufficientBalance(LedgerError):
    """Fewer points can be spent than were asked for."""

    def __init__(self, available: int, amount: int) -> None:
        super().__init__(f"{available} available, {amount} asked for")
        self.available = available
        self.amount = amount


class HoldClosed(LedgerError):
    """The hold was posted or voided before."""


class HoldEnded(LedgerError):
    """The hold's end has passed; it can only be voided."""


class NotThere(LedgerError):
    """No such hold, lot or transfer among what this tenant has."""


class NotReversible(LedgerError):
    """Only an earning or a spending can be reversed: no hold, expiry, reversal, or gift between members."""


class Overflow(LedgerError):
    """An amount or balance would leave ±(2⁵³ − 1)."""


class Stale(LedgerError, TryAgain):
    """Somebody else changed a row that was read: roll back and try again."""
