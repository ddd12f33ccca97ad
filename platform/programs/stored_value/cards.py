"""Gift cards: issued with a code, looked at, put onto a member's balance, given a new code, disabled.

    issued ── gift_card ──▶ gift_card:<id> ── pay ──▶ spent            partly, as often as there is something left
                            gift_card:<id> ── gift_card_moved ──▶ member, or the next card
                            gift_card:<id> ── gift_card_disabled ──▶ disabled

Whatever comes back later to a card that was given up follows to where its money went. Each verb is one transaction
under an idempotency key; the code is derived, so that a repeat shows it again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.service import emit
from kit import db
from kit.errors import Refusal
from kit.ids import new_id
from ledger.book import LotTerms, Stamp
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import AMOUNT_MAX, AccountRef, system
from ledger.state import member as member_account
from members.views import MemberId
from programs.decision import ProgramId
from programs.stored_value import balances, card_records, codes, guessing, terms, views
from programs.stored_value.card_records import Card, CardRef
from programs.stored_value.errors import StoredValueErrorCode, final, invalid, out_of_range
from programs.stored_value.views import GiftCardId, GiftCardState, GiftCardView
from rewards.offers import lock_member
from tenants import audit, commands, scope

REFERENCE_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueInput:
    """A card worth `amount` minor units of `currency`. Without `expires_at` it ends as the program's rules say."""

    amount: int
    currency: str
    program: ProgramId | None = None
    purchaser: MemberId | None = None
    order_reference: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A card with what it is used by; None if the server's secret is another since, so that nobody knows any more."""

    card: GiftCardView
    code: str | None
    pin: str | None


Which = GiftCardId | CardRef
"""A card by its id, for staff, or by its code and PIN."""


async def issue(key: str, given: IssueInput) -> Issued:
    """Issue a card.

    Raises `Refusal`: INVALID, INVALID_CURRENCY, NOT_FOUND (purchaser), NOT_ELIGIBLE (the program has no gift cards, or
    does not run), OUT_OF_RANGE, TOO_FAR_BACK.
    """
    _check(given)

    async def work() -> commands.Result:
        if given.purchaser is not None:
            await lock_member(given.purchaser)
        found = await terms.of_currency(given.currency, given.program)
        cards = found.rules.gift_cards
        if cards is None or not found.live:
            message = "No gift cards are issued by this program now."
            raise Refusal(StoredValueErrorCode.NOT_ELIGIBLE, message, ("currency",))
        if not cards.minimum <= given.amount <= (cards.maximum or AMOUNT_MAX):
            raise out_of_range(cards.minimum, cards.maximum or AMOUNT_MAX, "amount")
        ends = given.expires_at or found.compiled.card_ends(found.today())
        card = _new_card(found.program_id, found.unit, given, ends, with_pin=cards.pin)
        await _insert(card, given.amount, None)
        tenant, now = scope.tenant_id(), scope.now()
        issued = system(tenant, card.unit_id, "issued")
        book = await load(Wanted(accounts={issued, card.account}), now)
        stamp = Stamp(now, now)
        book.move(f"{key}/issue", "gift_card", issued, card.account, given.amount, stamp, terms=LotTerms(now, ends))
        await save(book)
        await _tell("issued", card, given.amount)
        return {"gift_card": card.id}

    asked = {
        "amount": given.amount, "currency": given.currency, "program": given.program, "purchaser": given.purchaser,
        "order_reference": given.order_reference, "expires_at": given.expires_at,
    }  # fmt: skip
    return await _issued(await commands.once(key, "gift_card.issue", asked, work))


async def look(card: CardRef) -> GiftCardView | None:
    """The card of this code and PIN, whatever became of it; None if there is none, or its PIN is another.

    Raises `TooManyAttempts`.
    """

    async def find() -> GiftCardView:
        code = codes.read(card.code)
        async with scope.reading():
            found = await db.rows(_FIND, scope.tenant_id(), codes.code_hash(code or ""))
        if not found or not codes.pin_fits(found[0]["id"], found[0]["pin_hash"], card.pin):
            raise Refusal(StoredValueErrorCode.NOT_FOUND, "There is no such gift card.", ("gift_card",))
        id_ = found[0]["id"]
        return (await views.gift_cards([id_]))[id_]

    try:
        async with guessing.trying([card]):
            return await find()
    except Refusal:
        return None


async def transfer_to_balance(key: str, which: Which, member: MemberId) -> GiftCardView:
    """Put all that is left of a card onto a member's balance; the money keeps its end, the card has had its time.

    Raises `Refusal`: NOT_FOUND (card, member); and kept under the key: ENDED, WRONG_STATE (nothing is left),
    LIMIT_REACHED (the balance's maximum).
    """

    async def work() -> commands.Result:
        await lock_member(member)
        card = await _find(which)
        await card_records.close(card, GiftCardState.MOVED, f"member:{member}")
        to = member_account(scope.tenant_id(), card.unit_id, member)
        moved = await _move(key, card, to, "gift_card_moved")
        _check_left(moved)
        await balances.check_maximum(member, card.unit_id, moved)
        await _tell("moved", card, moved)
        return {"gift_card": card.id}

    return await _closed(key, "gift_card.to_balance", which, {"member": member}, work)


async def reissue(key: str, which: Which) -> Issued:
    """Give what is left of a card a new code (and PIN), for another holder or because the old one is known.

    The new card ends when the old one would have. Raises `Refusal`: NOT_FOUND; and kept under the key ENDED,
    WRONG_STATE (nothing is left).
    """

    async def work() -> commands.Result:
        old = await _find(which)
        card = Card(
            GiftCardId(new_id()), old.program_id, old.unit_id, old.currency, GiftCardState.ACTIVE, "", None,
            old.order_reference, old.purchaser_id, None, old.expires_at,
        )  # fmt: skip
        _give_code(card, with_pin=old.pin_hash is not None)
        await card_records.close(old, GiftCardState.MOVED, f"gift_card:{card.id}")
        left = await _move(key, old, card.account, "gift_card_moved")
        _check_left(left)
        await _insert(card, left, old.id)
        await _tell("issued", card, left)
        return {"gift_card": card.id}

    async with guessing.trying([which] if isinstance(which, CardRef) else []):
        return await _issued(await commands.once(key, "gift_card.reissue", _named(which), work))


async def disable(key: str, which: Which, reason: str) -> GiftCardView:
    """End a card for good: what is left of it is nobody's.

    Raises `Refusal`: INVALID (reason), NOT_FOUND; and kept under the key ENDED.
    """
    reason = balances.checked_reason(reason)

    async def work() -> commands.Result:
        card = await _find(which)
        await card_records.close(card, GiftCardState.DISABLED, "disabled")
        to = system(scope.tenant_id(), card.unit_id, "disabled")
        left = await _move(key, card, to, "gift_card_disabled", reason)
        await _tell("disabled", card, left, reason)
        return {"gift_card": card.id}

    return await _closed(key, "gift_card.disable", which, {"reason": reason}, work)


# -- helpers -----------------------------------------------------------------------------------------------------------


async def _find(which: Which) -> Card:
    if isinstance(which, CardRef):
        return (await card_records.by_code([(which, ("gift_card",))]))[0]
    return await card_records.by_id(which)


async def _move(key: str, card: Card, to: AccountRef, reason: str, note: str | None = None) -> int:
    now = scope.now()
    book = await load(Wanted(spending={card.account}, accounts={to}), now)
    moved = card_records.move_all(book, f"{key}/move", card, to, reason, Stamp(now, now, note=note))
    await save(book)
    return moved


def _check_left(left: int) -> None:
    if not left:
        raise final(StoredValueErrorCode.WRONG_STATE, "There is nothing left on this gift card.", "gift_card")


async def _closed(
    key: str, name: str, which: Which, given: Mapping[str, Any], work: Callable[[], Awaitable[commands.Result]]
) -> GiftCardView:
    async with guessing.trying([which] if isinstance(which, CardRef) else []):
        result = await commands.once(key, name, {**_named(which), **given}, work)
    return (await views.gift_cards([result["gift_card"]]))[result["gift_card"]]


async def _issued(result: commands.Result) -> Issued:
    id_ = result["gift_card"]
    card = (await views.gift_cards([id_]))[id_]
    async with scope.reading():
        (row,) = await db.rows("SELECT code_hash FROM gift_card WHERE tenant_id = $1 AND id = $2", *_key(id_))
    code = codes.code_of(id_)
    if codes.code_hash(code) != row["code_hash"]:
        return Issued(card, None, None)
    return Issued(card, codes.shown(code), codes.pin_of(id_) if card.has_pin else None)


def _new_card(program: ProgramId, unit: Any, given: IssueInput, ends: datetime | None, *, with_pin: bool) -> Card:
    card = Card(
        GiftCardId(new_id()), program, unit, given.currency, GiftCardState.ACTIVE, "", None, given.order_reference,
        given.purchaser, None, ends,
    )  # fmt: skip
    _give_code(card, with_pin=with_pin)
    return card


def _give_code(card: Card, *, with_pin: bool) -> None:
    card.code_hash = codes.code_hash(codes.code_of(card.id))
    card.pin_hash = codes.pin_hash(card.id, codes.pin_of(card.id)) if with_pin else None


async def _insert(card: Card, amount: int, previous: GiftCardId | None) -> None:
    await db.execute(
        _INSERT, *_key(card.id), card.program_id, card.unit_id, card.currency, amount, card.state, card.code_hash,
        codes.code_of(card.id)[-4:], card.pin_hash, card.purchaser_id, card.order_reference, previous, scope.now(),
        card.expires_at,
    )  # fmt: skip


async def _tell(what: str, card: Card, amount: int, reason: str | None = None) -> None:
    """The event and the line of the audit log; neither has the code."""
    body = {
        "gift_card": card.id, "amount": amount, "currency": card.currency, "purchaser": card.purchaser_id,
        "order_reference": card.order_reference, "moved_to": card.moved_to,
    }  # fmt: skip
    await emit(f"gift_card.{what}", f"gift_card:{card.id}", body)
    details = {"amount": amount, "currency": card.currency} | ({} if reason is None else {"reason": reason})
    await audit.record(f"gift_card.{what}", f"gift_card:{card.id}", details)


def _named(which: Which) -> dict[str, Any]:
    """A card for the fingerprint, which is a hash."""
    return {"card": [codes.read(which.code) or which.code, which.pin] if isinstance(which, CardRef) else which}


def _key(id_: str) -> tuple[str, str]:
    return scope.tenant_id(), id_


def _check(given: IssueInput) -> None:
    if not 1 <= given.amount <= AMOUNT_MAX:
        raise out_of_range(1, AMOUNT_MAX, "amount")
    order = given.order_reference
    if order is not None and not (0 < len(order) <= REFERENCE_CHARACTERS_MAX and order.isprintable()):
        message = f"An order's id has 1 to {REFERENCE_CHARACTERS_MAX} printable characters."
        raise invalid(message, "order_reference")
    if given.expires_at is not None and given.expires_at.tzinfo is None:
        raise invalid("An instant needs its offset from UTC.", "expires_at")
    if given.expires_at is not None and given.expires_at <= scope.now():
        raise Refusal(StoredValueErrorCode.TOO_FAR_BACK, "This card would have ended already.", ("expires_at",))


_FIND = "SELECT id, pin_hash FROM gift_card WHERE tenant_id = $1 AND code_hash = $2"

_INSERT = """
INSERT INTO gift_card (tenant_id, id, program_id, unit_id, currency, amount, state, code_hash, last_characters,
                       pin_hash, purchaser_id, order_reference, previous_id, issued_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"""
