"""What the merchant's servers can tell of an order and of anything else that a customer does."""

from __future__ import annotations

from datetime import datetime

from schema.shared.carts import PAYLOAD, LineInput, TenderInput
from schema.shared.compiled import compile_input
from schema.shared.declare import UNSET, choice, field, input_
from schema.shared.references import MemberReferenceInput
from schema.shared.told import CancelInput, EventInput, PurchaseInput, RefundInput
from schema.shared.values import AttributeInput


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
