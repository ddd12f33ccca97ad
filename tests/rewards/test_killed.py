"""A server killed in the middle of a redemption leaves nothing half done, and what it reserved ends by itself."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from kit import clock
from rewards import catalogue, history
from rewards.redemptions import ForReward, expire_due, reserve
from rewards.views import RedemptionState, VoucherSource
from rewards.vouchers import VoucherCounts, counts
from tests.conftest import DatabaseUrls
from tests.ledger.helpers import START
from tests.rewards.conftest import Store

ROOT = Path(__file__).parents[2]


async def _killed(url: str, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.rewards.killed", url, *arguments, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert await asyncio.wait_for(process.stdout.readline(), 60) == b"ready\n"
    finally:
        process.kill()
        await process.wait()


@pytest.mark.slow
async def test_killed_between_reserve_and_confirm(store: Store, database: DatabaseUrls) -> None:
    mug = await store.reward(points=30, stock=2, voucher_source=VoucherSource.GENERATED)
    await _killed(database.url, store.shop.tenant, store.member, mug.id, "after")
    assert await store.balance() == (70, 30)
    (left,) = await history.list_()
    with clock.pinned(START + timedelta(minutes=15)):
        assert await expire_due(10) == 1
    assert await store.balance() == (100, 0)
    assert (await history.get(left.id)).state is RedemptionState.EXPIRED
    assert (await catalogue.get(mug.id)).taken == 0
    assert (await counts([mug.id]))[mug.id] == VoucherCounts(available=1)


@pytest.mark.slow
async def test_killed_before_the_commit(store: Store, database: DatabaseUrls) -> None:
    mug = await store.reward(points=30, stock=2, voucher_source=VoucherSource.GENERATED)
    await _killed(database.url, store.shop.tenant, store.member, mug.id, "before")
    assert await store.balance() == (100, 0)
    assert await history.list_() == []
    again = await reserve("killed", store.member, ForReward(mug.id))  # the client asks again, with its key
    assert again.state is RedemptionState.RESERVED
    assert (await catalogue.get(mug.id)).taken == 1
    assert (await counts([mug.id]))[mug.id] == VoucherCounts(reserved=1)
