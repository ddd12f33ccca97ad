"""What a partner can do."""

from __future__ import annotations

import strawberry

from programs.coalition import links
from programs.coalition.links import LinkId
from schema.partner.codes import MemberLinkErrorCode, MemberUnlinkErrorCode
from schema.partner.doing import DoingMutations
from schema.partner.exchange import ExchangeMutations
from schema.partner.types import LinkedMember, show_member
from schema.partner.webhooks import WebhookMutations
from schema.partner.who import KEY, asking, partner_of
from schema.shared.context import Info
from schema.shared.declare import UNSET, choice, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import LINK
from tenants.roles import PartnerScope


@choice
class MemberToLinkInput:
    """Who is to be linked, and by what they consent."""

    code: str | None = field(
        default=UNSET,
        description="By the one-time code that they made, which says what it covers; case, spaces and dashes make no "
        "difference.",
    )
    external_id: str | None = field(
        default=UNSET,
        description="By the operator's own id for them, if their consent to the purpose `coalition` is on record; it "
        "covers their balance.",
    )


@input_
class MemberLinkInput:
    """A member, and the partner's customer that they are."""

    idempotency_key: str = field(description=KEY)
    member: MemberToLinkInput = field(description="The member. Tries are limited.")
    customer_id: str = field(description="The partner's own id for them: 1–200 printable characters.")


@output
class MemberLinkPayload:
    """The member."""

    member: LinkedMember | None = field(default=None, description="The member, as the partner knows them.")
    user_errors: list[UserError[MemberLinkErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class MemberUnlinkInput:
    """A link that is to end."""

    idempotency_key: str = field(description=KEY)
    link: strawberry.ID = field(description="The link, `lnk_…`.")


@output
class MemberUnlinkPayload:
    """The link that ended."""

    unlinked_id: strawberry.ID | None = field(default=None, description="The link.")
    user_errors: list[UserError[MemberUnlinkErrorCode]] = field(default_factory=list, description="Why it was refused.")


@strawberry.type(description="What can be done.")
class Mutation(DoingMutations, ExchangeMutations, WebhookMutations):
    """The partner API's mutations."""

    @mutation(
        MemberLinkPayload,
        MemberLinkErrorCode,
        "Link a member with a customer of the partner's; by a new code they may consent anew.",
        needs=PartnerScope.EARN,
        paths={"partner": [], "code": ["member", "code"], "external_id": ["member", "externalId"]},
    )
    async def member_link(self, info: Info, input: MemberLinkInput) -> MemberLinkPayload:
        partner, key = await partner_of(info), input.idempotency_key
        if isinstance(code := input.member.code, str):
            made = await links.link_by_code(key, partner, code, input.customer_id)
        else:
            made = await links.link_by_consent(key, partner, input.member.external_id or "", input.customer_id)
        return MemberLinkPayload(member=await show_member(info, made, "member"))

    @mutation(MemberUnlinkPayload, MemberUnlinkErrorCode, "End a link with a member.", needs=PartnerScope.EARN)
    async def member_unlink(self, info: Info, input: MemberUnlinkInput) -> MemberUnlinkPayload:
        link = LinkId(LINK.read(input.link, "link"))
        await links.unlink(input.idempotency_key, asking(info), link)
        return MemberUnlinkPayload(unlinked_id=input.link)
