"""Spending points as the programs' rules have it: what a wish comes to, now or as a quote has pinned it, and what
follows for what they keep of the member.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kit.errors import Refusal
from kit.setbased import Change
from ledger.book import Book, Stamp
from ledger.load import Wanted
from ledger.state import AccountRef
from members.views import MemberId
from programs import lapses, quote_token, rulebooks
from programs.quote import Redeem, RedeemReward, payment_option
from programs.quote_token import Pinned, PinnedPayment, PinnedReward
from programs.settling import Settling
from rewards import redemptions
from rewards.redemptions import Asked, AsPayment, CannotPay, ForReward, Wish
from rewards.views import RedemptionId, RedemptionView
from tenants import commands, profile, scope


async def wish(
    key: str, asked: Redeem, member: MemberId, *, order_total: int | None = None, currency: str | None = None,
    token: str | None = None,
) -> Wish:  # fmt: skip
    """What to ask of `rewards.redemptions`. `order_total` in minor units of `currency` (else the quote's or tenant's).

    A repeat of the idempotency key is answered with the first result, also when its quote has expired since, or its
    program has been paused. Raises `Refusal`: QUOTE_INVALID, QUOTE_EXPIRED (token); asking for the wish then raises
    NOT_ELIGIBLE (no points can pay), INVALID (say which unit), QUOTE_INVALID (its rules are gone).
    """
    pinned = None if token is None else await _pinned(token, member, key)
    async with scope.reading():
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
    if isinstance(asked, RedeemReward):
        everybody = rules.rulebook.tiers_of_everybody(scope.now())
        return ForReward(asked.reward_id, _pinned_points(pinned, asked), everybody)
    used = currency or _pinned_currency(pinned) or (await profile.current()).currency
    versions = None if pinned is None else pinned.versions
    words = Asked(asked.unit, currency)
    try:
        option = payment_option(rules, used, asked.unit, scope.now(), versions)
    except KeyError:
        gone = Refusal("QUOTE_INVALID", "This quote is about rules that are gone.", ("quote_token",))
        return CannotPay(asked.points, order_total, words, gone)
    except Refusal as refusal:
        return CannotPay(asked.points, order_total, words, refusal)
    return AsPayment(option.unit_id, asked.points, order_total, option.terms, option.program_id, words)


async def redeem(key: str, member: MemberId, wish: Wish, *, order_reference: str | None = None) -> RedemptionView:
    """Spend points at once. Raises what `redemptions.redeem` raises."""
    return await redemptions.redeem(key, member, wish, Spent(), order_reference=order_reference)


async def confirm(key: str, redemption: RedemptionId, *, order_reference: str | None = None) -> RedemptionView:
    """Spend points that were set aside. Raises what `redemptions.confirm` raises."""
    return await redemptions.confirm(key, redemption, Spent(), order_reference=order_reference)


class Spent:
    """Tiers by balance move, and inactivity begins anew: spending is a sign of life."""

    async def begin(self, member: MemberId) -> None:
        self._settling = await Settling.begin(member)

    def want(self, wanted: Wanted) -> None:
        self._settling.want(wanted)

    async def count(self) -> None:
        await self._settling.count()

    def settle(self, book: Book, key: str, spent_from: AccountRef, stamp: Stamp) -> Sequence[Change]:
        stays = lapses.after_activity(rulebooks.remembered(scope.tenant_id()), stamp.recorded_at)
        lapses_at = stays.get(spent_from.unit)
        if lapses_at is not None:
            self._stay(book, f"{key}/lapse", spent_from, lapses_at, stamp)
        return self._settling.settle(book, key, stamp)

    def _stay(self, book: Book, key: str, account: AccountRef, lapses_at: datetime, stamp: Stamp) -> None:
        book.extend_lapse(key, account, lapses_at, stamp)

    async def finish(self) -> None:
        await self._settling.grant()


class Received(Spent):
    """Points that come for points of elsewhere: the same, and inactivity begins with them where it had not."""

    async def begin(self, member: MemberId) -> None:
        await super().begin(member)
        self._kept = await lapses.kept(member)

    def _stay(self, book: Book, key: str, account: AccountRef, lapses_at: datetime, stamp: Stamp) -> None:
        if account.unit not in self._kept:
            book.push_lapse(key, account, lapses_at, stamp)


async def _pinned(token: str, member: MemberId, key: str) -> Pinned | None:
    try:
        return quote_token.open_token(token, None, member)
    except Refusal as refusal:
        if refusal.code == "QUOTE_EXPIRED" and await commands.known(key):
            return None
        raise


def _pinned_currency(pinned: Pinned | None) -> str | None:
    return pinned.redeem.currency if pinned is not None and isinstance(pinned.redeem, PinnedPayment) else None


def _pinned_points(pinned: Pinned | None, asked: RedeemReward) -> int | None:
    """The price of the reward as it was quoted."""
    quoted = pinned.redeem if pinned is not None else None
    return quoted.points if isinstance(quoted, PinnedReward) and quoted.reward_id == asked.reward_id else None
