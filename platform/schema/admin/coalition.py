"""Partners of a coalition: added, frozen, let go, given terms; what was cleared with them, and put right by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry import argument

from programs.coalition import adjusting, clearing, partners
from programs.coalition.entries import EntryKind
from programs.coalition.partners import PartnerId
from programs.decision import ProgramId
from schema.admin.codes import (
    PartnerAdjustErrorCode,
    PartnerCreateErrorCode,
    PartnerFreezeErrorCode,
    PartnerLeaveErrorCode,
    PartnerRenameErrorCode,
    PartnerTermsSaveErrorCode,
    PartnerUnfreezeErrorCode,
)
from schema.admin.types.coalition import ClearingTotals, Partner, show_partner, show_partners, show_totals
from schema.shared.coalition import TERMS_PATHS, ClearingEntry, PartnerTermsInput, show_clearing_entry
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, after_key, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, known, mutation
from schema.shared.ids import PARTNER, PROGRAM
from schema.shared.scalars import BigInt
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


@input_
class PartnerAdjustInput:
    """What a partner owes, to be put right by hand."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    id: strawberry.ID = field(description="The partner.")
    currency: str = field(description="A currency of its terms.")
    amount_micros: BigInt = field(
        description="Above zero: for the partner, who owes that much less; below zero: it owes that much more."
    )
    reason: str = field(description="Why, for the books: 1–500 characters.")


@output
class PartnerAdjustPayload:
    """The partner, and what was booked."""

    partner: Partner | None = field(default=None, description="The partner.")
    entry: ClearingEntry | None = field(default=None, description="What was booked.")
    user_errors: list[UserError[PartnerAdjustErrorCode]] = field(default_factory=list, description=_REFUSED)


PATHS = {
    "partner": ["id"], "program": ["programId"], "amount": ["amountMicros"], **TERMS_PATHS,
}  # fmt: skip
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

    @asked("What was cleared with a partner, what was booked last first.", Action.READ_PARTNERS)
    async def clearing_entries(
        self,
        partner_id: ThePartner,
        kind: Annotated[EntryKind | None, argument(description="Of this kind.")] = None,
        first_day: Annotated[date | None, argument(description="Booked on this local day or later.")] = None,
        last_day: Annotated[date | None, argument(description="Booked on this local day or before.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[ClearingEntry]:
        found = await known(partners.get(PartnerId(PARTNER.find(partner_id) or "")))
        rows = [] if found is None else await clearing.page_of_entries(
            found, kind=kind, first_day=first_day, last_day=last_day, after=after_key(after), first=first + 1
        )  # fmt: skip
        return page(rows, first, after, lambda row: row.key, show_clearing_entry)

    @asked("What a coalition's clearing comes to, by currency and account: each sums to zero.", Action.READ_PARTNERS)
    async def clearing_totals(
        self,
        program_id: Annotated[strawberry.ID, argument(description="The coalition.")],
        first_day: Annotated[date, argument(description="The first local day.")],
        last_day: Annotated[date, argument(description="The last, included; at most 366 days.")],
    ) -> list[ClearingTotals]:
        return show_totals(await clearing.totals(PROGRAM.find(program_id) or "", first_day, last_day))


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
            partner=await show_partner(info, await partners.rename(_partner(input.id), input.name))
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
            partner=await show_partner(info, await partners.freeze(_partner(input.id), input.reason))
        )

    @mutation(
        PartnerUnfreezePayload, PartnerUnfreezeErrorCode, "Let a frozen partner take part again.",
        needs=Action.WRITE_PARTNERS, paths=PATHS,
    )  # fmt: skip
    async def partner_unfreeze(self, info: Info, input: PartnerUnfreezeInput) -> PartnerUnfreezePayload:
        return PartnerUnfreezePayload(partner=await show_partner(info, await partners.unfreeze(_partner(input.id))))

    @mutation(
        PartnerLeavePayload, PartnerLeaveErrorCode, "Let a partner go, for good; what is open is settled.",
        needs=Action.WRITE_PARTNERS, paths=PATHS,
    )  # fmt: skip
    async def partner_leave(self, info: Info, input: PartnerLeaveInput) -> PartnerLeavePayload:
        return PartnerLeavePayload(
            partner=await show_partner(info, await partners.leave(_partner(input.id), input.reason))
        )

    @mutation(
        PartnerTermsSavePayload,
        PartnerTermsSaveErrorCode,
        "Give a partner new terms, from now or from an instant ahead on.",
        needs=Action.WRITE_PARTNERS,
        paths=PATHS,
    )
    async def partner_terms_save(self, info: Info, input: PartnerTermsSaveInput) -> PartnerTermsSavePayload:
        document, partner = input.terms.document(), _partner(input.id)
        saved = await partners.save_terms(partner, document, input.valid_from, input.valid_until)
        return PartnerTermsSavePayload(partner=await show_partner(info, saved))

    @mutation(
        PartnerAdjustPayload,
        PartnerAdjustErrorCode,
        "Put right what a partner owes, by hand and with a reason.",
        needs=Action.WRITE_PARTNERS,
        paths=PATHS,
    )
    async def partner_adjust(self, info: Info, input: PartnerAdjustInput) -> PartnerAdjustPayload:
        partner = _partner(input.id)
        made = await adjusting.adjust(
            input.idempotency_key, partner, input.currency, input.amount_micros, input.reason
        )  # fmt: skip
        entry = await clearing.entry_of(made)
        return PartnerAdjustPayload(
            partner=await show_partner(info, await partners.get(partner)),
            entry=show_clearing_entry(entry) if entry is not None else None,
        )


def _partner(given: strawberry.ID) -> PartnerId:
    return PartnerId(PARTNER.read(given, "id"))
