"""What a payment is taken from: a member's balance, gift cards by code and PIN, in the order that they were named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit.errors import Refusal
from ledger.book import Book
from ledger.state import AccountRef, UnitId
from ledger.state import member as member_account
from members.views import MemberId
from programs.decision import ProgramId
from programs.stored_value import card_records, codes, terms
from programs.stored_value.allocating import Piece, in_spending_order
from programs.stored_value.card_records import Card, CardRef
from programs.stored_value.errors import StoredValueErrorCode, invalid
from programs.stored_value.terms import Terms
from programs.stored_value.views import GiftCardId, Source
from tenants import scope

SOURCES_MAX = 10


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

    def pieces(self, book: Book) -> list[Piece]:
        """What can be paid with now, in the order in which it pays."""
        answer: list[Piece] = []
        for each in self.found:
            if isinstance(each, Card):
                answer += sorted(
                    _pieces(book, each.account, Source.GIFT_CARD, each.id), key=lambda piece: piece.order
                )  # fmt: skip
                continue
            own = [
                piece
                for source, unit in each.sources()
                for piece in _pieces(book, _account(each.member, unit), source, None)
            ]
            answer += in_spending_order(own, each.terms.rules.spending_order)
        return answer


async def find(
    sources: Sequence[Pay], currency: str, member: MemberId | None, program: ProgramId | None
) -> Funds:  # fmt: skip
    """The sources of a payment in this currency; the gift cards among them are locked.

    Raises `Refusal`: INVALID_CURRENCY, INVALID, NOT_FOUND, NOT_ELIGIBLE (nothing in this currency), ENDED.
    """
    named = [
        (source.card, ("sources", str(index), "gift_card"))
        for index, source in enumerate(sources)
        if isinstance(source, FromCard)
    ]
    cards = iter(await card_records.by_code(named))
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


def _pieces(book: Book, ref: AccountRef, source: Source, card: GiftCardId | None) -> list[Piece]:
    account = book.accounts.get(ref)
    lots = [] if account is None else account.spendable(scope.now())
    return [Piece(source, ref.unit, card, lot.remaining, lot.spend_order) for lot in lots]
