"""What happened at the partner: what it told of, and points that were spent with it. The shared unit's only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import strawberry

from ledger.state import UnitId
from members.views import MemberId
from programs.activities import ActivityView
from programs.coalition import earning, happened, links
from programs.coalition.doings import place
from programs.coalition.links import LinkView
from programs.coalition.partners import PartnerId
from rewards.views import RedemptionView, RewardId
from schema.cost import sized
from schema.partner.rewards import Reward, Voucher, show_rewards, show_voucher
from schema.partner.who import OfLink, asking, partner_of, wanted
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, page
from schema.shared.context import Info
from schema.shared.declare import asked, enum, field, output
from schema.shared.enums import PointsState, RedemptionState
from schema.shared.ids import ACTIVITY, LINK, REDEMPTION, TRANSFER, Node
from schema.shared.periods import Period
from schema.shared.rewards import show_money
from schema.shared.scalars import ActivityKindName, BigInt
from schema.shared.values import Money
from tenants.roles import PartnerScope


class ActivityState(StrEnum):
    """What became of an activity."""

    DECIDED = "decided"
    PARKED = "parked"
    REFUSED = "refused"


enum(ActivityState, {
    "DECIDED": "It was decided; `movements` tell.",
    "PARKED": "It waits: for the order that it corrects, or, being too much at once, for a person of the operator's.",
    "REFUSED": "The business refused it, and a repeat is refused alike.",
})  # fmt: skip


@output
class Movement:
    """Points of the shared unit that an activity gave or took."""

    entry_id: strawberry.ID = field(description="The entry in the ledger, `tra_…`: clearing entries name it.")
    points: BigInt = field(description="How many: above zero they were given, below zero taken back.")
    state: PointsState = field(description="Whether they could be spent at once.")
    reason: str = field(description="Why, such as `earn` or `refund`.")
    matures_at: datetime | None = field(description="Until when they wait.")
    expires_at: datetime | None = field(description="From when on they cannot be spent.")


@output
class Activity(Node):
    """What a member did at the partner."""

    kind: ActivityKindName = field(description="What happened.")
    state: ActivityState = field(description="What became of it.")
    linked_id: strawberry.ID | None = field(description="The member, by the link that they have now; null: none.")
    customer_id: str | None = field(description="The partner's own id for them; null likewise.")
    order_id: str | None = field(description="The partner's order.")
    occurred_at: datetime = field(description="When it happened.")
    recorded_at: datetime = field(description="When the partner told.")
    movements: list[Movement] = field(
        description="Points given and taken; none while it is parked, or if it was refused.", metadata=sized(2)
    )


@output
class Redemption(Node):
    """Points of the shared unit as payment at the partner, or for a reward that it gives."""

    linked_id: strawberry.ID | None = field(description="The member, by the link that they have now; null: none.")
    customer_id: str | None = field(description="The partner's own id for them; null likewise.")
    points: BigInt = field(description="How many.")
    points_returned: BigInt = field(description="How many of them came back with the order.")
    reward: Reward | None = field(description="The reward, as it is now; null for points as payment.")
    voucher: Voucher | None = field(description="The reward's code, once confirmed, if it has codes.")
    value: Money | None = field(description="What they pay, as payment.")
    state: RedemptionState = field(description="Where it is in its life.")
    order_id: str | None = field(description="The partner's order.")
    reserved_at: datetime = field(description="When they were set aside.")
    ends_at: datetime = field(description="Until when they stay set aside, while it is reserved.")
    closed_at: datetime | None = field(description="When they were spent or let go.")


@strawberry.type
class HappenedQueries:
    """The partner API's questions on what happened."""

    @asked("What the partner told of, the latest first.", PartnerScope.READ)
    async def activities(
        self, info: Info, linked_id: OfLink = None, period: Period = None, first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Activity]:  # fmt: skip
        asked = await wanted(info, linked_id, period, after, first)
        rows = [] if asked is None else await happened.page_of_activities(asking(info), asked)
        shown = await show_activities(info, rows)
        return page(rows, first, after, lambda row: place(row.recorded_at, row.id), lambda row: shown[row.id])

    @asked("Points spent with the partner, the latest first.", PartnerScope.READ)
    async def redemptions(
        self, info: Info, linked_id: OfLink = None, period: Period = None, first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Redemption]:  # fmt: skip
        asked = await wanted(info, linked_id, period, after, first)
        rows = [] if asked is None else await happened.page_of_redemptions(asking(info), asked)
        shown = await show_redemptions(info, rows)
        return page(rows, first, after, lambda row: place(row.reserved_at, row.id), lambda row: shown[row.id])


async def show_activities(info: Info, views: Sequence[ActivityView]) -> dict[str, Activity]:
    """The partner's activities in the schema, by id."""
    partner = asking(info)
    unit = await happened.shared_unit(await partner_of(info))
    known = await links.of_members(partner, list({view.member_id for view in views}))
    return {view.id: _activity(view, partner, unit, known.get(view.member_id)) for view in views}


async def show_redemptions(info: Info, views: Sequence[RedemptionView]) -> dict[str, Redemption]:
    """Redemptions with the partner in the schema, by id."""
    partner = asking(info)
    known = await links.of_members(partner, list({view.member_id for view in views}))
    rewards = await show_rewards(view.reward_id for view in views)
    return {view.id: _redemption(view, partner, known, rewards) for view in views}


def _activity(view: ActivityView, partner: PartnerId, unit: UnitId, link: LinkView | None) -> Activity:
    posted = view.recorded.posted if view.recorded is not None else ()
    return Activity(
        id=ACTIVITY.show(view.id), kind=view.activity.kind, state=ActivityState(view.state),
        linked_id=LINK.show(link.id) if link is not None else None,
        customer_id=link.customer_id if link is not None else None,
        order_id=earning.own_reference(partner, view.activity.order_id), occurred_at=view.activity.occurred_at,
        recorded_at=view.recorded_at,
        movements=[
            Movement(
                entry_id=TRANSFER.show(each.transfer_id), points=each.amount, state=PointsState(each.book),
                reason=each.reason, matures_at=each.matures_at, expires_at=each.expires_at,
            )
            for each in posted if each.unit_id == unit
        ],
    )  # fmt: skip


def _redemption(
    view: RedemptionView, partner: PartnerId, known: Mapping[MemberId, LinkView], rewards: Mapping[RewardId, Reward]
) -> Redemption:  # fmt: skip
    link = known.get(view.member_id)
    return Redemption(
        id=REDEMPTION.show(view.id), linked_id=LINK.show(link.id) if link is not None else None,
        customer_id=link.customer_id if link is not None else None, points=view.points,
        points_returned=view.points_returned, reward=None if view.reward_id is None else rewards[view.reward_id],
        voucher=None if view.voucher is None else show_voucher(view.voucher),
        value=show_money(view.value) if view.value is not None else None,
        state=view.state, order_id=earning.own_reference(partner, view.order_reference), reserved_at=view.reserved_at,
        ends_at=view.ends_at, closed_at=view.closed_at,
    )  # fmt: skip
