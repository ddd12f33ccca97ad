"""Templates run on the application as it is served, by the merchants of the cases."""

from __future__ import annotations

import pytest

from jobs.job import Lane
from jobs.runner import Runner
from jobs.schedule import schedule_of
from settings import Settings
from tests.cases.conftest import OpenShop, Wake, configured, http, open_shop
from tests.programs.templates.club import Club, OpenClub

__all__ = ["configured", "http", "open_shop"]


@pytest.fixture
def wake(configured: Settings) -> Wake:
    """Runs the jobs of points and of payments once, as a process does that has just started."""

    async def run() -> int:
        jobs = schedule_of(configured)
        return sum([await Runner(lane, jobs).tick() for lane in (Lane.POINTS, Lane.PAYMENTS)])

    return run


@pytest.fixture
def open_club(open_shop: OpenShop, wake: Wake) -> OpenClub:
    """Opens a shop, makes a template's programs in its sandbox, publishes them, and lets `ann` join."""

    async def open_(template: str) -> Club:
        club = Club((await open_shop(zone="America/New_York")).sandbox, wake)
        await club.open(template)
        return club

    return open_
