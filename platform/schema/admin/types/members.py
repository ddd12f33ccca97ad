"""Members and what happened to them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import strawberry

from members.views import MemberState
from schema.admin.types.activities import Activity
from schema.admin.types.ledger import Balance, MemberEntry
from schema.admin.types.rewards import Redemption
from schema.admin.types.tenants import Actor
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First
from schema.shared.declare import asked, enum, field, output
from schema.shared.errors import NotServed
from schema.shared.ids import Node
from schema.shared.scalars import BigInt
from schema.shared.values import Attribute, Unit


class TimelineKind(StrEnum):
    """What kind of thing a timeline tells of."""

    ACTIVITY = "activity"
    REDEMPTION = "redemption"
    ADJUSTMENT = "adjustment"
    MATURITY = "maturity"
    EXPIRY = "expiry"


enum(MemberState, {
    "ACTIVE": "They take part.",
    "CLOSED": "They no longer take part.",
    "MERGED": "They are one with another member now.",
    "ERASED": "All that is personal is gone; the ledger keeps their points.",
}, description="Whether a member takes part.")  # fmt: skip
enum(TimelineKind, {
    "ACTIVITY": "They did something.",
    "REDEMPTION": "They spent points.",
    "ADJUSTMENT": "Somebody gave or took points by hand.",
    "MATURITY": "Points that waited can be spent.",
    "EXPIRY": "Points ended.",
})  # fmt: skip


@output
class Consent:
    """A consent as it stands."""

    purpose: str = field(description="To what, such as `email_marketing`.")
    granted: bool = field(description="Whether it is given.")
    recorded_at: datetime = field(description="Since when.")
    source: str = field(description="Where it was said.")


@output
class Adjustment:
    """Points that somebody gave or took by hand."""

    reason: str = field(description="What they wrote.")
    actor: Actor = field(description="Who did it.")


@output
class PointsChange:
    """What an entry of the timeline changed."""

    unit: Unit = field(description="Points of which unit.")
    available: BigInt = field(description="Change of what can be spent.")
    pending: BigInt = field(description="Change of what waits.")


@output
class TimelineEntry:
    """One thing that happened to a member; of the three details at most one is set."""

    id: strawberry.ID = field(description="Of the activity, the redemption, or the ledger's entry.")
    kind: TimelineKind = field(description="What kind of thing.")
    at: datetime = field(description="When it took effect.")
    changes: list[PointsChange] = field(description="What it did to the points.")
    text: str = field(description="The entry in words.")
    activity: Activity | None = field(description="The activity, with its decision and why.")
    redemption: Redemption | None = field(description="The redemption.")
    adjustment: Adjustment | None = field(description="The adjustment.")


AsOf = Annotated[
    datetime | None,
    strawberry.argument(description="At that instant, by when things took effect; now unless given."),
]
KnownAt = Annotated[
    datetime | None,
    strawberry.argument(description="As it was known at that instant, by when things were recorded."),
]


@output
class Member(Node):
    """Somebody who takes part."""

    external_id: str | None = field(description="The merchant's own id.")
    state: MemberState = field(description="Whether they take part.")
    name: str | None = field(description="Their name.")
    email: str | None = field(description="Their e-mail address.")
    phone: str | None = field(description="Their phone number.")
    birthday: date | None = field(description="The day that they were born on.")
    locale: str | None = field(description="Their language, such as `de-AT`.")
    attributes: list[Attribute] = field(description="What else the merchant keeps of them.")
    tags: list[str] = field(description="Words that the merchant put on them.")
    consents: list[Consent] = field(description="Their consents as they stand.")
    joined_at: datetime = field(description="Since when they take part.")
    erased_at: datetime | None = field(description="Since when all that is personal is gone.")
    updated_at: datetime | None = field(description="When their profile was last changed.")

    @asked("Their points, per unit.")
    async def balances(self, as_of: AsOf = None, known_at: KnownAt = None) -> list[Balance]:
        """Needs `ledger.service`."""
        raise NotServed("Member.balances")

    @asked("What happened to them, the latest first.")
    async def timeline(self, first: First = PAGE_DEFAULT, after: After = None) -> Connection[TimelineEntry]:
        """Needs `members.service`."""
        raise NotServed("Member.timeline")

    @asked("Their entries in the ledger, the latest first.")
    async def entries(self, first: First = PAGE_DEFAULT, after: After = None) -> Connection[MemberEntry]:
        """Needs `ledger.service`."""
        raise NotServed("Member.entries")

    @asked("Their redemptions, the latest first.")
    async def redemptions(self, first: First = PAGE_DEFAULT, after: After = None) -> Connection[Redemption]:
        """Needs `rewards.service`."""
        raise NotServed("Member.redemptions")
