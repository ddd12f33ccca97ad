"""What a shopper may give other members."""

from __future__ import annotations

from members.views import MemberId
from programs import transferring
from schema.shared.context import Info
from schema.shared.declare import field, output
from schema.shared.scalars import BigInt
from schema.shared.values import Unit


@output
class GiveablePoints:
    """Points of a unit that the shopper may give others."""

    unit: Unit = field(description="Points of which unit.")
    minimum: BigInt = field(description="At least so many at once.")
    maximum_per_day: BigInt = field(description="At most so many a day.")
    left_today: BigInt = field(description="So many still today.")


async def show_giveable(info: Info, member: MemberId) -> list[GiveablePoints]:
    """What the programs that run now let them give."""
    units = await info.context.units()
    return [
        GiveablePoints(
            unit=units[each.unit_id], minimum=each.minimum, maximum_per_day=each.maximum_per_day,
            left_today=each.left_today,
        )
        for each in await transferring.giveable(member)
    ]  # fmt: skip
