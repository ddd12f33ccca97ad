"""A worker killed in the middle of settling leaves the statements that an undisturbed run leaves."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from jobs.job import Lane
from jobs.runner import Runner
from kit import clock
from tests.conftest import DatabaseUrls
from tests.faults.killing import killed
from tests.faults.settling import SETTLE
from tests.jobs.helpers import runs
from tests.programs.coalition.settling import inside, live_through, open_club


@pytest.mark.parametrize("periods", [0, 5])
async def test_killed_in_the_middle_of_settling(database: DatabaseUrls, periods: int) -> None:
    one = await open_club("killed")
    with inside(one):
        end = [instant async for instant in live_through(one)][-1]
    await killed("settling", database.url, end.isoformat(), str(periods))
    with inside(one):
        assert len(await one.settlements()) == periods
    other = await open_club("undisturbed")
    with inside(other):
        async for _ in live_through(other):
            pass
    async with asyncio.timeout(20):
        # The dead worker's locks go when the database notices; until then the run is passed over.
        while [run.state for run in await runs(one.shop.tenant)] != ["done"]:
            with clock.pinned(end + timedelta(seconds=60)):
                await Runner(Lane.UPKEEP, [SETTLE]).tick()
    with inside(other):
        expected = await other.statements()
    with inside(one):
        assert await one.statements() == expected and len(expected) == 16
        assert await one.settle(end + timedelta(hours=1)) == 0
