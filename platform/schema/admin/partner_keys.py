"""Keys of a coalition's partners, which are rotated and revoked as all keys are; and what a key did."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from programs.coalition import partners, uses
from programs.coalition.partners import PartnerId
from schema.admin.codes import PartnerKeyCreateErrorCode
from schema.admin.types.tenants import ApiKey, show_key
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import KEY, PARTNER, show_named
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


@output
class KeyUse:
    """Something that was done by a key."""

    at: datetime = field(description="When.")
    action: str = field(description="What, such as `activity.recorded` or `member.linked`.")
    target: str = field(description="On what.")


@strawberry.type
class PartnerKeyQueries:
    """The question on what keys did."""

    @asked(
        "What a key did, the latest first: a partner's all that it changed, a secret one what is in the audit log.",
        Action.READ_AUDIT_LOG,
    )
    async def key_uses(
        self,
        key: Annotated[strawberry.ID, argument(description="The key.")],
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[KeyUse]:
        rows = await uses.uses(KEY.find(key) or "", after_id(after, str), first + 1)
        return page(rows, first, after, lambda row: row.id, _use)


@strawberry.type
class PartnerKeyMutations:
    """The mutation on partners' keys."""

    @mutation(PartnerKeyCreatePayload, PartnerKeyCreateErrorCode, "Make a key of a partner's.", needs=Action.WRITE_KEYS)
    async def partner_key_create(self, input: PartnerKeyCreateInput) -> PartnerKeyCreatePayload:
        partner = await partners.get(PartnerId(PARTNER.read(input.partner, "partner")))
        made = await keys.create_for_partner(partner.id, input.name, input.scopes)
        return PartnerKeyCreatePayload(key=show_key(made.key), secret=made.text)


def _use(use: uses.Use) -> KeyUse:
    return KeyUse(at=use.at, action=use.action, target=show_named(use.target))
