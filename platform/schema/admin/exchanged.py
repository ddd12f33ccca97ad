"""What members exchanged at a partner: points that were converted there, and perks that were used."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from members.views import MemberId
from programs.coalition import converting, partners, perks_across
from programs.coalition.converting import ConversionView, Direction
from programs.coalition.doings import Asked, place
from programs.coalition.partners import PartnerId
from programs.coalition.perks_across import OfferUse
from schema.admin.coalition import ThePartner
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_key, page
from schema.shared.declare import asked, field, output
from schema.shared.errors import known
from schema.shared.ids import CONVERSION, MEMBER, PARTNER, PERK_USE
from schema.shared.periods import Period, PeriodInput, read_period
from schema.shared.scalars import BigInt
from tenants.roles import Action

OfMember = Annotated[strawberry.ID | None, argument(description="Of this member; null: of all.")]


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
    """What can be asked about what was exchanged at partners."""

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
