"""Mutations that record what happened, and the quote of what would follow."""

from __future__ import annotations

from datetime import datetime

import strawberry

from schema.admin.codes import OrderAmendErrorCode, QuoteErrorCode, RecordActivitiesErrorCode, RecordActivityErrorCode
from schema.admin.types.activities import Activity, Decision
from schema.admin.types.ledger import Balance
from schema.admin.types.rewards import Reward
from schema.cost import per_item
from schema.shared.carts import CartInput, LineInput, RedeemChoiceInput, TenderInput
from schema.shared.declare import UNSET, choice, field, input_, output
from schema.shared.enums import PointsState
from schema.shared.errors import NotServed, UserError, mutation
from schema.shared.references import MemberReferenceInput
from schema.shared.scalars import ActivityKindName, BigInt
from schema.shared.values import Money, Unit


@input_
class PurchaseInput:
    """An order that was paid."""

    order_id: str = field(description="The merchant's order; corrections name it.")
    currency: str = field(description="The ISO 4217 code of all its amounts.")
    lines: list[LineInput] = field(description="Its lines, 1–500.")
    tenders: list[TenderInput] = field(default_factory=list, description="What it was paid with.")
    codes: list[str] = field(default_factory=list, description="Coupon codes entered.")
    redemption_ids: list[strawberry.ID] = field(
        default_factory=list, description="Redemptions that belong to it: a refund gives their points back."
    )


@input_
class ReturnedLineInput:
    """How much of a line came back."""

    line_id: strawberry.ID = field(description="The line, by its id in the order.")
    quantity: int = field(description="How many pieces now, at least 1.")


@input_
class RefundInput:
    """Something of an order came back: some lines, or all that is left of it."""

    order_id: str = field(description="The order.")
    lines: list[ReturnedLineInput] = field(default_factory=list, description="What came back; none with `all`.")
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


@output
class RecordActivityPayload:
    """The activity and what it led to."""

    activity: Activity | None = field(default=None, description="The activity.")
    decision: Decision | None = field(default=None, description="What it led to; null while it is parked.")
    balances: list[Balance] = field(default_factory=list, description="The member's points afterwards.")
    user_errors: list[UserError[RecordActivityErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class RecordActivitiesInput:
    """Many activities at once; each is recorded or refused on its own."""

    activities: list[RecordActivityInput] = field(description="1–500 of them.")


@output
class RecordActivitiesPayload:
    """One answer for each."""

    results: list[RecordActivityPayload] = field(default_factory=list, description="In the order of the input.")
    user_errors: list[UserError[RecordActivitiesErrorCode]] = field(
        default_factory=list, description="Why all of it was refused."
    )


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
    occurred_at: datetime | None = field(default=None, description="When it was changed; now unless given.")
    source: str = field(default="api", description="Who tells us: 1–64 characters.")


@output
class OrderAmendPayload:
    """The amendment and what it led to."""

    activity: Activity | None = field(default=None, description="The amendment, an activity of its own.")
    decision: Decision | None = field(default=None, description="What it led to; null while it is parked.")
    balances: list[Balance] = field(default_factory=list, description="The member's points afterwards.")
    user_errors: list[UserError[OrderAmendErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class QuoteInput:
    """What a cart would earn, and what it could cost in points."""

    member: MemberReferenceInput | None = field(default=None, description="Whose cart; null for a guest's.")
    cart: CartInput = field(description="The cart.")
    redeem: RedeemChoiceInput | None = field(default=None, description="What points are to be spent on.")


@output
class QuoteEarning:
    """Points that the cart would earn."""

    unit: Unit = field(description="Points of which unit.")
    amount: BigInt = field(description="How many.")
    state: PointsState = field(description="Whether they could be spent at once.")
    matures_at: datetime | None = field(description="Until when they would wait.")
    expires_at: datetime | None = field(description="From when on they could not be spent.")


@output
class QuoteReward:
    """A reward and this cart."""

    reward: Reward = field(description="The reward.")
    points: BigInt = field(description="What it costs.")
    affordable: bool = field(description="Whether the member can have it now.")
    points_missing: BigInt = field(description="How many points are missing.")


@output
class QuoteRedemption:
    """What the points asked for would pay."""

    unit: Unit = field(description="Points of which unit.")
    points: BigInt = field(description="How many would be taken: no more than allowed, in whole multiples.")
    value: Money | None = field(description="What they would pay, as payment.")
    reward: Reward | None = field(description="The reward that they would buy.")


@output
class Quote:
    """What holds until it expires: the token pins versions of rules, and prices."""

    earns: list[QuoteEarning] = field(description="What the cart would earn.")
    decision: Decision = field(description="The same with its explanation.")
    rewards: list[QuoteReward] = field(description="The rewards that this cart and member could have, at most 100.")
    redeem: QuoteRedemption | None = field(description="What was asked to be spent.")
    token: str = field(description="Pass it with the redemption.")
    expires_at: datetime = field(description="Until when the token counts.")


@output
class QuotePayload:
    """The quote."""

    quote: Quote | None = field(default=None, description="The quote.")
    user_errors: list[UserError[QuoteErrorCode]] = field(default_factory=list, description="Why it was refused.")


@strawberry.type
class ActivityMutations:
    """Mutations that record what happened."""

    @mutation(RecordActivityPayload, RecordActivityErrorCode, "Record what a customer did, and decide what it earns.")
    async def record_activity(self, input: RecordActivityInput) -> RecordActivityPayload:  # noqa: A002
        raise NotServed("recordActivity")

    @mutation(
        RecordActivitiesPayload,
        RecordActivitiesErrorCode,
        "Record up to 500 activities; each answers for itself.",
        per_item("input", "activities"),
    )
    async def record_activities(self, input: RecordActivitiesInput) -> RecordActivitiesPayload:  # noqa: A002
        raise NotServed("recordActivities")

    @mutation(OrderAmendPayload, OrderAmendErrorCode, "Tell that an order has other lines now.")
    async def order_amend(self, input: OrderAmendInput) -> OrderAmendPayload:  # noqa: A002
        raise NotServed("orderAmend")
