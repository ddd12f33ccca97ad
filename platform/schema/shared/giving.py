"""Causes in both schemas, and what donations look like from either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import strawberry

from ledger.state import UnitId
from programs.giving import views
from programs.giving.receipts import sheet
from programs.giving.views import CauseView, DonationId, DonationState
from schema.shared.context import Info
from schema.shared.declare import enum, field, output
from schema.shared.ids import PROGRAM
from schema.shared.rules.union import words_of
from schema.shared.scalars import BigInt
from schema.shared.values import Money, Unit
from tenants import scope

enum(DonationState, {
    "MADE": "The points are given.",
    "CANCELLED": "It was called off, and the points went back.",
}, description="Whether a donation stands.")  # fmt: skip


@output
class Cause:
    """What members can give points to, and what was raised for it."""

    program_id: strawberry.ID = field(description="The program that has it.")
    slug: str = field(description="Its id in the rules.")
    name: str = field(description="What members read.")
    description: str | None = field(description="More of it.")
    starts_on: date | None = field(description="The first local day on which it takes donations; null: from ever.")
    ends_on: date | None = field(description="The last local day; null: without end.")
    open: bool = field(description="Whether it takes donations now.")
    unit: Unit = field(description="The points that it takes.")
    minimum: BigInt = field(description="At least so many at once.")
    step: BigInt = field(description="In multiples of so many.")
    minimum_worth: Money = field(description="What the fewest are worth.")
    donations: BigInt = field(description="How many there were.")
    points: BigInt = field(description="The points that were given.")
    given: Money = field(description="What they were worth.")
    matched: Money = field(description="What the merchant added.")
    raised: Money = field(description="Both together.")
    goal: Money | None = field(description="What is to be raised; null: no goal.")


async def show_causes(info: Info, found: Sequence[CauseView]) -> list[Cause]:
    """Causes in the schema."""
    units = await info.context.units()
    return [_cause(view, units) for view in found]


async def receipt_text(info: Info, donation: str) -> str:
    """The receipt of a donation as plain text."""
    (view,) = (await views.donations([DonationId(donation)])).values()
    tenant, units = await info.context.tenant(), await info.context.units()
    member = await info.context.members.load(view.member_id)
    return sheet(
        view, shop=tenant.name, member=member.name or member.external_id or "a member",
        words=words_of(units[view.unit_id]), zone=await info.context.zone(),
    )  # fmt: skip


def _cause(view: CauseView, units: Mapping[UnitId, Unit]) -> Cause:
    rules, cause = view.terms.compiled.rules, view.cause.rules

    def money(amount: int) -> Money:
        return Money(amount=amount, currency=rules.currency)

    least = view.terms.compiled.minimum
    return Cause(
        program_id=PROGRAM.show(view.terms.program_id), slug=cause.id, name=cause.name, description=cause.description,
        starts_on=cause.starts_on, ends_on=cause.ends_on, open=view.open_at(scope.now()), unit=units[view.terms.unit],
        minimum=least, step=view.terms.compiled.step, minimum_worth=money(view.terms.compiled.worth(least)),
        donations=view.donations, points=view.points, given=money(view.value), matched=money(view.matched),
        raised=money(view.value + view.matched), goal=None if cause.goal is None else money(cause.goal),
    )  # fmt: skip
