"""What a shop's page can ask; a guest, without a customer token, asks for all but themself."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import argument

from members.views import views
from programs import service
from programs.service import ProgramState, ProgramView
from programs.stored_value.card_records import CardRef
from rewards import catalogue
from rewards.views import RewardId
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.context import Info, asks_for
from schema.shared.declare import asked
from schema.shared.errors import known, mutation
from schema.shared.ids import MEMBER
from schema.storefront import quotes
from schema.storefront.campaigns import CampaignQueries
from schema.storefront.coalition import CoalitionQueries
from schema.storefront.codes import QuoteErrorCode
from schema.storefront.games import GameQueries
from schema.storefront.giving import GivingQueries
from schema.storefront.memberships import SellingQueries
from schema.storefront.quotes import QuoteInput, QuotePayload
from schema.storefront.show import show_balances, show_program, show_rewards
from schema.storefront.stored_value import GiftCard, find_gift_card
from schema.storefront.types import Member, Program, Reward
from tenants import scope


@strawberry.type(description="What can be asked.")
class Query(CampaignQueries, CoalitionQueries, GameQueries, GivingQueries, SellingQueries):
    """The roots of the storefront API."""

    @asked("The shopper who is signed in; null for a guest, and for a customer who is no member.")
    async def me(self, info: Info) -> Member | None:
        member = info.context.member
        if member is None:
            return None
        async with scope.reading():
            # Asked by every page that a signed-in shopper opens: only what the page shows is read.
            view = (await views([member]))[member] if asks_for(info, "name") or asks_for(info, "joinedAt") else None
            balances = await show_balances(info, member) if asks_for(info, "balances") else []
        if view is None:
            return Member(id=MEMBER.show(member), name=None, joined_at=scope.now(), balances=balances)
        return Member(id=MEMBER.show(member), name=view.name, joined_at=view.joined_at, balances=balances)

    @asked("A live program; null if there is none.")
    async def program(
        self,
        info: Info,
        slug: Annotated[str | None, argument(description="By its slug; the oldest unless given.")] = None,
    ) -> Program | None:
        found = await known(service.get(slug=slug)) if slug is not None else await _oldest()
        if found is None or found.state is not ProgramState.LIVE or found.live is None:
            return None
        await info.context.load_rules()
        return show_program(found, (await info.context.units())[found.unit_id])

    @asked("Rewards that can be had now, in the order of the catalogue.")
    async def rewards(self, info: Info, first: First = PAGE_DEFAULT, after: After = None) -> Connection[Reward]:
        rows = await catalogue.offered(after=after_id(after, RewardId), first=first + 1)
        shown = await show_rewards(info, rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])

    @asked("The gift card of this code; null if there is none, or its PIN is another. For members; tries are limited.")
    async def gift_card(
        self,
        info: Info,
        code: Annotated[str, argument(description="Its code.")],
        pin: Annotated[str | None, argument(description="Its PIN, if it has one.")] = None,
    ) -> GiftCard | None:
        return await find_gift_card(info, CardRef(code, pin))

    @mutation(
        QuotePayload,
        QuoteErrorCode,
        "What a cart would earn, and what it could cost in points.",
        paths={"sources": ["payWith"]},
    )
    async def quote(
        self, info: Info, input: Annotated[QuoteInput, argument(description="The cart.")]
    ) -> QuotePayload:  # fmt: skip
        return QuotePayload(quote=await quotes.answer(info, input))


async def _oldest() -> ProgramView | None:
    live = [program for program in await service.list_(ProgramState.LIVE, first=100) if program.live is not None]
    return min(live, key=lambda program: program.id, default=None)
