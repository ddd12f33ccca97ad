"""What is bought, and what points are spent on: inputs that orders, quotes and redemptions share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import orjson
import strawberry

from kit.errors import Refusal
from ledger.state import AMOUNT_MAX
from programs import activity as domain
from programs.cel import PAYLOAD_CHARACTERS_MAX
from programs.quote import Cart, Redeem, RedeemPoints, RedeemReward
from rewards.views import RewardId
from schema.shared.declare import UNSET, choice, field, input_, output
from schema.shared.enums import LineKind, TenderKind
from schema.shared.ids import REWARD
from schema.shared.scalars import AttributeValue, BigInt
from schema.shared.values import AttributeInput

PAYLOAD = "What else is known of it, which conditions in CEL read as `activity.payload`; no personal data."


@input_
class LineInput:
    """One line of an order. Amounts are minor units of the order's currency, each at least 0."""

    id: strawberry.ID = field(description="Unique in the order; refunds name it.")
    amount: BigInt = field(description="The line's total before discount, without tax.")
    kind: LineKind = field(default=LineKind.PRODUCT, description="What it is.")
    sku: str | None = field(default=None, description="The shop's article number.")
    categories: list[str] = field(default_factory=list, description="Categories that rules may name.")
    tags: list[str] = field(default_factory=list, description="Tags that rules may name.")
    quantity: int = field(default=1, description="How many pieces, at least 1.")
    discount: BigInt = field(default=0, description="What was taken off `amount`, at most all of it.")
    tax: BigInt = field(default=0, description="What was put on top.")


@input_
class TenderInput:
    """What a part of the order was paid with."""

    kind: TenderKind = field(description="What it was paid with.")
    amount: BigInt = field(description="How much, in minor units of the order's currency.")


@input_
class CartInput:
    """An order that is not placed yet."""

    currency: str = field(description="The ISO 4217 code of all its amounts.")
    lines: list[LineInput] = field(description="Its lines, 1–500.")
    tenders: list[TenderInput] = field(default_factory=list, description="What it will be paid with, if known.")
    codes: list[str] = field(default_factory=list, description="Coupon codes entered.")
    payload: list[AttributeInput] = field(default_factory=list, description=PAYLOAD)
    channel: str | None = field(default=None, description="Where it is bought: `web`, `store`, …")
    line: str = field(default="main", description="The line of business that it is bought of.")


@input_
class PaymentInput:
    """Points as payment."""

    points: BigInt = field(description="How many points; the server says what they are worth.")
    order_id: str = field(description="The order that they pay for.")
    order_total: BigInt | None = field(
        default=None, description="What the order comes to, in minor units: limits of the share are checked against it."
    )
    currency: str | None = field(
        default=None, description="The order's currency, by its ISO 4217 code; the quote's or tenant's unless given."
    )
    unit: str | None = field(default=None, description="The unit's slug; needed where several units can pay.")


@choice
class RedeemChoiceInput:
    """What points are spent on."""

    reward_id: strawberry.ID | None = field(default=UNSET, description="A reward, at its own price.")
    payment: PaymentInput | None = field(default=UNSET, description="An order, of which points pay a part.")


@output
class Line:
    """One line of an order."""

    id: strawberry.ID = field(description="Unique in the order.")
    kind: LineKind = field(description="What it is.")
    sku: str | None = field(description="The shop's article number.")
    categories: list[str] = field(description="Categories that rules may name.")
    tags: list[str] = field(description="Tags that rules may name.")
    quantity: int = field(description="How many pieces.")
    amount: BigInt = field(description="The line's total before discount, without tax.")
    discount: BigInt = field(description="What was taken off.")
    tax: BigInt = field(description="What was put on top.")
    refunded: BigInt | None = field(description="In a refund by money, what was given back for the line.")


@output
class Tender:
    """What a part of the order was paid with."""

    kind: TenderKind = field(description="What it was paid with.")
    amount: BigInt = field(description="How much, in minor units of the order's currency.")


def read_line(given: LineInput) -> domain.Line:
    """A line that was given; `programs.activity.refusals` checks it."""
    return domain.Line(
        given.id, given.amount, given.kind, given.sku, tuple(given.categories), tuple(given.tags), given.quantity,
        given.discount, given.tax,
    )  # fmt: skip


def read_tender(given: TenderInput) -> domain.Tender:
    """A part of the payment that was given."""
    return domain.Tender(given.kind, given.amount)


def show_line(line: domain.Line) -> Line:
    """A line in the schema."""
    return Line(
        id=strawberry.ID(line.id), kind=line.kind, sku=line.sku, categories=list(line.categories),
        tags=list(line.tags), quantity=line.quantity, amount=line.amount, discount=line.discount, tax=line.tax,
        refunded=line.refunded,
    )  # fmt: skip


def show_tender(tender: domain.Tender) -> Tender:
    """A part of the payment in the schema."""
    return Tender(kind=tender.kind, amount=tender.amount)


def read_cart(given: CartInput) -> Cart:
    """A cart that was given. Raises `Refusal` for texts that cannot be stored."""
    check_cart(given.lines, given.codes, given.channel, ("cart",))
    check_text(given.line, ("cart", "line"), 64)
    return Cart(
        given.currency, tuple(map(read_line, given.lines)), tuple(map(read_tender, given.tenders)),
        tuple(given.codes), given.channel, given.line, read_payload(given.payload, ("cart", "payload")),
    )  # fmt: skip


def read_payload(given: Sequence[AttributeInput], path: tuple[str, ...]) -> Mapping[str, AttributeValue]:
    """What else was told, by name; what is null is left out. Raises `Refusal` INVALID, TOO_MANY."""
    if len(given) > PAYLOAD_MAX:
        raise Refusal("TOO_MANY", f"At most {PAYLOAD_MAX}.", path)
    payload = {}
    for number, each in enumerate(given):
        at = (*path, str(number))
        if not _NAME.fullmatch(each.name) or each.name in payload:
            raise Refusal("INVALID", "Use 1 to 64 of A–Z a–z 0–9 _, and each name once.", (*at, "name"))
        if isinstance(each.value, str):
            check_text(each.value, (*at, "value"))
        elif isinstance(each.value, int) and abs(each.value) > AMOUNT_MAX:
            raise Refusal("INVALID", "A whole number is at most 2⁵³ − 1.", (*at, "value"))
        if each.value is not None:
            payload[each.name] = each.value
    if len(orjson.dumps(payload)) > PAYLOAD_CHARACTERS_MAX:
        raise Refusal("INVALID", f"Together they are at most {PAYLOAD_CHARACTERS_MAX} characters.", path)
    return payload


def read_redeem(given: RedeemChoiceInput) -> Redeem:
    """What points are to be spent on. Raises `Refusal` NOT_FOUND for an id that is none of ours."""
    if given.payment:
        return RedeemPoints(given.payment.points, given.payment.unit)
    reward = REWARD.read(str(given.reward_id), "redeem", "rewardId")
    return RedeemReward(RewardId(reward))


def check_cart(
    lines: Sequence[LineInput], codes: Sequence[str], channel: str | None, path: tuple[str, ...]
) -> None:  # fmt: skip
    """Refuse texts that are too long or cannot be stored, and too many of them."""
    check_texts(codes, CODES_MAX, (*path, "codes"))
    if channel is not None:
        check_text(channel, (*path, "channel"), 64)
    for number, line in enumerate(lines[: domain.LINES_MAX]):
        if _is_plain(line):
            continue
        at = (*path, "lines", str(number))
        check_text(line.id, (*at, "id"))
        check_texts(line.categories, LABELS_MAX, (*at, "categories"))
        check_texts(line.tags, LABELS_MAX, (*at, "tags"))
        if line.sku is not None:
            check_text(line.sku, (*at, "sku"))


_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
CODES_MAX = 100
PAYLOAD_MAX = 50
LABELS_MAX = 50
TEXT_MAX = 200


def check_texts(texts: Sequence[str], most: int, path: tuple[str, ...]) -> None:
    """Refuse a list that is too long, or a text in it."""
    if len(texts) > most:
        raise Refusal("TOO_MANY", f"At most {most}.", path)
    for number, text in enumerate(texts):
        check_text(text, (*path, str(number)))


def check_text(text: str, path: tuple[str, ...], most: int = TEXT_MAX) -> None:
    """Refuse a text that is empty, too long, or has characters that cannot be printed or stored."""
    if not 0 < len(text) <= most or not text.isprintable():
        raise Refusal("INVALID", f"Give 1 to {most} printable characters.", path)


def _is_plain(line: LineInput) -> bool:
    """Whether a line is as most are: nothing in it needs a closer look."""
    text = f"{line.id}{line.sku or '-'}"
    return not line.categories and not line.tags and bool(line.id) and line.sku != "" and len(text) < TEXT_MAX and (
        text.isprintable()
    )  # fmt: skip
