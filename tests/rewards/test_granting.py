"""Rewards that programs give: once per key, owed when there is none, taken back with what they were given for."""

from __future__ import annotations

from typing import Any

from kit import db
from kit.ids import new_id
from rewards import granting, history
from rewards.granting import Grant
from rewards.models import RewardGrant, Voucher
from rewards.views import RedemptionState, RedemptionView, RewardId, VoucherSource, VoucherState
from rewards.vouchers import VoucherCounts, counts, import_codes
from tenants import scope
from tests.rewards.conftest import Store


async def give(store: Store, key: str = "quest-1", reward: str = "mug", **given: Any) -> None:
    async with scope.writing():
        await granting.give([Grant(scope.tenant_id(), key, store.member, reward, "prize", **given)])


async def take_back(*keys: str) -> None:
    async with scope.writing():
        await granting.take_back(scope.tenant_id(), keys)


async def state(key: str = "quest-1") -> str:
    async with scope.reading():
        return (await RewardGrant.get(key=key)).state


async def had(store: Store) -> list[RedemptionView]:
    return await history.list_(member=store.member)


async def use(redemption: RedemptionView) -> None:
    async with scope.writing():
        await Voucher.filter(redemption_id=redemption.id).update(used_at=scope.now())


async def test_a_grant_is_a_redemption_of_no_points_with_its_code(store: Store) -> None:
    reward = await store.reward(stock=5, voucher_source=VoucherSource.GENERATED)
    await give(store, program_id=(program := new_id()))
    (redemption,) = await had(store)
    assert (redemption.points, redemption.state, redemption.reward_id) == (0, RedemptionState.CONFIRMED, reward.id)
    assert redemption.program_id == program and redemption.closed_at == scope.now()
    assert redemption.voucher is not None and redemption.voucher.state is VoucherState.ISSUED
    assert (await state(), await taken(reward.id)) == ("given", 1)


async def taken(reward: RewardId) -> int:
    async with scope.reading():
        (row,) = await db.rows("SELECT taken FROM reward WHERE tenant_id = $1 AND id = $2", scope.tenant_id(), reward)
    return int(row["taken"])


async def test_a_key_gives_once(store: Store) -> None:
    await store.reward(voucher_source=VoucherSource.NONE)
    await give(store)
    await give(store)
    assert len(await had(store)) == 1


async def test_without_a_code_it_is_owed_until_there_is_one(store: Store) -> None:
    reward = await store.reward(voucher_source=VoucherSource.UPLOADED)
    await give(store)
    await give(store, "quest-2")
    assert (await state(), await had(store)) == ("owed", [])
    assert await granting.give_owed(10) == 0
    await import_codes(reward.id, ["A-1"])
    assert await granting.give_owed(10) == 1
    assert [await state(key) for key in ("quest-1", "quest-2")] == ["given", "owed"]
    await import_codes(reward.id, ["A-2"])
    assert await granting.give_owed(10) == 1
    assert sorted(one.voucher.code for one in await had(store) if one.voucher) == ["A-1", "A-2"]


async def test_out_of_stock_it_is_owed_and_no_code_is_lost(store: Store) -> None:
    reward = await store.reward(stock=1, voucher_source=VoucherSource.UPLOADED)
    await import_codes(reward.id, ["A-1", "A-2"])
    await give(store)
    await give(store, "quest-2")
    assert (await state("quest-2"), len(await had(store))) == ("owed", 1)
    assert (await counts([reward.id]))[reward.id] == VoucherCounts(available=1, issued=1)


async def test_an_unknown_reward_is_owed(store: Store) -> None:
    await give(store, reward="nothing")
    assert await state() == "owed"


async def test_taken_back_its_code_is_worth_nothing_and_the_stock_is_free(store: Store) -> None:
    reward = await store.reward(stock=1, voucher_source=VoucherSource.GENERATED)
    await give(store)
    await take_back("quest-1")
    (redemption,) = await had(store)
    assert redemption.state is RedemptionState.CANCELLED
    assert redemption.voucher is not None and redemption.voucher.state is VoucherState.VOID
    assert (await state(), await taken(reward.id)) == ("taken_back", 0)
    await take_back("quest-1")
    assert await taken(reward.id) == 0


async def test_what_was_used_is_kept(store: Store) -> None:
    reward = await store.reward(stock=2, voucher_source=VoucherSource.GENERATED)
    await give(store)
    (redemption,) = await had(store)
    await use(redemption)
    await give(store, "quest-2")
    await take_back("quest-1", "quest-2")
    assert [await state(key) for key in ("quest-1", "quest-2")] == ["kept", "taken_back"]
    assert (await history.get(redemption.id)).state is RedemptionState.CONFIRMED
    assert await taken(reward.id) == 1


async def test_what_is_owed_is_owed_no_longer(store: Store) -> None:
    reward = await store.reward(voucher_source=VoucherSource.UPLOADED)
    await give(store)
    await take_back("quest-1")
    await import_codes(reward.id, ["A-1"])
    assert await granting.give_owed(10) == 0
    assert (await state(), await had(store)) == ("taken_back", [])
