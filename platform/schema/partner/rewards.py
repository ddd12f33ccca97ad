"""Rewards of the operator's that are redeemed in the partner's shop."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import strawberry

from kit.errors import Refusal
from programs.coalition import offering
from programs.quote import Redeem, RedeemPoints, RedeemReward
from rewards import catalogue
from rewards.views import RewardId, RewardView, VoucherView
from schema.partner.who import partner_of
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, output
from schema.shared.enums import RewardKind, VoucherState
from schema.shared.ids import REWARD, Node
from schema.shared.rewards import RewardTerms, show_terms
from schema.shared.scalars import BigInt
from schema.shared.values import Unit
from tenants.roles import PartnerScope


@output
class Reward(Node):
    """Something that points of the shared unit buy at the partner, which gives it."""

    slug: str = field(description="Its name in addresses.")
    name: str = field(description="Its name, as members read it.")
    description: str = field(description="What it is, as members read it.")
    kind: RewardKind = field(description="What it is.")
    points: BigInt = field(description="Its price.")
    terms: RewardTerms = field(description="What it gives.")
    limit_per_member: int | None = field(description="How many a member may have anywhere; null: any number.")
    in_stock: bool = field(description="Whether there is one left.")
    image_url: str | None = field(description="Its picture.")
    starts_at: datetime | None = field(description="From when on it can be had.")
    ends_at: datetime | None = field(description="Until when, not included.")


@output
class Voucher:
    """The code of a reward, for the member who has it."""

    code: str = field(description="The code.")
    state: VoucherState = field(description="What became of it.")
    expires_at: datetime | None = field(description="Until when it can be used.")


@strawberry.type
class RewardQueries:
    """The partner API's question on rewards."""

    @asked("Rewards that can be redeemed with the partner now, in the order of the catalogue.", PartnerScope.READ)
    async def rewards(self, info: Info, first: First = PAGE_DEFAULT, after: After = None) -> Connection[Reward]:
        shop = await offering.shop_of(await partner_of(info))
        rows = await catalogue.offered_in(shop, after=after_id(after, RewardId), first=first + 1)
        return page(rows, first, after, lambda row: row.id, show_reward)


async def find_reward(info: Info, id_: str) -> Node | None:
    """The reward of this id, if it is redeemed with the partner, now or at another time."""
    shop = await offering.shop_of(await partner_of(info))
    found = (await catalogue.get_many([RewardId(id_)])).get(RewardId(id_))
    return show_reward(found) if found is not None and found.is_in(shop) else None


async def show_rewards(ids: Iterable[RewardId | None]) -> dict[RewardId, Reward]:
    """What was redeemed with the partner, by id, as it is now."""
    named = sorted({id_ for id_ in ids if id_ is not None})
    found = await catalogue.get_many(named) if named else {}
    return {id_: show_reward(view) for id_, view in found.items()}


def read_wish(points: int | None, reward: str | None, unit: Unit) -> Redeem | None:
    """What is to be spent of the shared unit: points as payment, or what a reward costs. Raises `Refusal` INVALID."""
    if reward is not None:
        if points is not None:
            raise Refusal("INVALID", "Give points or a reward, not both.", ("reward",))
        return RedeemReward(RewardId(REWARD.read(reward, "reward")))
    return None if points is None else RedeemPoints(points, unit.slug)


def show_reward(view: RewardView) -> Reward:
    """A reward in the schema."""
    return Reward(
        id=REWARD.show(view.id), slug=view.slug, name=view.name, description=view.description, kind=view.kind,
        points=view.points, terms=show_terms(view.terms), limit_per_member=view.limit_per_member,
        in_stock=view.stock_left != 0, image_url=view.image_url, starts_at=view.starts_at, ends_at=view.ends_at,
    )  # fmt: skip


def show_voucher(view: VoucherView) -> Voucher:
    """A code in the schema."""
    return Voucher(code=view.code, state=view.state, expires_at=view.expires_at)
