"""Mutations on perks."""

from __future__ import annotations

import strawberry

from programs import entitlements, perk_uses
from programs.decision import ProgramId
from programs.perk_uses import PerkUseId, PerkUseView
from schema.admin.codes import PerkUseCancelErrorCode, PerkUseErrorCode
from schema.admin.types.perks import PerkUse, show_perk_use
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import PERK_USE, PROGRAM
from schema.shared.perks import Entitlement, show_entitlements
from schema.shared.references import MemberReferenceInput, find_member
from tenants.roles import Action

_KEY = "1–200 characters, unique for ever in the tenant."


@input_
class PerkUseInput:
    """A perk that a member uses once."""

    idempotency_key: str = field(description=_KEY)
    member: MemberReferenceInput = field(description="Who.")
    perk: str = field(description="The perk, by its id in the rules.")
    program_id: strawberry.ID | None = field(
        default=None, description="Which program's, where several bring it; the first with a use left unless given."
    )
    order_id: str | None = field(
        default=None, description="The order that it is used for: once all of that is gone, the use is given back."
    )


@output
class PerkUsePayload:
    """The use, and what the member is entitled to afterwards."""

    perk_use: PerkUse | None = field(default=None, description="The use.")
    entitlements: list[Entitlement] = field(default_factory=list, description="The member's perks afterwards.")
    user_errors: list[UserError[PerkUseErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class PerkUseCancelInput:
    """A use that is to be given back."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The use.")


@output
class PerkUseCancelPayload:
    """The use, and what the member is entitled to afterwards."""

    perk_use: PerkUse | None = field(default=None, description="The use.")
    entitlements: list[Entitlement] = field(default_factory=list, description="The member's perks afterwards.")
    user_errors: list[UserError[PerkUseCancelErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class PerkMutations:
    """Mutations on perks."""

    @mutation(
        PerkUsePayload,
        PerkUseErrorCode,
        "Use one of a member's perks, at most as often as its limit says.",
        needs=Action.WRITE_REDEMPTIONS,
        paths={"order_reference": ["orderId"]},
    )
    async def perk_use(self, input: PerkUseInput) -> PerkUsePayload:
        member = await find_member(input.member)
        program = None if input.program_id is None else ProgramId(PROGRAM.read(input.program_id, "programId"))
        made = await perk_uses.use(
            input.idempotency_key, member, input.perk, program=program, order_reference=input.order_id
        )
        return PerkUsePayload(perk_use=show_perk_use(made), entitlements=await _left(made))

    @mutation(
        PerkUseCancelPayload,
        PerkUseCancelErrorCode,
        "Give a use of a perk back, so that it counts no longer.",
        needs=Action.WRITE_REDEMPTIONS,
        paths={"use": ["id"]},
    )
    async def perk_use_cancel(self, input: PerkUseCancelInput) -> PerkUseCancelPayload:
        made = await perk_uses.cancel(input.idempotency_key, PerkUseId(PERK_USE.read(input.id, "id")))
        return PerkUseCancelPayload(perk_use=show_perk_use(made), entitlements=await _left(made))


async def _left(made: PerkUseView) -> list[Entitlement]:
    return show_entitlements((await entitlements.of_members([made.member_id]))[made.member_id])
