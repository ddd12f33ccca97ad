"""Mutations on members' tiers."""

from __future__ import annotations

from datetime import datetime

import strawberry

from programs.decision import ProgramId
from programs.tiered import service
from schema.admin.codes import MemberTierSetErrorCode
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import PROGRAM
from schema.shared.references import MemberReferenceInput, find_member
from schema.shared.tiers import MemberTier, show_tiers
from tenants.roles import Action


@input_
class MemberTierSetInput:
    """A tier that a member is to have, whatever they did."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    member: MemberReferenceInput = field(description="Who.")
    program_id: strawberry.ID = field(description="The tiered program; it must run.")
    tier: str = field(description="The tier, by its id in the rules.")
    reason: str = field(description="Why, for the audit log: 1–500 characters.")
    until: datetime | None = field(default=None, description="Until when, not included; null: for good.")


@output
class MemberTierSetPayload:
    """The member's tiers."""

    tiers: list[MemberTier] = field(default_factory=list, description="The member's tiers afterwards.")
    user_errors: list[UserError[MemberTierSetErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class TierMutations:
    """Mutations on members' tiers."""

    @mutation(
        MemberTierSetPayload,
        MemberTierSetErrorCode,
        "Put a member into a tier by hand; only a higher one, or the end that is given, moves it then.",
        needs=Action.ADJUST_POINTS,
    )
    async def member_tier_set(self, input: MemberTierSetInput) -> MemberTierSetPayload:
        member = await find_member(input.member)
        program = ProgramId(PROGRAM.read(input.program_id))
        await service.set_tier(input.idempotency_key, member, program, input.tier, input.reason, input.until)
        return MemberTierSetPayload(tiers=show_tiers((await service.of_members([member]))[member]))
