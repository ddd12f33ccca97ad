"""What a shopper can do."""

from __future__ import annotations

import strawberry

from programs import redeeming
from rewards import redemptions
from schema.shared.carts import RedeemChoiceInput, read_redeem
from schema.shared.context import Info, asks_for
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.storefront.coalition import CoalitionMutations
from schema.storefront.codes import RedeemErrorCode
from schema.storefront.dependants import DependantMutations
from schema.storefront.games import GameMutations
from schema.storefront.giving import GivingMutations
from schema.storefront.memberships import MembershipMutations
from schema.storefront.referrals import ReferralMutations
from schema.storefront.shopper import KEY, with_key
from schema.storefront.show import show_balances, show_redemptions
from schema.storefront.stored_value import StoredValueMutations
from schema.storefront.tasks import TaskMutations
from schema.storefront.transfers import TransferMutations
from schema.storefront.types import Balance, Redemption


@input_
class RedeemInput:
    """Points to spend; the server says what it costs."""

    idempotency_key: str = field(description=KEY)
    redeem: RedeemChoiceInput = field(description="What they are spent on.")
    order_id: str | None = field(default=None, description="The order that a reward belongs to.")
    quote_token: str | None = field(default=None, description="A quote whose prices still count.")


@output
class RedeemPayload:
    """The redemption, with its code."""

    redemption: Redemption | None = field(default=None, description="The redemption.")
    balances: list[Balance] = field(default_factory=list, description="The member's points afterwards.")
    user_errors: list[UserError[RedeemErrorCode]] = field(default_factory=list, description="Why it was refused.")


@strawberry.type(description="What can be done.")
class Mutation(
    StoredValueMutations,
    GivingMutations,
    MembershipMutations,
    TaskMutations,
    GameMutations,
    ReferralMutations,
    TransferMutations,
    DependantMutations,
    CoalitionMutations,
):
    """The storefront's mutations."""

    @mutation(
        RedeemPayload,
        RedeemErrorCode,
        "Spend points: on a reward at once, as payment by setting them aside until the order is placed.",
        paths={
            "reward": ["redeem", "rewardId"],
            "points": ["redeem", "payment", "points"],
            "order_amount": ["redeem", "payment", "orderTotal"],
            "order_reference": ["orderId"],
        },
    )
    async def redeem(self, info: Info, input: RedeemInput) -> RedeemPayload:
        member, key = with_key(info, input.idempotency_key)
        payment = input.redeem.payment or None
        wish = await redeeming.wish(
            key, read_redeem(input.redeem), member, order_total=payment and payment.order_total,
            currency=payment and payment.currency, token=input.quote_token,
        )  # fmt: skip
        if payment is None:
            made = await redeeming.redeem(key, member, wish, order_reference=input.order_id)
        else:
            made = await redemptions.reserve(key, member, wish, order_reference=payment.order_id)
        balances = await show_balances(info, member) if asks_for(info, "balances") else []
        return RedeemPayload(redemption=(await show_redemptions(info, [made]))[made.id], balances=balances)
