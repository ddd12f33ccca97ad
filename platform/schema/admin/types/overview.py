"""The tenant at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from insight import overview as insight
from ledger.state import UnitId
from programs import service
from programs.service import ProgramState
from schema.cost import sized
from schema.shared.context import Info
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
    days: list[OverviewDay] = field(description="Day by day, the earliest first, today last.", metadata=sized(30))


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
    units: list[UnitOverview] = field(description="Each unit.", metadata=sized(2))
    oldest_due_job: DueJob | None = field(description="The run that has been due the longest; null: none is.")


@output
class MemberExport:
    """All that is kept of a member."""

    file_name: str = field(description="A name to save it under.")
    document: str = field(description="JSON text: profile, consents, activities, entries, redemptions.")


async def show_overview(info: Info, days: int) -> Overview:
    """The figures in the schema. Raises `Refusal` OUT_OF_RANGE (days)."""
    found = await insight.overview(days, await info.context.zone())
    units, pays = await info.context.units(), await _payments()
    due = found.oldest_due
    return Overview(
        members=found.members, members_active=found.members_active, members_new=found.members_new,
        activities=found.activities, redemptions=found.redemptions,
        units=[_unit(figures, units[figures.unit_id], pays.get(figures.unit_id)) for figures in found.units],
        oldest_due_job=DueJob(name=due.name, due_at=due.due_at) if due is not None else None,
    )  # fmt: skip


async def _payments() -> dict[UnitId, Mapping[str, Any]]:
    """What points are worth as payment, by the live programs."""
    programs = await service.list_(ProgramState.LIVE, first=100)
    return {
        program.unit_id: payment
        for program in programs
        if program.live is not None and (payment := program.live.rules.get("payment"))
    }


def _unit(figures: insight.UnitFigures, unit: Unit, payment: Mapping[str, Any] | None) -> UnitOverview:
    liability = None
    if payment is not None:
        worth = max(0, figures.outstanding) * int(payment["worth"]) // int(payment["points"])
        liability = Money(amount=worth, currency=payment["currency"])
    return UnitOverview(
        unit=unit, outstanding=figures.outstanding, pending=figures.pending, liability=liability,
        days=[
            OverviewDay(date=day.date, issued=day.issued, redeemed=day.redeemed, expired=day.expired)
            for day in figures.days
        ],
    )  # fmt: skip
