"""Perks that were used, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import strawberry

from programs.perk_costs import PerkSpending
from programs.perk_uses import PerkUseState, PerkUseView
from schema.shared.declare import enum, field, output
from schema.shared.ids import MEMBER, PERK_USE, PROGRAM, Node
from schema.shared.values import Money

enum(PerkUseState, {
    "USED": "It counts.",
    "CANCELLED": "It was given back and counts no longer.",
}, description="Whether a use of a perk counts.")  # fmt: skip


@output
class PerkUse(Node):
    """A perk that a member used once."""

    program_id: strawberry.ID = field(description="The program that brings it.")
    member_id: strawberry.ID = field(description="Who used it.")
    perk: str = field(description="The perk, by its id in the rules.")
    perk_set: str = field(description="The tier or plan that brought it, by its id in the rules.")
    cost: Money | None = field(description="What it cost then; null: nothing that is counted.")
    order_id: str | None = field(description="The order that it was used for.")
    state: PerkUseState = field(description="Whether it counts.")
    used_at: datetime = field(description="When.")
    closed_at: datetime | None = field(description="When it was given back.")


@output
class PerkCosts:
    """What a perk of a tier or plan cost in the days asked for."""

    perk_set: str = field(description="The tier or plan that brings it, by its id in the rules.")
    perk_set_name: str = field(description="What members read of that; its id, if the rules no longer have it.")
    perk: str = field(description="The perk, by its id in the rules.")
    perk_name: str = field(description="What members read of it; its id, if the rules no longer have it.")
    unit_cost: Money | None = field(description="What one use costs by the rules that are live.")
    uses: int = field(description="How often it was used.")
    costs: list[Money] = field(description="What these uses cost, by currency.")


def show_perk_use(view: PerkUseView) -> PerkUse:
    """A use in the schema."""
    return PerkUse(
        id=PERK_USE.show(view.id), program_id=PROGRAM.show(view.program_id), member_id=MEMBER.show(view.member_id),
        perk=view.perk, perk_set=view.perk_set,
        cost=None if view.cost is None else Money(amount=view.cost.amount, currency=view.cost.currency),
        order_id=view.order_reference, state=view.state, used_at=view.used_at, closed_at=view.closed_at,
    )  # fmt: skip


def show_perk_costs(found: Sequence[PerkSpending]) -> list[PerkCosts]:
    """Costs in the schema."""
    return [
        PerkCosts(
            perk_set=each.perk_set, perk_set_name=each.perk_set_name, perk=each.perk, perk_name=each.perk_name,
            unit_cost=None if each.unit_cost is None else Money(
                amount=each.unit_cost.amount, currency=each.unit_cost.currency
            ),
            uses=each.uses, costs=[Money(amount=cost.amount, currency=cost.currency) for cost in each.costs],
        )
        for each in found
    ]  # fmt: skip
