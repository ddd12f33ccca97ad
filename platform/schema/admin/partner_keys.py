"""The mutation on keys of a coalition's partners; they are rotated and revoked as all keys are."""

from __future__ import annotations

import strawberry

from programs.coalition import partners
from programs.coalition.partners import PartnerId
from schema.admin.codes import PartnerKeyCreateErrorCode
from schema.admin.types.tenants import ApiKey, show_key
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import PARTNER
from tenants import keys
from tenants.roles import Action, PartnerScope


@input_
class PartnerKeyCreateInput:
    """A new key of a partner."""

    partner: strawberry.ID = field(description="The partner, `prt_…`.")
    name: str = field(description="What to call it: 1–100 characters.")
    scopes: list[PartnerScope] = field(description="What it may do: at least one.")


@output
class PartnerKeyCreatePayload:
    """The key, and once only its secret."""

    key: ApiKey | None = field(default=None, description="The key.")
    secret: str | None = field(default=None, description="The key itself: hand it on, it is not shown again.")
    user_errors: list[UserError[PartnerKeyCreateErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class PartnerKeyMutations:
    """The mutation on partners' keys."""

    @mutation(PartnerKeyCreatePayload, PartnerKeyCreateErrorCode, "Make a key of a partner's.", needs=Action.WRITE_KEYS)
    async def partner_key_create(self, input: PartnerKeyCreateInput) -> PartnerKeyCreatePayload:
        partner = await partners.get(PartnerId(PARTNER.read(input.partner, "partner")))
        made = await keys.create_for_partner(partner.id, input.name, input.scopes)
        return PartnerKeyCreatePayload(key=show_key(made.key), secret=made.text)
