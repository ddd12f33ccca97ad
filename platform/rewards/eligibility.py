"""Who may have a reward, where and when: its shops, window, audience and stock. Limits per member need redemptions."""

from __future__ import annotations

from datetime import datetime

from kit.errors import Refusal
from members.standing import MemberStanding, standings
from members.views import MemberId
from rewards.errors import RewardErrorCode, final, reward_not_found
from rewards.views import PartnerShop, RewardView
from tenants import scope


def why_not(
    reward: RewardView, standing: MemberStanding, now: datetime, shop: PartnerShop | None = None
) -> Refusal | None:
    """Why a member of this standing cannot have the reward now, in the tenant's own shop or in a partner's.

    ENDED, NOT_ELIGIBLE or OUT_OF_STOCK, and NOT_FOUND for what is not this partner's; None: they can. A partner is not
    told what the member's tiers are.
    """
    if not reward.is_in(shop):
        if shop is not None:
            return reward_not_found("reward")
        return final(RewardErrorCode.NOT_ELIGIBLE, "This reward is redeemed with partners.", "reward")
    if reward.archived_at is not None or (reward.ends_at is not None and reward.ends_at <= now):
        return ended()
    if reward.starts_at is not None and now < reward.starts_at:
        return final(RewardErrorCode.NOT_ELIGIBLE, "This reward is not offered yet.", "reward")
    if reward.tiers and set(standing.tiers.values()).isdisjoint(reward.tiers):
        whose = "tiers" if shop is None else "members"
        return final(RewardErrorCode.NOT_ELIGIBLE, f"This reward is for other {whose}.", "reward")
    if reward.segments and standing.segments.isdisjoint(reward.segments):
        return final(RewardErrorCode.NOT_ELIGIBLE, "This reward is for other members.", "reward")
    if reward.stock_left == 0:
        return out_of_stock()
    return None


async def standing_of(member: MemberId) -> MemberStanding:
    """A member's tiers and segments."""
    async with scope.reading():
        key = (scope.tenant_id(), member)
        return (await standings([key]))[key]


def ended() -> Refusal:
    """The reward's time is over."""
    return final(RewardErrorCode.ENDED, "This reward is no longer offered.", "reward")


def out_of_stock() -> Refusal:
    """The reward, or its pool of codes, is used up."""
    return final(RewardErrorCode.OUT_OF_STOCK, "This reward is used up.", "reward")
