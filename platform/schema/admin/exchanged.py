"""What members did at a partner: what they bought, spent and converted there, and perks that they used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from ledger.state import UnitId
from members.views import MemberId
from programs.activities import ActivityView
from programs.coalition import converting, earning, happened, partners, perks_across
from programs.coalition.converting import ConversionView, Direction
from programs.coalition.doings import Asked, place
from programs.coalition.partners import PartnerId
from programs.coalition.perks_across import OfferUse
from schema.admin.coalition import ThePartner
from schema.admin.types.activities import ActivityState
from schema.admin.types.rewards import Redemption, show_redemptions
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_key, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, output
from schema.shared.errors import known
from schema.shared.ids import ACTIVITY, CONVERSION, MEMBER, PARTNER, PERK_USE
from schema.shared.periods import Period, PeriodInput, read_period
from schema.shared.scalars import ActivityKindName, BigInt
from tenants.roles import Action

OfMember = Annotated[strawberry.ID | None, argument(description="Of this member; null: of all.")]


@output
class PartnerActivity:
    """What a member did at a partner, in short; `activity` tells the rest."""

    id: strawberry.ID = field(description="The activity, `act_…`.")
    member_id: strawberry.ID = field(description="Who did it.")
    kind: ActivityKindName = field(description="What happened.")
    state: ActivityState = field(description="What became of it.")
    points: BigInt = field(
        description="How many shared points it gave, or (below zero) took back; 0 while parked, or if refused."
    )
    order_id: str | None = field(description="The partner's order, as it calls it.")
    occurred_at: datetime = field(description="When it happened.")
    recorded_at: datetime = field(description="When the partner told.")


@output
class PartnerConversion:
    """Points of a partner's own programme for shared ones, or the other way."""

    id: strawberry.ID = field(description="`cnv_…`")
    member_id: strawberry.ID = field(description="Whose points.")
    direction: Direction = field(description="Which way.")
    own_points: BigInt = field(description="How many of the partner's own.")
    points: BigInt = field(description="How many shared ones were given (in), or spent (out).")
    converted_at: datetime = field(description="When.")
    undone_at: datetime | None = field(description="When it was undone; null: it stands.")


@output
class PartnerOfferUse:
    """A perk that a member used at a partner."""

    id: strawberry.ID = field(description="The use, `pku_…`.")
    member_id: strawberry.ID = field(description="Who used it.")
    offer: str = field(description="The offer, by its id in the rules.")
    order_id: str | None = field(description="The partner's order, as it calls it.")
    used_at: datetime = field(description="When.")
    given_back_at: datetime | None = field(description="When it was given back; null: it counts.")


@strawberry.type
class ExchangedQueries:
    """What can be asked about what was done at partners."""

    @asked("What a partner told of, the latest told first.", Action.READ_PARTNERS)
    async def partner_activities(
        self, partner_id: ThePartner, member_id: OfMember = None, period: Period = None, first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[PartnerActivity]:  # fmt: skip
        which = await _asked(partner_id, member_id, period, after, first)
        rows = [] if which is None else await happened.page_of_activities(*which)
        shown = {} if which is None else await _activities(which[0], rows)
        return page(rows, first, after, lambda row: place(row.recorded_at, row.id), lambda row: shown[row.id])

    @asked("Points spent with a partner, the latest set aside first.", Action.READ_REDEMPTIONS)
    async def partner_redemptions(
        self, info: Info, partner_id: ThePartner, member_id: OfMember = None, period: Period = None,
        first: First = PAGE_DEFAULT, after: After = None,
    ) -> Connection[Redemption]:  # fmt: skip
        which = await _asked(partner_id, member_id, period, after, first)
        rows = [] if which is None else await happened.page_of_redemptions(*which)
        shown = await show_redemptions(info, rows)
        return page(rows, first, after, lambda row: place(row.reserved_at, row.id), lambda row: shown[row.id])

    @asked("What members converted at a partner, the latest first.", Action.READ_PARTNERS)
    async def partner_conversions(
        self, partner_id: ThePartner, member_id: OfMember = None, period: Period = None, first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[PartnerConversion]:  # fmt: skip
        which = await _asked(partner_id, member_id, period, after, first)
        rows = [] if which is None else await converting.page(*which)
        return page(rows, first, after, lambda row: place(row.converted_at, row.id), _conversion)

    @asked("Perks that members used at a partner, the latest first.", Action.READ_PARTNERS)
    async def partner_offer_uses(
        self, partner_id: ThePartner, member_id: OfMember = None, period: Period = None, first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[PartnerOfferUse]:  # fmt: skip
        which = await _asked(partner_id, member_id, period, after, first)
        rows = [] if which is None else await perks_across.page(*which)
        return page(rows, first, after, lambda row: place(row.used_at, row.id), _use)


async def _asked(
    partner_id: str, member_id: str | None, period: PeriodInput | None, after: str | None, first: int
) -> tuple[PartnerId, Asked] | None:
    """Which of what happened at which partner; None: none, since there is no such partner, member or settlement."""
    partner = await known(partners.get(PartnerId(PARTNER.find(partner_id) or "")))
    member = None if member_id is None else MEMBER.find(member_id)
    days = None if partner is None else await read_period(partner, period)
    if partner is None or days is None or (member_id is not None and member is None):
        return None
    return partner.id, Asked(None if member is None else MemberId(member), days, after_key(after), first + 1)


async def _activities(partner: PartnerId, views: Sequence[ActivityView]) -> dict[str, PartnerActivity]:
    unit = await happened.shared_unit(await partners.get(partner))
    return {view.id: _activity(view, partner, unit) for view in views}


def _activity(view: ActivityView, partner: PartnerId, unit: UnitId) -> PartnerActivity:
    posted = view.recorded.posted if view.recorded is not None else ()
    return PartnerActivity(
        id=ACTIVITY.show(view.id), member_id=MEMBER.show(view.member_id), kind=view.activity.kind,
        state=ActivityState(view.state), points=sum(each.amount for each in posted if each.unit_id == unit),
        order_id=earning.own_reference(partner, view.activity.order_id), occurred_at=view.activity.occurred_at,
        recorded_at=view.recorded_at,
    )  # fmt: skip


def _conversion(view: ConversionView) -> PartnerConversion:
    return PartnerConversion(
        id=CONVERSION.show(view.id), member_id=MEMBER.show(view.member_id), direction=view.direction,
        own_points=view.own_points, points=view.points, converted_at=view.converted_at, undone_at=view.undone_at,
    )  # fmt: skip


def _use(view: OfferUse) -> PartnerOfferUse:
    return PartnerOfferUse(
        id=PERK_USE.show(view.id), member_id=MEMBER.show(view.member_id), offer=view.offer,
        order_id=view.order_reference, used_at=view.used_at, given_back_at=view.given_back_at,
    )  # fmt: skip
