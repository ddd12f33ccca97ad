"""What a payment is taken from: a member's balance, gift cards by code and PIN, in the order that they were named."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from kit import db
from kit.errors import Refusal
from kit.setbased import Columns
from ledger.book import Book
from ledger.state import NEVER, AccountRef, UnitId
from ledger.state import member as member_account
from members.views import MemberId
from programs.decision import ProgramId
from programs.stored_value import card_records, codes, terms
from programs.stored_value.allocating import Piece, in_spending_order
from programs.stored_value.card_records import Card, CardRef, Path
from programs.stored_value.errors import StoredValueErrorCode, invalid
from programs.stored_value.terms import Terms
from programs.stored_value.views import GiftCardId, Source
from tenants import scope

SOURCES_MAX = 10
OpenLot = tuple[int, tuple[object, ...]]
"""What remains of a lot, and by what lots are sorted."""
LotsOf = Callable[[AccountRef], Sequence[OpenLot]]
FindCards = Callable[[Sequence[tuple[CardRef, Path]]], Awaitable[list[Card]]]


@dataclass(frozen=True, slots=True)
class FromBalance:
    """The member's money and bonus, in the program's spending order."""


@dataclass(frozen=True, slots=True)
class FromCard:
    """A gift card."""

    card: CardRef


Pay = FromBalance | FromCard


@dataclass(frozen=True, slots=True)
class Balance:
    """A member's money and bonus, by the terms of a program."""

    member: MemberId
    terms: Terms

    def sources(self) -> list[tuple[Source, UnitId]]:
        """Its units."""
        found = [(Source.MONEY, self.terms.unit)]
        return found if self.terms.bonus_unit is None else [*found, (Source.BONUS, self.terms.bonus_unit)]


@dataclass(frozen=True, slots=True)
class Funds:
    """Sources that were found, in order, their cards locked."""

    found: tuple[Balance | Card, ...]

    @property
    def cards(self) -> list[Card]:
        """The gift cards among them."""
        return [each for each in self.found if isinstance(each, Card)]

    def accounts(self) -> set[AccountRef]:
        """The accounts to pay from."""
        refs = {card.account for card in self.cards}
        for each in self.found:
            if isinstance(each, Balance):
                refs |= {_account(each.member, unit) for _, unit in each.sources()}
        return refs

    def pieces(self, lots_of: LotsOf) -> list[Piece]:
        """What can be paid with now, in the order in which it pays."""
        answer: list[Piece] = []
        for each in self.found:
            if isinstance(each, Card):
                own = _pieces(lots_of, each.account, Source.GIFT_CARD, each.id)
                answer += sorted(own, key=lambda piece: piece.order)
                continue
            own = [
                piece
                for source, unit in each.sources()
                for piece in _pieces(lots_of, _account(each.member, unit), source, None)
            ]
            answer += in_spending_order(own, each.terms.rules.spending_order)
        return answer


async def find(
    sources: Sequence[Pay], currency: str, member: MemberId | None, program: ProgramId | None,
    by_code: FindCards = card_records.by_code,
) -> Funds:  # fmt: skip
    """The sources of a payment in this currency; the gift cards among them are locked, unless found otherwise.

    Raises `Refusal`: INVALID_CURRENCY, INVALID, NOT_FOUND, NOT_ELIGIBLE (nothing in this currency), ENDED.
    """
    named = [
        (source.card, ("sources", str(index), "gift_card"))
        for index, source in enumerate(sources)
        if isinstance(source, FromCard)
    ]
    cards = iter(await by_code(named))
    answer: list[Balance | Card] = []
    for index, source in enumerate(sources):
        if isinstance(source, FromBalance):
            assert member is not None, "checked before"
            answer.append(Balance(member, await terms.of_currency(currency, program)))
            continue
        card = next(cards)
        if card.currency != currency:
            path = ("sources", str(index), "gift_card")
            raise Refusal(StoredValueErrorCode.NOT_ELIGIBLE, f"This gift card is in {card.currency}.", path)
        answer.append(card)
    return Funds(tuple(answer))


def check(sources: Sequence[Pay], member: MemberId | None) -> None:
    """Raises `Refusal` INVALID, TOO_MANY for sources that make no sense, whoever's they are."""
    if not sources:
        raise invalid("Say what pays: a balance, gift cards, or both.", "sources")
    if len(sources) > SOURCES_MAX:
        raise Refusal(StoredValueErrorCode.TOO_MANY, f"At most {SOURCES_MAX}.", ("sources",))
    balances = [index for index, source in enumerate(sources) if isinstance(source, FromBalance)]
    if len(balances) > 1:
        raise invalid("A member has one balance.", "sources", str(balances[1]))
    if balances and member is None:
        raise invalid("Say whose balance pays.", "member")


def told(source: Pay) -> str:
    """A source for the fingerprint of what was asked."""
    if isinstance(source, FromBalance):
        return "balance"
    return f"card {codes.read(source.card.code) or source.card.code} {source.card.pin}"


def _account(member: MemberId, unit: UnitId) -> AccountRef:
    return member_account(scope.tenant_id(), unit, member)


def _pieces(lots_of: LotsOf, ref: AccountRef, source: Source, card: GiftCardId | None) -> list[Piece]:
    return [Piece(source, ref.unit, card, remaining, order) for remaining, order in lots_of(ref)]


def lots_in(book: Book) -> LotsOf:
    """The lots of a book, in which the accounts are locked."""

    def lots_of(ref: AccountRef) -> list[OpenLot]:
        account = book.accounts.get(ref)
        return [] if account is None else [(lot.remaining, lot.spend_order) for lot in account.spendable(scope.now())]

    return lots_of


async def lots_seen(refs: Iterable[AccountRef]) -> LotsOf:
    """The lots of these accounts as they are, to be looked at only."""
    wanted = _REFS.payload([(ref.unit, ref.owner) for ref in sorted(refs)])
    found: dict[tuple[str, str], list[OpenLot]] = {}
    for row in await db.rows(_LOTS.format(refs=_REFS.source(2)), scope.tenant_id(), wanted, scope.now()):
        order = (db.instant_or_none(row["expires_at"]) or NEVER, db.instant(row["earned_at"]), row["id"])
        found.setdefault((row["unit_id"], row["owner"]), []).append((row["remaining"], order))
    return lambda ref: found.get((ref.unit, ref.owner), [])


_REFS = Columns(unit_id="uuid", owner="text")

_LOTS = """
SELECT a.unit_id, a.owner, l.id, l.remaining, l.earned_at, l.expires_at FROM {refs} AS x
JOIN account a ON a.tenant_id = $1 AND a.unit_id = x.unit_id AND a.owner = x.owner AND a.book = 'available'
JOIN lot l ON l.tenant_id = a.tenant_id AND l.account_id = a.id
WHERE l.remaining > 0 AND (l.expires_at IS NULL OR l.expires_at > $3) AND (a.lapses_at IS NULL OR a.lapses_at > $3)"""
