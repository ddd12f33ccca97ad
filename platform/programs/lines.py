"""What counts of an order: each line's part of the earning base, by settings that a program states (DESIGN §5).

Amounts are minor units of the order's currency. Nothing is rounded here: what was paid with something that does not
count is taken off every line alike, as the exact fraction `numerator / denominator`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from programs.activity import Line, LineKind, Tender, TenderKind


@dataclass(frozen=True, slots=True)
class EarningBase:
    """Which parts of an order count. Defaults: products after discount, without tax, by whatever they were paid with
    except points (a payment is not a discount); reward lines, gift cards, top-ups, donations and shipping do not.
    """

    deduct_discounts: bool = True
    tax: bool = False
    shipping: bool = False
    gift_cards: bool = False
    top_ups: bool = False
    donations: bool = False
    rewards: bool = False
    paid_with_points: bool = False
    paid_with_stored_value: bool = True
    paid_with_gift_cards: bool = True

    def line_kinds(self) -> frozenset[LineKind]:
        """Give the kinds of lines that count."""
        optional = {
            LineKind.SHIPPING: self.shipping,
            LineKind.GIFT_CARD: self.gift_cards,
            LineKind.TOP_UP: self.top_ups,
            LineKind.DONATION: self.donations,
            LineKind.REWARD: self.rewards,
        }
        return frozenset({LineKind.PRODUCT, *(kind for kind, counts in optional.items() if counts)})

    def tenders_left_out(self) -> frozenset[TenderKind]:
        """Give the kinds of payment whose part of the order earns nothing."""
        optional = {
            TenderKind.POINTS: self.paid_with_points,
            TenderKind.STORED_VALUE: self.paid_with_stored_value,
            TenderKind.GIFT_CARD: self.paid_with_gift_cards,
        }
        return frozenset(kind for kind, counts in optional.items() if not counts)


class CountedLine(NamedTuple):
    """A line that counts, with `amount` minor units before the order's paid fraction is applied."""

    line: Line
    amount: int


class Counted(NamedTuple):
    """The lines that count, sorted by their ids (so that no answer depends on the order they came in), and the
    fraction of the order that was paid with what counts: a line counts for `amount × numerator / denominator`.

    `paid` is the numerator of each kind of payment that counts, if that was asked for; None: one kind paid all.
    """

    lines: tuple[CountedLine, ...]
    numerator: int = 1
    denominator: int = 1
    paid: Mapping[TenderKind, int] | None = None

    def paid_with(self, kinds: frozenset[TenderKind]) -> int:
        """Give the numerator of what was paid with these kinds."""
        if self.paid is None:
            return self.numerator
        return min(sum(amount for kind, amount in self.paid.items() if kind in kinds), self.numerator)


def counted(
    lines: tuple[Line, ...],
    tenders: tuple[Tender, ...],
    base: EarningBase,
    line_kinds: frozenset[LineKind],
    tenders_left_out: frozenset[TenderKind],
    by_tender: bool = False,
) -> Counted:
    """Give what counts of an order by `base` (its two sets are passed in ready, being the same each time).

    `by_tender` asks how much of it was paid with what. Programs ask one after the other of the same order, most of them
    by the same base: the last answer is remembered.
    """
    last = _last[0]
    if last.lines is lines and last.tenders is tenders and last.by_tender == by_tender and last.base == base:
        return last.answer
    answer = _counted(lines, tenders, base, line_kinds, tenders_left_out, by_tender)
    _last[0] = _Asked(lines, tenders, base, by_tender, answer)
    return answer


class _Asked(NamedTuple):
    lines: tuple[Line, ...]
    tenders: tuple[Tender, ...]
    base: EarningBase
    by_tender: bool
    answer: Counted


_last = [_Asked((), (), EarningBase(), False, Counted(()))]


def _counted(
    lines: tuple[Line, ...],
    tenders: tuple[Tender, ...],
    base: EarningBase,
    line_kinds: frozenset[LineKind],
    tenders_left_out: frozenset[TenderKind],
    by_tender: bool,
) -> Counted:
    kept = sorted((line for line in lines if line.kind in line_kinds), key=_line_id)
    amounts = tuple(
        CountedLine(
            line,
            line.amount - (line.discount if base.deduct_discounts else 0) + (line.tax if base.tax else 0),
        )
        for line in kept
    )
    left_out = sum(tender.amount for tender in tenders if tender.kind in tenders_left_out)
    split = by_tender and len(tenders) > 0
    if left_out <= 0 and not split:
        return Counted(amounts)
    payable = sum(line.amount - line.discount + line.tax for line in lines)
    if left_out <= 0 and payable <= 0:
        return Counted(amounts)
    if left_out >= payable:
        return Counted(amounts, 0, 1)
    paid = _paid(tenders, tenders_left_out) if split else None
    return Counted(amounts, payable - max(left_out, 0), payable, paid)


def _paid(tenders: tuple[Tender, ...], left_out: frozenset[TenderKind]) -> dict[TenderKind, int]:
    paid: dict[TenderKind, int] = {}
    for tender in tenders:
        if tender.kind not in left_out:
            paid[tender.kind] = paid.get(tender.kind, 0) + tender.amount
    return paid


def _line_id(line: Line) -> str:
    return line.id
