"""Entries that no movement of points brings about, such as fees and payments: written, and counted in positions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from programs.coalition import position_rows
from programs.coalition.entries import Account, NewEntry, post


async def book(entries: Sequence[NewEntry]) -> list[NewEntry]:
    """Write entries in the transaction under way, with what their partners owe; the partners' rows are locked."""
    booked, owed = await post(entries), defaultdict[tuple[str, str], int](int)
    for each in booked:
        if each.partner_id is not None and Account.PARTNER in (each.debit, each.credit):
            owed[each.partner_id, each.currency] += each.amount if each.debit is Account.PARTNER else -each.amount
    await position_rows.change({key: (amount, 0) for key, amount in owed.items()})
    return booked
