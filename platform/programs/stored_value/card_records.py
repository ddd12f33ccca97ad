"""The rows of gift cards while they are worked on: locked, and what comes back to a card that was given up moved on.

Locks are taken in the order member or payment, gift cards by id, accounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kit import db
from kit.ids import is_id
from kit.setbased import Columns
from ledger.book import Book, LotTerms, Stamp
from ledger.load import Wanted
from ledger.state import AccountRef, UnitId, gift_card
from programs.decision import ProgramId
from programs.stored_value import codes
from programs.stored_value.errors import StoredValueErrorCode, card_not_found, final, invalid
from programs.stored_value.views import GiftCardId, GiftCardState
from tenants import scope

Path = tuple[str, ...]
"""Where in the input something stands."""


@dataclass(frozen=True, slots=True)
class CardRef:
    """A card by what a person has of it."""

    code: str
    pin: str | None = None


@dataclass(slots=True)
class Card:
    """A gift card that this transaction alone works on; `moved_to` is the owner of the account that has its money."""

    id: GiftCardId
    program_id: ProgramId
    unit_id: UnitId
    currency: str
    state: GiftCardState
    code_hash: str
    pin_hash: str | None
    order_reference: str | None
    purchaser_id: str | None
    moved_to: str | None
    expires_at: datetime | None

    @property
    def account(self) -> AccountRef:
        """Where its money is, or was."""
        return gift_card(scope.tenant_id(), self.unit_id, self.id)

    @property
    def successor(self) -> AccountRef | None:
        """Where its money went."""
        return None if self.moved_to is None else AccountRef(scope.tenant_id(), self.unit_id, self.moved_to)


async def by_code(named: Sequence[tuple[CardRef, Path]]) -> list[Card]:
    """The cards of these codes and PINs, locked, in this order; each can be used now.

    Each comes with its path in the input. Raises `Refusal`: NOT_FOUND (no such code, another PIN), INVALID (one twice),
    and kept under the key ENDED (expired, moved or disabled).
    """
    return _judged(named, await _locked(_BY_CODE, _HASHES, _hashes(named)))


async def seen_by_code(named: Sequence[tuple[CardRef, Path]]) -> list[Card]:
    """The same without a lock, to be looked at only."""
    return _judged(named, await _found(_BY_CODE, _HASHES, _hashes(named)))


async def by_ids(ids: Iterable[str | None]) -> list[Card]:
    """The cards of these ids, locked, whatever their state."""
    known = sorted({id_ for id_ in ids if id_ is not None and is_id(id_)})
    return await _locked(_BY_ID, _IDS, [(id_,) for id_ in known])


async def by_id(id_: str) -> Card:
    """The card of this id, locked. Raises `Refusal`: NOT_FOUND, ENDED."""
    found = await by_ids([id_])
    if not found:
        raise card_not_found("gift_card")
    check_usable(found[0], "gift_card")
    return found[0]


def check_usable(card: Card, *path: str) -> None:
    """Raises `Refusal` ENDED for a card that is expired, moved or disabled."""
    if card.state is not GiftCardState.ACTIVE:
        raise final(StoredValueErrorCode.ENDED, f"This gift card was {card.state}.", *path)
    if card.expires_at is not None and card.expires_at <= scope.now():
        raise final(StoredValueErrorCode.ENDED, "This gift card has expired.", *path)


async def close(card: Card, state: GiftCardState, moved_to: str) -> None:
    """Write that a card's money is on another account now, and that of the cards whose money had come to it.

    Before the accounts are loaded: a refund that moves on to this card has its lock, so that what it brought is seen.
    """
    tenant, own = scope.tenant_id(), f"gift_card:{card.id}"
    changed = await db.execute(_CLOSE, tenant, card.id, state, moved_to, scope.now())
    assert changed == 1, "a locked card was changed by somebody else"
    await db.execute(_FOLLOW, tenant, own, moved_to)
    card.state, card.moved_to = state, moved_to


def want_successors(wanted: Wanted, cards: Iterable[Card]) -> None:
    """Ask for the accounts that `move_on` needs."""
    for card in cards:
        if card.successor is not None:
            wanted.spending.add(card.account)
            wanted.accounts.add(card.successor)


def move_on(book: Book, key: str, cards: Iterable[Card], stamp: Stamp) -> None:
    """What came back to cards that were given up follows to where their money went, with its age and end."""
    for card in cards:
        if card.successor is not None:
            move_all(book, f"{key}/{card.id}", card, card.successor, "gift_card_moved", stamp)


def move_all(book: Book, key: str, card: Card, to: AccountRef, reason: str, stamp: Stamp) -> int:
    """Move all that can be spent of a card, lot by lot, each with its age and end; answers how much."""
    account = book.accounts.get(card.account)
    total = 0
    for lot in account.spendable(stamp.recorded_at) if account is not None else []:
        total += lot.remaining
        terms = LotTerms(lot.earned_at, lot.expires_at)
        book.move(f"{key}/{lot.id}", reason, card.account, to, lot.remaining, stamp, terms=terms, lots=[lot])
    return total


def _judged(named: Sequence[tuple[CardRef, Path]], found: Sequence[Card]) -> list[Card]:
    by_hash = {card.code_hash: card for card in found}
    answer: list[Card] = []
    for ref, path in named:
        code = codes.read(ref.code)
        card = None if code is None else by_hash.get(codes.code_hash(code))
        if card is None or not codes.pin_fits(card.id, card.pin_hash, ref.pin):
            raise card_not_found(*path)
        if card in answer:
            raise invalid("This gift card is named twice.", *path)
        check_usable(card, *path)
        answer.append(card)
    return answer


def _hashes(named: Sequence[tuple[CardRef, Path]]) -> list[tuple[str]]:
    read = {code for ref, _ in named if (code := codes.read(ref.code)) is not None}
    return sorted((codes.code_hash(code),) for code in read)


async def _locked(sql: str, columns: Columns, keys: Sequence[tuple[str]]) -> list[Card]:
    # SQLite has one writer at a time.
    return await _found(sql, columns, keys, "FOR NO KEY UPDATE OF c" if db.dialect() == "postgres" else "")


async def _found(sql: str, columns: Columns, keys: Sequence[tuple[str]], lock: str = "") -> list[Card]:
    if not keys:
        return []
    found = await db.rows(
        f"{sql.format(source=columns.source(2))} ORDER BY c.id {lock}", scope.tenant_id(), columns.payload(keys)
    )
    return [
        Card(
            row["id"], row["program_id"], row["unit_id"], row["currency"], GiftCardState(row["state"]),
            row["code_hash"], row["pin_hash"], row["order_reference"], row["purchaser_id"], row["moved_to"],
            db.instant_or_none(row["expires_at"]),
        )
        for row in found
    ]  # fmt: skip


_HASHES = Columns(code_hash="text")
_IDS = Columns(id="uuid")

_BY_CODE = (
    "SELECT c.* FROM gift_card c JOIN {source} AS x ON x.code_hash = c.code_hash WHERE c.tenant_id = $1"
)  # fmt: skip
_BY_ID = "SELECT c.* FROM gift_card c JOIN {source} AS x ON x.id = c.id WHERE c.tenant_id = $1"

_CLOSE = """
UPDATE gift_card SET state = $3, moved_to = $4, closed_at = $5
WHERE tenant_id = $1 AND id = $2 AND state = 'active'"""

_FOLLOW = "UPDATE gift_card SET moved_to = $3 WHERE tenant_id = $1 AND moved_to = $2"
