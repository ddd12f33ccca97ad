"""Referrals as staff see them."""

from __future__ import annotations

from datetime import datetime

import strawberry

from members.views import MemberId
from programs.referral import views
from programs.referral.views import ReferralView
from schema.shared.declare import field, output
from schema.shared.ids import MEMBER, PROGRAM, REFERRAL, Node
from schema.shared.referrals import ReferralState, Rejection


@output
class ReferralCode:
    """A member's code for friends in a program."""

    program_id: strawberry.ID = field(description="The referral program.")
    code: str = field(description="The code: eight letters and digits.")
    link: str | None = field(description="What the member shares; null: the code alone.")


@output
class Referral(Node):
    """A friend who came by a member's code."""

    program_id: strawberry.ID = field(description="By the rules of which program.")
    referrer_id: strawberry.ID = field(description="Whose code it was.")
    friend_id: strawberry.ID = field(description="Who came.")
    state: ReferralState = field(description="Where it is in its life.")
    signs: list[str] = field(
        description="What both have in common: `email`, `phone`, `attribute:<name>`; `circle`: each came by the other."
    )
    rejection: Rejection | None = field(description="Why it was rejected.")
    note: str | None = field(description="What staff wrote.")
    capped: bool = field(description="Whether the referrer got nothing, since a cap was reached.")
    order_id: str | None = field(description="The friend's order that was kept.")
    claimed_at: datetime = field(description="When the code was used.")
    qualified_at: datetime | None = field(description="Since when the order counts as kept.")
    closed_at: datetime | None = field(description="When it was rewarded, rejected or taken back.")
    look_at: datetime | None = field(description="When it is looked at next; null: with the friend's next order.")


async def show_codes(member: MemberId) -> list[ReferralCode]:
    """A member's codes."""
    return [
        ReferralCode(program_id=PROGRAM.show(each.program_id), code=each.code, link=each.link)
        for each in await views.of_member(member)
    ]


def show_referral(view: ReferralView) -> Referral:
    """A referral in the schema."""
    return Referral(
        id=REFERRAL.show(view.id), program_id=PROGRAM.show(view.program_id), referrer_id=MEMBER.show(view.referrer_id),
        friend_id=MEMBER.show(view.friend_id), state=view.state, signs=list(view.signs), rejection=view.reason,
        note=view.note, capped=view.capped, order_id=view.order_reference, claimed_at=view.claimed_at,
        qualified_at=view.qualified_at, closed_at=view.closed_at, look_at=view.look_at,
    )  # fmt: skip
