"""What holds for every account whose lots are at hand: asserted after a read and before a write."""

from __future__ import annotations

from ledger.state import AMOUNT_MAX, Account, Lot


def check(account: Account) -> None:
    """Assert the account's and its lots' equations. An `AssertionError` is a bug, or rows that somebody edited."""
    if account.ref.system:
        return
    assert 0 <= account.held <= AMOUNT_MAX and 0 <= account.deficit <= AMOUNT_MAX, f"account {account.id}: signs"
    assert -AMOUNT_MAX <= account.posted <= AMOUNT_MAX, f"account {account.id}: out of bounds"
    if account.lots is None:
        return
    remaining = held = 0
    for lot in account.lots.values():
        _check_lot(lot)
        remaining += lot.remaining
        held += lot.held
    assert account.held == held, f"account {account.id}: held {account.held}, its lots {held}"
    assert account.posted == remaining + held - account.deficit, f"account {account.id}: posted is not its lots"


def _check_lot(lot: Lot) -> None:
    parts = (lot.remaining, lot.held, lot.used, lot.expired, lot.reversed)
    assert min(parts) >= 0 and sum(parts) == lot.amount, f"lot {lot.id}: {parts} of {lot.amount}"
