"""How much each source gives to a payment. Pure: open lots as pieces, in the order in which they pay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger.state import UnitId
from programs.stored_value.rules import SpendingOrder
from programs.stored_value.views import GiftCardId, Source


class Piece(NamedTuple):
    """What can be paid with of one lot; `order` sorts lots: soonest expiring first, then the oldest."""

    source: Source
    unit: UnitId
    card: GiftCardId | None
    amount: int
    order: tuple[object, ...]


class Share(NamedTuple):
    """What a source gives in all."""

    source: Source
    unit: UnitId
    card: GiftCardId | None
    amount: int


_FIRST = {SpendingOrder.BONUS_FIRST: Source.BONUS, SpendingOrder.MONEY_FIRST: Source.MONEY}


def in_spending_order(pieces: Iterable[Piece], order: SpendingOrder) -> list[Piece]:
    """The pieces of one balance as they pay by the program's rule."""
    first = _FIRST.get(order)
    return sorted(pieces, key=lambda piece: (first is not None and piece.source is not first, piece.order))


def allocate(pieces: Sequence[Piece], wanted: int) -> list[Share]:
    """Up to `wanted` from the pieces in turn: what each source gives, in the order in which they begin to pay."""
    shares: dict[tuple[Source, UnitId, GiftCardId | None], int] = {}
    for piece in pieces:
        part = min(wanted, piece.amount)
        if part:
            key = (piece.source, piece.unit, piece.card)
            shares[key] = shares.get(key, 0) + part
            wanted -= part
    return [Share(*key, amount) for key, amount in shares.items()]


def given_back(captured: Sequence[int], in_all: int) -> list[int]:
    """How `in_all` falls on what sources gave: who paid last is given back first. It never falls when `in_all` rises.

    >>> given_back([1000, 4000], 4500)
    [500, 4000]
    """
    answer = []
    for amount in reversed(captured):
        answer.append(min(amount, in_all))
        in_all -= answer[-1]
    assert in_all == 0, "more is given back than was taken"
    return answer[::-1]
