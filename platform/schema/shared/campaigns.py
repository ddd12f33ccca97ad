"""Campaigns in both schemas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import strawberry

from programs.campaign import words
from programs.campaign.reports import CampaignView
from schema.shared.context import Info
from schema.shared.declare import field, output
from schema.shared.ids import PROGRAM
from schema.shared.rules.union import words_of
from schema.shared.scalars import BigInt
from schema.shared.values import Unit


@output
class Campaign:
    """More points, or a reward, for a while."""

    program_id: strawberry.ID = field(description="Its program.")
    name: str = field(description="What members read.")
    text: str = field(description="What it gives, and for what.")
    unit: Unit = field(description="Points of which unit.")
    starts_on: date | None = field(description="The first local day; null: from ever.")
    ends_on: date | None = field(description="The last local day; null: without end.")
    open: bool = field(description="Whether it gives something now.")


@output
class CampaignReport:
    """A campaign, and what is left of its budget."""

    campaign: Campaign = field(description="The campaign.")
    budget: BigInt | None = field(description="So many points, or rewards, in all; null: any amount.")
    given: BigInt | None = field(description="How much of that is given; null: it has no budget.")


async def show_campaigns(info: Info, found: Sequence[CampaignView]) -> list[Campaign]:
    """Campaigns in the schema."""
    units = {unit.slug: unit for unit in (await info.context.units()).values()}
    return [_campaign(each, units[each.compiled.rules.unit]) for each in found]


async def show_reports(info: Info, found: Sequence[CampaignView]) -> list[CampaignReport]:
    """Campaigns with their budgets."""
    shown = await show_campaigns(info, found)
    return [
        CampaignReport(
            campaign=campaign, given=view.given,
            budget=None if view.compiled.rules.budget is None else view.compiled.rules.budget.amount,
        )
        for campaign, view in zip(shown, found, strict=True)
    ]  # fmt: skip


def _campaign(view: CampaignView, unit: Unit) -> Campaign:
    rules = view.compiled.rules
    return Campaign(
        program_id=PROGRAM.show(view.program_id), name=rules.name, text=words.gives(rules, words_of(unit)), unit=unit,
        starts_on=rules.starts_on, ends_on=rules.ends_on, open=view.open,
    )  # fmt: skip
