"""What partners exchange: points of their own for shared ones, and perks that members use where others offer them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from members.views import MemberId
from programs.coalition import converting, links, perks_across
from programs.coalition.converting import ConversionId, ConversionView, Direction
from programs.coalition.doings import place
from programs.coalition.links import LinkConsent, LinkId, LinkView
from programs.coalition.perks_across import OfferLeft, OfferUse
from programs.perk_uses import PerkUseId
from schema.partner.codes import (
    PartnerConvertInErrorCode,
    PartnerConvertOutErrorCode,
    PartnerConvertUndoErrorCode,
    PartnerOfferGiveBackErrorCode,
    PartnerOfferUseErrorCode,
)
from schema.partner.who import KEY, OWN, OfLink, asking, partner_of, wanted
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import CONVERSION, LINK, PERK_USE, Node
from schema.shared.periods import Period
from schema.shared.scalars import BigInt
from tenants.roles import PartnerScope

_REFUSED = "Why it was refused."
_LINK = "The member, `lnk_…`."
_LINKED, _CUSTOMER = "The member, by the link that they have now; null: none.", "The partner's own id for them."


@output
class PartnerConversion(Node):
    """Points of the partner's own programme for shared ones, or the other way."""

    direction: Direction = field(description="Which way.")
    linked_id: strawberry.ID | None = field(description=_LINKED)
    customer_id: str | None = field(description=_CUSTOMER)
    own_points: BigInt = field(description="How many of its own the partner is to take (in), or to give (out).")
    points: BigInt = field(description="How many shared ones were given (in), or spent (out).")
    converted_at: datetime = field(description="When.")
    undone_at: datetime | None = field(description="When it was undone; null: it stands.")


@output
class MemberOffer:
    """A perk that a member can use at the partner."""

    offer: str = field(description="The offer, by its id in the rules.")
    name: str = field(description="What people read.")
    left: int | None = field(description="How often they can still use it; null: any number of times.")
    ends_at: datetime | None = field(description="When that starts again, not included; null: never.")


@output
class PartnerOfferUse(Node):
    """A perk that a member used at the partner."""

    offer: str = field(description="The offer, by its id in the rules.")
    linked_id: strawberry.ID | None = field(description=_LINKED)
    customer_id: str | None = field(description=_CUSTOMER)
    order_id: str | None = field(description="The partner's order.")
    used_at: datetime = field(description="When.")
    given_back_at: datetime | None = field(description="When it was given back; null: it counts.")


@input_
class PartnerConvertInInput:
    """Points of the partner's own programme that become shared ones."""

    idempotency_key: str = field(description=KEY)
    link: strawberry.ID = field(description=_LINK)
    own_points: BigInt = field(description="How many of its own the partner takes; as the coalition's rules say.")


@input_
class PartnerConvertOutInput:
    """Shared points that become ones of the partner's own programme."""

    idempotency_key: str = field(description=KEY)
    link: strawberry.ID = field(description=_LINK)
    points: BigInt = field(description="How many shared points; the answer says how many of its own that is.")


@input_
class PartnerConvertUndoInput:
    """A conversion to be undone."""

    idempotency_key: str = field(description=KEY)
    id: strawberry.ID = field(description="The conversion, `cnv_…`.")


@input_
class PartnerOfferUseInput:
    """A perk that a member uses at the partner."""

    idempotency_key: str = field(description=KEY)
    link: strawberry.ID = field(description=_LINK)
    offer: str = field(description="The offer, by its id in the rules.")
    order_id: str | None = field(default=None, description="The partner's order that it is used for.")


@input_
class PartnerOfferGiveBackInput:
    """A use to be given back."""

    idempotency_key: str = field(description=KEY)
    id: strawberry.ID = field(description="The use, `pku_…`.")


@output
class PartnerConvertInPayload:
    """The conversion."""

    conversion: PartnerConversion | None = field(default=None, description="The conversion.")
    user_errors: list[UserError[PartnerConvertInErrorCode]] = field(default_factory=list, description=_REFUSED)


@output
class PartnerConvertOutPayload:
    """The conversion."""

    conversion: PartnerConversion | None = field(default=None, description="The conversion.")
    user_errors: list[UserError[PartnerConvertOutErrorCode]] = field(default_factory=list, description=_REFUSED)


@output
class PartnerConvertUndoPayload:
    """The conversion."""

    conversion: PartnerConversion | None = field(default=None, description="The conversion.")
    user_errors: list[UserError[PartnerConvertUndoErrorCode]] = field(default_factory=list, description=_REFUSED)


@output
class PartnerOfferUsePayload:
    """The use."""

    use: PartnerOfferUse | None = field(default=None, description="The use.")
    user_errors: list[UserError[PartnerOfferUseErrorCode]] = field(default_factory=list, description=_REFUSED)


@output
class PartnerOfferGiveBackPayload:
    """The use."""

    use: PartnerOfferUse | None = field(default=None, description="The use.")
    user_errors: list[UserError[PartnerOfferGiveBackErrorCode]] = field(default_factory=list, description=_REFUSED)


@strawberry.type
class ExchangeQueries:
    """The partner API's questions on offers."""

    @asked(
        "The perks that a member can use at the partner; null without a link, or their consent to show tiers.",
        PartnerScope.READ,
    )
    async def member_offers(
        self, info: Info, linked_id: Annotated[strawberry.ID, argument(description="The link, `lnk_…`.")]
    ) -> list[MemberOffer] | None:
        id_ = LINK.find(linked_id)
        link = None if id_ is None else await links.find(asking(info), LinkId(id_))
        if link is None or LinkConsent.TIER not in link.consent:
            return None
        found = await perks_across.entitlements(await partner_of(info), link.member_id)
        return list(map(_offer, found))

    @asked("The partner's conversions, the latest first.", PartnerScope.READ)
    async def conversions(
        self, info: Info, linked_id: OfLink = None, period: Period = None, first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[PartnerConversion]:  # fmt: skip
        asked = await wanted(info, linked_id, period, after, first)
        rows = [] if asked is None else await converting.page(asking(info), asked)
        known = await links.of_members(asking(info), list({row.member_id for row in rows}))
        return page(
            rows, first, after, lambda row: place(row.converted_at, row.id), lambda row: _conversion(row, known)
        )  # fmt: skip

    @asked("Perks that members used at the partner, the latest first.", PartnerScope.READ)
    async def offer_uses(
        self, info: Info, linked_id: OfLink = None, period: Period = None, first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[PartnerOfferUse]:  # fmt: skip
        asked = await wanted(info, linked_id, period, after, first)
        rows = [] if asked is None else await perks_across.page(asking(info), asked)
        known = await links.of_members(asking(info), list({row.member_id for row in rows}))
        return page(rows, first, after, lambda row: place(row.used_at, row.id), lambda row: _use(row, known))


@strawberry.type
class ExchangeMutations:
    """The partner API's mutations on conversions and offers."""

    @mutation(
        PartnerConvertInPayload,
        PartnerConvertInErrorCode,
        "Give a member shared points for the partner's own, which it takes itself unless it is a shop that takes part.",
        needs=PartnerScope.EARN,
        paths=OWN,
    )
    async def partner_convert_in(self, info: Info, input: PartnerConvertInInput) -> PartnerConvertInPayload:
        partner = await partner_of(info)
        link = await links.get(partner.id, LinkId(LINK.read(input.link, "link")))
        made = await converting.convert_in(input.idempotency_key, partner, link.member_id, input.own_points)
        return PartnerConvertInPayload(conversion=await show_conversion(info, made))

    @mutation(
        PartnerConvertOutPayload,
        PartnerConvertOutErrorCode,
        "Spend shared points for the partner's own, which it gives itself unless it is a shop that takes part.",
        needs=PartnerScope.BURN,
        paths={**OWN, "own_points": ["points"]},
    )
    async def partner_convert_out(self, info: Info, input: PartnerConvertOutInput) -> PartnerConvertOutPayload:
        partner = await partner_of(info)
        link = await links.get(partner.id, LinkId(LINK.read(input.link, "link")))
        made = await converting.convert_out(input.idempotency_key, partner, link.member_id, input.points)
        return PartnerConvertOutPayload(conversion=await show_conversion(info, made))

    @mutation(
        PartnerConvertUndoPayload,
        PartnerConvertUndoErrorCode,
        "Undo a conversion on its day; the partner gives its own points back, or takes them, as it did before.",
        needs=PartnerScope.EARN,
        paths={**OWN, "conversion": ["id"], "points": ["id"], "own_points": ["id"], "member": ["id"]},
    )
    async def partner_convert_undo(self, info: Info, input: PartnerConvertUndoInput) -> PartnerConvertUndoPayload:
        id_ = ConversionId(CONVERSION.read(input.id, "id"))
        made = await converting.undo(input.idempotency_key, await partner_of(info), id_)
        return PartnerConvertUndoPayload(conversion=await show_conversion(info, made))

    @mutation(
        PartnerOfferUsePayload,
        PartnerOfferUseErrorCode,
        "Use a perk of a member's at the partner; who offers it pays.",
        needs=PartnerScope.BURN,
        paths={**OWN, "perk": ["offer"], "order_reference": ["orderId"]},
    )
    async def partner_offer_use(self, info: Info, input: PartnerOfferUseInput) -> PartnerOfferUsePayload:
        partner = await partner_of(info)
        link = await links.get(partner.id, LinkId(LINK.read(input.link, "link")))
        made = await perks_across.use(input.idempotency_key, partner, link.member_id, input.offer, input.order_id)
        return PartnerOfferUsePayload(use=await show_use(info, made))

    @mutation(
        PartnerOfferGiveBackPayload,
        PartnerOfferGiveBackErrorCode,
        "Give a perk back that a member used at the partner, and what it cost.",
        needs=PartnerScope.BURN,
        paths={**OWN, "use": ["id"], "member": ["id"]},
    )
    async def partner_offer_give_back(
        self, info: Info, input: PartnerOfferGiveBackInput
    ) -> PartnerOfferGiveBackPayload:  # fmt: skip
        id_ = PerkUseId(PERK_USE.read(input.id, "id"))
        made = await perks_across.give_back(input.idempotency_key, await partner_of(info), id_)
        return PartnerOfferGiveBackPayload(use=await show_use(info, made))


async def show_conversion(info: Info, view: ConversionView) -> PartnerConversion:
    """A conversion of the partner's in the schema."""
    return _conversion(view, await links.of_members(asking(info), [view.member_id]))


async def show_use(info: Info, view: OfferUse) -> PartnerOfferUse:
    """A use at the partner in the schema."""
    return _use(view, await links.of_members(asking(info), [view.member_id]))


def _conversion(view: ConversionView, known: Mapping[MemberId, LinkView]) -> PartnerConversion:
    link, customer = _linked(known.get(view.member_id))
    return PartnerConversion(
        id=CONVERSION.show(view.id), direction=view.direction, linked_id=link, customer_id=customer,
        own_points=view.own_points, points=view.points, converted_at=view.converted_at, undone_at=view.undone_at,
    )  # fmt: skip


def _use(view: OfferUse, known: Mapping[MemberId, LinkView]) -> PartnerOfferUse:
    link, customer = _linked(known.get(view.member_id))
    return PartnerOfferUse(
        id=PERK_USE.show(view.id), offer=view.offer, linked_id=link, customer_id=customer,
        order_id=view.order_reference, used_at=view.used_at, given_back_at=view.given_back_at,
    )  # fmt: skip


def _linked(link: LinkView | None) -> tuple[strawberry.ID | None, str | None]:
    return (None, None) if link is None else (LINK.show(link.id), link.customer_id)


def _offer(view: OfferLeft) -> MemberOffer:
    return MemberOffer(offer=view.offer.id, name=view.offer.name, left=view.left, ends_at=view.ends_at)
