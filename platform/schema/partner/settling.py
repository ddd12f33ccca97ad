"""What a partner sees of its settlements: each with its lines, and the statement to check it by."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import argument

from programs.coalition import positions, settlement_views, statements
from programs.coalition.settlement_views import SettlementId, SettlementView
from schema.cost import sized
from schema.partner.who import asking
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, output
from schema.shared.errors import known
from schema.shared.ids import SETTLEMENT
from schema.shared.scalars import BigInt
from schema.shared.settlements import SettlementFields, settlement_values
from tenants.roles import PartnerScope

ENTRIES_MAX = 20_000
"""A statement of more entries is a file to be fetched (`web.statements`), not part of an answer."""
TheSettlement = Annotated[strawberry.ID, argument(description="The settlement, `stl_…`.")]


@output
class Settlement(SettlementFields):
    """What the partner and the operator owe each other for some days, in one currency."""


@output
class Statement:
    """A settlement written out, for `guerdon statement check`."""

    settlement_id: strawberry.ID = field(description="The settlement.")
    csv: str | None = field(
        description="The file, in UTF-8, its last line the hash; null if it has more than 20,000 entries: "
        "take it from the settlement's `statementPath`."
    )
    hash: str = field(description="The SHA-256 over all of it but its last line.")


@output
class PartnerExposure:
    """What the partner would owe, were all points that it issued spent today."""

    currency: str = field(description="The ISO 4217 code.")
    amount_micros: BigInt = field(description="How much; below zero the operator would owe it.")


@strawberry.type
class SettlingQueries:
    """The partner API's questions on settlements."""

    @asked("The partner's settlements, the newest first.", PartnerScope.SETTLE)
    async def settlements(self, info: Info, first: First = PAGE_DEFAULT, after: After = None) -> Connection[Settlement]:
        rows = await settlement_views.page(partner=asking(info), before=after_id(after, SettlementId), first=first + 1)
        return page(rows, first, after, lambda row: row.id, show_settlement)

    @asked("A settlement of the partner's; null if there is none.", PartnerScope.SETTLE)
    async def settlement(self, info: Info, id: TheSettlement) -> Settlement | None:
        found = await own_settlement(info, SETTLEMENT.find(id))
        return None if found is None else show_settlement(found)

    @asked("The statement of a settlement of the partner's; null if there is none.", PartnerScope.SETTLE, sized(50))
    async def statement(self, info: Info, settlement: TheSettlement) -> Statement | None:
        found = await own_settlement(info, SETTLEMENT.find(settlement))
        if found is None:
            return None
        csv = None
        if found.entries <= ENTRIES_MAX:
            csv = "".join([piece async for piece in statements.pieces(found)])
        digest = found.statement_hash or await statements.digest(found)
        return Statement(settlement_id=SETTLEMENT.show(found.id), csv=csv, hash=digest)

    @asked("What the partner would owe, were all points spent today, by currency.", PartnerScope.SETTLE, sized(1))
    async def exposure(self, info: Info) -> list[PartnerExposure]:
        return [
            PartnerExposure(currency=each.currency, amount_micros=each.owed + each.exposed)
            for each in await positions.positions([asking(info)])
        ]


async def own_settlement(info: Info, id_: str | None) -> SettlementView | None:
    """A settlement, if it is the partner's."""
    found = None if id_ is None else await known(settlement_views.get(SettlementId(id_)))
    return found if found is not None and found.partner_id == asking(info) else None


def show_settlement(view: SettlementView) -> Settlement:
    """A settlement in the schema."""
    return Settlement(**settlement_values(view))
