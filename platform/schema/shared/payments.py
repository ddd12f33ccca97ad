"""What pays from stored value: inputs and enums that quotes and payments share."""

from __future__ import annotations

from collections.abc import Sequence

from kit.errors import Refusal
from programs.stored_value.card_records import CardRef
from programs.stored_value.funds import FromBalance, FromCard, Pay
from programs.stored_value.quoting import PaymentQuote
from programs.stored_value.views import GiftCardState, PaymentState, Source
from schema.shared.carts import check_text
from schema.shared.declare import UNSET, choice, enum, field, input_, output
from schema.shared.scalars import BigInt

__all__ = ["GiftCardState", "PaymentState", "Source"]

enum(Source, {
    "MONEY": "Money of a member's balance.",
    "BONUS": "Bonus of a member's balance.",
    "GIFT_CARD": "A gift card.",
}, name="PaymentSource", description="What a part of a payment comes from.")  # fmt: skip

enum(PaymentState, {
    "AUTHORIZED": "The money is set aside.",
    "CAPTURED": "The money is taken, or a part of it; the rest went back.",
    "VOIDED": "The money was let go.",
    "EXPIRED": "Nobody captured it in time; the money was let go.",
}, description="Where a payment is in its life.")  # fmt: skip

enum(GiftCardState, {
    "ACTIVE": "It can be used, until it expires.",
    "MOVED": "Its money is on a balance, or on the card that took its place.",
    "DISABLED": "It was ended.",
}, description="What became of a gift card.")  # fmt: skip


@input_
class GiftCardCodeInput:
    """A gift card, by what its holder has. Spaces, dashes and case make no difference."""

    code: str = field(description="Its code.")
    pin: str | None = field(default=None, description="Its PIN, if it has one.")


@choice
class StoredValueSourceInput:
    """What pays."""

    balance: bool | None = field(default=UNSET, description="True: the member's money and bonus.")
    gift_card: GiftCardCodeInput | None = field(default=UNSET, description="A gift card.")


@output
class QuotePayment:
    """What a source would pay."""

    source: Source = field(description="What it comes from.")
    amount: BigInt = field(description="How much, in minor units of the cart's currency.")
    last_characters: str | None = field(description="Of a gift card the last four characters of its code.")


def read_card(given: GiftCardCodeInput, *path: str) -> CardRef:
    """A card that was named. Raises `Refusal` INVALID for texts that nobody types."""
    check_text(given.code, (*path, "code"), CODE_MAX)
    if given.pin is not None:
        check_text(given.pin, (*path, "pin"), CODE_MAX)
    return CardRef(given.code, given.pin)


CODE_MAX = 64


def read_sources(given: Sequence[StoredValueSourceInput], field_name: str = "sources") -> list[Pay]:
    """What pays, in order. Raises `Refusal` INVALID."""
    answer: list[Pay] = []
    for number, source in enumerate(given):
        if source.gift_card:
            answer.append(FromCard(read_card(source.gift_card, field_name, str(number), "gift_card")))
        elif source.balance:
            answer.append(FromBalance())
        else:
            raise Refusal("INVALID", "This is true or not given.", (field_name, str(number), "balance"))
    return answer


def show_quoted(found: Sequence[PaymentQuote]) -> list[QuotePayment]:
    """What sources would pay, in the schema."""
    return [
        QuotePayment(source=each.source, amount=each.amount, last_characters=each.last_characters) for each in found
    ]
