"""Mutations on redemptions: reserve first, then confirm or cancel, once."""

from __future__ import annotations

from typing import Any

import strawberry

from programs import redeeming
from rewards import redemptions, using
from rewards.views import RedemptionId, RedemptionView
from schema.admin.codes import (
    RedemptionCancelErrorCode,
    RedemptionConfirmErrorCode,
    RedemptionReserveErrorCode,
    VoucherUseErrorCode,
)
from schema.admin.types.ledger import Balance, balances_after
from schema.admin.types.rewards import Redemption, show_redemption
from schema.shared.carts import RedeemChoiceInput, read_redeem
from schema.shared.context import Info, asks_for
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import REDEMPTION
from schema.shared.references import MemberReferenceInput, find_member
from tenants.roles import Action


@input_
class RedemptionReserveInput:
    """Points to set aside; the server says what it costs."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    member: MemberReferenceInput = field(description="Whose points.")
    redeem: RedeemChoiceInput = field(description="What they are spent on.")
    order_id: str | None = field(default=None, description="The order that a reward belongs to.")
    quote_token: str | None = field(default=None, description="A quote whose prices still count.")
    minutes: int = field(default=15, description="How long they stay set aside, 1–1,440.")


@output
class RedemptionReservePayload:
    """The redemption."""

    redemption: Redemption | None = field(default=None, description="The redemption.")
    balances: list[Balance] = field(default_factory=list, description="The member's points afterwards.")
    user_errors: list[UserError[RedemptionReserveErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class RedemptionConfirmInput:
    """A redemption whose points are to be spent."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    id: strawberry.ID = field(description="The redemption.")
    order_id: str | None = field(default=None, description="The order that it belongs to, if not said before.")


@output
class RedemptionConfirmPayload:
    """The redemption, with its code."""

    redemption: Redemption | None = field(default=None, description="The redemption.")
    balances: list[Balance] = field(default_factory=list, description="The member's points afterwards.")
    user_errors: list[UserError[RedemptionConfirmErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class RedemptionCancelInput:
    """A redemption whose points are to be let go."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    id: strawberry.ID = field(description="The redemption.")


@output
class RedemptionCancelPayload:
    """The redemption."""

    redemption: Redemption | None = field(default=None, description="The redemption.")
    balances: list[Balance] = field(default_factory=list, description="The member's points afterwards.")
    user_errors: list[UserError[RedemptionCancelErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class VoucherUseInput:
    """A code that the shop takes."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    code: str = field(description="The code.")
    order_id: str | None = field(default=None, description="The order that it is taken for.")


@output
class VoucherUsePayload:
    """The redemption that the code came with: what it is worth."""

    redemption: Redemption | None = field(default=None, description="The redemption.")
    user_errors: list[UserError[VoucherUseErrorCode]] = field(default_factory=list, description="Why it was refused.")


PATHS = {
    "reward": ["redeem", "rewardId"],
    "points": ["redeem", "payment", "points"],
    "order_amount": ["redeem", "payment", "orderTotal"],
    "order_reference": ["orderId"],
    "hold_minutes": ["minutes"],
    "redemption": ["id"],
}
"""Where the services' own fields are in the inputs."""


@strawberry.type
class RedemptionMutations:
    """Mutations on redemptions."""

    @mutation(
        RedemptionReservePayload,
        RedemptionReserveErrorCode,
        "Set points aside for a reward or as payment.",
        needs=Action.WRITE_REDEMPTIONS,
        paths=PATHS,
    )
    async def redemption_reserve(self, info: Info, input: RedemptionReserveInput) -> RedemptionReservePayload:
        member = await find_member(input.member)
        payment = input.redeem.payment or None
        wish = await redeeming.wish(
            input.idempotency_key, read_redeem(input.redeem), member, order_total=payment and payment.order_total,
            currency=payment and payment.currency, token=input.quote_token,
        )  # fmt: skip
        order = input.order_id if payment is None else payment.order_id
        made = await redemptions.reserve(
            input.idempotency_key, member, wish, order_reference=order, hold_minutes=input.minutes
        )
        return RedemptionReservePayload(**await _shown(info, made))

    @mutation(
        RedemptionConfirmPayload,
        RedemptionConfirmErrorCode,
        "Spend points that were set aside.",
        needs=Action.WRITE_REDEMPTIONS,
        paths=PATHS,
    )
    async def redemption_confirm(self, info: Info, input: RedemptionConfirmInput) -> RedemptionConfirmPayload:
        redemption = RedemptionId(REDEMPTION.read(input.id, "id"))
        made = await redeeming.confirm(input.idempotency_key, redemption, order_reference=input.order_id)
        return RedemptionConfirmPayload(**await _shown(info, made))

    @mutation(
        RedemptionCancelPayload,
        RedemptionCancelErrorCode,
        "Let points go that were set aside.",
        needs=Action.WRITE_REDEMPTIONS,
        paths=PATHS,
    )
    async def redemption_cancel(self, info: Info, input: RedemptionCancelInput) -> RedemptionCancelPayload:
        redemption = RedemptionId(REDEMPTION.read(input.id, "id"))
        made = await redemptions.cancel(input.idempotency_key, redemption)
        return RedemptionCancelPayload(**await _shown(info, made))

    @mutation(
        VoucherUsePayload,
        VoucherUseErrorCode,
        "Take a member's code: once, whatever becomes of what it was given for.",
        needs=Action.WRITE_REDEMPTIONS,
        paths=PATHS,
    )
    async def voucher_use(self, info: Info, input: VoucherUseInput) -> VoucherUsePayload:
        made = await using.use(input.idempotency_key, input.code, input.order_id)
        return VoucherUsePayload(redemption=await show_redemption(info, made))


async def _shown(info: Info, made: RedemptionView) -> dict[str, Any]:
    """The fields that the payloads have in common."""
    balances = await balances_after(info, made.member_id) if asks_for(info, "balances") else []
    return {"redemption": await show_redemption(info, made), "balances": balances}
