"""Settlements as the operator of a coalition sees them."""

from __future__ import annotations

from collections.abc import Sequence

from programs.coalition import partners
from programs.coalition.settlement_views import NettingView, SettlementView
from schema.admin.types.tenants import Actor, show_actors
from schema.shared.declare import field, output
from schema.shared.scalars import BigInt
from schema.shared.settlements import SettlementFields, settlement_values


@output
class Settlement(SettlementFields):
    """What a partner and the operator owe each other for some days, in one currency."""

    partner_name: str = field(description="What the partner is called.")
    approved_by: Actor | None = field(description="By whom.")
    paid_by: Actor | None = field(description="Who said so.")


@output
class SettlementNetting:
    """What the settlements of some days come to in one currency, in minor units: both sides sum to zero."""

    currency: str = field(description="The ISO 4217 code.")
    settlements: int = field(description="How many there are.")
    receivable: BigInt = field(description="What partners owe.")
    payable: BigInt = field(description="What is owed to partners.")
    partners: BigInt = field(description="What partners get, all together; below zero: they pay.")
    operator: BigInt = field(description="What the operator gets: the other side of it.")


async def show_settlements(found: Sequence[SettlementView]) -> dict[str, Settlement]:
    """Settlements in the schema, by id."""
    actors = await show_actors(actor for view in found for actor in (view.approved_by, view.paid_by))
    names = await partners.names(view.partner_id for view in found)
    return {
        view.id: Settlement(
            **settlement_values(view), partner_name=names[view.partner_id],
            approved_by=actors.get(view.approved_by or ""), paid_by=actors.get(view.paid_by or ""),
        )
        for view in found
    }  # fmt: skip


async def show_settlement(found: SettlementView) -> Settlement:
    """A settlement in the schema."""
    return (await show_settlements([found]))[found.id]


def show_netting(view: NettingView) -> SettlementNetting:
    """What settlements come to, in the schema."""
    return SettlementNetting(
        currency=view.currency, settlements=view.settlements, receivable=view.receivable, payable=view.payable,
        partners=view.net, operator=view.operator,
    )  # fmt: skip
