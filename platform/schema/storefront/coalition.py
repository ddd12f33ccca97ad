"""How a shopper lets partners of a coalition know them, and lets it be."""

from __future__ import annotations

from datetime import datetime

import strawberry

from programs.coalition import links
from programs.coalition.links import LinkConsent, LinkId, LinkView
from schema.shared.context import Info
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import LINK, Node
from schema.shared.links import consents
from schema.storefront.codes import CoalitionLinkCodeCreateErrorCode, CoalitionUnlinkErrorCode
from schema.storefront.shopper import signed_in


@output
class CoalitionLink(Node):
    """A partner that knows the shopper."""

    partner: str = field(description="Its name.")
    consent: list[LinkConsent] = field(description="What it may see.")
    linked_at: datetime = field(description="Since when.")


@input_
class CoalitionLinkCodeCreateInput:
    """What a partner is to see."""

    consent: list[LinkConsent] = field(description="What they let it see; nothing: it may only give and take points.")


@output
class CoalitionLinkCodeCreatePayload:
    """A code to give to one partner."""

    code: str | None = field(default=None, description="The code, in two groups of four; it is not shown again.")
    expires_at: datetime | None = field(default=None, description="Until when it can be used, once.")
    user_errors: list[UserError[CoalitionLinkCodeCreateErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class CoalitionUnlinkInput:
    """A partner that is to know the shopper no more."""

    id: strawberry.ID = field(description="The link, `lnk_…`.")


@output
class CoalitionUnlinkPayload:
    """The partners that are left."""

    links: list[CoalitionLink] = field(default_factory=list, description="Who knows the shopper now.")
    user_errors: list[UserError[CoalitionUnlinkErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class CoalitionQueries:
    """The storefront's question about partners."""

    @asked("The partners that know the shopper; none for a guest.")
    async def coalition_links(self, info: Info) -> list[CoalitionLink]:
        return [] if info.context.member is None else await _links(info)


@strawberry.type
class CoalitionMutations:
    """The storefront's mutations on partners."""

    @mutation(
        CoalitionLinkCodeCreatePayload,
        CoalitionLinkCodeCreateErrorCode,
        "Make a code by which a partner of the coalition links the shopper with its customer.",
    )
    async def coalition_link_code_create(
        self, info: Info, input: CoalitionLinkCodeCreateInput
    ) -> CoalitionLinkCodeCreatePayload:
        made = await links.make_code(signed_in(info), input.consent)
        return CoalitionLinkCodeCreatePayload(code=made.code, expires_at=made.ends_at)

    @mutation(
        CoalitionUnlinkPayload,
        CoalitionUnlinkErrorCode,
        "Let a partner know the shopper no more.",
        paths={"link": ["id"]},
    )
    async def coalition_unlink(self, info: Info, input: CoalitionUnlinkInput) -> CoalitionUnlinkPayload:
        await links.unlink_own(signed_in(info), LinkId(LINK.read(input.id, "id")))
        return CoalitionUnlinkPayload(links=await _links(info))


async def _links(info: Info) -> list[CoalitionLink]:
    return [_link(each) for each in await links.of_member(signed_in(info))]


def _link(view: LinkView) -> CoalitionLink:
    return CoalitionLink(
        id=LINK.show(view.id), partner=view.partner_name, consent=consents(view.consent), linked_at=view.linked_at
    )
