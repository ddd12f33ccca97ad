"""The storefront's quote: what a cart would earn, and what points would pay."""

from __future__ import annotations

from datetime import datetime

from schema.shared.carts import CartInput, RedeemChoiceInput
from schema.shared.declare import field, input_, output
from schema.shared.enums import PointsState
from schema.shared.errors import UserError
from schema.shared.scalars import BigInt
from schema.shared.values import Money, Unit
from schema.storefront.codes import QuoteErrorCode
from schema.storefront.types import Reward


@input_
class QuoteInput:
    """A cart, and what points are to be spent on."""

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
    explanation: list[str] = field(description="Why, step by step, in words.")
    rewards: list[QuoteReward] = field(description="The rewards that this cart and member could have, at most 100.")
    redeem: QuoteRedemption | None = field(description="What was asked to be spent.")
    token: str = field(description="Pass it to `redeem`.")
    expires_at: datetime = field(description="Until when the token counts.")


@output
class QuotePayload:
    """The quote."""

    quote: Quote | None = field(default=None, description="The quote.")
    user_errors: list[UserError[QuoteErrorCode]] = field(default_factory=list, description="Why it was refused.")
