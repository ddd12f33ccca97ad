"""Blocks: points that a partner pays ahead, at the price of the day it buys them. The earliest is used first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from kit.ids import new_id
from ledger.models import Unit
from programs.coalition import following, partners
from programs.coalition.booking import book, today
from programs.coalition.entries import Account, EntryKind, entry
from programs.coalition.errors import CoalitionErrorCode, final, invalid, out_of_range
from programs.coalition.models import Coalition, PartnerBlock
from programs.coalition.partners import NAME_CHARACTERS_MAX, PartnerId
from programs.coalition.terms import AMOUNT_MAX
from tenants import audit, commands, scope

BlockId = NewType("BlockId", str)


@dataclass(frozen=True, slots=True)
class BlockView:
    """So many points, of which `remaining` are left; `price` in micros for the unit's smallest part."""

    id: BlockId
    partner_id: PartnerId
    points: int
    remaining: int
    price: int
    currency: str
    bought_at: datetime
    note: str


async def buy(key: str, partner: PartnerId, points: int, note: str = "") -> BlockView:
    """Let a partner pay for points ahead, by the terms of now; it owes them from now on.

    Raises `Refusal`: NOT_FOUND, OUT_OF_RANGE, INVALID (note); and kept under the key: NO_TERMS, NOT_ELIGIBLE (its terms
    are not prepaid), PARTNER_FROZEN.
    """
    if not 1 <= points <= AMOUNT_MAX:
        raise out_of_range(1, AMOUNT_MAX, "points")
    if len(note) > NAME_CHARACTERS_MAX or (note and not note.isprintable()):
        raise invalid(f"A note has up to {NAME_CHARACTERS_MAX} printable characters.", "note")

    async def work() -> commands.Result:
        return {"block": await _buy(partner, points, note)}

    result = await commands.once(key, "block.buy", {"partner": partner, "points": points, "note": note}, work)
    async with scope.reading():
        return _view(await PartnerBlock.get(id=result["block"]))


async def of_partner(partner: PartnerId) -> Sequence[BlockView]:
    """A partner's blocks, the earliest first, as of the ledger's last commit."""
    await following.catch_up()
    async with scope.reading():
        return [_view(row) for row in await PartnerBlock.filter(partner_id=partner).order_by("bought_at", "id")]


async def _buy(partner: PartnerId, points: int, note: str) -> str:
    row, now = await partners.locked(partner), scope.now()
    if row.state != partners.PartnerState.ACTIVE:
        raise final(CoalitionErrorCode.PARTNER_FROZEN, f"This partner is {row.state}.", "partner")
    (view,) = await partners.views([row])
    found = view.terms_at(now)
    if found is None:
        raise final(CoalitionErrorCode.NO_TERMS, "This partner has no terms that hold now.", "partner")
    if not found.terms.prepaid:
        raise final(CoalitionErrorCode.NOT_ELIGIBLE, "By its terms this partner does not pay ahead.", "partner")
    coalition = await Coalition.get(id=row.program_id)
    price = found.terms.issue_price // 10 ** (await Unit.get(id=coalition.unit_id)).scale
    amount, currency = points * price, found.terms.currency
    if amount > AMOUNT_MAX:
        raise out_of_range(1, AMOUNT_MAX // price, "points")
    made = await PartnerBlock.create(
        id=new_id(), partner_id=row.id, points=points, remaining=points, price=price, currency=currency,
        bought_at=now, note=note,
    )  # fmt: skip
    day = await today()
    await book([
        entry(
            scope.tenant_id(), row.program_id, row.id, EntryKind.BLOCK, Account.PARTNER, Account.PREPAID, amount,
            currency, now, now, day, points=points, price=price, terms=found.id, note=note or None,
        )
    ])  # fmt: skip
    await audit.record("partner.block_bought", f"partner:{row.id}", {"points": points, "block": made.id})
    return str(made.id)


def _view(row: PartnerBlock) -> BlockView:
    return BlockView(
        BlockId(row.id), PartnerId(row.partner_id), row.points, row.remaining, row.price, row.currency, row.bought_at,
        row.note,
    )  # fmt: skip
