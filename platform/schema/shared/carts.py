"""What is bought, and what points are spent on: inputs that orders, quotes and redemptions share."""

from __future__ import annotations

import strawberry

from schema.shared.declare import UNSET, choice, field, input_, output
from schema.shared.enums import LineKind, TenderKind
from schema.shared.scalars import BigInt


@input_
class LineInput:
    """One line of an order. Amounts are minor units of the order's currency, each at least 0."""

    id: strawberry.ID = field(description="Unique in the order; refunds name it.")
    amount: BigInt = field(description="The line's total before discount, without tax.")
    kind: LineKind = field(default=LineKind.PRODUCT, description="What it is.")
    sku: str | None = field(default=None, description="The shop's article number.")
    categories: list[str] = field(default_factory=list, description="Categories that rules may name.")
    tags: list[str] = field(default_factory=list, description="Tags that rules may name.")
    quantity: int = field(default=1, description="How many pieces, at least 1.")
    discount: BigInt = field(default=0, description="What was taken off `amount`, at most all of it.")
    tax: BigInt = field(default=0, description="What was put on top.")


@input_
class TenderInput:
    """What a part of the order was paid with."""

    kind: TenderKind = field(description="What it was paid with.")
    amount: BigInt = field(description="How much, in minor units of the order's currency.")


@input_
class CartInput:
    """An order that is not placed yet."""

    currency: str = field(description="The ISO 4217 code of all its amounts.")
    lines: list[LineInput] = field(description="Its lines, 1–500.")
    tenders: list[TenderInput] = field(default_factory=list, description="What it will be paid with, if known.")
    codes: list[str] = field(default_factory=list, description="Coupon codes entered.")
    channel: str | None = field(default=None, description="Where it is bought: `web`, `store`, …")


@input_
class PaymentInput:
    """Points as payment."""

    points: BigInt = field(description="How many points; the server says what they are worth.")
    order_id: str = field(description="The order that they pay for.")
    order_total: BigInt | None = field(
        default=None, description="What the order comes to, in minor units: limits of the share are checked against it."
    )
    unit: str | None = field(default=None, description="The unit's slug; needed where several units can pay.")


@choice
class RedeemChoiceInput:
    """What points are spent on."""

    reward_id: strawberry.ID | None = field(default=UNSET, description="A reward, at its own price.")
    payment: PaymentInput | None = field(default=UNSET, description="An order, of which points pay a part.")


@output
class Line:
    """One line of an order."""

    id: strawberry.ID = field(description="Unique in the order.")
    kind: LineKind = field(description="What it is.")
    sku: str | None = field(description="The shop's article number.")
    categories: list[str] = field(description="Categories that rules may name.")
    tags: list[str] = field(description="Tags that rules may name.")
    quantity: int = field(description="How many pieces.")
    amount: BigInt = field(description="The line's total before discount, without tax.")
    discount: BigInt = field(description="What was taken off.")
    tax: BigInt = field(description="What was put on top.")


@output
class Tender:
    """What a part of the order was paid with."""

    kind: TenderKind = field(description="What it was paid with.")
    amount: BigInt = field(description="How much, in minor units of the order's currency.")
