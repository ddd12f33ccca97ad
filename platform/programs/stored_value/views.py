"""Payments and gift cards as the rest of the house sees them, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from kit import db
from kit.ids import is_id
from kit.setbased import Columns
from ledger import reading
from ledger.state import TransferId, UnitId
from members.views import MemberId
from programs.decision import ProgramId
from tenants import scope

PaymentId = NewType("PaymentId", str)
GiftCardId = NewType("GiftCardId", str)

PAGE_MAX = 101  # a page of 100 and the one that tells whether there is another


class Source(StrEnum):
    """What a part of a payment comes from."""

    MONEY = "money"
    BONUS = "bonus"
    GIFT_CARD = "gift_card"


class PaymentState(StrEnum):
    """Where a payment is in its life: authorized first, then closed once."""

    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"
    EXPIRED = "expired"


class GiftCardState(StrEnum):
    """Whether a card can be used; its money went elsewhere, or it was disabled, for good."""

    ACTIVE = "active"
    MOVED = "moved"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class LegView:
    """What one source gives: `amount` set aside, `captured` taken of it, `returned` given back of that."""

    source: Source
    unit_id: UnitId
    gift_card_id: GiftCardId | None
    last_characters: str | None
    amount: int
    captured: int
    returned: int
    hold_id: TransferId
    transfer_id: TransferId | None


@dataclass(frozen=True, slots=True)
class PaymentView:
    """Minor units of `currency` set aside or taken for an order; `returned` is what is back of what was captured."""

    id: PaymentId
    member_id: MemberId | None
    amount: int
    currency: str
    captured: int
    returned: int
    state: PaymentState
    order_reference: str | None
    authorized_at: datetime
    ends_at: datetime
    closed_at: datetime | None
    legs: tuple[LegView, ...]


@dataclass(frozen=True, slots=True)
class GiftCardView:
    """A card, without its code: `amount` is what it was issued with, `balance` what can be paid with it now."""

    id: GiftCardId
    program_id: ProgramId
    unit_id: UnitId
    currency: str
    amount: int
    balance: int
    state: GiftCardState
    last_characters: str
    has_pin: bool
    purchaser_id: MemberId | None
    order_reference: str | None
    previous_id: GiftCardId | None
    issued_at: datetime
    expires_at: datetime | None
    closed_at: datetime | None


async def payments(ids: Sequence[str]) -> dict[PaymentId, PaymentView]:
    """The payments of these ids that this tenant has, in two statements; others are missing from the answer."""
    known = [(id_,) for id_ in ids if is_id(id_)]
    if not known:
        return {}
    async with scope.reading():
        wanted = _IDS.payload(known)
        found = await db.rows(_PAYMENTS.format(ids=_IDS.source(2)), scope.tenant_id(), wanted)
        legs: dict[str, list[LegView]] = {row["id"]: [] for row in found}
        for row in await db.rows(_LEGS.format(ids=_IDS.source(2)), scope.tenant_id(), wanted):
            legs[row["payment_id"]].append(_leg(row))
    return {row["id"]: _payment(row, legs[row["id"]]) for row in found}


async def page_of_payments(
    member: MemberId | None = None, after: PaymentId | None = None, first: int = 50, order: str | None = None
) -> list[PaymentView]:
    """The latest first: `first` (at most 101) beyond the id `after`, all, a member's or an order's.

    Ids that are none find none.
    """
    if not all(is_id(id_) for id_ in (member, after) if id_ is not None):
        return []
    wanted = {"member_id =": member, "order_reference =": order, "id <": after}
    async with scope.reading():
        ids = await _latest("payment", wanted, first)
        views = await payments(ids)
    return [views[PaymentId(id_)] for id_ in ids]


async def page_of_gift_cards(
    after: GiftCardId | None = None, first: int = 50, purchaser: MemberId | None = None
) -> list[GiftCardView]:
    """The latest first: `first` (at most 101) beyond the id `after`, all or a member's. Ids that are none find none."""
    if not all(is_id(id_) for id_ in (purchaser, after) if id_ is not None):
        return []
    async with scope.reading():
        ids = await _latest("gift_card", {"purchaser_id =": purchaser, "id <": after}, first)
        views = await gift_cards(ids)
    return [views[GiftCardId(id_)] for id_ in ids]


async def _latest(table: str, wanted: Mapping[str, str | None], first: int) -> list[str]:
    """The ids of a page of a table; `wanted` are columns with their comparison, None for any value."""
    params: list[object] = [scope.tenant_id(), max(0, min(first, PAGE_MAX))]
    where = ""
    for column, value in wanted.items():
        if value is not None:
            params.append(value)
            where += f" AND {column} ${len(params)}"
    found = await db.rows(f"SELECT id FROM {table} WHERE tenant_id = $1{where} ORDER BY id DESC LIMIT $2", *params)
    return [row["id"] for row in found]


async def gift_cards(ids: Sequence[str]) -> dict[GiftCardId, GiftCardView]:
    """The cards of these ids that this tenant has, with their balances now; others are missing from the answer."""
    known = [(id_,) for id_ in ids if is_id(id_)]
    if not known:
        return {}
    async with scope.reading():
        found = await db.rows(_CARDS.format(ids=_IDS.source(2)), scope.tenant_id(), _IDS.payload(known))
        balances = await reading.owned([f"gift_card:{row['id']}" for row in found])
    return {
        row["id"]: _card(row, sum(each.available for each in balances[f"gift_card:{row['id']}"])) for row in found
    }  # fmt: skip


_IDS = Columns(id="uuid")

_PAYMENTS = "SELECT p.* FROM {ids} AS x JOIN payment p ON p.tenant_id = $1 AND p.id = x.id"
_LEGS = """
SELECT l.*, c.last_characters FROM {ids} AS x JOIN payment_leg l ON l.tenant_id = $1 AND l.payment_id = x.id
LEFT JOIN gift_card c ON c.tenant_id = l.tenant_id AND c.id = l.gift_card_id ORDER BY l.payment_id, l.position"""
_CARDS = "SELECT c.* FROM {ids} AS x JOIN gift_card c ON c.tenant_id = $1 AND c.id = x.id"


def _payment(row: db.Row, legs: list[LegView]) -> PaymentView:
    return PaymentView(
        row["id"], row["member_id"], row["amount"], row["currency"], row["captured"], row["returned"],
        PaymentState(row["state"]), row["order_reference"], db.instant(row["authorized_at"]),
        db.instant(row["ends_at"]), db.instant_or_none(row["closed_at"]), tuple(legs),
    )  # fmt: skip


def _leg(row: db.Row) -> LegView:
    return LegView(
        Source(row["source"]), row["unit_id"], row["gift_card_id"], row["last_characters"], row["amount"],
        row["captured"], row["returned"], row["hold_id"], row["transfer_id"],
    )  # fmt: skip


def _card(row: db.Row, balance: int) -> GiftCardView:
    return GiftCardView(
        row["id"], row["program_id"], row["unit_id"], row["currency"], row["amount"], balance,
        GiftCardState(row["state"]), row["last_characters"], row["pin_hash"] is not None, row["purchaser_id"],
        row["order_reference"], row["previous_id"], db.instant(row["issued_at"]), db.instant_or_none(row["expires_at"]),
        db.instant_or_none(row["closed_at"]),
    )  # fmt: skip
