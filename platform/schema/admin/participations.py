"""Partners that are shops of their own: invited by the operator of a coalition; joined, and left, by the shop."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from programs.coalition import invitations, participations
from programs.coalition.participations import ParticipationId
from schema.admin.coalition import PATHS, read_partner
from schema.admin.codes import (
    ParticipationEndErrorCode,
    ParticipationJoinErrorCode,
    ParticipationUpdateErrorCode,
    PartnerInviteErrorCode,
    PartnerShopUnlinkErrorCode,
)
from schema.admin.types.coalition import Partner, show_partner
from schema.admin.types.participations import (
    CoalitionInvitation,
    Participation,
    show_offered,
    show_participation,
    show_participations,
)
from schema.cost import sized
from schema.shared.context import Info
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, known, mutation
from schema.shared.ids import PARTICIPATION
from schema.shared.scalars import BigInt
from tenants.roles import Action

_REFUSED = "Why it was refused."
_UNIT = "The slug of the shop's unit that its members convert; null: their points are not moved."
_DAILY_CAP = (
    "At most so many of the shop's points come from the coalition on a local day, and as many go to it, "
    "of all members together; null: any number."
)
_MONTHS = "After how many months, 1–120, the shop's points end that come out of the coalition; null: never."


@input_
class PartnerInviteInput:
    """A partner that is to be a shop of its own."""

    id: strawberry.ID = field(description="The partner.")


@output
class PartnerInvitePayload:
    """The code, shown now and never again."""

    code: str | None = field(default=None, description="For the shop's staff: good once.")
    ends_at: datetime | None = field(default=None, description="Until when it is good.")
    user_errors: list[UserError[PartnerInviteErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class PartnerShopUnlinkInput:
    """A partner that is to be no shop of its own any more."""

    id: strawberry.ID = field(description="The partner.")


@output
class PartnerShopUnlinkPayload:
    """The partner."""

    partner: Partner | None = field(default=None, description="The partner.")
    user_errors: list[UserError[PartnerShopUnlinkErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class ParticipationJoinInput:
    """A coalition of another's to take part in."""

    code: str = field(description="The operator's code.")
    unit: str | None = field(default=None, description=_UNIT)
    months: int | None = field(default=None, description=_MONTHS)
    daily_cap: BigInt | None = field(default=None, description=_DAILY_CAP)


@output
class ParticipationJoinPayload:
    """The participation."""

    participation: Participation | None = field(default=None, description="The participation.")
    user_errors: list[UserError[ParticipationJoinErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class ParticipationUpdateInput:
    """What members convert, said anew."""

    id: strawberry.ID = field(description="The participation.")
    unit: str | None = field(default=None, description=_UNIT)
    months: int | None = field(default=None, description=_MONTHS)
    daily_cap: BigInt | None = field(default=None, description=_DAILY_CAP)


@output
class ParticipationUpdatePayload:
    """The participation."""

    participation: Participation | None = field(default=None, description="The participation.")
    user_errors: list[UserError[ParticipationUpdateErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class ParticipationEndInput:
    """A participation to be ended."""

    id: strawberry.ID = field(description="The participation.")


@output
class ParticipationEndPayload:
    """The participation."""

    participation: Participation | None = field(default=None, description="The participation.")
    user_errors: list[UserError[ParticipationEndErrorCode]] = field(default_factory=list, description=_REFUSED)


_OWN = {"participation": ["id"]}


@strawberry.type
class ParticipationQueries:
    """What a shop can ask about coalitions of others."""

    @asked(
        "The coalitions of others that the shop takes part in, or did: the latest first.",
        Action.READ_PARTNERS,
        sized(3),
    )
    async def participations(self, info: Info) -> list[Participation]:
        return await show_participations(info, await participations.listed())

    @asked("A participation; null if there is none.", Action.READ_PARTNERS)
    async def participation(
        self, info: Info, id: Annotated[strawberry.ID, argument(description="Its id.")]
    ) -> Participation | None:  # fmt: skip
        found = await known(participations.get(ParticipationId(PARTICIPATION.find(id) or "")))
        return None if found is None else await show_participation(info, found)

    @asked("What an operator's code is for; null if it is not good.", Action.JOIN_COALITIONS)
    async def coalition_invitation(
        self, code: Annotated[str, argument(description="The code.")]
    ) -> CoalitionInvitation | None:  # fmt: skip
        found = await invitations.offered(code)
        return None if found is None else show_offered(found)


@strawberry.type
class ParticipationMutations:
    """Mutations on partners that are shops of their own."""

    @mutation(
        PartnerInvitePayload,
        PartnerInviteErrorCode,
        "Make a code by which a shop becomes this partner's own; one made before ends.",
        needs=Action.WRITE_PARTNERS,
        paths=PATHS,
    )
    async def partner_invite(self, input: PartnerInviteInput) -> PartnerInvitePayload:
        made = await invitations.invite(read_partner(input.id))
        return PartnerInvitePayload(code=made.code, ends_at=made.ends_at)

    @mutation(
        PartnerShopUnlinkPayload,
        PartnerShopUnlinkErrorCode,
        "Let the shop go that is a partner's own; the partner stays.",
        needs=Action.WRITE_PARTNERS,
        paths=PATHS,
    )
    async def partner_shop_unlink(self, info: Info, input: PartnerShopUnlinkInput) -> PartnerShopUnlinkPayload:
        found = await participations.let_go(read_partner(input.id))
        return PartnerShopUnlinkPayload(partner=await show_partner(info, found))

    @mutation(
        ParticipationJoinPayload,
        ParticipationJoinErrorCode,
        "Take part in a coalition of another's, by its operator's code.",
        needs=Action.JOIN_COALITIONS,
        paths={"partner": ["code"]},
    )
    async def participation_join(self, info: Info, input: ParticipationJoinInput) -> ParticipationJoinPayload:
        made = await invitations.join(input.code, input.unit, input.months, input.daily_cap)
        return ParticipationJoinPayload(participation=await show_participation(info, made))

    @mutation(
        ParticipationUpdatePayload,
        ParticipationUpdateErrorCode,
        "Say anew what the shop's members convert.",
        needs=Action.JOIN_COALITIONS,
        paths=_OWN,
    )
    async def participation_update(self, info: Info, input: ParticipationUpdateInput) -> ParticipationUpdatePayload:
        made = await participations.change(_participation(input.id), input.unit, input.months, input.daily_cap)
        return ParticipationUpdatePayload(participation=await show_participation(info, made))

    @mutation(
        ParticipationEndPayload,
        ParticipationEndErrorCode,
        "Take part no longer; the partner stays, with its points and what is owed.",
        needs=Action.JOIN_COALITIONS,
        paths=_OWN,
    )
    async def participation_end(self, info: Info, input: ParticipationEndInput) -> ParticipationEndPayload:
        made = await participations.end(_participation(input.id))
        return ParticipationEndPayload(participation=await show_participation(info, made))


def _participation(given: strawberry.ID) -> ParticipationId:
    return ParticipationId(PARTICIPATION.read(given, "id"))
