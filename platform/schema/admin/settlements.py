"""Settlements of a coalition: asked for, approved, and said to be paid."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry
from strawberry import argument

from programs.coalition import settlement_views, settlements
from programs.coalition.partners import PartnerId
from programs.coalition.settlement_views import SettlementId, SettlementState
from programs.decision import ProgramId
from schema.admin.codes import SettlementApproveErrorCode, SettlementPayErrorCode
from schema.admin.types.settlements import (
    Settlement,
    SettlementNetting,
    show_netting,
    show_settlement,
    show_settlements,
)
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, known, mutation
from schema.shared.ids import PARTNER, PROGRAM, SETTLEMENT
from tenants.roles import Action

_REFUSED = "Why it was refused."
_KEY = "1–200 characters, unique for ever in the tenant."


@input_
class SettlementApproveInput:
    """A draft that is right."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The settlement.")


@output
class SettlementApprovePayload:
    """The settlement."""

    settlement: Settlement | None = field(default=None, description="The settlement, with its statement's hash.")
    user_errors: list[UserError[SettlementApproveErrorCode]] = field(default_factory=list, description=_REFUSED)


@input_
class SettlementPayInput:
    """A settlement that was paid."""

    idempotency_key: str = field(description=_KEY)
    id: strawberry.ID = field(description="The settlement.")
    reference: str = field(default="", description="The reference of the payment: up to 200 characters.")


@output
class SettlementPayPayload:
    """The settlement."""

    settlement: Settlement | None = field(default=None, description="The settlement.")
    user_errors: list[UserError[SettlementPayErrorCode]] = field(default_factory=list, description=_REFUSED)


PATHS = {"settlement": ["id"]}
"""Where the services' own fields are in the inputs."""


@strawberry.type
class SettlementQueries:
    """What can be asked about settlements."""

    @asked("Settlements, the latest first.", Action.READ_PARTNERS)
    async def settlements(
        self,
        program_id: Annotated[strawberry.ID | None, argument(description="Of this coalition.")] = None,
        partner_id: Annotated[strawberry.ID | None, argument(description="Of this partner.")] = None,
        state: Annotated[SettlementState | None, argument(description="In this state.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Settlement]:
        # An id that is none of ours has no settlements.
        rows = await settlement_views.page(
            program=None if program_id is None else ProgramId(PROGRAM.find(program_id) or ""),
            partner=None if partner_id is None else PartnerId(PARTNER.find(partner_id) or ""),
            state=state, before=after_id(after, SettlementId), first=first + 1,
        )  # fmt: skip
        shown = await show_settlements(rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])

    @asked("A settlement; null if there is none.", Action.READ_PARTNERS)
    async def settlement(
        self, id: Annotated[strawberry.ID, argument(description="Its id.")]
    ) -> Settlement | None:  # fmt: skip
        found = await known(settlement_views.get(SettlementId(SETTLEMENT.find(id) or "")))
        return await show_settlement(found) if found is not None else None

    @asked(
        "What the settlements come to whose last day is one of these, by currency: partners and operator sum to zero.",
        Action.READ_PARTNERS,
    )
    async def settlement_netting(
        self,
        program_id: Annotated[strawberry.ID, argument(description="The coalition.")],
        first_day: Annotated[date, argument(description="The first local day.")],
        last_day: Annotated[date, argument(description="The last, included.")],
    ) -> list[SettlementNetting]:
        program = ProgramId(PROGRAM.find(program_id) or "")
        return [show_netting(each) for each in await settlement_views.netting(program, first_day, last_day)]


@strawberry.type
class SettlementMutations:
    """Mutations on settlements."""

    @mutation(
        SettlementApprovePayload,
        SettlementApproveErrorCode,
        "Say that a draft is right; its statement's hash is kept from here on.",
        needs=Action.APPROVE_SETTLEMENTS,
        paths=PATHS,
    )
    async def settlement_approve(self, input: SettlementApproveInput) -> SettlementApprovePayload:
        made = await settlements.approve(input.idempotency_key, _settlement(input.id))
        return SettlementApprovePayload(settlement=await show_settlement(made))

    @mutation(
        SettlementPayPayload,
        SettlementPayErrorCode,
        "Say that what was due is paid; the partner owes that much less, or the operator does.",
        needs=Action.APPROVE_SETTLEMENTS,
        paths=PATHS,
    )
    async def settlement_pay(self, input: SettlementPayInput) -> SettlementPayPayload:
        made = await settlements.pay(input.idempotency_key, _settlement(input.id), input.reference)
        return SettlementPayPayload(settlement=await show_settlement(made))


def _settlement(given: strawberry.ID) -> SettlementId:
    return SettlementId(SETTLEMENT.read(given, "id"))
