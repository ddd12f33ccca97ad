"""A worker killed in the middle of expiry leaves the ledger as an undisturbed run would."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from tests.conftest import DatabaseUrls
from tests.faults.killing import killed
from tests.faults.shops import DAY, START, busy_shop, expired_once, facts, verified, wake
from tests.jobs.helpers import runs
from tests.ledger.helpers import Shop

END = START + 30 * DAY


@pytest.mark.parametrize("chunks", [0, 2])
async def test_killed_in_the_middle_of_expiry(database: DatabaseUrls, chunks: int) -> None:
    shop, members = await busy_shop("killed")
    await _killed(database.url, END, chunks)
    (run,) = [run for run in await runs(shop.tenant) if run.name == "expire"]
    assert (run.state, run.progress) == ("running", f'{{"chunks":{chunks},"handled":{3 * chunks}}}' if chunks else "{}")

    await wake(END + timedelta(seconds=59))
    assert await _expire_run(shop) == ("running", 1), "its lease has not run out"
    async with asyncio.timeout(20):
        # The dead worker's locks go when the database notices; until then the run is passed over.
        while await _expire_run(shop) != ("done", 2):
            await wake(END + timedelta(seconds=60))

    undisturbed, others = await busy_shop("undisturbed")
    await wake(END + timedelta(seconds=60))
    assert await facts(shop, members) == await facts(undisturbed, others)
    await expired_once(shop)
    await verified(shop)


async def _killed(url: str, at: datetime, chunks: int) -> None:
    """A worker process, killed when it has written but not committed its next chunk."""
    await killed("expiring", url, at.isoformat(), str(chunks))


async def _expire_run(shop: Shop) -> tuple[str, int]:
    (run,) = [run for run in await runs(shop.tenant) if run.name == "expire"]
    return run.state, run.attempt
