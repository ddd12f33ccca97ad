"""What a shopper can do."""

from __future__ import annotations

import strawberry

from schema.shared.carts import RedeemChoiceInput
from schema.shared.declare import field, input_, output
from schema.shared.errors import NotServed, UserError, mutation
from schema.storefront.codes import RedeemErrorCode
from schema.storefront.types import Balance, Redemption


@input_
class RedeemInput:
    """Points to spend; the server says what it costs."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
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
class Mutation:
    """The storefront's mutations."""

    @mutation(
        RedeemPayload,
        RedeemErrorCode,
        "Spend points: on a reward at once, as payment by setting them aside until the order is placed.",
    )
    async def redeem(self, input: RedeemInput) -> RedeemPayload:  # noqa: A002
        raise NotServed("redeem")
