"""A process that records a batch of activities and hangs in the middle, to be killed there.

    python -m tests.faults.recording <database URL> <tenant> <step>

Says `inside` on its standard output once the step is done: `claim`, `load_orders` or `save`.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from kit import db
from programs import intake
from tenants.scope import TenantId
from tests.faults.test_intake_killed import purchases


async def main(url: str, tenant: str, step: str) -> None:
    """Record, until it hangs."""
    done = getattr(intake, step)

    async def hang(*args: Any) -> Any:
        await done(*args)
        print("inside", flush=True)  # noqa: T201  # the test waits for it
        await asyncio.Event().wait()

    setattr(intake, step, hang)
    await db.open_database(url)
    await intake.record_batch(purchases(TenantId(tenant)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
