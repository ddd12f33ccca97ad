"""Referrals: asked for, claimed for a member, and decided on."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import argument

from members.views import MemberId
from programs.referral import service, views
from programs.referral.views import ReferralId
from schema.admin.codes import ReferralClaimErrorCode, ReferralReviewErrorCode
from schema.admin.types.referrals import Referral, show_referral
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import MEMBER, REFERRAL
from schema.shared.references import MemberReferenceInput, find_member
from schema.shared.referrals import ReferralState
from tenants.roles import Action


@input_
class ReferralClaimInput:
    """A member who comes by a friend's code."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    member: MemberReferenceInput = field(description="Who comes.")
    code: str = field(description="The friend's code; case, spaces and dashes make no difference.")


@output
class ReferralClaimPayload:
    """The referral."""

    referral: Referral | None = field(default=None, description="The referral.")
    user_errors: list[UserError[ReferralClaimErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class ReferralReviewInput:
    """What is decided on a referral that is `QUALIFIED`."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    id: strawberry.ID = field(description="The referral.")
    approve: bool = field(description="Whether both get their gifts.")
    note: str = field(description="Why: 1–500 characters.")


@output
class ReferralReviewPayload:
    """The referral."""

    referral: Referral | None = field(default=None, description="The referral.")
    user_errors: list[UserError[ReferralReviewErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class ReferralQueries:
    """What can be asked about referrals."""

    @asked("Referrals, the latest first; those in the state `QUALIFIED` wait for staff.", Action.READ_MEMBERS)
    async def referrals(
        self,
        referrer_id: Annotated[strawberry.ID | None, argument(description="By the code of this member.")] = None,
        state: Annotated[ReferralState | None, argument(description="In this state.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Referral]:
        referrer = MemberId(MEMBER.find(referrer_id) or "") if referrer_id is not None else None
        rows = await views.page_of_referrals(
            referrer=referrer, state=state, after=after_id(after, ReferralId), first=first + 1
        )  # fmt: skip
        return page(rows, first, after, lambda row: row.id, show_referral)


@strawberry.type
class ReferralMutations:
    """Mutations on referrals."""

    @mutation(
        ReferralClaimPayload,
        ReferralClaimErrorCode,
        "Let a new member come by a friend's code.",
        needs=Action.WRITE_MEMBERS,
    )
    async def referral_claim(self, input: ReferralClaimInput) -> ReferralClaimPayload:
        member = await find_member(input.member)
        made = await service.claim(input.idempotency_key, member, input.code)
        return ReferralClaimPayload(referral=show_referral(made))

    @mutation(
        ReferralReviewPayload,
        ReferralReviewErrorCode,
        "Decide on a referral whose two sides look like one person.",
        needs=Action.ADJUST_POINTS,
        paths={"referral": ["id"]},
    )
    async def referral_review(self, input: ReferralReviewInput) -> ReferralReviewPayload:
        referral = ReferralId(REFERRAL.read(input.id, "id"))
        made = await service.review(input.idempotency_key, referral, input.approve, input.note)
        return ReferralReviewPayload(referral=show_referral(made))
