"""Donations: asked for, made for a member, and called off."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import argument

from members.views import MemberId
from programs.decision import ProgramId
from programs.giving import service, views
from programs.giving.service import DonateInput as Given
from programs.giving.views import DonationId
from schema.admin.codes import DonateErrorCode, DonationCancelErrorCode
from schema.admin.types.giving import PointsDonation, show_donation, show_donations
from schema.admin.types.ledger import Balance, balances_after
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.giving import Cause, show_causes
from schema.shared.ids import DONATION, MEMBER, PROGRAM
from schema.shared.references import MemberReferenceInput, find_member
from schema.shared.scalars import BigInt
from tenants.roles import Action


@input_
class DonateInput:
    """Points that a member gives to a cause."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    member: MemberReferenceInput = field(description="Who gives.")
    cause: str = field(description="The cause, by its id in the rules.")
    points: BigInt = field(description="How many, in the unit's smallest part.")
    program_id: strawberry.ID | None = field(
        default=None, description="Whose cause, where several programs have one of this id."
    )


@output
class DonatePayload:
    """The donation."""

    donation: PointsDonation | None = field(default=None, description="The donation.")
    balances: list[Balance] = field(default_factory=list, description="The member's points afterwards.")
    user_errors: list[UserError[DonateErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class DonationCancelInput:
    """A donation to be called off, on the local day on which it was made."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    id: strawberry.ID = field(description="The donation.")
    reason: str = field(description="Why, for the books: 1–500 characters.")


@output
class DonationCancelPayload:
    """The donation."""

    donation: PointsDonation | None = field(default=None, description="The donation.")
    balances: list[Balance] = field(default_factory=list, description="The member's points afterwards.")
    user_errors: list[UserError[DonationCancelErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


PATHS = {"program": ["programId"], "donation": ["id"]}
"""Where the services' own fields are in the inputs."""


@strawberry.type
class GivingQueries:
    """What can be asked about giving."""

    @asked("The causes of the giving programs that run, with what was raised.", Action.READ_DONATIONS)
    async def causes(
        self,
        info: Info,
        program_id: Annotated[strawberry.ID | None, argument(description="Of this program.")] = None,
    ) -> list[Cause]:
        program = None if program_id is None else ProgramId(PROGRAM.find(program_id) or "")
        return await show_causes(info, await views.causes(program))

    @asked("Donations, the latest first.", Action.READ_DONATIONS)
    async def donations(
        self,
        info: Info,
        member_id: Annotated[strawberry.ID | None, argument(description="Of this member.")] = None,
        cause: Annotated[str | None, argument(description="To the cause of this id in the rules.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[PointsDonation]:
        member = MemberId(MEMBER.find(member_id) or "") if member_id is not None else None
        rows = await views.page_of_donations(
            member=member, cause=cause, after=after_id(after, DonationId), first=first + 1
        )  # fmt: skip
        shown = await show_donations(info, rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])


@strawberry.type
class GivingMutations:
    """Mutations on donations."""

    @mutation(
        DonatePayload, DonateErrorCode, "Give a member's points to a cause.", needs=Action.WRITE_DONATIONS, paths=PATHS
    )
    async def donate(self, info: Info, input: DonateInput) -> DonatePayload:
        member = await find_member(input.member)
        program = None if input.program_id is None else ProgramId(PROGRAM.read(input.program_id, "programId"))
        made = await service.donate(input.idempotency_key, Given(member, input.cause, input.points, program))
        return DonatePayload(donation=await show_donation(info, made), balances=await balances_after(info, member))

    @mutation(
        DonationCancelPayload,
        DonationCancelErrorCode,
        "Call a donation off, on the day on which it was made; the points go back.",
        needs=Action.WRITE_DONATIONS,
        paths=PATHS,
    )
    async def donation_cancel(self, info: Info, input: DonationCancelInput) -> DonationCancelPayload:
        donation = DonationId(DONATION.read(input.id, "id"))
        made = await service.cancel(input.idempotency_key, donation, input.reason)
        return DonationCancelPayload(
            donation=await show_donation(info, made), balances=await balances_after(info, made.member_id)
        )
