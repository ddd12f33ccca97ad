"""Redemptions: reserve, then confirm or cancel, or let expire. Each verb is one transaction under an idempotency key.

    reserve   holds the points, counts the stock, sets a code aside        state reserved, until `ends_at`
    confirm   takes the points, issues the code                            confirmed
    cancel    lets all go                                                  cancelled
    expire    the same, by the job, for what nobody confirmed in time      expired

The balance is checked by the ledger's hold itself, under the account's lock (promise 4); the server computes every cost
(S3). Locks are taken in the order member or redemption, account, voucher, reward.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from kit.errors import Refusal
from kit.setbased import Change
from ledger.book import Book, Stamp
from ledger.errors import HoldEnded, InsufficientBalance
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import AccountRef, UnitId, system
from ledger.state import member as member_account
from members.views import MemberId
from rewards import offers, records, vouchers
from rewards.errors import RewardErrorCode, final, invalid, out_of_range, redemption_not_found
from rewards.offers import Offer
from rewards.payment import PaymentTerms
from rewards.records import Claimed
from rewards.views import PartnerShop, RedemptionId, RedemptionState, RedemptionView, RewardId, load_redemptions
from tenants import audit, commands, scope

HOLD_MINUTES_DEFAULT = 15
HOLD_MINUTES_MAX = 24 * 60
REFERENCE_CHARACTERS_MAX = 200
OWNER_CHARACTERS_MAX = 50
EXPIRED_MAX = 1000


@dataclass(frozen=True, slots=True)
class ForReward:
    """A wish: this reward, at its own price or at the `points` that a quote pinned (never what a client says).

    `everybody` are the tiers, by program, of members of whom nothing else is written.
    """

    reward: RewardId
    points: int | None = None
    everybody: Mapping[str, str] = field(default_factory=dict)


class Asked(NamedTuple):
    """A client's own words about a payment: the unit's slug and the currency, if they said which."""

    unit: str | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class AsPayment:
    """A wish: up to `points` of a unit as payment of an order over `order_amount` minor units (None: not known).

    `terms` are the settings of the program `program_id`; they are the caller's, not the client's, who `asked`.
    """

    unit_id: UnitId
    points: int
    order_amount: int | None
    terms: PaymentTerms
    program_id: str | None = None
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class CannotPay:
    """A wish that the settings of the moment refuse; what they granted before is answered to a repeat all the same."""

    points: int
    order_amount: int | None
    asked: Asked
    refusal: Refusal


Wish = ForReward | AsPayment | CannotPay


class Spending(Protocol):
    """What goes along when points are spent, in the same transaction: what the programs keep of the member.

    The programs stand above the rewards, so they hand it in (`programs.redeeming`). The verbs are called in this order.
    """

    async def begin(self, member: MemberId) -> None:
        """Lock and read what is kept of the member, who is locked."""
        ...

    def want(self, wanted: Wanted) -> None:
        """Ask for the accounts that it may touch."""
        ...

    async def count(self) -> None:
        """Read what else must be known, after the accounts."""
        ...

    def settle(self, book: Book, key: str, spent_from: AccountRef, stamp: Stamp) -> Sequence[Change]:
        """Let the spending have its effect; the rows to be written with the book."""
        ...

    async def finish(self) -> None:
        """Do what follows after the book was saved."""
        ...


class Partner(Protocol):
    """The partner of a coalition that a redemption is with, and what its terms allow (`programs.coalition`)."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    async def begin(self, member: MemberId) -> None:
        """Lock and read what the terms go by, before any account."""
        ...

    @property
    def shop(self) -> PartnerShop:
        """Where its rewards are redeemed, once it has begun."""
        ...

    async def admit(self, book: Book, spent_from: AccountRef, points: int, stamp: Stamp) -> None:
        """See that what is to be set aside may be, after `settle`. Raises `Refusal`."""
        ...

    def settle(self, book: Book, spent_from: AccountRef, points: int, stamp: Stamp) -> Sequence[Change]:
        """Check what is set aside, or count what is spent; the rows to be written with the book. Raises `Refusal`."""
        ...


async def reserve(
    key: str, member: MemberId, wish: Wish, *, order_reference: str | None = None,
    hold_minutes: int = HOLD_MINUTES_DEFAULT, partner: Partner | None = None,
) -> RedemptionView:  # fmt: skip
    """Set points aside for a reward or a payment, for so many minutes (1 to 1440).

    Raises `Refusal`: INVALID, OUT_OF_RANGE, NOT_FOUND; and kept under the key: ENDED,
    NOT_ELIGIBLE, OUT_OF_STOCK, LIMIT_REACHED, INSUFFICIENT_POINTS.
    """
    _check_reference(order_reference, partner)
    if not 1 <= hold_minutes <= HOLD_MINUTES_MAX:
        raise out_of_range(1, HOLD_MINUTES_MAX, "hold_minutes")
    given = _given(member, wish) | {"order_reference": order_reference, "hold_minutes": hold_minutes}

    async def work() -> Claimed:
        offer = await _offer(member, wish, partner)
        book = await _book(offer)
        changes: Sequence[Change] = ()
        if partner is not None:
            changes = partner.settle(book, _account(offer), offer.points, _stamp())
            await partner.admit(book, _account(offer), offer.points, _stamp())
        claimed = await _reserve(book, key, offer, order_reference, hold_minutes, partner)
        await save(book, changes)
        return claimed

    return await _once(key, "redemption.reserve", given, work)


async def confirm(
    key: str,
    redemption: RedemptionId,
    spending: Spending,
    *,
    order_reference: str | None = None,
    partner: Partner | None = None,
) -> RedemptionView:
    """Take the points and issue the code, if the reward has codes.

    What was reserved is given even if the reward was archived or has ended since. One with a partner is only that
    partner's to confirm. Raises `Refusal`: INVALID (another order than the reservation's), NOT_FOUND; and kept under
    the key: ALREADY_CLOSED, HOLD_EXPIRED.
    """
    _check_reference(order_reference, partner)

    async def work() -> Claimed:
        claimed = await _claim(redemption, partner)
        await offers.lock_member(claimed.member_id)
        await spending.begin(claimed.member_id)
        if partner is not None:
            await partner.begin(claimed.member_id)
        book = await _book(claimed, spending=spending)
        counted = () if partner is None else partner.settle(book, _account(claimed), claimed.points, _stamp())
        await _confirm(book, key, claimed, order_reference)
        await _spend(book, key, claimed, spending, counted)
        return claimed

    given = {"redemption": redemption, "order_reference": order_reference}
    return await _once(key, "redemption.confirm", given, work)


async def cancel(key: str, redemption: RedemptionId, partner: Partner | None = None) -> RedemptionView:
    """Call a reservation off: points, stock and code are free again. A `partner` may do so of its own only.

    Raises `Refusal`: NOT_FOUND; and kept under the key: ALREADY_CLOSED (confirmed, cancelled or expired before).
    """

    async def work() -> Claimed:
        claimed = await records.claim(redemption)
        if partner is not None and claimed.partner_id != partner.id:
            raise redemption_not_found()
        if claimed.state is not RedemptionState.RESERVED:
            raise _already(claimed)
        book = await _book(claimed)
        _void(book, f"{key}/void", claimed, "cancel")
        await save(book)
        await records.let_go([claimed], RedemptionState.CANCELLED)
        return claimed

    return await _once(key, "redemption.cancel", {"redemption": redemption}, work)


async def redeem(
    key: str, member: MemberId, wish: Wish, spending: Spending, *, order_reference: str | None = None
) -> RedemptionView:
    """Reserve and confirm in one transaction. Raises what `reserve` raises."""
    _check_reference(order_reference)

    async def work() -> Claimed:
        offer = await _offer(member, wish)
        await spending.begin(member)
        book = await _book(offer, spending=spending)
        claimed = await _reserve(book, key, offer, order_reference, HOLD_MINUTES_DEFAULT, None)
        await _confirm(book, key, claimed, None)
        await _spend(book, key, claimed, spending)
        return claimed

    given = _given(member, wish) | {"order_reference": order_reference}
    return await _once(key, "redemption.redeem", given, work)


async def expire_due(limit: int = 100) -> int:
    """Let go of up to `limit` reservations of the scope's tenant whose end has come; answers how many.

    Which ones is derived from their state and end, so it can run late, twice, or in several places at once.
    """
    assert 0 < limit <= EXPIRED_MAX, f"1 to {EXPIRED_MAX} at once"
    async with scope.writing():
        due = await records.claim_due(limit)
        book = await _book(*due)
        for claimed in due:
            _void(book, f"redemption:{claimed.id}/expire", claimed, "expire_hold")
        await save(book)
        await records.let_go(due, RedemptionState.EXPIRED)
    return len(due)


# -- one step each, on the book of the transaction ---------------------------------------------------------------------


async def _claim(redemption: RedemptionId, partner: Partner | None) -> Claimed:
    """Lock a redemption that is with this partner, or with none."""
    claimed = await records.claim(redemption)
    if claimed.partner_id != (None if partner is None else partner.id):
        raise redemption_not_found()
    return claimed


async def _reserve(
    book: Book, key: str, offer: Offer, order_reference: str | None, hold_minutes: int, partner: Partner | None
) -> Claimed:  # fmt: skip
    claimed = records.draft(offer, order_reference, hold_minutes, None if partner is None else partner.id)
    if offer.points:
        spent = system(scope.tenant_id(), offer.unit_id, "spent")
        try:
            claimed.hold_id = book.hold(
                f"{key}/hold", "redeem", _account(offer), spent, offer.points, claimed.ends_at, _stamp()
            )
        except InsufficientBalance as error:
            # A partner may be one that does not see the balance.
            rest = f"{error.available} can be spent" if partner is None else "the member has fewer"
            message = f"This needs {offer.points} points; {rest}."
            raise final(RewardErrorCode.INSUFFICIENT_POINTS, message, "member") from error
    if offer.reward is not None:
        await vouchers.set_aside(offer.reward.id, offer.reward.voucher_source, claimed.id, claimed.ends_at)
    await records.insert(claimed, offer)
    return claimed


async def _confirm(book: Book, key: str, claimed: Claimed, order_reference: str | None) -> None:
    expired = claimed.state is RedemptionState.EXPIRED
    if not expired and claimed.state is not RedemptionState.RESERVED:
        raise _already(claimed)
    if expired or claimed.ends_at <= scope.now():
        raise _hold_expired()
    if claimed.order_reference is None:
        claimed.order_reference = order_reference
    elif order_reference not in (None, claimed.order_reference):
        raise invalid("It was reserved for another order.", "order_reference")
    if claimed.hold_id is not None:
        try:
            claimed.transfer_id = book.post(f"{key}/post", "redeem", claimed.hold_id, _stamp())
        except HoldEnded as error:
            raise _hold_expired() from error
    await records.confirm(claimed, await vouchers.issue(claimed.id))


async def _spend(
    book: Book, key: str, claimed: Claimed, spending: Spending, counted: Sequence[Change] = ()
) -> None:  # fmt: skip
    changes = () if claimed.transfer_id is None else spending.settle(book, key, _account(claimed), _stamp())
    await save(book, [*changes, *counted])
    await spending.finish()


def _void(book: Book, key: str, claimed: Claimed, reason: str) -> None:
    if claimed.hold_id is not None:
        book.void(key, reason, claimed.hold_id, _stamp())


def _hold_expired() -> Refusal:
    return final(RewardErrorCode.HOLD_EXPIRED, "The points were held until an instant that has passed.", "redemption")


def _already(claimed: Claimed) -> Refusal:
    return final(RewardErrorCode.ALREADY_CLOSED, f"This redemption is {claimed.state} already.", "redemption")


# -- around them -------------------------------------------------------------------------------------------------------


async def _offer(member: MemberId, wish: Wish, partner: Partner | None = None) -> Offer:
    if isinstance(wish, CannotPay):
        raise wish.refusal
    await offers.lock_member(member)
    if partner is not None:
        await partner.begin(member)
    if isinstance(wish, ForReward):
        shop = None if partner is None else partner.shop
        return await offers.of_reward(member, wish.reward, wish.points, wish.everybody, shop)
    return offers.of_payment(member, wish.unit_id, wish.points, wish.order_amount, wish.terms, wish.program_id)


async def _book(*subjects: Offer | Claimed, spending: Spending | None = None) -> Book:
    """The accounts of these, locked, with the holds there are; one load per transaction, since it fills caches."""
    wanted, tenant = Wanted(), scope.tenant_id()
    for subject in subjects:
        if subject.points:
            wanted.spending.add(_account(subject))
        if isinstance(subject, Claimed) and subject.hold_id is not None:
            wanted.holds.add((tenant, subject.hold_id))
    if spending is None:
        return await load(wanted, scope.now())
    spending.want(wanted)
    book = await load(wanted, scope.now())
    await spending.count()
    return book


def _account(subject: Offer | Claimed) -> AccountRef:
    return member_account(scope.tenant_id(), subject.unit_id, subject.member_id)


def _stamp() -> Stamp:
    now = scope.now()
    return Stamp(now, now)


async def _once(
    key: str, name: str, given: Mapping[str, Any], work: Callable[[], Awaitable[Claimed]]
) -> RedemptionView:  # fmt: skip
    """Do it once; the redemption is read again, so that a repeat shows it as it is now."""

    async def noted() -> commands.Result:
        claimed = await work()
        details = {"member": f"member:{claimed.member_id}", "points": claimed.points}
        # What is done with a partner is known of each of its keys.
        record = audit.record_staff if claimed.partner_id is None else audit.record
        await record(f"redemption.{claimed.state}", f"redemption:{claimed.id}", details)
        return {"redemption": claimed.id}

    result = await commands.once(key, name, given, noted)
    async with scope.reading():
        return (await load_redemptions([result["redemption"]]))[result["redemption"]]


def _given(member: MemberId, wish: Wish) -> dict[str, Any]:
    """What the client said, for the fingerprint; settings are not part of it: they may change before a repeat."""
    if isinstance(wish, ForReward):
        return {"member": member, "reward": wish.reward}
    asked = wish.asked or Asked(wish.unit_id, wish.terms.currency)
    return {"member": member, "points": wish.points, "order_amount": wish.order_amount, **asked._asdict()}


def _check_reference(order_reference: str | None, partner: Partner | None = None) -> None:
    """Raises `Refusal` INVALID; what a partner calls its order stands behind its name."""
    most = REFERENCE_CHARACTERS_MAX + (0 if partner is None else OWNER_CHARACTERS_MAX)
    if order_reference is not None and not (0 < len(order_reference) <= most and order_reference.isprintable()):
        message = f"An order's id has 1 to {REFERENCE_CHARACTERS_MAX} printable characters."
        raise invalid(message, "order_reference")
