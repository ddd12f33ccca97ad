"""What a wish to spend points comes to by the programs' rules, now or as a quote has pinned them."""

from __future__ import annotations

from kit.errors import Refusal
from members.views import MemberId
from programs import quote_token, rulebooks
from programs.quote import Redeem, RedeemReward, payment_option
from programs.quote_token import Pinned, PinnedPayment, PinnedReward
from rewards.redemptions import Asked, AsPayment, CannotPay, ForReward, Wish
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
