"""What movements of points mean in money: a pure function of what the ledger stored (docs/decisions/0017).

Every transfer of the shared unit does one of six things: it issues points, takes what was issued back, spends them,
gives them back, lets them expire, or hands them on. Lots name the earnings they come from, so it is known whose points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from programs.coalition.entries import Account, EntryKind
from programs.coalition.rules import Recognition
from programs.coalition.terms import Bearer, TermsView

EARN = "earn"
CONVERT_IN, CONVERT_OUT = "convert_in", "convert_out"
OWN = frozenset({EARN, CONVERT_IN})
"""The reasons of points that a partner always pays for itself."""
MEMBER = "member:"


class Payer(StrEnum):
    """Who pays for points that were issued; nobody: they have no price."""

    PARTNER = "partner"
    PREPAID = "prepaid"
    PROMOTION = "promotion"
    NOBODY = "nobody"


class Part(NamedTuple):
    """So many points that the transfer `origin` issued."""

    origin: str
    points: int


class Used(NamedTuple):
    """Points of a block, at its price in micros."""

    block_id: str
    points: int
    price: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A transfer of the shared unit, between the owners of two accounts.

    `partner_id`: the activity, redemption or conversion behind it is with this partner. `opens`: it opened a lot of its
    own, not a child. `parts`: whose points it used, or gave back. `blocks`: what paid for it ahead, in the order of
    use. `original_at`: when what it takes back was effective.
    """

    id: str
    reason: str
    debit: str
    credit: str
    amount: int
    reverses_id: str | None
    effective_at: datetime
    recorded_at: datetime
    partner_id: str | None = None
    reference: str | None = None
    opens: bool = False
    original_at: datetime | None = None
    parts: tuple[Part, ...] = ()
    blocks: tuple[Used, ...] = ()

    @property
    def takes_back(self) -> bool:
        """Whether it takes back what another transfer issued."""
        return self.reverses_id is not None and self.debit.startswith(MEMBER)


@dataclass(frozen=True, slots=True)
class Issue:
    """What points cost that the transfer `id` issued: `price` micros for the smallest part of one."""

    id: str
    partner_id: str | None
    terms_id: str | None
    payer: Payer
    recognition: Recognition
    points: int
    price: int
    currency: str | None
    booked_on: str | None = None

    @property
    def cleared(self) -> bool:
        """Whether it is in the float: paid for when issued."""
        return self.payer is not Payer.NOBODY and self.recognition is Recognition.ISSUANCE

    @property
    def charged(self) -> bool:
        """Whether its partner pays when the points are spent."""
        return self.payer is Payer.PARTNER and self.recognition is Recognition.REDEMPTION


class Taken(NamedTuple):
    """What a partner got for points that were spent with it."""

    partner_id: str
    terms_id: str | None
    price: int
    currency: str
    booked_on: str


class Leg(NamedTuple):
    """An entry as it is derived, before it is dated: `amount` micros from `debit` to `credit`.

    `main`: its id is that of the transfer. `original_id` is the entry that it takes back, `original_on` its day.
    """

    partner_id: str | None
    kind: EntryKind
    debit: Account
    credit: Account
    points: int
    price: int
    amount: int
    currency: str
    terms_id: str | None = None
    origin_id: str | None = None
    original_id: str | None = None
    original_on: str | None = None
    main: bool = False


class Exposure(NamedTuple):
    """How much less, or more, a partner has issued that it does not owe yet."""

    partner_id: str
    currency: str
    amount: int


@dataclass(slots=True)
class Meaning:
    """What one transfer means: the price of what it issued, entries, exposures, and points that go back to blocks."""

    issue: Issue | None = None
    legs: list[Leg] = field(default_factory=list)
    exposures: list[Exposure] = field(default_factory=list)
    returned: list[Used] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """What was derived before, and what holds.

    `issues` by their transfer, `taken` reimbursements by theirs, `spent` the entry and its day by the transfer and the
    issue that pays; `blocks` what paid for an issue ahead and is not given back, by its transfer; `terms` of a partner,
    and `recognition`, at an instant.
    """

    issues: Mapping[str, Issue]
    taken: Mapping[str, Taken]
    spent: Mapping[tuple[str, str], tuple[str, str]]
    blocks: Mapping[str, Sequence[Used]]
    terms: Callable[[str, datetime], TermsView | None]
    recognition: Callable[[datetime], Recognition]
    smallest: int
    """How many of the smallest parts a whole point has."""


def derive(moved: Moved, known: Known) -> Meaning:
    """Say what a transfer means. Raises `KeyError` if points or entries that it is about were not derived yet."""
    from_member, to_member = moved.debit.startswith(MEMBER), moved.credit.startswith(MEMBER)
    if from_member and to_member:
        return _handed_on(moved, known)
    if to_member:
        return _issued(moved, known) if moved.reverses_id is None else _given_back(moved, known)
    if not from_member:
        return Meaning()
    if moved.takes_back:
        return _taken_back(moved, known)
    return _expired(moved, known) if moved.credit == "expired" else _spent(moved, known)


def returned_between(uses: Iterable[Part], before: int, after: int) -> tuple[Part, ...]:
    """Which parts of a spending came back when of all of it `before` had, and `after` have; `uses` in that order."""
    parts, start = [], 0
    for origin, points in uses:
        back = min(after, start + points) - max(before, start)
        if back > 0:
            parts.append(Part(origin, back))
        start += points
    return tuple(parts)


# -- issued, and taken back --------------------------------------------------------------------------------------------


def _issued(moved: Moved, known: Known) -> Meaning:
    terms = None if moved.partner_id is None else known.terms(moved.partner_id, moved.effective_at)
    recognition = known.recognition(moved.effective_at)
    if terms is None:
        return Meaning(Issue(moved.id, None, None, Payer.NOBODY, recognition, moved.amount, 0, None))
    by_partner = moved.reason in OWN or terms.terms.promotions is Bearer.PARTNER
    price, payer = terms.terms.issue_price // known.smallest, Payer.PARTNER if by_partner else Payer.PROMOTION
    if by_partner and terms.terms.prepaid:
        payer, price = Payer.PREPAID, sum(used.points * used.price for used in moved.blocks) // moved.amount
        recognition = Recognition.ISSUANCE  # it is paid already
    currency = terms.terms.currency
    issue = Issue(moved.id, terms.partner_id, terms.id, payer, recognition, moved.amount, price, currency)
    meaning = Meaning(issue)
    if issue.cleared:
        paid = _leg(issue, EntryKind.ISSUE, Account(payer), Account.FLOAT, moved.amount)
        meaning.legs.append(paid._replace(main=True))
        rest = sum(used.points * used.price for used in moved.blocks) - moved.amount * price
        if payer is Payer.PREPAID and rest:  # less than a micro for each part of a point
            meaning.legs.append(_money(issue, EntryKind.ISSUE, Account.PREPAID, Account.MARGIN, rest))
    if payer is Payer.PARTNER and recognition is Recognition.ISSUANCE:
        meaning.exposures.append(Exposure(terms.partner_id, currency, -moved.amount * price))
    return meaning


def _taken_back(moved: Moved, known: Known) -> Meaning:
    """What was issued is taken, from its own lots or from others that the member has."""
    issue, meaning = known.issues[moved.reverses_id or ""], Meaning()
    if issue.cleared:
        back = _leg(issue, EntryKind.ISSUE, Account.FLOAT, Account(issue.payer), moved.amount)
        meaning.legs.append(_of(back, issue))
        if issue.payer is Payer.PREPAID:
            _to_blocks(moved, issue, known, meaning)
    own = sum(points for origin, points in moved.parts if origin == issue.id)
    for origin, points in moved.parts:
        if origin != issue.id:
            _use(known.issues[origin], points, meaning)
    if issue.charged and own:
        meaning.exposures.append(_exposure(issue, -own))
    _return(issue, moved.amount - own, meaning, (issue.id, issue.booked_on), out=False)
    return meaning


def _to_blocks(moved: Moved, issue: Issue, known: Known, meaning: Meaning) -> None:
    """Points that were paid ahead go back to the blocks, the last used first, at the blocks' own prices."""
    rest, value = moved.amount, 0
    for used in reversed(known.blocks[issue.id]):
        part = min(rest, used.points)
        if part:
            meaning.returned.append(used._replace(points=part))
            rest, value = rest - part, value + part * used.price
    more = value - moved.amount * issue.price
    if more > 0:
        meaning.legs.append(_money(issue, EntryKind.ISSUE, Account.MARGIN, Account.PREPAID, more))
    elif more < 0:
        meaning.legs.append(_money(issue, EntryKind.ISSUE, Account.PREPAID, Account.MARGIN, -more))


# -- spent, and given back ---------------------------------------------------------------------------------------------


def _spent(moved: Moved, known: Known) -> Meaning:
    meaning = Meaning()
    for origin, points in moved.parts:
        _use(known.issues[origin], points, meaning)
    terms = None if moved.partner_id is None else known.terms(moved.partner_id, moved.effective_at)
    if terms is not None:
        price = terms.terms.reimbursement_price // known.smallest
        meaning.legs.append(
            Leg(
                terms.partner_id, EntryKind.REIMBURSEMENT, Account.MARGIN, Account.PARTNER, moved.amount, price,
                moved.amount * price, terms.terms.currency, terms.id, main=True,
            )
        )  # fmt: skip
    return meaning


def _given_back(moved: Moved, known: Known) -> Meaning:
    meaning = Meaning()
    for origin, points in moved.parts:
        original = known.spent.get((moved.reverses_id or "", origin), (None, None))
        _return(known.issues[origin], points, meaning, original, out=True)
    taken = known.taken.get(moved.reverses_id or "")
    if taken is not None:
        meaning.legs.append(
            Leg(
                taken.partner_id, EntryKind.REIMBURSEMENT, Account.PARTNER, Account.MARGIN, moved.amount, taken.price,
                moved.amount * taken.price, taken.currency, taken.terms_id, None, moved.reverses_id,
                taken.booked_on,
            )
        )  # fmt: skip
    return meaning


def _expired(moved: Moved, known: Known) -> Meaning:
    meaning = Meaning()
    for origin, points in moved.parts:
        issue = known.issues[origin]
        if issue.cleared and issue.price:
            meaning.legs.append(_leg(issue, EntryKind.BREAKAGE, Account.FLOAT, Account.BREAKAGE, points))
        elif issue.charged:
            meaning.exposures.append(_exposure(issue, -points))
    return meaning


def _handed_on(moved: Moved, known: Known) -> Meaning:
    """Points that a member gives another keep their price; what matured or was carried is the same earning still."""
    if not moved.opens:
        return Meaning()
    (part,) = moved.parts
    issue = known.issues[part.origin]
    return Meaning(
        Issue(
            moved.id, issue.partner_id, issue.terms_id, issue.payer, issue.recognition, moved.amount, issue.price,
            issue.currency, issue.booked_on,
        )
    )  # fmt: skip


# -- what using points does --------------------------------------------------------------------------------------------


def _use(issue: Issue, points: int, meaning: Meaning) -> None:
    """Points are gone, and not by time."""
    if not issue.price:
        return
    if issue.cleared:
        meaning.legs.append(_leg(issue, EntryKind.RELEASE, Account.FLOAT, Account.MARGIN, points))
    elif issue.charged:
        meaning.legs.append(_leg(issue, EntryKind.SPENT, Account.PARTNER, Account.MARGIN, points))
        meaning.exposures.append(_exposure(issue, -points))


def _return(
    issue: Issue, points: int, meaning: Meaning, original: tuple[str | None, str | None], *, out: bool
) -> None:  # fmt: skip
    """What using points did is taken back; `out`: they are with a member again, and can be spent once more."""
    if not issue.price or not points:
        return
    if issue.cleared:
        meaning.legs.append(_leg(issue, EntryKind.RELEASE, Account.MARGIN, Account.FLOAT, points))
    elif issue.charged:
        id_, on = original
        back = _leg(issue, EntryKind.SPENT, Account.MARGIN, Account.PARTNER, points)
        meaning.legs.append(back._replace(original_id=id_, original_on=on))
        if out:
            meaning.exposures.append(_exposure(issue, points))


def _of(back: Leg, issue: Issue) -> Leg:
    """What takes the entry of an issue back names it."""
    return back._replace(original_id=issue.id, original_on=issue.booked_on)


def _leg(issue: Issue, kind: EntryKind, debit: Account, credit: Account, points: int) -> Leg:
    return _money(issue, kind, debit, credit, points * issue.price)._replace(points=points, price=issue.price)


def _money(issue: Issue, kind: EntryKind, debit: Account, credit: Account, amount: int) -> Leg:
    assert issue.currency is not None, "what has a price has its currency"
    return Leg(issue.partner_id, kind, debit, credit, 0, 0, amount, issue.currency, issue.terms_id, issue.id)


def _exposure(issue: Issue, points: int) -> Exposure:
    assert issue.partner_id is not None and issue.currency is not None, "who is charged is known"
    return Exposure(issue.partner_id, issue.currency, points * issue.price)
