"""Mutations on gift cards."""

from __future__ import annotations

from datetime import datetime

import strawberry

from programs.stored_value import cards
from programs.stored_value.cards import Issued, IssueInput, Which
from programs.stored_value.views import GiftCardId
from schema.admin.codes import (
    GiftCardDisableErrorCode,
    GiftCardIssueErrorCode,
    GiftCardReissueErrorCode,
    GiftCardTransferToBalanceErrorCode,
)
from schema.admin.stored_value import PATHS, read_program
from schema.admin.types.ledger import Balance, balances_after
from schema.admin.types.stored_value import GiftCard, show_gift_card
from schema.shared.context import Info
from schema.shared.declare import UNSET, choice, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import GIFT_CARD
from schema.shared.payments import GiftCardCodeInput, read_card
from schema.shared.references import MemberReferenceInput, find_member
from schema.shared.scalars import BigInt
from tenants.roles import Action

_KEY = "1–200 characters, unique for ever in the tenant."
_CODE = "What it is used by, in groups of four; shown to whoever has this key. Null if the server's secret has changed."


@choice
class GiftCardReferenceInput:
    """A gift card."""

    id: strawberry.ID | None = field(default=UNSET, description="By our id, `gft_…`, for staff.")
    code: GiftCardCodeInput | None = field(default=UNSET, description="By what its holder has.")


@input_
class GiftCardIssueInput:
    """A gift card to issue, once it is paid."""

    idempotency_key: str = field(description=_KEY)
    amount: BigInt = field(description="What it is worth, in minor units.")
    currency: str = field(description="The ISO 4217 code.")
    purchaser: MemberReferenceInput | None = field(default=None, description="The member who bought it, if known.")
    order_id: str | None = field(default=None, description="The order that it was bought with.")
    expires_at: datetime | None = field(
        default=None, description="From when on it cannot be used; as the program's rules say unless given."
    )
    program_id: strawberry.ID | None = field(
        default=None, description="By whose rules, where there are several of the currency."
    )


@output
class GiftCardIssuePayload:
    """The card; a repeat shows its code again."""

    gift_card: GiftCard | None = field(default=None, description="The card.")
    code: str | None = field(default=None, description=_CODE)
    pin: str | None = field(default=None, description="Its PIN, if it has one.")
    user_errors: list[UserError[GiftCardIssueErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class GiftCardTransferToBalanceInput:
    """A gift card whose money is to come onto a member's balance, with its end."""

    idempotency_key: str = field(description=_KEY)
    gift_card: GiftCardReferenceInput = field(description="The card.")
    member: MemberReferenceInput = field(description="To whom.")


@output
class GiftCardTransferToBalancePayload:
    """The card, which has had its time, and the balance."""

    gift_card: GiftCard | None = field(default=None, description="The card.")
    balances: list[Balance] = field(default_factory=list, description="The member's units afterwards.")
    user_errors: list[UserError[GiftCardTransferToBalanceErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class GiftCardReissueInput:
    """A gift card that is to get a new code: for another holder, or because the old one is known."""

    idempotency_key: str = field(description=_KEY)
    gift_card: GiftCardReferenceInput = field(description="The card.")


@output
class GiftCardReissuePayload:
    """The card that took its place; a repeat shows its code again."""

    gift_card: GiftCard | None = field(default=None, description="The new card.")
    code: str | None = field(default=None, description=_CODE)
    pin: str | None = field(default=None, description="Its PIN, if it has one.")
    user_errors: list[UserError[GiftCardReissueErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class GiftCardDisableInput:
    """A gift card that is to end; what is left of it is nobody's."""

    idempotency_key: str = field(description=_KEY)
    gift_card: GiftCardReferenceInput = field(description="The card.")
    reason: str = field(description="Why, for the books: 1–500 characters.")


@output
class GiftCardDisablePayload:
    """The card."""

    gift_card: GiftCard | None = field(default=None, description="The card.")
    user_errors: list[UserError[GiftCardDisableErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class GiftCardMutations:
    """Mutations on gift cards."""

    @mutation(
        GiftCardIssuePayload,
        GiftCardIssueErrorCode,
        "Issue a gift card.",
        needs=Action.WRITE_GIFT_CARDS,
        paths={**PATHS, "member": ["purchaser"]},
    )
    async def gift_card_issue(self, info: Info, input: GiftCardIssueInput) -> GiftCardIssuePayload:
        purchaser = None if input.purchaser is None else await find_member(input.purchaser)
        made = await cards.issue(input.idempotency_key, IssueInput(
            amount=input.amount, currency=input.currency, program=read_program(input.program_id), purchaser=purchaser,
            order_reference=input.order_id, expires_at=input.expires_at,
        ))  # fmt: skip
        return GiftCardIssuePayload(gift_card=await show_gift_card(info, made.card), code=made.code, pin=made.pin)

    @mutation(
        GiftCardTransferToBalancePayload,
        GiftCardTransferToBalanceErrorCode,
        "Put what is left of a gift card onto a member's balance.",
        needs=Action.WRITE_GIFT_CARDS,
    )
    async def gift_card_transfer_to_balance(
        self, info: Info, input: GiftCardTransferToBalanceInput
    ) -> GiftCardTransferToBalancePayload:
        member = await find_member(input.member)
        made = await cards.transfer_to_balance(input.idempotency_key, _which(input.gift_card), member)
        return GiftCardTransferToBalancePayload(
            gift_card=await show_gift_card(info, made), balances=await balances_after(info, member)
        )

    @mutation(
        GiftCardReissuePayload,
        GiftCardReissueErrorCode,
        "Give what is left of a gift card a new code.",
        needs=Action.WRITE_GIFT_CARDS,
    )
    async def gift_card_reissue(self, info: Info, input: GiftCardReissueInput) -> GiftCardReissuePayload:
        made: Issued = await cards.reissue(input.idempotency_key, _which(input.gift_card))
        return GiftCardReissuePayload(gift_card=await show_gift_card(info, made.card), code=made.code, pin=made.pin)

    @mutation(
        GiftCardDisablePayload,
        GiftCardDisableErrorCode,
        "End a gift card.",
        needs=Action.WRITE_GIFT_CARDS,
    )
    async def gift_card_disable(self, info: Info, input: GiftCardDisableInput) -> GiftCardDisablePayload:
        made = await cards.disable(input.idempotency_key, _which(input.gift_card), input.reason)
        return GiftCardDisablePayload(gift_card=await show_gift_card(info, made))


def _which(given: GiftCardReferenceInput) -> Which:
    if given.code:
        return read_card(given.code, "gift_card", "code")
    return GiftCardId(GIFT_CARD.read(str(given.id), "giftCard", "id"))
