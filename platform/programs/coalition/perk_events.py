"""Both partners are told of a perk that one gives and another bears: each its own side, and nothing of the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from events.service import Happening, emit_many
from programs.coalition.models import ClearingEntry, PartnerPerkUse
from programs.models import PerkUse

GIVEN: Final = ("partner.perk_given", "partner.perk_borne")
TAKEN_BACK: Final = ("partner.perk_given_back", "partner.perk_borne_back")


async def tell(kinds: tuple[str, str], uses: Sequence[PartnerPerkUse]) -> None:
    """Tell, in the transaction under way, who gave these uses and who bears them, each by its kind of `kinds`."""
    if not uses:
        return
    by_giver, by_bearer = kinds
    paid = [use.paid_entry_id for use in uses if use.paid_entry_id is not None]
    entries = {each.id: each for each in await ClearingEntry.filter(id__in=paid)} if paid else {}
    used = {each.id: each for each in await PerkUse.filter(id__in=[use.id for use in uses])}
    happenings = []
    for use in uses:
        given, entry = used[use.id], entries.get(use.paid_entry_id)
        about = {"perk_use": use.id, "offer": use.offer}
        happenings.append(
            Happening(by_giver, f"partner:{use.partner_id}", about | {
                "partner": use.partner_id, "member": given.member_id, "order_reference": given.order_reference,
            }, use.partner_id)
        )  # fmt: skip
        if use.bearer_id != use.partner_id:
            cost = {"amount_micros": entry.amount if entry else 0, "currency": entry.currency if entry else None}
            body = about | {"partner": use.bearer_id} | cost
            happenings.append(Happening(by_bearer, f"partner:{use.bearer_id}", body, use.bearer_id))
    await emit_many(happenings)
