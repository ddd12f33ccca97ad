"""Entries that no movement of points brings about, such as fees and payments: written, and counted in positions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kit import db
from kit.ids import new_id
from kit.setbased import Columns
from programs.coalition.entries import Account, NewEntry, post
from tenants import scope


async def book(entries: Sequence[NewEntry]) -> list[NewEntry]:
    """Write entries in the transaction under way, with what their partners owe; the partners' rows are locked."""
    booked, owed = await post(entries), defaultdict[tuple[str, str], int](int)
    for each in booked:
        if each.partner_id is not None and Account.PARTNER in (each.debit, each.credit):
            owed[each.partner_id, each.currency] += each.amount if each.debit is Account.PARTNER else -each.amount
    if owed:
        rows = [(scope.tenant_id(), new_id(), *key, owed[key]) for key in sorted(owed)]
        await db.execute(_OWED.format(source=_COLUMNS.source()), _COLUMNS.payload(rows))
    return booked


_COLUMNS = Columns(tenant_id="uuid", id="uuid", partner_id="uuid", currency="text", owed="int")
_OWED = (
    "INSERT INTO partner_position (tenant_id, id, partner_id, currency, owed) "
    "SELECT x.tenant_id, x.id, x.partner_id, x.currency, x.owed FROM {source} AS x WHERE true "
    "ON CONFLICT (tenant_id, partner_id, currency) DO UPDATE SET owed = partner_position.owed + excluded.owed"
)
