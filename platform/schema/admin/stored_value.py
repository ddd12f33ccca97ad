"""Mutations on payments from stored value, and on refunds to a balance."""

from __future__ import annotations

from typing import Any

import strawberry

from members.views import MemberId
from programs.decision import ProgramId
from programs.stored_value import balances, service
from programs.stored_value.balances import CreditInput
from programs.stored_value.service import Wish
from programs.stored_value.views import PaymentId, PaymentView
from schema.admin.codes import (
    StoredValueAuthorizeErrorCode,
    StoredValueCaptureErrorCode,
    StoredValueCreditErrorCode,
    StoredValuePayErrorCode,
    StoredValueRefundErrorCode,
    StoredValueVoidErrorCode,
)
from schema.admin.types.ledger import Balance, balances_after
from schema.admin.types.stored_value import Payment, show_payment
from schema.shared.context import Info, asks_for
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import PAYMENT, PROGRAM
from schema.shared.payments import StoredValueSourceInput, read_sources
from schema.shared.references import MemberReferenceInput, find_member
from schema.shared.scalars import BigInt
from tenants.roles import Action

_KEY = "1–200 characters, unique for ever in the tenant."
_SOURCES = "What pays, in turn: 1–10. Never let it pay for top-ups or gift cards: `quote` says how much it can."


@input_
class StoredValueAuthorizeInput:
    """Stored value to set aside for an order."""

    idempotency_key: str = field(description=_KEY)
    amount: BigInt = field(description="How much, in minor units.")
    currency: str = field(description="The ISO 4217 code.")
    sources: list[StoredValueSourceInput] = field(description=_SOURCES)
    member: MemberReferenceInput | None = field(default=None, description="Whose balance pays; null: cards only.")
    order_id: str | None = field(default=None, description="The order that it pays for; its refunds give back.")
    up_to: bool = field(default=False, description="Whether less is enough, if there is no more.")
    program_id: strawberry.ID | None = field(
        default=None, description="Whose balance pays, where there are several of the currency."
    )
    minutes: int = field(default=15, description="How long it stays set aside, 1–10,080.")


@output
class StoredValueAuthorizePayload:
    """The payment."""

    payment: Payment | None = field(default=None, description="The payment.")
    balances: list[Balance] = field(default_factory=list, description="The member's units afterwards.")
    user_errors: list[UserError[StoredValueAuthorizeErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class StoredValuePayInput:
    """Stored value to take for an order at once."""

    idempotency_key: str = field(description=_KEY)
    amount: BigInt = field(description="How much, in minor units.")
    currency: str = field(description="The ISO 4217 code.")
    sources: list[StoredValueSourceInput] = field(description=_SOURCES)
    member: MemberReferenceInput | None = field(default=None, description="Whose balance pays; null: cards only.")
    order_id: str | None = field(default=None, description="The order that it pays for; its refunds give back.")
    up_to: bool = field(default=False, description="Whether less is enough, if there is no more.")
    program_id: strawberry.ID | None = field(
        default=None, description="Whose balance pays, where there are several of the currency."
    )


@output
class StoredValuePayPayload:
    """The payment."""

    payment: Payment | None = field(default=None, description="The payment.")
    balances: list[Balance] = field(default_factory=list, description="The member's units afterwards.")
    user_errors: list[UserError[StoredValuePayErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class StoredValueCaptureInput:
    """A payment whose money is to be taken."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The payment.")
    amount: BigInt | None = field(default=None, description="A part of it; the rest goes back. Null: all.")
    order_id: str | None = field(default=None, description="The order that it pays for, if not said before.")


@output
class StoredValueCapturePayload:
    """The payment."""

    payment: Payment | None = field(default=None, description="The payment.")
    balances: list[Balance] = field(default_factory=list, description="The member's units afterwards.")
    user_errors: list[UserError[StoredValueCaptureErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class StoredValueVoidInput:
    """A payment whose money is to be let go."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The payment.")


@output
class StoredValueVoidPayload:
    """The payment."""

    payment: Payment | None = field(default=None, description="The payment.")
    balances: list[Balance] = field(default_factory=list, description="The member's units afterwards.")
    user_errors: list[UserError[StoredValueVoidErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class StoredValueRefundInput:
    """What of a captured payment is to be given back. Refunds of its order count beside it: the larger is back."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The payment.")
    amount: BigInt = field(description="How much now, in minor units; all refunds together at most what was captured.")


@output
class StoredValueRefundPayload:
    """The payment."""

    payment: Payment | None = field(default=None, description="The payment; `returned` is what is back in all.")
    balances: list[Balance] = field(default_factory=list, description="The member's units afterwards.")
    user_errors: list[UserError[StoredValueRefundErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class StoredValueCreditInput:
    """An order that was paid otherwise, to be refunded to the member's balance."""

    idempotency_key: str = field(description=_KEY)
    member: MemberReferenceInput = field(description="Who placed the order.")
    amount: BigInt = field(description="How much, in minor units; all of an order at most what was paid otherwise.")
    currency: str = field(description="The ISO 4217 code.")
    order_id: str = field(description="The order.")
    reason: str = field(description="Why, for the books: 1–500 characters.")
    program_id: strawberry.ID | None = field(
        default=None, description="Whose balance it comes onto, where there are several of the currency."
    )


@output
class StoredValueCreditPayload:
    """The member's balance afterwards."""

    balances: list[Balance] = field(default_factory=list, description="The member's units afterwards.")
    user_errors: list[UserError[StoredValueCreditErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


PATHS = {
    "order_reference": ["orderId"],
    "hold_minutes": ["minutes"],
    "program": ["programId"],
    "payment": ["id"],
}
"""Where the services' own fields are in the inputs."""


@strawberry.type
class StoredValueMutations:
    """Mutations on payments from stored value."""

    @mutation(
        StoredValueAuthorizePayload,
        StoredValueAuthorizeErrorCode,
        "Set stored value aside for an order.",
        needs=Action.WRITE_PAYMENTS,
        paths=PATHS,
    )
    async def stored_value_authorize(
        self, info: Info, input: StoredValueAuthorizeInput
    ) -> StoredValueAuthorizePayload:  # fmt: skip
        wish = await _wish(input)
        made = await service.authorize(input.idempotency_key, wish, hold_minutes=input.minutes)
        return StoredValueAuthorizePayload(**await _shown(info, made))

    @mutation(
        StoredValuePayPayload,
        StoredValuePayErrorCode,
        "Take stored value for an order at once.",
        needs=Action.WRITE_PAYMENTS,
        paths=PATHS,
    )
    async def stored_value_pay(self, info: Info, input: StoredValuePayInput) -> StoredValuePayPayload:
        made = await service.pay(input.idempotency_key, await _wish(input))
        return StoredValuePayPayload(**await _shown(info, made))

    @mutation(
        StoredValueCapturePayload,
        StoredValueCaptureErrorCode,
        "Take stored value that was set aside.",
        needs=Action.WRITE_PAYMENTS,
        paths=PATHS,
    )
    async def stored_value_capture(self, info: Info, input: StoredValueCaptureInput) -> StoredValueCapturePayload:
        made = await service.capture(
            input.idempotency_key, _payment(input.id), amount=input.amount, order_reference=input.order_id
        )
        return StoredValueCapturePayload(**await _shown(info, made))

    @mutation(
        StoredValueVoidPayload,
        StoredValueVoidErrorCode,
        "Let stored value go that was set aside.",
        needs=Action.WRITE_PAYMENTS,
        paths=PATHS,
    )
    async def stored_value_void(self, info: Info, input: StoredValueVoidInput) -> StoredValueVoidPayload:
        made = await service.void(input.idempotency_key, _payment(input.id))
        return StoredValueVoidPayload(**await _shown(info, made))

    @mutation(
        StoredValueRefundPayload,
        StoredValueRefundErrorCode,
        "Give stored value back that was taken, to where it came from.",
        needs=Action.WRITE_PAYMENTS,
        paths=PATHS,
    )
    async def stored_value_refund(self, info: Info, input: StoredValueRefundInput) -> StoredValueRefundPayload:
        made = await service.refund(input.idempotency_key, _payment(input.id), input.amount)
        return StoredValueRefundPayload(**await _shown(info, made))

    @mutation(
        StoredValueCreditPayload,
        StoredValueCreditErrorCode,
        "Refund an order that was paid otherwise to the member's balance.",
        needs=Action.ADJUST_POINTS,
        paths=PATHS,
    )
    async def stored_value_credit(self, info: Info, input: StoredValueCreditInput) -> StoredValueCreditPayload:
        member = await find_member(input.member)
        await balances.credit(input.idempotency_key, CreditInput(
            member=member, amount=input.amount, currency=input.currency, order_reference=input.order_id,
            reason=input.reason, program=read_program(input.program_id),
        ))  # fmt: skip
        return StoredValueCreditPayload(balances=await balances_after(info, member))


def read_program(given: strawberry.ID | None) -> ProgramId | None:
    """The program that was named. Raises `Refusal` NOT_FOUND for an id that is none of ours."""
    return None if given is None else ProgramId(PROGRAM.read(given, "programId"))


def _payment(given: strawberry.ID) -> PaymentId:
    return PaymentId(PAYMENT.read(given, "id"))


async def _wish(given: StoredValueAuthorizeInput | StoredValuePayInput) -> Wish:
    member: MemberId | None = None if given.member is None else await find_member(given.member)
    return Wish(
        given.amount, given.currency, read_sources(given.sources), member, given.order_id, given.up_to,
        read_program(given.program_id),
    )  # fmt: skip


async def _shown(info: Info, made: PaymentView) -> dict[str, Any]:
    """The fields that the payloads have in common."""
    shown = made.member_id is not None and asks_for(info, "balances")
    return {
        "payment": await show_payment(info, made),
        "balances": await balances_after(info, str(made.member_id)) if shown else [],
    }
