"""What a member is entitled to, in both schemas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import strawberry

from programs.entitlements import Entitlement as View
from schema.shared.declare import field, output
from schema.shared.enums import PerkClass, PerkPeriod
from schema.shared.ids import PROGRAM


@output
class Entitlement:
    """A perk that a member has, and how often they may use it now."""

    program_id: strawberry.ID = field(description="The program that brings it.")
    perk_set: str = field(description="The tier or plan that brings it, by its id in the rules.")
    perk_set_name: str = field(description="What members read of that.")
    perk: str = field(description="The perk, by its id in the rules.")
    name: str = field(description="What members read.")
    perk_class: PerkClass = field(description="What it does for them.")
    period: PerkPeriod = field(description="The period that its limit counts in.")
    limit: int | None = field(description="How often it can be used in the period; null: any number of times.")
    used: int = field(description="How often it was used in the period.")
    left: int | None = field(description="How often it can still be used; null: any number of times.")
    ends_at: datetime | None = field(description="When the period is over, not included; null: it has no end.")


def show_entitlements(views: Sequence[View]) -> list[Entitlement]:
    """Entitlements in the schema."""
    return [
        Entitlement(
            program_id=PROGRAM.show(view.program_id), perk_set=view.perk_set.id, perk_set_name=view.perk_set.name,
            perk=view.perk.id, name=view.perk.name, perk_class=view.perk.perk_class, period=view.perk.period,
            limit=view.perk.limit, used=view.used, left=view.left, ends_at=view.ends_at,
        )
        for view in views
    ]  # fmt: skip
