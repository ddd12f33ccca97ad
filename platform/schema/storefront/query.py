"""What a shop's page can ask; a guest, without a customer token, asks for all but themself."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import argument

from schema.shared.connections import PAGE_DEFAULT, After, Connection, First
from schema.shared.declare import asked
from schema.shared.errors import NotServed, mutation
from schema.storefront.codes import QuoteErrorCode
from schema.storefront.quotes import QuoteInput, QuotePayload
from schema.storefront.types import Member, Program, Reward


@strawberry.type(description="What can be asked.")
class Query:
    """The roots of the storefront API."""

    @asked("The shopper who is signed in; null for a guest.")
    async def me(self) -> Member | None:
        raise NotServed("me")

    @asked("A live program; null if there is none.")
    async def program(
        self, slug: Annotated[str | None, argument(description="By its slug; the oldest unless given.")] = None
    ) -> Program | None:
        raise NotServed("program")

    @asked("Rewards that can be had now, in the order of the catalogue.")
    async def rewards(self, first: First = PAGE_DEFAULT, after: After = None) -> Connection[Reward]:
        raise NotServed("rewards")

    @mutation(QuotePayload, QuoteErrorCode, "What a cart would earn, and what it could cost in points.")
    async def quote(self, input: Annotated[QuoteInput, argument(description="The cart.")]) -> QuotePayload:  # noqa: A002
        raise NotServed("quote")
