"""Points as payment: what so many points are worth on an order. Pure, in integers only (cases S1, S2, S6, S8)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import lcm
from typing import NamedTuple

import orjson

FORMAT = 1


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """Every `points` points are worth `worth` minor units of `currency`; a part of a step is worth nothing.

    At least `minimum` points, in multiples of `multiple`, at most `maximum` and `maximum_share_percent` of the order.
    The same fields as the settings of a points program, which are checked when they are saved.
    """

    points: int
    worth: int
    currency: str
    minimum: int = 0
    multiple: int = 1
    maximum: int | None = None
    maximum_share_percent: int = 100

    def __post_init__(self) -> None:
        assert self.points > 0 and self.worth > 0 and self.multiple > 0, "a point is worth something"
        assert self.minimum >= 0 and 1 <= self.maximum_share_percent <= 100, "limits of a payment"


class PaymentQuote(NamedTuple):
    """`points` pay `amount` minor units; both 0 if these points cannot pay."""

    points: int
    amount: int


NOTHING = PaymentQuote(0, 0)


def quote_payment(terms: PaymentTerms, asked: int, available: int, order_amount: int | None) -> PaymentQuote:
    """The most points, up to those asked for and available, that can pay for an order, and what they pay.

    Points go in whole steps of the price and of the multiple, so that the amount is exact and no point is taken for
    nothing: at 300 for 2 points, 5 points use 4 and give 600. Without an order's amount only its limits are left out.

    >>> quote_payment(PaymentTerms(2, 300, "USD"), asked=5, available=5, order_amount=10_000)
    PaymentQuote(points=4, amount=600)
    """
    step = lcm(terms.points, terms.multiple)
    step_worth = step // terms.points * terms.worth
    steps = max(0, min(asked, available, asked if terms.maximum is None else terms.maximum)) // step
    if order_amount is not None:
        steps = min(steps, max(0, order_amount) * terms.maximum_share_percent // 100 // step_worth)
    points = steps * step
    return PaymentQuote(points, steps * step_worth) if points >= max(1, terms.minimum) else NOTHING


def to_json(terms: PaymentTerms) -> str:
    """The terms as a redemption keeps them."""
    return orjson.dumps({"format": FORMAT, "kind": "payment", **asdict(terms)}, option=orjson.OPT_SORT_KEYS).decode()


def from_json(text: str) -> PaymentTerms:
    """Terms as a redemption kept them."""
    stored = orjson.loads(text)
    assert stored.pop("kind") == "payment" and stored.pop("format") == FORMAT, "terms of a payment"
    return PaymentTerms(**stored)
