"""Codes at the till: each is taken once, and says why if it cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

from kit import clock
from kit.errors import Refusal
from programs.redeeming import redeem
from rewards import history
from rewards.redemptions import ForReward, reserve
from rewards.using import use
from rewards.views import VoucherSource, VoucherState
from rewards.vouchers import import_codes, make_void
from tenants import scope
from tests.ledger.helpers import START
from tests.rewards.conftest import Store
from tests.rewards.conftest import refusal as refused


async def refusal(work: Awaitable[object]) -> tuple[str, tuple[str, ...]]:
    found = await refused(work)
    return found.code, found.field


async def code(store: Store, key: str = "r") -> str:
    reward = await store.reward(points=0, voucher_source=VoucherSource.GENERATED)
    made = await redeem(key, store.member, ForReward(reward.id))
    assert made.voucher is not None
    return made.voucher.code


async def test_a_code_is_taken_once_for_an_order(store: Store) -> None:
    mine = await code(store)
    taken = await use("u-1", mine, "o-1")
    assert taken.voucher is not None
    assert (taken.voucher.state, taken.voucher.used_at, taken.voucher.used_reference) == (
        VoucherState.USED, START, "o-1")  # fmt: skip
    assert await use("u-1", mine, "o-1") == taken
    assert await refusal(use("u-2", mine, "o-2")) == ("ALREADY_CLOSED", ("code",))
    assert (await history.by_code(mine)) == taken


async def test_of_many_at_once_one_gets_it(store: Store) -> None:
    mine = await code(store)
    answers = await asyncio.gather(*(use(f"u-{n}", mine) for n in range(8)), return_exceptions=True)
    assert sum(not isinstance(answer, Refusal) for answer in answers) == 1
    assert {answer.code for answer in answers if isinstance(answer, Refusal)} == {"ALREADY_CLOSED"}


async def test_codes_that_nobody_has(store: Store) -> None:
    reward = await store.reward("film", 0, voucher_source=VoucherSource.UPLOADED)
    await import_codes(reward.id, ["FREE", "ASIDE"])
    await reserve("r", store.member, ForReward(reward.id))
    for one in ("FREE", "ASIDE", "NONE", "", "\x00"):
        assert await refusal(use(f"u-{len(one)}-{one[:1]}".replace("\x00", "0"), one)) == ("NOT_FOUND", ("code",))
        assert await history.by_code(one) is None


async def test_a_code_whose_time_is_over(store: Store) -> None:
    reward = await store.reward("film", 0, voucher_source=VoucherSource.UPLOADED)
    await import_codes(reward.id, ["A-1"], expires_at=START + timedelta(days=1))
    await redeem("r", store.member, ForReward(reward.id))
    with clock.pinned(START + timedelta(days=1)):
        assert await refusal(use("u", "A-1")) == ("ENDED", ("code",))


async def test_a_void_code_is_worth_nothing_and_a_used_one_cannot_be_made_void(store: Store) -> None:
    mine = await code(store)
    held = await history.by_code(mine)
    assert held is not None
    async with scope.writing():
        await make_void([held.id])
    assert await refusal(use("u", mine)) == ("ALREADY_CLOSED", ("code",))
    other = await code(store, "r-2")
    taken = await use("u-2", other)
    async with scope.writing():
        await make_void([taken.id])
    assert await history.by_code(other) == taken
