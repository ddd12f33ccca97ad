"""What a reward gives: one frozen dataclass per kind, stored as JSON with `format` 1.

Money is in minor units with an ISO 4217 code. What was reserved keeps the terms of that moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar

import orjson

from kit.errors import Refusal
from kit.money import EXPONENTS
from ledger.state import AMOUNT_MAX
from rewards.errors import RewardErrorCode, invalid, out_of_range

FORMAT = 1


class RewardKind(StrEnum):
    """What a reward is."""

    AMOUNT_OFF = "amount_off"
    PERCENT_OFF = "percent_off"
    FREE_PRODUCT = "free_product"
    FREE_SHIPPING = "free_shipping"
    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"
    DONATION = "donation"
    EXPERIENCE = "experience"
    PARTNER_REWARD = "partner_reward"
    POINTS_AND_CASH = "points_and_cash"
    TIER_RAISE = "tier_raise"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money in minor units."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class AmountOff:
    """`amount` off an order of at least `minimum_order`."""

    KIND: ClassVar = RewardKind.AMOUNT_OFF
    amount: Money
    minimum_order: Money | None = None


@dataclass(frozen=True, slots=True)
class PercentOff:
    """`percent` (1–100) off an order of at least `minimum_order`, but no more than `at_most`."""

    KIND: ClassVar = RewardKind.PERCENT_OFF
    percent: int
    at_most: Money | None = None
    minimum_order: Money | None = None


@dataclass(frozen=True, slots=True)
class FreeProduct:
    """`quantity` pieces of the shop's article `sku`."""

    KIND: ClassVar = RewardKind.FREE_PRODUCT
    sku: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class FreeShipping:
    """Delivery of an order of at least `minimum_order`."""

    KIND: ClassVar = RewardKind.FREE_SHIPPING
    minimum_order: Money | None = None


@dataclass(frozen=True, slots=True)
class GiftCard:
    """A gift card over `amount`."""

    KIND: ClassVar = RewardKind.GIFT_CARD
    amount: Money


@dataclass(frozen=True, slots=True)
class StoreCredit:
    """`amount` to spend at the shop."""

    KIND: ClassVar = RewardKind.STORE_CREDIT
    amount: Money


@dataclass(frozen=True, slots=True)
class Donation:
    """`amount` that the merchant gives to `cause` in the member's name."""

    KIND: ClassVar = RewardKind.DONATION
    cause: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Experience:
    """Something to take part in, as told by `instructions`."""

    KIND: ClassVar = RewardKind.EXPERIENCE
    instructions: str


@dataclass(frozen=True, slots=True)
class PartnerReward:
    """Something that `partner` gives, as told by `instructions`."""

    KIND: ClassVar = RewardKind.PARTNER_REWARD
    partner: str
    instructions: str


@dataclass(frozen=True, slots=True)
class PointsAndCash:
    """`quantity` pieces of the article `sku` for the points and `cash`, which the shop takes at its checkout."""

    KIND: ClassVar = RewardKind.POINTS_AND_CASH
    sku: str
    cash: Money
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class TierRaise:
    """The tier of this id in the rules of a tiered program, for so many `months`, to the end of that day."""

    KIND: ClassVar = RewardKind.TIER_RAISE
    tier: str
    months: int


RewardTerms = (
    AmountOff | PercentOff | FreeProduct | FreeShipping | GiftCard | StoreCredit | Donation | Experience
    | PartnerReward | PointsAndCash | TierRaise
)  # fmt: skip

TERMS: dict[RewardKind, type[RewardTerms]] = {
    terms.KIND: terms
    for terms in (
        AmountOff, PercentOff, FreeProduct, FreeShipping, GiftCard, StoreCredit, Donation, Experience, PartnerReward,
        PointsAndCash, TierRaise,
    )
}  # fmt: skip
"""The kinds, each with the class of its terms."""


def to_json(terms: RewardTerms) -> str:
    """The terms as they are stored: `{"format": 1, "kind": "free_product", "quantity": 1, "sku": "…"}`."""
    given = {field.name: getattr(terms, field.name) for field in fields(terms)}
    return orjson.dumps({"format": FORMAT, "kind": terms.KIND, **given}, option=orjson.OPT_SORT_KEYS).decode()


def from_json(text: str) -> RewardTerms:
    """Terms as they were stored."""
    stored: dict[str, Any] = orjson.loads(text)
    kind, format_ = stored.pop("kind"), stored.pop("format")
    assert format_ == FORMAT, f"terms of the format {format_}"
    values: dict[str, Any] = {
        name: Money(**value) if isinstance(value, dict) else value for name, value in stored.items()
    }
    return TERMS[RewardKind(kind)](**values)


def problems(terms: RewardTerms) -> Iterator[Refusal]:
    """What is wrong with terms, each with the path of its field (`terms.amount_off.amount.currency`)."""
    currencies = set()
    for field in fields(terms):
        value = getattr(terms, field.name)
        path = ("terms", str(terms.KIND), field.name)
        if isinstance(value, Money):
            yield from _money(value, path)
            currencies.add(value.currency)
        elif isinstance(value, str):
            yield from _text(value, path)
        elif field.name in _NUMBERS:
            low, high = _NUMBERS[field.name]
            if type(value) is not int or not low <= value <= high:
                yield out_of_range(low, high, *path)
    if len(currencies) > 1:
        yield invalid("All amounts of a reward are in one currency.", "terms", str(terms.KIND))


TEXT_CHARACTERS_MAX = 2000
_NUMBERS = {"percent": (1, 100), "quantity": (1, 1_000_000), "months": (1, 120)}


def _money(value: Money, path: tuple[str, ...]) -> Iterator[Refusal]:
    if type(value.amount) is not int or not 1 <= value.amount <= AMOUNT_MAX:
        yield out_of_range(1, AMOUNT_MAX, *path, "amount")
    if value.currency not in EXPONENTS:
        yield Refusal(RewardErrorCode.INVALID_CURRENCY, "A currency is its ISO 4217 code, as EUR.", (*path, "currency"))


def _text(value: str, path: tuple[str, ...]) -> Iterator[Refusal]:
    if not value.strip() or len(value) > TEXT_CHARACTERS_MAX or "\0" in value:
        yield invalid(f"Give 1 to {TEXT_CHARACTERS_MAX} characters.", *path)
