"""What a perk costs that one partner offers and another gives: two entries by way of `exchange`, and back."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from programs.coalition.booking import book
from programs.coalition.entries import Account, EntryKind, NewEntry, entry
from programs.coalition.models import ClearingEntry, PartnerPerkUse
from programs.coalition.terms import TermsView
from programs.days import local_day
from tenants import profile, scope


async def pay(
    program: str, bearer: TermsView, giver: TermsView, price: int, order: str | None, name: str
) -> tuple[str, str]:  # fmt: skip
    """Let the bearer pay `price` micros to who gives the perk, both by terms in one currency; the ids of both entries.

    In the transaction under way, which has locked both.
    """
    assert bearer.terms.currency == giver.terms.currency, "what one pays the other gets"
    now, day = scope.now(), await _today()
    paid, got = await book([
        entry(
            scope.tenant_id(), program, terms.partner_id, EntryKind.PERK, debit, credit, price, terms.terms.currency,
            now, now, day, terms=terms.id, reference=reference, note=name,
        )
        for terms, debit, credit, reference in (
            (bearer, Account.PARTNER, Account.EXCHANGE, None),  # the order is the other's own
            (giver, Account.EXCHANGE, Account.PARTNER, order),
        )
    ])  # fmt: skip
    return paid.id, got.id


async def give_back(uses: Sequence[str]) -> None:
    """Take back, in the transaction under way, what these uses of perks cost, which were given back."""
    ids = [
        id_
        for row in await PartnerPerkUse.filter(id__in=list(uses), paid_entry_id__isnull=False).order_by("id")
        for id_ in (row.paid_entry_id, row.got_entry_id)
    ]
    if ids:
        day = await _today()
        await book([_back(each, day) for each in await ClearingEntry.filter(id__in=ids).order_by("id")])


def _back(each: ClearingEntry, day: str) -> NewEntry:
    now = scope.now()
    return entry(
        scope.tenant_id(), each.program_id, each.partner_id, EntryKind.PERK, Account(each.credit), Account(each.debit),
        each.amount, each.currency, now, now, day, terms=each.terms_id, original=each.id, original_on=each.booked_on,
        reference=each.reference, note=each.note,
    )  # fmt: skip


async def _today() -> str:
    return local_day(scope.now(), ZoneInfo((await profile.current()).zone)).isoformat()
