"""Campaigns that are open to a shopper."""

from __future__ import annotations

import strawberry

from programs.campaign import reports
from schema.shared.campaigns import Campaign, show_campaigns
from schema.shared.context import Info
from schema.shared.declare import asked


@strawberry.type
class CampaignQueries:
    """What a shop's page can ask about campaigns."""

    @asked("The campaigns that are open to the shopper now; those that ask for a code are not told.")
    async def campaigns(self, info: Info) -> list[Campaign]:
        return await show_campaigns(info, await reports.offered(info.context.member))
