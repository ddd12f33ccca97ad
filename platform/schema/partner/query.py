"""What a partner can ask. What is another's answers as what there is not."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import argument

from programs import service
from programs.coalition import links, words
from programs.coalition.rules import CoalitionRules
from programs.registry import KINDS
from schema.partner.clearing import ClearingQueries, Partner, show_partner
from schema.partner.exchange import ExchangeQueries
from schema.partner.happened import HappenedQueries
from schema.partner.nodes import find_member, find_node
from schema.partner.quotes import QuoteQueries
from schema.partner.rewards import RewardQueries
from schema.partner.settling import SettlingQueries
from schema.partner.types import Coalition, LinkedMember, show_member, show_members
from schema.partner.webhooks import WebhookQueries
from schema.partner.who import asking, partner_of, scopes_of
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_key, page
from schema.shared.context import Info
from schema.shared.declare import asked
from schema.shared.ids import Node
from schema.shared.rules.union import words_of
from tenants.roles import PartnerScope


@strawberry.type(description="What can be asked.")
class Query(
    ClearingQueries, ExchangeQueries, HappenedQueries, QuoteQueries, RewardQueries, SettlingQueries, WebhookQueries
):
    """The roots of the partner API."""

    @asked("The partner that asks.")
    async def me(self, info: Info) -> Partner:
        return show_partner(await partner_of(info), scopes_of(info))

    @asked("The coalition that the partner is in.")
    async def coalition(self, info: Info) -> Coalition:
        partner = await partner_of(info)
        program = await service.get(partner.program_id)
        unit = (await info.context.units())[program.unit_id]
        await info.context.load_rules()
        read = program.live or program.draft
        assert read is not None, "a program has a version or a draft"
        rules: CoalitionRules = KINDS["coalition"].parse(read.rules)
        told = words.summary(words.of_partner(rules, partner.slug), words_of(unit))
        return Coalition(slug=program.slug, name=program.name, unit=unit, rules=told)

    @asked("A linked member, by the link; null if there is none.", PartnerScope.READ)
    async def member(
        self, info: Info, linked_id: Annotated[strawberry.ID, argument(description="The link, `lnk_…`.")]
    ) -> LinkedMember | None:
        return await find_member(info, linked_id)

    @asked("A linked member, by the partner's own id; null if there is none.", PartnerScope.READ)
    async def member_by_customer(
        self, info: Info, customer_id: Annotated[str, argument(description="The partner's own id for them.")]
    ) -> LinkedMember | None:
        found = await links.of_customer(asking(info), customer_id)
        return None if found is None else await show_member(info, found)

    @asked("All linked members, by the partner's own ids.", PartnerScope.READ)
    async def links(self, info: Info, first: First = PAGE_DEFAULT, after: After = None) -> Connection[LinkedMember]:
        rows = await links.page_of_partner(asking(info), after_key(after), first + 1)
        shown = await show_members(info, rows, ("nodes",), ("edges", "node"))
        return page(rows, first, after, lambda row: row.customer_id, lambda row: shown[row.id])

    @asked("Anything of the partner's by its id; null if there is nothing by it.")
    async def node(self, info: Info, id: Annotated[strawberry.ID, argument(description="The id.")]) -> Node | None:
        return await find_node(info, id)
