"""Mutations on redemptions: reserve first, then confirm or cancel, once."""

from __future__ import annotations

import strawberry

from schema.admin.codes import RedemptionCancelErrorCode, RedemptionConfirmErrorCode, RedemptionReserveErrorCode
from schema.admin.types.ledger import Balance
from schema.admin.types.rewards import Redemption
from schema.shared.carts import RedeemChoiceInput
from schema.shared.declare import field, input_, output
from schema.shared.errors import NotServed, UserError, mutation
from schema.shared.references import MemberReferenceInput


@input_
class RedemptionReserveInput:
    """Points to set aside; the server says what it costs."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    member: MemberReferenceInput = field(description="Whose points.")
    redeem: RedeemChoiceInput = field(description="What they are spent on.")
    order_id: str | None = field(default=None, description="The order that a reward belongs to.")
    quote_token: str | None = field(default=None, description="A quote whose prices still count.")
    minutes: int = field(default=30, description="How long they stay set aside, 1–10,080.")


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
    reason: str = field(default="", description="Why, up to 500 characters.")


@output
class RedemptionCancelPayload:
    """The redemption."""

    redemption: Redemption | None = field(default=None, description="The redemption.")
    balances: list[Balance] = field(default_factory=list, description="The member's points afterwards.")
    user_errors: list[UserError[RedemptionCancelErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class RedemptionMutations:
    """Mutations on redemptions."""

    @mutation(RedemptionReservePayload, RedemptionReserveErrorCode, "Set points aside for a reward or as payment.")
    async def redemption_reserve(self, input: RedemptionReserveInput) -> RedemptionReservePayload:  # noqa: A002
        raise NotServed("redemptionReserve")

    @mutation(RedemptionConfirmPayload, RedemptionConfirmErrorCode, "Spend points that were set aside.")
    async def redemption_confirm(self, input: RedemptionConfirmInput) -> RedemptionConfirmPayload:  # noqa: A002
        raise NotServed("redemptionConfirm")

    @mutation(RedemptionCancelPayload, RedemptionCancelErrorCode, "Let points go that were set aside.")
    async def redemption_cancel(self, input: RedemptionCancelInput) -> RedemptionCancelPayload:  # noqa: A002
        raise NotServed("redemptionCancel")
