"""What a shopper gave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from programs.giving.views import DonationState, DonationView
from schema.shared.context import Info
from schema.shared.declare import asked, field, output
from schema.shared.giving import receipt_text
from schema.shared.ids import DONATION, Node
from schema.shared.scalars import BigInt
from schema.shared.values import Money, Unit


@output
class PointsDonation(Node):
    """Points that the shopper gave to a cause."""

    number: str = field(description="The number of its receipt.")
    cause: str = field(description="The cause, by its slug.")
    cause_name: str = field(description="What it was called then.")
    unit: Unit = field(description="Points of which unit.")
    points: BigInt = field(description="How many.")
    value: Money = field(description="What they were worth.")
    matched: Money = field(description="What the shop added.")
    state: DonationState = field(description="Whether it stands.")
    donated_at: datetime = field(description="When.")

    @asked("The receipt as plain text, to be printed.")
    async def receipt_text(self, info: Info) -> str:
        """Made where it is asked for."""
        return await receipt_text(info, DONATION.read(self.id))


async def show_donations(info: Info, found: Sequence[DonationView]) -> dict[str, PointsDonation]:
    """A shopper's donations, by id."""
    units = await info.context.units()
    return {
        view.id: PointsDonation(
            id=DONATION.show(view.id), number=view.number, cause=view.cause, cause_name=view.cause_name,
            unit=units[view.unit_id], points=view.points, value=Money(amount=view.value, currency=view.currency),
            matched=Money(amount=view.matched, currency=view.currency), state=view.state, donated_at=view.donated_at,
        )
        for view in found
    }  # fmt: skip
