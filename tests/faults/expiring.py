"""A worker process that expires points in small chunks and hangs in the middle of one, to be killed there.

    python expiring.py <database URL> <instant> <chunks that commit>

Says `inside` on its standard output when it has expired more, but not committed.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from datetime import datetime

from jobs.job import Lane
from jobs.points import sweep
from jobs.runner import Runner
from jobs.schedule import schedule
from kit import clock, db
from kit.outbound import Outbound
from ledger import sweeps

ROWS = 3


async def main(url: str, at: datetime, chunks: int) -> None:
    """Expire, chunk by chunk, until it hangs."""
    done = 0

    async def step(limit: int) -> int:
        nonlocal done
        handled = await sweeps.expire_due(limit)
        if done == chunks:
            print("inside", flush=True)  # noqa: T201  # the test waits for it
            await asyncio.Event().wait()
        done += 1
        return handled

    jobs = [
        replace(job, work=sweep(step, ROWS)) if job.name == "expire" else job for job in schedule(b"root", Outbound())
    ]
    await db.open_database(url)
    with clock.pinned(at):
        await Runner(Lane.POINTS, jobs).tick()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], datetime.fromisoformat(sys.argv[2]), int(sys.argv[3])))
