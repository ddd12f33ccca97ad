"""A process that reserves points and is killed: run as `python -m tests.rewards.killed <url> <tenant> <member> <reward>
<before|after>`; it says `ready` when it is to be killed, before or after its commit."""

from __future__ import annotations

import asyncio
import sys

from kit import clock, db
from members.views import MemberId
from rewards.redemptions import ForReward, reserve
from rewards.views import RewardId
from tenants import scope
from tenants.scope import TenantId
from tests.ledger.helpers import START


async def main(url: str, tenant: str, member: str, reward: str, when: str) -> None:
    await db.open_database(url)
    try:
        with scope.of(TenantId(tenant)), clock.pinned(START):
            async with scope.writing():
                await reserve("killed", MemberId(member), ForReward(RewardId(reward)))
                if when == "before":
                    await _wait()
            await _wait()
    finally:
        await db.close_database()


async def _wait() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
