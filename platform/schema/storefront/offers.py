"""What a shopper can invite friends with, and what came of it."""

from __future__ import annotations

import strawberry

from members.views import MemberId
from programs.referral import views
from programs.referral.views import ReferralState
from schema.cost import sized
from schema.shared.context import Info
from schema.shared.declare import field, output
from schema.shared.ids import PROGRAM
from schema.shared.scalars import BigInt
from schema.shared.values import Unit


@output
class ReferralEarned:
    """Points that invitations brought."""

    unit: Unit = field(description="Points of which unit.")
    points: BigInt = field(description="How many.")


@output
class ReferralOffer:
    """The shopper's code for friends in a program, and what came of it."""

    program_id: strawberry.ID = field(description="The program.")
    code: str = field(description="The code: eight letters and digits.")
    link: str | None = field(description="What to share; null: the code alone.")
    friends: int = field(description="How many friends came by it.")
    friends_rewarded: int = field(description="Of how many an order was kept, and brought both their gifts.")
    earned: list[ReferralEarned] = field(description="The points that it brought.", metadata=sized(1))


async def show_offers(info: Info, member: MemberId) -> list[ReferralOffer]:
    """A shopper's codes."""
    units = await info.context.units()
    return [
        ReferralOffer(
            program_id=PROGRAM.show(each.program_id), code=each.code, link=each.link,
            friends=sum(each.friends.values()), friends_rewarded=each.friends.get(ReferralState.REWARDED, 0),
            earned=[ReferralEarned(unit=units[unit], points=points) for unit, points in sorted(each.earned.items())],
        )
        for each in await views.of_member(member)
    ]  # fmt: skip
