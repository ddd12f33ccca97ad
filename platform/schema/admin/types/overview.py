"""The tenant at a glance."""

from __future__ import annotations

from datetime import date, datetime

from schema.shared.declare import field, output
from schema.shared.scalars import BigInt
from schema.shared.values import Money, Unit


@output
class OverviewDay:
    """What moved on one local day."""

    date: date = field(description="The day.")
    issued: BigInt = field(description="Points given, less those that refunds took back.")
    redeemed: BigInt = field(description="Points spent, less those that came back.")
    expired: BigInt = field(description="Points that ended.")


@output
class UnitOverview:
    """One unit at a glance."""

    unit: Unit = field(description="The unit.")
    outstanding: BigInt = field(description="What members have: available, held and pending.")
    pending: BigInt = field(description="How many of these wait.")
    liability: Money | None = field(description="What they are worth as payment, if a live program says.")
    days: list[OverviewDay] = field(description="Day by day, the earliest first, today last.")


@output
class DueJob:
    """A job's run that is due."""

    name: str = field(description="The job.")
    due_at: datetime = field(description="Since when.")


@output
class Overview:
    """The tenant at a glance."""

    members: int = field(description="How many take part.")
    members_active: int = field(description="How many of them did something in the last 30 days.")
    members_new: int = field(description="How many joined in the last 30 days.")
    activities: int = field(description="How many activities happened in the days asked for.")
    redemptions: int = field(description="How many redemptions were confirmed in the days asked for.")
    units: list[UnitOverview] = field(description="Each unit.")
    oldest_due_job: DueJob | None = field(description="The run that has been due the longest; null: none is.")


@output
class MemberExport:
    """All that is kept of a member."""

    file_name: str = field(description="A name to save it under.")
    document: str = field(description="JSON text: profile, consents, activities, entries, redemptions.")
