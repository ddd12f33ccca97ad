"""What can be told of an order and of anything else that a customer does, by servers of the merchant and partners."""

from __future__ import annotations

import strawberry

from schema.shared.carts import PAYLOAD, LineInput, TenderInput
from schema.shared.declare import field, input_
from schema.shared.scalars import ActivityKindName, BigInt
from schema.shared.values import AttributeInput


@input_
class PurchaseInput:
    """An order that was paid."""

    order_id: str = field(description="The merchant's order; corrections name it.")
    currency: str = field(description="The ISO 4217 code of all its amounts.")
    lines: list[LineInput] = field(description="Its lines, 1–500.")
    tenders: list[TenderInput] = field(default_factory=list, description="What it was paid with.")
    codes: list[str] = field(default_factory=list, description="Coupon codes entered.")
    payload: list[AttributeInput] = field(default_factory=list, description=PAYLOAD)


@input_
class ReturnedLineInput:
    """How much of a line came back: pieces, or the money that was given back for it."""

    line_id: strawberry.ID = field(description="The line, by its id in the order.")
    quantity: int | None = field(default=None, description="How many pieces now, at least 1; or else the amount.")
    amount: BigInt | None = field(
        default=None, description="What was given back for it now, in minor units of the order's currency, without tax."
    )


@input_
class RefundInput:
    """Something of an order came back: some lines, or money for the order, or all that is left of it."""

    order_id: str = field(description="The order.")
    lines: list[ReturnedLineInput] = field(
        default_factory=list, description="What came back; none with `amount` or `all`."
    )
    amount: BigInt | None = field(
        default=None,
        description="What was given back for the order as a whole, in minor units of its currency, without tax.",
    )
    all: bool = field(default=False, description="Whether all that is left came back.")


@input_
class CancelInput:
    """An order was cancelled before it was delivered."""

    order_id: str = field(description="The order.")


@input_
class EventInput:
    """Something that is no order: a sign-up, a review, a visit, …"""

    kind: ActivityKindName = field(description="What happened; not `purchase`, `refund`, `cancel`, `amend`.")
    reference: str | None = field(default=None, description="The merchant's own name for it.")
    codes: list[str] = field(default_factory=list, description="Codes used, at most 100: a friend's at sign-up.")
    payload: list[AttributeInput] = field(default_factory=list, description=PAYLOAD)
