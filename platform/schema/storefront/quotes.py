"""The storefront's quote: what a cart would earn, and what points would pay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kit.money import EXPONENTS
from members.service import MemberRef
from programs import quote as domain
from programs.explain import words
from rewards.views import RewardId
from schema.cost import sized
from schema.shared.carts import CartInput, RedeemChoiceInput, read_cart, read_redeem
from schema.shared.context import Info
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError
from schema.shared.payments import QuotePayment, StoredValueSourceInput, read_sources, show_quoted
from schema.shared.quotes import QuoteEarning, quoted_rewards, show_earnings
from schema.shared.rewards import show_money
from schema.shared.scalars import BigInt
from schema.shared.values import Money, Unit
from schema.storefront.codes import QuoteErrorCode
from schema.storefront.show import show_rewards
from schema.storefront.types import Reward


@input_
class QuoteInput:
    """A cart, and what points are to be spent on."""

    cart: CartInput = field(description="The cart.")
    redeem: RedeemChoiceInput | None = field(default=None, description="What points are to be spent on.")
    pay_with: list[StoredValueSourceInput] = field(
        default_factory=list, description="What pays from stored value, in turn, at most 10; after points."
    )


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

    earns: list[QuoteEarning] = field(description="What the cart would earn.", metadata=sized(2))
    explanation: list[str] = field(description="Why, step by step, in words.")
    rewards: list[QuoteReward] = field(
        description="The rewards that this cart and member could have, at most 100.", metadata=sized(20)
    )
    redeem: QuoteRedemption | None = field(description="What was asked to be spent.")
    payments: list[QuotePayment] = field(
        description="What stored value would pay: never for top-ups and gift cards.", metadata=sized(3)
    )
    amount_due: BigInt = field(description="What is left to pay then, in minor units of the cart's currency.")
    token: str = field(description="Pass it to `redeem`.")
    expires_at: datetime = field(description="Until when the token counts.")


@output
class QuotePayload:
    """The quote."""

    quote: Quote | None = field(default=None, description="The quote.")
    user_errors: list[UserError[QuoteErrorCode]] = field(default_factory=list, description="Why it was refused.")


async def answer(info: Info, given: QuoteInput) -> Quote:
    """The quote of a cart. Raises `Refusal`."""
    member = None if info.context.member is None else MemberRef(info.context.member)
    redeem = None if given.redeem is None else read_redeem(given.redeem)
    found = await domain.quote(read_cart(given.cart), member, redeem, read_sources(given.pay_with))
    units = await info.context.units()
    rewards = await show_rewards(info, quoted_rewards(found))
    return Quote(
        earns=show_earnings(found, units),
        explanation=[words(line, EXPONENTS) for each in found.programs for line in each.explanation],
        rewards=[
            QuoteReward(
                reward=rewards[each.reward.id], points=each.points, affordable=each.affordable,
                points_missing=each.points_missing,
            )
            for each in found.rewards
        ],
        redeem=_redemption(found.redeem, rewards, units[found.redeem.unit_id]) if found.redeem is not None else None,
        payments=show_quoted(found.payments), amount_due=found.amount_due, token=found.token,
        expires_at=found.expires_at,
    )  # fmt: skip


def _redemption(quoted: domain.RedemptionQuote, rewards: Mapping[RewardId, Reward], unit: Unit) -> QuoteRedemption:
    return QuoteRedemption(
        unit=unit, points=quoted.points, value=show_money(quoted.value) if quoted.value is not None else None,
        reward=rewards[quoted.reward.id] if quoted.reward is not None else None,
    )  # fmt: skip
