"""Rewards, vouchers and redemptions."""

from __future__ import annotations

from datetime import datetime

import strawberry

from schema.shared.declare import field, output
from schema.shared.enums import RedemptionState, RewardKind, VoucherSource, VoucherState
from schema.shared.ids import Node
from schema.shared.rewards import RewardTerms
from schema.shared.scalars import BigInt
from schema.shared.values import Money, Unit


@output
class VoucherCounts:
    """How many codes a reward has."""

    free: int = field(description="In the pool.")
    issued: int = field(description="Given to members.")
    void: int = field(description="Not to be given or taken.")


@output
class Voucher(Node):
    """A code, given to at most one member."""

    code: str = field(description="The code.")
    state: VoucherState = field(description="Whether it was given.")
    issued_at: datetime | None = field(description="When it was given.")
    expires_at: datetime | None = field(description="Until when it can be used.")


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
    order_id: str | None = field(description="The order that it belongs to.")
    reserved_at: datetime = field(description="Since when the points are set aside.")
    ends_at: datetime = field(description="Until when they stay so.")
    closed_at: datetime | None = field(description="When it was confirmed, cancelled, or expired.")
