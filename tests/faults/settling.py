"""A worker process that settles a coalition and hangs in the middle of a period, to be killed there.

    python settling.py <database URL> <instant> <periods that are closed before>

Says `inside` on its standard output when it has closed another one, but not committed.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

from jobs import coalitions
from jobs.job import Job, Lane
from jobs.runner import Runner
from kit import clock, db
from programs.coalition import settlements
from programs.coalition.partners import PartnerId

SETTLE = Job("settle", coalitions.SETTLE_DUE, coalitions.settle, Lane.UPKEEP)


async def main(url: str, at: datetime, periods: int) -> None:
    """Close period after period until it hangs."""
    done, close = 0, settlements.close

    async def hanging(partner: PartnerId) -> int:
        nonlocal done
        closed = await close(partner)
        if done == periods:
            print("inside", flush=True)  # noqa: T201  # the test waits for it
            await asyncio.Event().wait()
        done += closed
        return closed

    settlements.close = hanging
    await db.open_database(url)
    with clock.pinned(at):
        await Runner(Lane.UPKEEP, [SETTLE]).tick()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], datetime.fromisoformat(sys.argv[2]), int(sys.argv[3])))
