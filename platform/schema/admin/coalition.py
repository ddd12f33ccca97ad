"""Partners of a coalition: added, frozen, let go, given terms; what was cleared with them, and put right by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from programs.coalition import partners, positions
from programs.coalition.partners import PartnerId
from programs.decision import ProgramId
from schema.admin.codes import (
    PartnerCreateErrorCode,
    PartnerFreezeErrorCode,
    PartnerLeaveErrorCode,
    PartnerRenameErrorCode,
    PartnerTermsSaveErrorCode,
    PartnerUnfreezeErrorCode,
)
from schema.admin.types.coalition import CoalitionExposure, Partner, show_exposure, show_partner, show_partners
from schema.shared.coalition import TERMS_PATHS, PartnerTermsInput
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, known, mutation
from schema.shared.ids import PARTNER, PROGRAM
from tenants.roles import Action

_REFUSED = "Why it was refused."
ThePartner = Annotated[strawberry.ID, argument(description="The partner.")]


@input_
class PartnerCreateInput:
    """A brand to be added to a coalition."""

    program_id: strawberry.ID = field(description="The coalition.")
    slug: str = field(description="The name that rules use: 1–64 of a–z 0–9 _ -; it stays.")
    name: str = field(description="What people read: 1–200 characters.")


@output
class PartnerCreatePayload:
    """The partner."""

    partner: Partner | None = field(default=None, description="The partner.")
    user_errors: list[UserError[PartnerCreateErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class PartnerRenameInput:
    """A partner to be called otherwise."""

    id: strawberry.ID = field(description="The partner.")
    name: str = field(description="What people read: 1–200 characters.")


@output
class PartnerRenamePayload:
    """The partner."""

    partner: Partner | None = field(default=None, description="The partner.")
    user_errors: list[UserError[PartnerRenameErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class PartnerFreezeInput:
    """A partner that is to take no part for now."""

    id: strawberry.ID = field(description="The partner.")
    reason: str = field(description="Why: 1–500 characters.")


@output
class PartnerFreezePayload:
    """The partner."""

    partner: Partner | None = field(default=None, description="The partner.")
    user_errors: list[UserError[PartnerFreezeErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class PartnerUnfreezeInput:
    """A partner that is to take part again."""

    id: strawberry.ID = field(description="The partner.")


@output
class PartnerUnfreezePayload:
    """The partner."""

    partner: Partner | None = field(default=None, description="The partner.")
    user_errors: list[UserError[PartnerUnfreezeErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class PartnerLeaveInput:
    """A partner that leaves for good."""

    id: strawberry.ID = field(description="The partner.")
    reason: str = field(description="Why: 1–500 characters.")


@output
class PartnerLeavePayload:
    """The partner."""

    partner: Partner | None = field(default=None, description="The partner.")
    user_errors: list[UserError[PartnerLeaveErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class PartnerTermsSaveInput:
    """New terms of a partner; what was before stays as it was."""

    id: strawberry.ID = field(description="The partner.")
    terms: PartnerTermsInput = field(description="What is to hold.")
    valid_from: datetime | None = field(default=None, description="From when on; null: from now.")
    valid_until: datetime | None = field(
        default=None, description="When they end by themselves, not included; null: when the next ones begin."
    )


@output
class PartnerTermsSavePayload:
    """The partner."""

    partner: Partner | None = field(default=None, description="The partner, with its new terms.")
    user_errors: list[UserError[PartnerTermsSaveErrorCode]] = field(default_factory=list, description=_REFUSED)


PATHS = {"partner": ["id"], "program": ["programId"], **TERMS_PATHS}
"""Where the services' own fields are in the inputs."""


@strawberry.type
class CoalitionQueries:
    """What can be asked about coalitions."""

    @asked("The partners of a coalition, in the order they came.", Action.READ_PARTNERS)
    async def partners(
        self,
        info: Info,
        program_id: Annotated[strawberry.ID, argument(description="The coalition.")],
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Partner]:
        # An id that is none of ours has no partners.
        program = ProgramId(PROGRAM.find(program_id) or "")
        rows = await partners.page(program, after_id(after, PartnerId), first + 1)
        shown = await show_partners(info, rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])

    @asked("A partner; null if there is none.", Action.READ_PARTNERS)
    async def partner(self, info: Info, id: ThePartner) -> Partner | None:
        found = await known(partners.get(PartnerId(PARTNER.find(id) or "")))
        return await show_partner(info, found) if found is not None else None

    @asked("What a coalition's partners and its operator owe each other now, by currency.", Action.READ_PARTNERS)
    async def coalition_exposure(
        self, program_id: Annotated[strawberry.ID, argument(description="The coalition.")]
    ) -> list[CoalitionExposure]:
        return [show_exposure(each) for each in await positions.exposure(ProgramId(PROGRAM.find(program_id) or ""))]


@strawberry.type
class CoalitionMutations:
    """Mutations on partners."""

    @mutation(
        PartnerCreatePayload,
        PartnerCreateErrorCode,
        "Add a partner to a coalition. It takes no part before it has terms.",
        needs=Action.WRITE_PARTNERS,
        paths=PATHS,
    )
    async def partner_create(self, info: Info, input: PartnerCreateInput) -> PartnerCreatePayload:
        program = ProgramId(PROGRAM.read(input.program_id, "programId"))
        return PartnerCreatePayload(
            partner=await show_partner(info, await partners.create(program, input.slug, input.name))
        )  # fmt: skip

    @mutation(
        PartnerRenamePayload, PartnerRenameErrorCode, "Call a partner otherwise.", needs=Action.WRITE_PARTNERS,
        paths=PATHS,
    )  # fmt: skip
    async def partner_rename(self, info: Info, input: PartnerRenameInput) -> PartnerRenamePayload:
        return PartnerRenamePayload(
            partner=await show_partner(info, await partners.rename(read_partner(input.id), input.name))
        )

    @mutation(
        PartnerFreezePayload,
        PartnerFreezeErrorCode,
        "Stop a partner from issuing and taking points; refunds go on.",
        needs=Action.WRITE_PARTNERS,
        paths=PATHS,
    )
    async def partner_freeze(self, info: Info, input: PartnerFreezeInput) -> PartnerFreezePayload:
        return PartnerFreezePayload(
            partner=await show_partner(info, await partners.freeze(read_partner(input.id), input.reason))
        )

    @mutation(
        PartnerUnfreezePayload, PartnerUnfreezeErrorCode, "Let a frozen partner take part again.",
        needs=Action.WRITE_PARTNERS, paths=PATHS,
    )  # fmt: skip
    async def partner_unfreeze(self, info: Info, input: PartnerUnfreezeInput) -> PartnerUnfreezePayload:
        return PartnerUnfreezePayload(partner=await show_partner(info, await partners.unfreeze(read_partner(input.id))))

    @mutation(
        PartnerLeavePayload, PartnerLeaveErrorCode, "Let a partner go, for good; what is open is settled.",
        needs=Action.WRITE_PARTNERS, paths=PATHS,
    )  # fmt: skip
    async def partner_leave(self, info: Info, input: PartnerLeaveInput) -> PartnerLeavePayload:
        return PartnerLeavePayload(
            partner=await show_partner(info, await partners.leave(read_partner(input.id), input.reason))
        )

    @mutation(
        PartnerTermsSavePayload,
        PartnerTermsSaveErrorCode,
        "Give a partner new terms, from now or from an instant ahead on.",
        needs=Action.WRITE_PARTNERS,
        paths=PATHS,
    )
    async def partner_terms_save(self, info: Info, input: PartnerTermsSaveInput) -> PartnerTermsSavePayload:
        document, partner = input.terms.document(), read_partner(input.id)
        saved = await partners.save_terms(partner, document, input.valid_from, input.valid_until)
        return PartnerTermsSavePayload(partner=await show_partner(info, saved))


def read_partner(given: strawberry.ID) -> PartnerId:
    """The partner that was named. Raises `Refusal` NOT_FOUND for an id that is none of ours."""
    return PartnerId(PARTNER.read(given, "id"))
