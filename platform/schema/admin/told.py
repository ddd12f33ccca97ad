"""What can be told of an order and of anything else that a customer does."""

from __future__ import annotations

from datetime import datetime

import strawberry

from schema.shared.carts import PAYLOAD, LineInput, TenderInput
from schema.shared.compiled import compile_input
from schema.shared.declare import UNSET, choice, field, input_
from schema.shared.references import MemberReferenceInput
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


@input_
class TriggerInput:
    """Something that points of an order wait for has come about."""

    order_id: str = field(description="The order.")
    trigger: str = field(description="The name that the rules use, such as `delivered`.")


@choice
class ActivityInput:
    """What happened."""

    purchase: PurchaseInput | None = field(default=UNSET, description="An order was paid.")
    refund: RefundInput | None = field(default=UNSET, description="Something of an order came back.")
    cancel: CancelInput | None = field(default=UNSET, description="An order was cancelled.")
    event: EventInput | None = field(default=UNSET, description="Something else was done.")
    trigger: TriggerInput | None = field(default=UNSET, description="What waiting points wait for has come about.")


@input_
class RecordActivityInput:
    """What a customer did, once: the same key again changes nothing and answers the same."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    member: MemberReferenceInput = field(description="Who did it.")
    activity: ActivityInput = field(description="What happened.")
    occurred_at: datetime | None = field(default=None, description="When; now unless given.")
    source: str = field(default="api", description="Who tells us: 1–64 characters.")
    channel: str | None = field(default=None, description="Where it happened: `web`, `store`, …")
    line: str = field(
        default="main", description="The line of business whose programs decide; corrections go by their order's."
    )


@input_
class RecordActivitiesInput:
    """Many activities at once; each is recorded or refused on its own."""

    activities: list[RecordActivityInput] = field(description="1–500 of them.")


@input_
class OrderAmendInput:
    """An order as it is now: what left it is taken back, what came is decided."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    member: MemberReferenceInput = field(description="Whose order it is.")
    order_id: str = field(description="The order.")
    currency: str = field(description="The ISO 4217 code of all its amounts.")
    lines: list[LineInput] = field(description="All its lines as they are now, 1–500.")
    tenders: list[TenderInput] = field(default_factory=list, description="What it is paid with now.")
    codes: list[str] = field(default_factory=list, description="Coupon codes entered.")
    payload: list[AttributeInput] = field(default_factory=list, description=PAYLOAD)
    occurred_at: datetime | None = field(default=None, description="When it was changed; now unless given.")
    source: str = field(default="api", description="Who tells us: 1–64 characters.")


compile_input(RecordActivityInput, RecordActivitiesInput, OrderAmendInput)
