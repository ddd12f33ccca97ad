"""What is cleared with partners of a coalition: asked for, put right by hand, and paid ahead in blocks."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry
from strawberry import argument

from programs.coalition import adjusting, blocks, clearing, partners
from programs.coalition.entries import EntryKind
from programs.coalition.partners import PartnerId
from schema.admin.coalition import ThePartner, read_partner
from schema.admin.codes import PartnerAdjustErrorCode, PartnerBlockBuyErrorCode
from schema.admin.types.coalition import ClearingTotals, Partner, show_partner, show_totals
from schema.shared.coalition import ClearingEntry, PartnerBlock, show_block, show_clearing_entry
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_key, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, known, mutation
from schema.shared.ids import PARTNER, PROGRAM
from schema.shared.scalars import BigInt
from tenants.roles import Action

_REFUSED = "Why it was refused."
_KEY = "1–200 characters, unique for ever in the tenant."


@input_
class PartnerAdjustInput:
    """What a partner owes, to be put right by hand."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The partner.")
    currency: str = field(description="A currency of its terms.")
    amount_micros: BigInt = field(
        description="Above zero: for the partner, who owes that much less; below zero: it owes that much more."
    )
    reason: str = field(description="Why, for the books: 1–500 characters.")


@output
class PartnerAdjustPayload:
    """The partner, and what was booked."""

    partner: Partner | None = field(default=None, description="The partner.")
    entry: ClearingEntry | None = field(default=None, description="What was booked.")
    user_errors: list[UserError[PartnerAdjustErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class PartnerBlockBuyInput:
    """Points that a partner is to pay ahead, by its terms of now."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The partner.")
    points: BigInt = field(description="How many, in the unit's smallest part.")
    note: str = field(default="", description="What to know it by: up to 200 characters.")


@output
class PartnerBlockBuyPayload:
    """The partner, and its block."""

    partner: Partner | None = field(default=None, description="The partner.")
    block: PartnerBlock | None = field(default=None, description="What was bought; the partner owes its price.")
    user_errors: list[UserError[PartnerBlockBuyErrorCode]] = field(default_factory=list, description=_REFUSED)


PATHS = {"partner": ["id"], "amount": ["amountMicros"]}
"""Where the services' own fields are in the inputs."""


@strawberry.type
class ClearingQueries:
    """What can be asked about clearing."""

    @asked("What was cleared with a partner, what was booked last first.", Action.READ_PARTNERS)
    async def clearing_entries(
        self,
        partner_id: ThePartner,
        kind: Annotated[EntryKind | None, argument(description="Of this kind.")] = None,
        first_day: Annotated[date | None, argument(description="Booked on this local day or later.")] = None,
        last_day: Annotated[date | None, argument(description="Booked on this local day or before.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[ClearingEntry]:
        found = await known(partners.get(PartnerId(PARTNER.find(partner_id) or "")))
        rows = [] if found is None else await clearing.page_of_entries(
            found, kind=kind, first_day=first_day, last_day=last_day, after=after_key(after), first=first + 1
        )  # fmt: skip
        return page(rows, first, after, lambda row: row.key, show_clearing_entry)

    @asked("What a coalition's clearing comes to, by currency and account: each sums to zero.", Action.READ_PARTNERS)
    async def clearing_totals(
        self,
        program_id: Annotated[strawberry.ID, argument(description="The coalition.")],
        first_day: Annotated[date, argument(description="The first local day.")],
        last_day: Annotated[date, argument(description="The last, included; at most 366 days.")],
    ) -> list[ClearingTotals]:
        return show_totals(await clearing.totals(PROGRAM.find(program_id) or "", first_day, last_day))


@strawberry.type
class ClearingMutations:
    """Mutations on what partners owe."""

    @mutation(
        PartnerAdjustPayload,
        PartnerAdjustErrorCode,
        "Put right what a partner owes, by hand and with a reason.",
        needs=Action.WRITE_PARTNERS,
        paths=PATHS,
    )
    async def partner_adjust(self, info: Info, input: PartnerAdjustInput) -> PartnerAdjustPayload:
        partner = read_partner(input.id)
        made = await adjusting.adjust(
            input.idempotency_key, partner, input.currency, input.amount_micros, input.reason
        )  # fmt: skip
        entry = await clearing.entry_of(made)
        return PartnerAdjustPayload(
            partner=await show_partner(info, await partners.get(partner)),
            entry=show_clearing_entry(entry) if entry is not None else None,
        )

    @mutation(
        PartnerBlockBuyPayload,
        PartnerBlockBuyErrorCode,
        "Let a partner pay for points ahead; it owes their price from now on.",
        needs=Action.WRITE_PARTNERS,
        paths=PATHS,
    )
    async def partner_block_buy(self, info: Info, input: PartnerBlockBuyInput) -> PartnerBlockBuyPayload:
        partner = read_partner(input.id)
        made = await blocks.buy(input.idempotency_key, partner, input.points, input.note)
        return PartnerBlockBuyPayload(
            partner=await show_partner(info, await partners.get(partner)), block=show_block(made)
        )
