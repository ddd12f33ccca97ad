"""What was paid with stored value given back, by `service.refund` or when the order is refunded, by the intake.

claimed = await of_orders(references)             set-based, locked, before the book is loaded
add_wanted(wanted, found)                         then load(wanted, now)
give_back(book, key, payment, in_all, cards, stamp)
await save(book); await records.give_back([payment.claimed])
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.book import Book, Stamp
from ledger.load import Wanted
from programs.stored_value import card_records, records
from programs.stored_value.allocating import given_back
from programs.stored_value.card_records import Card
from programs.stored_value.records import Claimed


@dataclass(slots=True)
class Paid:
    """A captured payment of an order, with the gift cards that gave to it; both are locked."""

    claimed: Claimed
    cards: list[Card]

    def add_wanted(self, wanted: Wanted) -> None:
        """Ask for what a `Book` must have to give it back."""
        self.claimed.want_entries(wanted)
        card_records.want_successors(wanted, self.cards)


async def of_orders(order_references: Sequence[str]) -> list[Paid]:
    """The captured payments of these orders of the scope's tenant, the oldest first."""
    claimed = await records.claim_captured_of(order_references)
    cards = await card_records.by_ids(card for each in claimed for card in each.cards)
    return [Paid(each, [card for card in cards if card.id in each.cards]) for each in claimed]


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
