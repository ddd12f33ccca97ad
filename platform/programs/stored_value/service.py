"""Paying with stored value: authorize, then capture or void, or let expire; refund what was captured; credit an order.

    authorize   sets money aside, from the sources in turn                  state authorized, until `ends_at`
    capture     takes it, in whole or in part; the rest goes back           captured
    void        lets all go                                                 voided
    expire      the same, by the job, for what nobody captured in time      expired
    refund      gives back what was captured, into the lots it came from    captured

Each verb is one transaction under an idempotency key. Balances are checked by the ledger's holds themselves, under the
accounts' locks (promise 4). Locks are taken in the order member or payment, gift cards, accounts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kit.ids import new_id
from ledger.book import Book, Stamp
from ledger.errors import HoldEnded
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import AMOUNT_MAX, system
from members.views import MemberId
from programs.decision import ProgramId
from programs.stored_value import card_records, funds, guessing, records, returns, views
from programs.stored_value.allocating import allocate
from programs.stored_value.card_records import Card
from programs.stored_value.errors import StoredValueErrorCode, final, invalid, out_of_range
from programs.stored_value.funds import Pay
from programs.stored_value.records import Claimed, Leg
from programs.stored_value.views import PaymentId, PaymentState, PaymentView
from rewards.offers import lock_member
from tenants import commands, scope

HOLD_MINUTES_DEFAULT = 15
HOLD_MINUTES_MAX = 7 * 24 * 60
REFERENCE_CHARACTERS_MAX = 200
EXPIRED_MAX = 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """`amount` minor units of `currency`, from `sources` in turn; with `up_to` as much of it as there is.

    `member` is needed to pay from a balance; `program` says whose, where there are several of the currency.
    """

    amount: int
    currency: str
    sources: Sequence[Pay]
    member: MemberId | None = None
    order_reference: str | None = None
    up_to: bool = False
    program: ProgramId | None = None


async def authorize(key: str, wish: Wish, *, hold_minutes: int = HOLD_MINUTES_DEFAULT) -> PaymentView:
    """Set money aside, for so many minutes (1 to 10080).

    Raises `Refusal`: INVALID, INVALID_CURRENCY, OUT_OF_RANGE, TOO_MANY, NOT_FOUND (member, gift card), NOT_ELIGIBLE;
    and kept under the key: INSUFFICIENT_FUNDS, ENDED (gift card). Raises `TooManyAttempts`.
    """
    if not 1 <= hold_minutes <= HOLD_MINUTES_MAX:
        raise out_of_range(1, HOLD_MINUTES_MAX, "hold_minutes")

    async def work() -> commands.Result:
        book, claimed, _ = await _authorize(key, wish, hold_minutes)
        await save(book)
        await records.insert(claimed)
        return {"payment": claimed.id}

    _check(wish)
    given = _given(wish) | {"hold_minutes": hold_minutes}
    async with guessing.tries(wish.sources):
        return await _once(key, "payment.authorize", given, work)


async def pay(key: str, wish: Wish) -> PaymentView:
    """Authorize and capture in one transaction. Raises what `authorize` raises."""

    async def work() -> commands.Result:
        book, claimed, cards = await _authorize(key, wish, HOLD_MINUTES_DEFAULT)
        _capture(book, key, claimed, claimed.amount, cards)
        await save(book)
        await records.insert(claimed)
        await records.close([claimed], PaymentState.CAPTURED)
        return {"payment": claimed.id}

    _check(wish)
    async with guessing.tries(wish.sources):
        return await _once(key, "payment.pay", _given(wish), work)


async def capture(
    key: str, payment: PaymentId, *, amount: int | None = None, order_reference: str | None = None
) -> PaymentView:
    """Take what was set aside, or `amount` of it; the rest goes back. Once only.

    Raises `Refusal`: NOT_FOUND, OUT_OF_RANGE, INVALID (another order than the authorization's); and kept under the
    key: ALREADY_CLOSED, HOLD_EXPIRED.
    """
    _check_reference(order_reference)

    async def work() -> commands.Result:
        claimed = await records.claim(payment)
        _check_open(claimed)
        if amount is not None and not 1 <= amount <= claimed.amount:
            raise out_of_range(1, claimed.amount, "amount")
        _tie(claimed, order_reference)
        book, cards = await _book([claimed])
        _capture(book, key, claimed, claimed.amount if amount is None else amount, cards)
        await save(book)
        await records.close([claimed], PaymentState.CAPTURED)
        return {"payment": claimed.id}

    given = {"payment": payment, "amount": amount, "order_reference": order_reference}
    return await _once(key, "payment.capture", given, work)


async def void(key: str, payment: PaymentId) -> PaymentView:
    """Let all go that was set aside.

    Raises `Refusal`: NOT_FOUND; and kept under the key: ALREADY_CLOSED (captured, voided or expired before).
    """

    async def work() -> commands.Result:
        claimed = await records.claim(payment)
        if claimed.state is not PaymentState.AUTHORIZED:
            raise _already(claimed)
        book, cards = await _book([claimed])
        _void(book, key, claimed, "void", cards)
        await save(book)
        await records.close([claimed], PaymentState.VOIDED)
        return {"payment": claimed.id}

    return await _once(key, "payment.void", {"payment": payment}, work)


async def refund(key: str, payment: PaymentId, amount: int) -> PaymentView:
    """Give back `amount` of what was captured, each part into the lots that it came from; who paid last comes first.

    It counts beside refunds of the order: what these have given back already is not given a second time, so in all
    the larger of the two is back. Raises `Refusal`: NOT_FOUND, OUT_OF_RANGE; and kept under the key: WRONG_STATE (not
    captured), REFUND_EXCEEDS_PAYMENT.
    """
    if not 1 <= amount <= AMOUNT_MAX:
        raise out_of_range(1, AMOUNT_MAX, "amount")

    async def work() -> commands.Result:
        claimed = await records.claim(payment)
        if claimed.state is not PaymentState.CAPTURED:
            message = f"This payment is {claimed.state}: there is nothing to give back."
            raise final(StoredValueErrorCode.WRONG_STATE, message, "payment")
        if amount > claimed.captured - claimed.refunded:
            message = f"Of {claimed.captured} that were captured, {claimed.refunded} were refunded before."
            raise final(StoredValueErrorCode.REFUND_EXCEEDS_PAYMENT, message, "amount")
        claimed.refunded += amount
        book, cards = await _book([claimed])
        returns.give_back(book, f"{key}/refund", claimed, claimed.refunded, cards, _stamp())
        await save(book)
        await records.give_back([claimed])
        return {"payment": claimed.id}

    return await _once(key, "payment.refund", {"payment": payment, "amount": amount}, work)


async def expire_due(limit: int = 100) -> int:
    """Let go of up to `limit` payments of the scope's tenant whose end has come; answers how many.

    Which ones is derived from their state and end, so it can run late, twice, or in several places at once.
    """
    assert 0 < limit <= EXPIRED_MAX, f"1 to {EXPIRED_MAX} at once"
    async with scope.writing():
        due = await records.claim_due(limit)
        book, cards = await _book(due)
        for claimed in due:
            _void(book, f"payment:{claimed.id}/expire", claimed, "expire_hold", cards)
        await save(book)
        await records.close(due, PaymentState.EXPIRED)
    return len(due)


# -- one step each, on the book of the transaction ---------------------------------------------------------------------


async def _authorize(key: str, wish: Wish, hold_minutes: int) -> tuple[Book, Claimed, list[Card]]:
    if wish.member is not None:
        await lock_member(wish.member)
    found = await funds.find(wish.sources, wish.currency, wish.member, wish.program)
    book = await load(Wanted(spending=found.accounts()), scope.now())
    shares = allocate(found.pieces(funds.lots_in(book)), wish.amount)
    total = sum(share.amount for share in shares)
    if not total or (total < wish.amount and not wish.up_to):
        message = f"This needs {wish.amount}; {total} can be paid with."
        raise final(StoredValueErrorCode.INSUFFICIENT_FUNDS, message, "amount")
    claimed = records.draft(wish.member, wish.currency, wish.order_reference, hold_minutes)
    claimed.amount = total
    for position, share in enumerate(shares):
        spent = system(scope.tenant_id(), share.unit, "spent")
        source = records.account_of(share.unit, share.card, wish.member)
        hold = book.hold(f"{key}/hold/{position}", "pay", source, spent, share.amount, claimed.ends_at, _stamp())
        claimed.legs.append(Leg(new_id(), position, share.source, share.unit, share.card, share.amount, hold))
    return book, claimed, found.cards


def _capture(book: Book, key: str, claimed: Claimed, amount: int, cards: Sequence[Card]) -> None:
    claimed.captured = rest = amount
    for leg in claimed.legs:
        leg.captured = min(rest, leg.amount)
        rest -= leg.captured
        if not leg.captured:
            book.void(f"{key}/void/{leg.position}", "void", leg.hold_id, _stamp())
            continue
        try:
            leg.transfer_id = book.post(f"{key}/post/{leg.position}", "pay", leg.hold_id, _stamp(), leg.captured)
        except HoldEnded as error:
            raise _hold_expired() from error
    card_records.move_on(book, f"{key}/on", _of(claimed, cards), _stamp())


def _void(book: Book, key: str, claimed: Claimed, reason: str, cards: Sequence[Card]) -> None:
    for leg in claimed.legs:
        book.void(f"{key}/void/{leg.position}", reason, leg.hold_id, _stamp())
    card_records.move_on(book, f"{key}/on", _of(claimed, cards), _stamp())


# -- around them -------------------------------------------------------------------------------------------------------


async def _book(claimed: Sequence[Claimed]) -> tuple[Book, list[Card]]:
    """The accounts, holds and entries of these, locked; one load per transaction, since it fills caches."""
    cards = await card_records.by_ids(card for each in claimed for card in each.cards)
    wanted = Wanted()
    for each in claimed:
        if each.state is PaymentState.CAPTURED:
            each.want_entries(wanted)
        else:
            each.want_holds(wanted)
    card_records.want_successors(wanted, cards)
    return await load(wanted, scope.now()), cards


def _of(claimed: Claimed, cards: Sequence[Card]) -> list[Card]:
    return [card for card in cards if card.id in claimed.cards]


def _check_open(claimed: Claimed) -> None:
    if claimed.state is PaymentState.EXPIRED:
        raise _hold_expired()
    if claimed.state is not PaymentState.AUTHORIZED:
        raise _already(claimed)
    if claimed.ends_at <= scope.now():
        raise _hold_expired()


def _tie(claimed: Claimed, order_reference: str | None) -> None:
    if claimed.order_reference is None:
        claimed.order_reference = order_reference
    elif order_reference not in (None, claimed.order_reference):
        raise invalid("It was authorized for another order.", "order_reference")


def _check(wish: Wish) -> None:
    if not 1 <= wish.amount <= AMOUNT_MAX:
        raise out_of_range(1, AMOUNT_MAX, "amount")
    funds.check(wish.sources, wish.member)
    _check_reference(wish.order_reference)


def _check_reference(order_reference: str | None) -> None:
    if order_reference is not None and not (
        0 < len(order_reference) <= REFERENCE_CHARACTERS_MAX and order_reference.isprintable()
    ):
        message = f"An order's id has 1 to {REFERENCE_CHARACTERS_MAX} printable characters."
        raise invalid(message, "order_reference")


def _given(wish: Wish) -> dict[str, Any]:
    """What the client said, for the fingerprint, which is a hash: no code is kept."""
    return {
        "amount": wish.amount, "currency": wish.currency, "sources": [funds.told(source) for source in wish.sources],
        "member": wish.member, "order_reference": wish.order_reference, "up_to": wish.up_to, "program": wish.program,
    }  # fmt: skip


def _hold_expired() -> Exception:
    message = "The money was set aside until an instant that has passed."
    return final(StoredValueErrorCode.HOLD_EXPIRED, message, "payment")


def _already(claimed: Claimed) -> Exception:
    return final(StoredValueErrorCode.ALREADY_CLOSED, f"This payment is {claimed.state} already.", "payment")


def _stamp() -> Stamp:
    now = scope.now()
    return Stamp(now, now)


async def _once(
    key: str, name: str, given: Mapping[str, Any], work: Callable[[], Awaitable[commands.Result]]
) -> PaymentView:  # fmt: skip
    """Do it once; the payment is read again, so that a repeat shows it as it is now."""
    result = await commands.once(key, name, given, work)
    return (await views.payments([result["payment"]]))[result["payment"]]
