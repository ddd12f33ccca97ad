"""A friend's code, used by the shopper."""

from __future__ import annotations

import strawberry

from programs.referral import service
from schema.shared.context import Info
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.storefront.codes import ReferralClaimErrorCode
from schema.storefront.shopper import KEY, with_key


@input_
class ReferralClaimInput:
    """A friend's code."""

    idempotency_key: str = field(description=KEY)
    code: str = field(description="The code; case, spaces and dashes make no difference.")


@output
class ReferralClaimPayload:
    """Whether the code counts."""

    claimed: bool = field(default=False, description="Whether the shopper came by it now, or with this key before.")
    user_errors: list[UserError[ReferralClaimErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class ReferralMutations:
    """The storefront's mutations on referrals."""

    @mutation(ReferralClaimPayload, ReferralClaimErrorCode, "Come by a friend's code, before the first purchase.")
    async def referral_claim(self, info: Info, input: ReferralClaimInput) -> ReferralClaimPayload:
        member, key = with_key(info, input.idempotency_key)
        await service.claim(key, member, input.code)
        return ReferralClaimPayload(claimed=True)
