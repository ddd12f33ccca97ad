"""Payments from stored value, gift cards, and what the tenant owes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import strawberry

from ledger.state import UnitId
from programs.stored_value.reports import Liability
from programs.stored_value.views import GiftCardView, LegView, PaymentView
from schema.cost import sized
from schema.shared.context import Info
from schema.shared.declare import field, output
from schema.shared.ids import GIFT_CARD, MEMBER, PAYMENT, PROGRAM, Node
from schema.shared.payments import GiftCardState, PaymentState, Source
from schema.shared.scalars import BigInt
from schema.shared.values import Unit


@output
class PaymentPart:
    """What one source gives to a payment, in minor units."""

    source: Source = field(description="What it comes from.")
    unit: Unit = field(description="The unit of money or bonus.")
    gift_card_id: strawberry.ID | None = field(description="The gift card, if it is one.")
    last_characters: str | None = field(description="The last four characters of the card's code.")
    amount: BigInt = field(description="How much was set aside.")
    captured: BigInt = field(description="How much of it was taken.")
    returned: BigInt = field(description="How much of that is back where it came from.")


@output
class Payment(Node):
    """Stored value for an order: set aside first, then closed once. Amounts are minor units."""

    member_id: strawberry.ID | None = field(
        description="Whose; null if only gift cards paid, for nobody in particular."
    )
    currency: str = field(description="The ISO 4217 code of the amounts.")
    amount: BigInt = field(description="How much was set aside.")
    captured: BigInt = field(description="How much of it was taken.")
    returned: BigInt = field(description="How much of that is back, by refunds of the payment or of its order.")
    state: PaymentState = field(description="Where it is in its life.")
    parts: list[PaymentPart] = field(description="What each source gives, in the order they pay.", metadata=sized(2))
    order_id: str | None = field(description="The order that it pays for.")
    authorized_at: datetime = field(description="Since when the money is set aside.")
    ends_at: datetime = field(description="Until when it stays so.")
    closed_at: datetime | None = field(description="When it was captured, voided, or expired.")


@output
class GiftCard(Node):
    """A gift card, without its code. Amounts are minor units."""

    program_id: strawberry.ID = field(description="The program whose rules it goes by.")
    unit: Unit = field(description="What it counts.")
    currency: str = field(description="The ISO 4217 code of the amounts.")
    amount: BigInt = field(description="What it was issued with.")
    balance: BigInt = field(description="What can be paid with it now.")
    state: GiftCardState = field(description="What became of it.")
    last_characters: str = field(description="The last four characters of its code.")
    has_pin: bool = field(description="Whether it has a PIN.")
    purchaser_id: strawberry.ID | None = field(description="The member who bought it, if known.")
    order_id: str | None = field(description="The order that it was bought with.")
    previous_id: strawberry.ID | None = field(description="The card whose place it took.")
    issued_at: datetime = field(description="Since when it is there.")
    expires_at: datetime | None = field(description="From when on it cannot be used; null: without end.")
    closed_at: datetime | None = field(description="When its money was moved, or it was disabled.")


@output
class StoredValueLiability:
    """What can still be paid with, in minor units of one currency; what is set aside for payments included."""

    currency: str = field(description="The ISO 4217 code.")
    money: BigInt = field(description="Members' money.")
    bonus: BigInt = field(description="Members' bonus.")
    gift_cards: BigInt = field(description="On gift cards.")


async def show_payments(info: Info, found: Sequence[PaymentView]) -> dict[str, Payment]:
    """Payments in the schema, by id."""
    units = await info.context.units()
    return {view.id: _payment(view, units) for view in found}


async def show_payment(info: Info, found: PaymentView) -> Payment:
    """A payment in the schema."""
    return (await show_payments(info, [found]))[found.id]


async def show_gift_cards(info: Info, found: Sequence[GiftCardView]) -> dict[str, GiftCard]:
    """Gift cards in the schema, by id."""
    units = await info.context.units()
    return {view.id: _gift_card(view, units) for view in found}


async def show_gift_card(info: Info, found: GiftCardView) -> GiftCard:
    """A gift card in the schema."""
    return (await show_gift_cards(info, [found]))[found.id]


def _gift_card(found: GiftCardView, units: Mapping[UnitId, Unit]) -> GiftCard:
    return GiftCard(
        id=GIFT_CARD.show(found.id), program_id=PROGRAM.show(found.program_id), unit=units[found.unit_id],
        currency=found.currency, amount=found.amount, balance=found.balance, state=found.state,
        last_characters=found.last_characters, has_pin=found.has_pin,
        purchaser_id=MEMBER.show_or_none(found.purchaser_id), order_id=found.order_reference,
        previous_id=GIFT_CARD.show_or_none(found.previous_id), issued_at=found.issued_at, expires_at=found.expires_at,
        closed_at=found.closed_at,
    )  # fmt: skip


def show_liability(found: Liability) -> StoredValueLiability:
    """What is owed in one currency."""
    return StoredValueLiability(
        currency=found.currency, money=found.money, bonus=found.bonus, gift_cards=found.gift_cards
    )  # fmt: skip


def _payment(view: PaymentView, units: Mapping[UnitId, Unit]) -> Payment:
    return Payment(
        id=PAYMENT.show(view.id), member_id=MEMBER.show_or_none(view.member_id), currency=view.currency,
        amount=view.amount, captured=view.captured, returned=view.returned, state=view.state,
        parts=[_part(leg, units) for leg in view.legs], order_id=view.order_reference,
        authorized_at=view.authorized_at, ends_at=view.ends_at, closed_at=view.closed_at,
    )  # fmt: skip


def _part(leg: LegView, units: Mapping[UnitId, Unit]) -> PaymentPart:
    return PaymentPart(
        source=leg.source, unit=units[leg.unit_id], gift_card_id=GIFT_CARD.show_or_none(leg.gift_card_id),
        last_characters=leg.last_characters, amount=leg.amount, captured=leg.captured, returned=leg.returned,
    )  # fmt: skip
