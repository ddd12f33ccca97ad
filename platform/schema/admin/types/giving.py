"""Donations as staff see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import strawberry

from programs.giving.views import DonationState, DonationView
from schema.shared.context import Info
from schema.shared.declare import asked, field, output
from schema.shared.giving import receipt_text
from schema.shared.ids import DONATION, MEMBER, PROGRAM, TRANSFER, Node
from schema.shared.scalars import BigInt
from schema.shared.values import Money, Unit
from tenants.roles import Action


@output
class PointsDonation(Node):
    """Points that a member gave to a cause."""

    number: str = field(description="The number of its receipt.")
    member_id: strawberry.ID = field(description="Who gave.")
    program_id: strawberry.ID = field(description="By the rules of which program.")
    cause: str = field(description="The cause, by its id in the rules.")
    cause_name: str = field(description="What it was called then.")
    unit: Unit = field(description="Points of which unit.")
    points: BigInt = field(description="How many.")
    value: Money = field(description="What they were worth.")
    matched: Money = field(description="What the merchant added.")
    state: DonationState = field(description="Whether it stands.")
    note: str | None = field(description="Why it was cancelled.")
    entry_id: strawberry.ID = field(description="The ledger's entry.")
    donated_at: datetime = field(description="When.")
    cancelled_at: datetime | None = field(description="When it was cancelled.")

    @asked("The receipt as plain text, to be printed.", Action.READ_MEMBERS)
    async def receipt_text(self, info: Info) -> str:
        """Made where it is asked for."""
        return await receipt_text(info, DONATION.read(self.id))


async def show_donations(info: Info, found: Sequence[DonationView]) -> dict[str, PointsDonation]:
    """Donations in the schema, by id."""
    units = await info.context.units()
    return {view.id: _donation(view, units[view.unit_id]) for view in found}


async def show_donation(info: Info, found: DonationView) -> PointsDonation:
    """A donation in the schema."""
    return (await show_donations(info, [found]))[found.id]


def _donation(view: DonationView, unit: Unit) -> PointsDonation:
    return PointsDonation(
        id=DONATION.show(view.id), number=view.number, member_id=MEMBER.show(view.member_id),
        program_id=PROGRAM.show(view.program_id), cause=view.cause, cause_name=view.cause_name, unit=unit,
        points=view.points, value=Money(amount=view.value, currency=view.currency),
        matched=Money(amount=view.matched, currency=view.currency), state=view.state, note=view.note,
        entry_id=TRANSFER.show(view.transfer_id), donated_at=view.donated_at, cancelled_at=view.cancelled_at,
    )  # fmt: skip
