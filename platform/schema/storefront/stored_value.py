"""A shopper's money and bonus, and gift cards that they have: looked at, and put onto the balance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import strawberry

from members.views import MemberId
from programs.stored_value import balances, cards
from programs.stored_value.balances import StoredBalance
from programs.stored_value.card_records import CardRef
from programs.stored_value.views import GiftCardView
from schema.cost import sized
from schema.shared.context import Info
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.payments import GiftCardCodeInput, GiftCardState, read_card
from schema.shared.scalars import BigInt
from schema.shared.values import ExpiryStep, show_expiries
from schema.storefront.codes import GiftCardToBalanceErrorCode
from schema.storefront.shopper import KEY, signed_in, with_key


@output
class StoredValueBalance:
    """Money and bonus that can be paid with, in minor units of one currency."""

    currency: str = field(description="The ISO 4217 code.")
    money: BigInt = field(description="Money.")
    bonus: BigInt = field(description="Bonus: it pays like money, and is never paid out.")
    total: BigInt = field(description="Both together.")
    money_expiries: list[ExpiryStep] = field(
        description="How the money will end, the soonest first; what is missing never ends.", metadata=sized(3)
    )
    bonus_expiries: list[ExpiryStep] = field(
        description="How the bonus will end, the soonest first; what is missing never ends.", metadata=sized(3)
    )


@output
class GiftCard:
    """A gift card, for who has its code. Amounts are minor units."""

    currency: str = field(description="The ISO 4217 code of the amounts.")
    amount: BigInt = field(description="What it was issued with.")
    balance: BigInt = field(description="What can be paid with it now.")
    state: GiftCardState = field(description="What became of it.")
    last_characters: str = field(description="The last four characters of its code.")
    expires_at: datetime | None = field(description="From when on it cannot be used; null: without end.")


@input_
class GiftCardToBalanceInput:
    """A gift card whose money is to come onto the shopper's balance."""

    idempotency_key: str = field(description=KEY)
    gift_card: GiftCardCodeInput = field(description="The card.")


@output
class GiftCardToBalancePayload:
    """The card, which has had its time, and the balance."""

    gift_card: GiftCard | None = field(default=None, description="The card.")
    stored_value: list[StoredValueBalance] = field(default_factory=list, description="Money and bonus afterwards.")
    user_errors: list[UserError[GiftCardToBalanceErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class StoredValueMutations:
    """The storefront's mutations on stored value."""

    @mutation(
        GiftCardToBalancePayload,
        GiftCardToBalanceErrorCode,
        "Put what is left of a gift card onto the shopper's balance.",
    )
    async def gift_card_to_balance(self, info: Info, input: GiftCardToBalanceInput) -> GiftCardToBalancePayload:
        member, key = with_key(info, input.idempotency_key)
        card = read_card(input.gift_card, "gift_card")
        made = await cards.transfer_to_balance(key, card, member)
        return GiftCardToBalancePayload(
            gift_card=show_gift_card(made), stored_value=await show_stored_value(info, member)
        )


async def find_gift_card(info: Info, card: CardRef) -> GiftCard | None:
    """The card of a code, for a shopper who is signed in. Raises `Unauthenticated`, `TooManyAttempts`."""
    signed_in(info)
    found = await cards.look(card)
    return show_gift_card(found) if found is not None else None


async def show_stored_value(info: Info, member: MemberId) -> list[StoredValueBalance]:
    """A shopper's money and bonus, per program of stored value."""
    found: Sequence[StoredBalance] = await balances.of_member(member)
    zone = await info.context.zone()
    return [
        StoredValueBalance(
            currency=each.currency, money=each.money, bonus=each.bonus, total=each.money + each.bonus,
            money_expiries=show_expiries(each.money_ends, zone), bonus_expiries=show_expiries(each.bonus_ends, zone),
        )
        for each in found
    ]  # fmt: skip


def show_gift_card(found: GiftCardView) -> GiftCard:
    """A card for who has its code."""
    return GiftCard(
        currency=found.currency, amount=found.amount, balance=found.balance, state=found.state,
        last_characters=found.last_characters, expires_at=found.expires_at,
    )  # fmt: skip
