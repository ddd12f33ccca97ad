"""Rewards, vouchers and redemptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import strawberry

from ledger.state import UnitId
from programs.coalition import earning, offering, partners
from programs.coalition.offering import PartnerName
from rewards import catalogue, vouchers
from rewards.views import RedemptionView, RewardId, RewardView, VoucherView
from schema.cost import sized
from schema.shared.context import Info
from schema.shared.declare import field, output
from schema.shared.enums import RedemptionState, RewardKind, RewardShops, VoucherSource, VoucherState
from schema.shared.ids import MEMBER, PARTNER, REDEMPTION, REWARD, VOUCHER, Node
from schema.shared.rewards import RewardTerms, show_money, show_terms
from schema.shared.scalars import BigInt
from schema.shared.values import Money, Unit


@output
class VoucherCounts:
    """How many codes a reward has."""

    available: int = field(description="In the pool.")
    reserved: int = field(description="Set aside for redemptions under way.")
    issued: int = field(description="Given to members.")
    void: int = field(description="Worth nothing any more.")


@output
class Voucher:
    """A code, given to at most one member."""

    id: strawberry.ID = field(description="Its id.")
    code: str = field(description="The code.")
    state: VoucherState = field(description="Whether it was given.")
    issued_at: datetime | None = field(description="When it was given.")
    expires_at: datetime | None = field(description="Until when it can be used.")
    used_at: datetime | None = field(description="When the shop took it.")
    used_for: str | None = field(description="The order that it was taken for.")


@output
class Reward(Node):
    """Something that points buy."""

    slug: str = field(description="Its name in addresses and copies.")
    name: str = field(description="Its name, as members read it.")
    description: str = field(description="What it is, as members read it.")
    kind: RewardKind = field(description="What it is.")
    unit: Unit = field(description="What it is paid in.")
    points: BigInt = field(description="Its price.")
    terms: RewardTerms = field(description="What it gives.")
    tiers: list[str] = field(description="Tiers whose members may have it; none: all.")
    segments: list[str] = field(description="Segments whose members may have it; none: all.")
    stock: BigInt | None = field(description="How many there are in all; null: any number.")
    stock_left: BigInt | None = field(description="How many are left.")
    limit_per_member: int | None = field(description="How many a member may have; null: any number.")
    voucher_source: VoucherSource = field(description="Where its codes come from.")
    vouchers: VoucherCounts = field(description="Its codes.")
    image_url: str | None = field(description="Its picture.")
    position: int = field(description="Its place in the catalogue, the lowest first.")
    starts_at: datetime | None = field(description="From when on it can be had.")
    ends_at: datetime | None = field(description="Until when, not included.")
    archived_at: datetime | None = field(description="Since when it is no longer offered.")
    created_at: datetime = field(description="Since when it is here.")
    shops: RewardShops = field(description="In whose shops it is redeemed.")
    partners: list[str] = field(
        description="With which partners, by their slugs, if in partners' shops; none: all that share its unit.",
        metadata=sized(2),
    )


@output
class Redemption(Node):
    """Points spent on a reward, or as payment; reserved first, then closed once."""

    member_id: strawberry.ID = field(description="Whose.")
    reward: Reward | None = field(description="The reward; null for points as payment.")
    unit: Unit = field(description="Points of which unit.")
    points: BigInt = field(description="How many.")
    points_returned: BigInt = field(description="How many of them came back with a refund.")
    state: RedemptionState = field(description="Where it is in its life.")
    value: Money | None = field(description="What they pay, as payment.")
    voucher: Voucher | None = field(description="Its code, once confirmed.")
    partner_id: strawberry.ID | None = field(description="The partner that it was with; null: your own shop.")
    partner_name: str | None = field(description="What that partner is called.")
    order_id: str | None = field(description="The order that it belongs to; a partner's as the partner calls it.")
    reserved_at: datetime = field(description="Since when the points are set aside.")
    ends_at: datetime = field(description="Until when they stay so.")
    closed_at: datetime | None = field(description="When it was confirmed, cancelled, or expired.")


async def show_rewards(info: Info, rewards: Sequence[RewardView]) -> dict[RewardId, Reward]:
    """Rewards in the schema, by id, with how many codes each has."""
    counts = await vouchers.counts([reward.id for reward in rewards])
    units, names = await info.context.units(), await offering.names_of(rewards)
    return {reward.id: _reward(reward, counts[reward.id], units[reward.unit_id], names) for reward in rewards}


async def show_reward(info: Info, reward: RewardView) -> Reward:
    """A reward in the schema."""
    return (await show_rewards(info, [reward]))[reward.id]


async def show_redemptions(info: Info, redemptions: Sequence[RedemptionView]) -> dict[str, Redemption]:
    """Redemptions in the schema, by id, with their rewards as they are now."""
    named = {redemption.reward_id for redemption in redemptions if redemption.reward_id is not None}
    known = await catalogue.get_many(sorted(named))
    rewards = await show_rewards(info, list(known.values()))
    units = await info.context.units()
    at = await partners.names(view.partner_id for view in redemptions if view.partner_id is not None)
    return {redemption.id: _redemption(redemption, rewards, units, at) for redemption in redemptions}


async def show_redemption(info: Info, redemption: RedemptionView) -> Redemption:
    """A redemption in the schema."""
    return (await show_redemptions(info, [redemption]))[redemption.id]


def show_voucher(voucher: VoucherView) -> Voucher:
    """A code in the schema."""
    return Voucher(
        id=VOUCHER.show(voucher.id), code=voucher.code, state=voucher.state, issued_at=voucher.issued_at,
        expires_at=voucher.expires_at, used_at=voucher.used_at, used_for=voucher.used_reference,
    )  # fmt: skip


def _reward(
    reward: RewardView, counts: vouchers.VoucherCounts, unit: Unit, names: Mapping[str, PartnerName]
) -> Reward:  # fmt: skip
    return Reward(
        id=REWARD.show(reward.id), slug=reward.slug, name=reward.name, description=reward.description,
        kind=reward.kind, unit=unit, points=reward.points, terms=show_terms(reward.terms), tiers=list(reward.tiers),
        segments=list(reward.segments), stock=reward.stock, stock_left=reward.stock_left,
        limit_per_member=reward.limit_per_member, voucher_source=reward.voucher_source,
        vouchers=VoucherCounts(
            available=counts.available, reserved=counts.reserved, issued=counts.issued, void=counts.void
        ),
        image_url=reward.image_url, position=reward.position, starts_at=reward.starts_at, ends_at=reward.ends_at,
        archived_at=reward.archived_at, created_at=reward.created_at, shops=reward.shops,
        partners=sorted(names[partner].slug for partner in reward.partners),
    )  # fmt: skip


def _redemption(
    view: RedemptionView, rewards: Mapping[RewardId, Reward], units: Mapping[UnitId, Unit], at: Mapping[str, str]
) -> Redemption:  # fmt: skip
    order = view.order_reference
    return Redemption(
        id=REDEMPTION.show(view.id), member_id=MEMBER.show(view.member_id),
        reward=rewards[view.reward_id] if view.reward_id is not None else None, unit=units[view.unit_id],
        points=view.points, points_returned=view.points_returned, state=view.state,
        value=show_money(view.value) if view.value is not None else None,
        voucher=show_voucher(view.voucher) if view.voucher is not None else None,
        partner_id=PARTNER.show_or_none(view.partner_id),
        partner_name=None if view.partner_id is None else at[view.partner_id],
        order_id=None if order is None else earning.read_reference(order),
        reserved_at=view.reserved_at, ends_at=view.ends_at, closed_at=view.closed_at,
    )  # fmt: skip
