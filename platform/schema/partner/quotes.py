"""The partner's quote: what a cart would earn there, and what points would pay or buy."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from kit.errors import Refusal
from members.service import MemberRef
from programs import quote as domain
from programs.coalition import links
from programs.coalition.freshness import spendable, too_fresh
from programs.coalition.links import LinkConsent, LinkId
from programs.coalition.partners import PartnerState, PartnerView
from programs.coalition.terms import Terms
from programs.quote import RedeemPoints
from rewards.views import PartnerShop
from schema.cost import sized
from schema.partner.codes import PartnerQuoteErrorCode
from schema.partner.rewards import Reward, read_wish, show_reward
from schema.partner.who import OWN, partner_of, refuse_top_ups
from schema.shared.carts import CartInput, read_cart
from schema.shared.context import Info
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import LINK
from schema.shared.quotes import QuoteEarning, show_earnings
from schema.shared.rewards import show_money
from schema.shared.scalars import BigInt
from schema.shared.values import Money
from tenants import scope
from tenants.roles import PartnerScope


@input_
class PartnerQuoteInput:
    """A cart at the partner, and what points are to pay of it, or the reward that they are to buy."""

    link: strawberry.ID = field(description="Whose cart, `lnk_…`.")
    cart: CartInput = field(description="The cart.")
    points: BigInt | None = field(default=None, description="How many points of the shared unit are to pay.")
    reward: strawberry.ID | None = field(
        default=None, description="The reward that the member is to get, `rwd_…`; then no points pay."
    )


@output
class PartnerQuoteRedemption:
    """What the points would pay."""

    points: BigInt = field(description="How many would be taken: no more than allowed, in whole multiples.")
    value: Money = field(description="What they would pay.")
    more_from: datetime | None = field(
        description="From when on the rest can be, that others gave too short a time ago; null: there is no such rest."
    )


@output
class PartnerQuoteReward:
    """A reward that the member could have."""

    reward: Reward = field(description="The reward.")
    points: BigInt = field(description="What it would cost.")


@output
class PartnerQuote:
    """What would happen now."""

    earns: list[QuoteEarning] = field(
        description="What the cart would earn of the shared unit, what is paid with points apart.", metadata=sized(2)
    )
    redeem: PartnerQuoteRedemption | None = field(description="What the points would pay, if some were asked for.")
    reward: PartnerQuoteReward | None = field(description="What the reward would cost, if one was asked for.")
    amount_due: BigInt = field(description="What is left to pay then, in minor units of the cart's currency.")


@output
class PartnerQuotePayload:
    """The quote."""

    quote: PartnerQuote | None = field(default=None, description="The quote.")
    user_errors: list[UserError[PartnerQuoteErrorCode]] = field(default_factory=list, description="Why it was refused.")


@strawberry.type
class QuoteQueries:
    """The partner API's question on what would happen."""

    @mutation(
        PartnerQuotePayload,
        PartnerQuoteErrorCode,
        "What a cart at the partner would earn, and what points would pay of it, or buy beside it.",
        needs=PartnerScope.READ,
        paths={**OWN, "redeem": ["points"], "redeem.points": ["points"], "redeem.reward_id": ["reward"]},
    )
    async def partner_quote(
        self, info: Info, input: Annotated[PartnerQuoteInput, argument(description="The cart.")]
    ) -> PartnerQuotePayload:
        return PartnerQuotePayload(quote=await _quote(info, input))


async def _quote(info: Info, given: PartnerQuoteInput) -> PartnerQuote:
    partner = await partner_of(info)
    link = await links.get(partner.id, LinkId(LINK.read(given.link, "link")))
    terms = _terms(partner, given)
    refuse_top_ups(given.cart.lines, ("cart",))
    units = await info.context.units()
    cart = replace(read_cart(given.cart), partner=partner.slug)
    wish = read_wish(given.points, given.reward, units[link.unit_id])
    hours = None if wish is None else terms.hold_hours_from_others
    here = None if hours is None else (await spendable(partner, link.unit_id, [link.member_id]))[link.member_id]
    sees = LinkConsent.BALANCE in link.consent
    if sees and isinstance(wish, RedeemPoints) and here is not None and 0 < here.now < wish.points:
        wish = replace(wish, points=here.now)
    found = await domain.quote(cart, MemberRef(link.member_id), wish, shop=PartnerShop(partner.id, link.unit_id))
    redeem, earned = found.redeem, show_earnings(found, units)
    if redeem is not None and redeem.short and not sees:
        message = "The member has fewer points than would be taken."  # how many is not for this partner to see
        raise Refusal("INSUFFICIENT_POINTS", message, ("points",))
    if redeem is not None and hours is not None and here is not None and redeem.points > here.now:
        raise await too_fresh(partner.id, link.member_id, hours, here, "points" if redeem.reward is None else "reward")
    return PartnerQuote(
        earns=[each for each in earned if each.unit == units[link.unit_id]] if terms.earn else [],
        redeem=None
        if redeem is None or redeem.value is None
        else PartnerQuoteRedemption(
            points=redeem.points, value=show_money(redeem.value),
            more_from=here.rest_from if sees and here is not None and (given.points or 0) > here.now else None,
        ),
        reward=None
        if redeem is None or redeem.reward is None
        else PartnerQuoteReward(reward=show_reward(redeem.reward), points=redeem.points),
        amount_due=found.amount_due,
    )  # fmt: skip


def _terms(partner: PartnerView, given: PartnerQuoteInput) -> Terms:
    """The terms that hold now. Raises `Refusal` as recording and reserving would."""
    live = partner.terms_at(scope.now())
    if partner.state is not PartnerState.ACTIVE:
        raise Refusal("PARTNER_FROZEN", f"This partner is {partner.state}.")
    if live is None:
        raise Refusal("NO_TERMS", "This partner has no terms that hold now.")
    if (given.points is not None or given.reward is not None) and not live.terms.burn:
        path = "points" if given.reward is None else "reward"
        raise Refusal("BURN_NOT_ALLOWED", "Points cannot be spent with this partner.", (path,))
    return live.terms
