"""The shopper's basket, kept in a cookie of theirs: `CD-101:2.CD-104:1`. What a reward's code takes off it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from web.shop.catalogue import CURRENCY, RECORDS, SHIPPING_CENTS, Record

PIECES_MAX = 9
_NUMBERS = {str(number) for number in range(1, PIECES_MAX + 1)}


@dataclass(frozen=True, slots=True)
class Basket:
    """Pieces by article number, 1 to `PIECES_MAX` each, in the order they were put in; of the `goods` of a store."""

    pieces: Mapping[str, int] = field(default_factory=dict)
    goods: Mapping[str, Record] = field(default_factory=lambda: RECORDS)

    @classmethod
    def parse(cls, text: str, goods: Mapping[str, Record] = RECORDS) -> Basket:
        """Read a cookie; what is not ours is left out."""
        found: dict[str, int] = {}
        for item in text.split("."):
            sku, _, number = item.partition(":")
            if sku in goods and number in _NUMBERS:
                found[sku] = int(number)
        return cls(found, goods)

    def __str__(self) -> str:
        return ".".join(f"{sku}:{number}" for sku, number in self.pieces.items())

    def changed(self, sku: str, number: int) -> Basket:
        """The basket with so many pieces of a record; none takes it out."""
        if sku not in self.goods:
            return self
        pieces = {**self.pieces, sku: min(number, PIECES_MAX)}
        return Basket({sku: number for sku, number in pieces.items() if number > 0}, self.goods)

    @property
    def count(self) -> int:
        """How many pieces there are in all."""
        return sum(self.pieces.values())

    @property
    def records(self) -> list[tuple[Record, int]]:
        """What is in it."""
        return [(self.goods[sku], number) for sku, number in self.pieces.items()]

    @property
    def cents(self) -> int:
        """What the records come to."""
        return sum(record.cents * number for record, number in self.records)

    def lines(self) -> list[dict[str, Any]]:
        """The records as lines of an order, as Guerdon's APIs take them."""
        return [
            {
                "id": record.sku, "sku": record.sku, "quantity": number, "amount": record.cents * number,
                "categories": [*record.categories, record.genre.lower()], "tags": list(record.tags),
            }
            for record, number in self.records
        ]  # fmt: skip

    def cart(self) -> dict[str, Any]:
        """What the panel quotes."""
        return {"currency": CURRENCY, "lines": [*self.lines(), _shipping(0)], "channel": "web"}


@dataclass(frozen=True, slots=True)
class Bill:
    """A basket with its discounts: what the order's lines are, and what is to be paid."""

    lines: list[dict[str, Any]]
    off: int
    shipping: int

    @property
    def total(self) -> int:
        """What is to be paid."""
        return sum(line["amount"] - line.get("discount", 0) for line in self.lines)


def bill(basket: Basket, terms: Mapping[str, Any] | None = None) -> Bill:
    """The bill of a basket on which a reward of these terms is used: GraphQL's `RewardTerms`, null where not set."""
    off, free_shipping, gift = _gives(terms or {}, basket.cents)
    lines = basket.lines()
    for line, share in zip(lines, _shares(off, [line["amount"] for line in lines]), strict=True):
        line["discount"] = share
    shipping = 0 if free_shipping else SHIPPING_CENTS
    lines.append(_shipping(SHIPPING_CENTS - shipping))
    if gift is not None:
        lines.append({"id": "reward", "kind": "REWARD", "sku": gift, "quantity": 1, "amount": 0})
    return Bill(lines, off, shipping)


def _gives(terms: Mapping[str, Any], cents: int) -> tuple[int, bool, str | None]:
    """What comes off the records, whether shipping is free, and which article is added."""
    for name, given in terms.items():
        minimum = ((given or {}).get("minimumOrder") or {}).get("amount", 0)
        if not given or cents < minimum:
            continue
        match name:
            case "amountOff":
                return min(given["amount"]["amount"], cents), False, None
            case "percentOff":
                most = (given.get("atMost") or {}).get("amount", cents)
                return min(cents * given["percent"] // 100, most, cents), False, None
            case "freeShipping":
                return 0, True, None
            case "freeProduct":
                return 0, False, given["sku"]
    return 0, False, None


def _shares(amount: int, weights: list[int]) -> list[int]:
    """`amount` in parts like the weights, to the cent."""
    whole = sum(weights)
    reached = [amount * upto // whole if whole else 0 for upto in accumulate(weights)]
    return [upto - before for upto, before in zip(reached, [0, *reached], strict=False)]


def _shipping(discount: int) -> dict[str, Any]:
    return {"id": "shipping", "kind": "SHIPPING", "quantity": 1, "amount": SHIPPING_CENTS, "discount": discount}
