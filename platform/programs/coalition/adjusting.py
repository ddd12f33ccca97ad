"""What a partner owes, put right by hand, with a reason: one clearing entry per key, and a line of the audit log."""

from __future__ import annotations

from kit.errors import Refusal
from members.text import storable
from programs.coalition import partners
from programs.coalition.booking import book, today
from programs.coalition.clearing import EntryId
from programs.coalition.entries import Account, EntryKind, entry
from programs.coalition.errors import CoalitionErrorCode, invalid
from programs.coalition.models import PartnerPosition
from programs.coalition.partners import REASON_CHARACTERS_MAX, PartnerId
from programs.coalition.terms import AMOUNT_MAX, SUM_MAX
from tenants import audit, commands, scope


async def adjust(key: str, partner: PartnerId, currency: str, amount: int, reason: str) -> EntryId:
    """Move `amount` micros between the operator's margin and a partner: above zero to the partner, below from it.

    Possible in any state of the partner, so that what is open can be put right. Raises `Refusal`: INVALID (reason),
    OUT_OF_RANGE (amount, or what would be owed), NOT_FOUND, INVALID_CURRENCY (none of the partner's terms).
    """
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_CHARACTERS_MAX or not storable(reason):
        raise invalid(f"A reason has 1 to {REASON_CHARACTERS_MAX} characters.", "reason")
    if amount == 0 or abs(amount) > AMOUNT_MAX:
        raise Refusal(CoalitionErrorCode.OUT_OF_RANGE, "Give an amount above or below zero.", ("amount",))

    async def work() -> commands.Result:
        row = await partners.locked(partner)
        terms = (await partners.terms_of([row.id])).get(row.id, [])
        if currency not in {each.terms.currency for each in terms}:
            message = "None of the partner's terms is in this currency."
            raise Refusal(CoalitionErrorCode.INVALID_CURRENCY, message, ("currency",))
        now = scope.now()
        sides = (Account.MARGIN, Account.PARTNER) if amount > 0 else (Account.PARTNER, Account.MARGIN)
        day = await today()
        (made,) = await book([
            entry(
                scope.tenant_id(), row.program_id, row.id, EntryKind.ADJUSTMENT, *sides, abs(amount), currency, now,
                now, day, note=reason,
            )
        ])  # fmt: skip
        await _check_countable(row.id, currency)
        told = {"currency": currency, "amount_micros": amount, "entry": f"clearing_entry:{made.id}"}
        await audit.record("partner.adjusted", f"partner:{row.id}", told)
        return {"entry": made.id}

    given = {"partner": partner, "currency": currency, "amount": amount, "reason": reason}
    return EntryId((await commands.once(key, "partner.adjust", given, work))["entry"])


async def _check_countable(partner: str, currency: str) -> None:
    """Raises `Refusal` OUT_OF_RANGE if a partner would owe, or be owed, more than 2⁶² by now."""
    (row,) = await PartnerPosition.filter(partner_id=partner, currency=currency)
    if abs(row.owed) > SUM_MAX:
        raise Refusal(CoalitionErrorCode.OUT_OF_RANGE, "More would be owed than can be counted.", ("amount",))
