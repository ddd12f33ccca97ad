"""Days that are asked about: said outright, or by the settlement period that they are of."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry
from strawberry import argument

from kit.errors import Refusal
from programs.coalition import periods, spans
from programs.coalition.partners import PartnerView
from programs.coalition.settlement_views import SettlementId
from programs.coalition.spans import ALL_DAYS, Days
from schema.shared.declare import UNSET, choice, field, input_
from schema.shared.ids import SETTLEMENT


@input_
class DaysInput:
    """Local days of the operator's."""

    first_day: date | None = field(default=None, description="The first; null: there is no first.")
    last_day: date | None = field(default=None, description="The last, included; null: there is no last.")


@choice
class PeriodInput:
    """Which days are meant."""

    days: DaysInput | None = field(default=UNSET, description="These days.")
    name: str | None = field(
        default=UNSET,
        description="A calendar period, by the name that settlements have: `2026-11-12`, `2026-W47`, `2026-11`, "
        "`2026-Q4`, `2026`.",
    )
    around: date | None = field(
        default=UNSET, description="The days that this one is settled with, whether they are settled, open or ahead."
    )
    settlement: strawberry.ID | None = field(default=UNSET, description="The days of this settlement, `stl_…`.")


Period = Annotated[PeriodInput | None, argument(description="Recorded on these days; null: on any.")]


async def read_period(partner: PartnerView, given: PeriodInput | None) -> Days | None:
    """The days; None for those of a settlement that the partner has not got. Raises `Refusal` INVALID (name)."""
    if given is None:
        return ALL_DAYS
    if isinstance(given.days, DaysInput):
        return Days(given.days.first_day, given.days.last_day)
    if isinstance(given.around, date):
        return await spans.around(partner, given.around)
    if isinstance(given.settlement, str):
        found = SETTLEMENT.find(given.settlement)
        return None if found is None else await spans.of_settlement(partner.id, SettlementId(found))
    named = periods.named(given.name or "")
    if named is None:
        raise Refusal("INVALID", "No period is called so: 2026-11 is a month, 2026-W47 a week.", ("period", "name"))
    return Days(named.first, named.last)
