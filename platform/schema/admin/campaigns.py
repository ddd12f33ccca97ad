"""Campaigns: asked for."""

from __future__ import annotations

import strawberry

from programs.campaign import reports
from schema.shared.campaigns import CampaignReport, show_reports
from schema.shared.context import Info
from schema.shared.declare import asked
from tenants.roles import Action


@strawberry.type
class CampaignQueries:
    """What can be asked about campaigns."""

    @asked("The campaigns whose programs run, with what is left of their budgets.", Action.READ_PROGRAMS)
    async def campaigns(self, info: Info) -> list[CampaignReport]:
        return await show_reports(info, await reports.campaigns())
