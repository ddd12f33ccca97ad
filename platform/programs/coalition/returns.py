"""What a perk has cost the partner that offers it, taken back with its use, whoever gives that back."""

from __future__ import annotations

from collections.abc import Sequence

from programs.coalition import perk_events
from programs.coalition.booking import book, today
from programs.coalition.entries import Account, EntryKind, NewEntry, entry
from programs.coalition.models import ClearingEntry, PartnerPerkUse
from tenants import scope


async def give_back(uses: Sequence[str]) -> None:
    """Take back, in the transaction under way, what these uses of perks cost, which were given back."""
    rows = await PartnerPerkUse.filter(id__in=list(uses)).order_by("id")
    ids = [id_ for row in rows if row.paid_entry_id is not None for id_ in (row.paid_entry_id, row.got_entry_id)]
    if ids:
        day = await today()
        await book([_back(each, day) for each in await ClearingEntry.filter(id__in=ids).order_by("id")])
    await perk_events.tell(perk_events.TAKEN_BACK, rows)


def _back(each: ClearingEntry, day: str) -> NewEntry:
    now = scope.now()
    return entry(
        scope.tenant_id(), each.program_id, each.partner_id, EntryKind.PERK, Account(each.credit), Account(each.debit),
        each.amount, each.currency, now, now, day, terms=each.terms_id, original=each.id, original_on=each.booked_on,
        reference=each.reference, note=each.note,
    )  # fmt: skip
