"""What was paid with stored value given back, by `service.refund` or when the order is refunded, by the intake.

found = await of_orders(references)               set-based, locked, before the book is loaded
paid.add_wanted(wanted)                           then load(wanted, now)
paid.give_back(book, key, order, stamp)           for each correction of the order
await save(book); await save_returned(found)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kit import clock
from ledger.book import Book, Stamp
from ledger.load import Wanted
from programs.activity import LineKind
from programs.orders import Order, Part
from programs.stored_value import card_records, records
from programs.stored_value.allocating import given_back
from programs.stored_value.card_records import Card
from programs.stored_value.records import Claimed
from tenants import scope

NOT_PAID = frozenset({LineKind.TOP_UP, LineKind.GIFT_CARD})
"""Lines that stored value never pays for: they are stored value themselves."""


@dataclass(slots=True)
class Paid:
    """A captured payment of an order, and the gift cards that gave to it, locked; `at` is when some of it went back."""

    claimed: Claimed
    cards: list[Card]
    at: datetime | None = None

    def add_wanted(self, wanted: Wanted) -> None:
        """Ask for what a `Book` must have to give it back."""
        self.claimed.want_entries(wanted)
        card_records.want_successors(wanted, self.cards)

    def give_back(self, book: Book, key: str, order: Order, stamp: Stamp) -> None:
        """Give back what this state of the order asks for; the same state again gives nothing."""
        in_all = back_of(order, self.claimed.captured)
        if give_back(book, key, self.claimed, in_all, self.cards, stamp):
            book.set(self, "at", stamp.recorded_at)


async def of_orders(order_references: Sequence[str]) -> list[Paid]:
    """The captured payments of these orders of the scope's tenant, the oldest first."""
    claimed = await records.claim_captured_of(order_references)
    cards = await card_records.by_ids(card for each in claimed for card in each.cards)
    return [Paid(each, [card for card in cards if card.id in each.cards]) for each in claimed]


async def save_returned(paid: Sequence[Paid]) -> None:
    """Note on the payments what was given back of them, in the transaction that saves the book."""
    for each in paid:
        if each.at is not None:
            # A batch spans tenants: this one's clock is known from its stamp.
            with scope.of(scope.tenant_id(), each.at - clock.now(), scope.actor()):
                await records.give_back([each.claimed])


def back_of(order: Order, captured: int) -> int:
    """How much of a payment is to be back in all, by the value that is left of the lines that it could pay for.

    An amendment that puts one line in another's place gives back what the order is worth less, as with points.
    """
    if not order.parts:
        return captured if order.cancelled else 0
    parts = [part for part in order.parts if part.line.kind not in NOT_PAID] or order.parts
    first = parts[0].activity_id
    paid = sum(_value(part) for part in parts if part.activity_id == first)
    weigh = _value if paid else _pieces
    paid = paid or sum(_pieces(part) for part in parts if part.activity_id == first)
    left = sum(weigh(part) - int(weigh(part) * order.gone(part) // part.line.quantity) for part in parts)
    return int(captured * max(0, paid - left) // paid)


def give_back(book: Book, key: str, claimed: Claimed, in_all: int, cards: Sequence[Card], stamp: Stamp) -> bool:
    """Give back so that `in_all` of a captured payment is back; answers whether that was more than before.

    `key` names the entries and, as their cause, the refund. What comes back to a card that was given up moves on.
    """
    if in_all <= claimed.returned:
        return False
    for leg, up_to in zip(claimed.legs, given_back([leg.captured for leg in claimed.legs], in_all), strict=True):
        if leg.transfer_id is not None and up_to:
            book.reverse(f"{key}/{leg.position}", leg.transfer_id, up_to, key, stamp, reason="refund")
            book.set(leg, "returned", book.entries[leg.transfer_id].reversed)
    book.set(claimed, "returned", sum(leg.returned for leg in claimed.legs))
    assert claimed.returned == in_all, "what is back is what was to be"
    card_records.move_on(book, f"{key}/on", cards, stamp)
    return True


def _value(part: Part) -> int:
    """What was to be paid for a part; tax is paid, too."""
    return part.line.amount - part.line.discount + part.line.tax


def _pieces(part: Part) -> int:
    return part.line.quantity
