"""Codes: uploads named line by line, pools, and that a code is given once."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from kit import clock
from programs.redeeming import confirm, redeem
from rewards import vouchers
from rewards.models import Voucher
from rewards.redemptions import ForReward, cancel, expire_due, reserve
from rewards.views import RedemptionView, RewardId, RewardView, VoucherSource, VoucherState
from rewards.vouchers import Duplicate, ImportReport, LineProblem, VoucherCounts, counts, import_codes
from tenants import scope
from tests.ledger.helpers import START
from tests.rewards.conftest import Foreign, Store, alike, code, refusal

LATER = START + timedelta(minutes=15)
CODE = re.compile(r"[2-9A-HJKMNP-TV-Z]{4}(-[2-9A-HJKMNP-TV-Z]{4}){2}")


async def pool(store: Store, *codes: str, points: int = 10) -> RewardView:
    reward = await store.reward("film", points, voucher_source=VoucherSource.UPLOADED)
    await import_codes(reward.id, codes)
    return reward


async def count(reward: RewardView) -> VoucherCounts:
    return (await counts([reward.id]))[reward.id]


def code_of(redemption: RedemptionView) -> str:
    assert redemption.voucher is not None and redemption.voucher.state is VoucherState.ISSUED
    return redemption.voucher.code


# -- uploads -----------------------------------------------------------------------------------------------------------


async def test_an_upload_reports_every_line_and_writes_nothing_with_a_problem(store: Store) -> None:
    reward = await pool(store, "A-1")
    lines = ["A-1", "  A-2 ", "", "A 3", "A-2", 'B-"1"', "C" * 101, "D;1"]
    problems = (
        LineProblem(4, 2, "A code has no ' ': one code a line, nothing else."),
        LineProblem(6, 3, "A code has no '\"': one code a line, nothing else."),
        LineProblem(7, 101, "A code has at most 100 characters."),
        LineProblem(8, 2, "A code has no ';': one code a line, nothing else."),
    )
    for dry_run in (True, False):
        report = await import_codes(reward.id, lines, dry_run=dry_run)
        assert report == ImportReport(0, (Duplicate(1, "A-1"), Duplicate(5, "A-2")), problems, dry_run)
    assert await count(reward) == VoucherCounts(available=1)


async def test_duplicates_are_left_out_and_the_rest_goes_in(store: Store) -> None:
    reward = await pool(store, "A-1")
    other = await store.reward("other", voucher_source=VoucherSource.UPLOADED)
    lines = ["A-1", "A-2", "\ta-2", "A-2"]
    duplicates = (Duplicate(1, "A-1"), Duplicate(4, "A-2"))
    assert await import_codes(other.id, lines, dry_run=True) == ImportReport(2, duplicates, (), True)
    assert await count(other) == VoucherCounts()
    assert await import_codes(other.id, lines) == ImportReport(2, duplicates, (), False)
    assert await import_codes(other.id, ["A-2"]) == ImportReport(0, (Duplicate(1, "A-2"),), (), False)
    assert await counts([reward.id, other.id]) == {
        reward.id: VoucherCounts(available=1),
        other.id: VoucherCounts(available=2),
    }


async def test_the_same_upload_twice_at_once_goes_in_once(store: Store) -> None:
    reward = await pool(store)
    lines = [f"A-{number}" for number in range(50)]
    reports = await asyncio.gather(*(import_codes(reward.id, lines) for _ in range(6)))
    assert sorted(report.imported for report in reports) == [0, 0, 0, 0, 0, 50]
    assert await count(reward) == VoucherCounts(available=50)


async def test_uploads_that_cannot_be(store: Store, foreign: Foreign) -> None:
    reward = await pool(store)
    generated = await store.reward("mug", voucher_source=VoucherSource.GENERATED)
    assert await code(import_codes(generated.id, ["A-1"])) == "WRONG_STATE"
    assert await code(import_codes(reward.id, ["A-1"] * 50_001)) == "TOO_MANY"
    assert (await refusal(import_codes(reward.id, ["A-1"], expires_at=START))).field == ("expires_at",)

    async def into(id_: str) -> object:
        return await import_codes(RewardId(id_), ["A-1"])

    assert (await alike(into, foreign.reward.id)).code == "NOT_FOUND"
    with scope.of(foreign.store.shop.tenant):
        assert (await import_codes(foreign.reward.id, ["A-1"])).imported == 1
    assert (await import_codes(reward.id, ["A-1"])).imported == 1  # another tenant's code is no duplicate
    assert await counts([foreign.reward.id]) == {foreign.reward.id: VoucherCounts()}


# -- with redemptions --------------------------------------------------------------------------------------------------


async def test_a_code_is_shown_when_the_points_are_taken_and_not_before(store: Store) -> None:
    reward = await pool(store, "A-1", "A-2")
    reserved = await reserve("k1", store.member, ForReward(reward.id))
    assert reserved.voucher is None
    assert await count(reward) == VoucherCounts(available=1, reserved=1)
    confirmed = await confirm("k2", reserved.id)
    assert code_of(confirmed) == "A-1"
    assert confirmed.voucher is not None and confirmed.voucher.issued_at == START
    assert await count(reward) == VoucherCounts(available=1, issued=1)
    assert await confirm("k2", reserved.id) == confirmed


async def test_a_reservation_keeps_its_code_and_gives_it_back(store: Store) -> None:
    reward = await pool(store, "A-1")
    first = await reserve("k1", store.member, ForReward(reward.id))
    assert await code(reserve("k2", store.member, ForReward(reward.id))) == "OUT_OF_STOCK"
    assert await store.balance() == (90, 10)
    await cancel("k3", first.id)
    assert await count(reward) == VoucherCounts(available=1)
    await reserve("k4", store.member, ForReward(reward.id))
    with clock.pinned(LATER):
        assert await expire_due(10) == 1
        assert code_of(await redeem("k5", store.member, ForReward(reward.id))) == "A-1"
        assert await code(redeem("k6", store.member, ForReward(reward.id))) == "OUT_OF_STOCK"


async def test_a_code_must_outlast_the_reservation(store: Store) -> None:
    reward = await pool(store)
    await import_codes(reward.id, ["SHORT"], expires_at=LATER)
    await import_codes(reward.id, ["LONG"], expires_at=LATER + timedelta(seconds=1))
    reserved = await reserve("k1", store.member, ForReward(reward.id))
    confirmed = await confirm("k2", reserved.id)
    assert code_of(confirmed) == "LONG"
    assert confirmed.voucher is not None and confirmed.voucher.expires_at == LATER + timedelta(seconds=1)
    assert await code(reserve("k3", store.member, ForReward(reward.id))) == "OUT_OF_STOCK"


async def test_codes_whose_end_has_come_are_not_counted_as_free(store: Store) -> None:
    reward = await pool(store, "LONG-1", "LONG-2")
    await import_codes(reward.id, ["SHORT-1", "SHORT-2"], expires_at=LATER + timedelta(days=1))
    await redeem("k1", store.member, ForReward(reward.id))
    with clock.pinned(LATER + timedelta(days=1, microseconds=-1)):
        assert await count(reward) == VoucherCounts(available=3, issued=1)
    with clock.pinned(LATER + timedelta(days=1)):
        assert await count(reward) == VoucherCounts(available=1, issued=1, void=2)


async def test_codes_are_made_when_needed_and_used_again_when_let_go(store: Store) -> None:
    reward = await store.reward(points=10, voucher_source=VoucherSource.GENERATED)
    first = await reserve("k1", store.member, ForReward(reward.id))
    await cancel("k2", first.id)
    codes = {code_of(await redeem(f"r{number}", store.member, ForReward(reward.id))) for number in range(5)}
    assert len(codes) == 5 and all(CODE.fullmatch(each) for each in codes)
    assert await count(reward) == VoucherCounts(issued=5)


async def test_a_made_code_that_is_taken_is_made_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await pool(store, "TAKEN")
    reward = await store.reward(points=10, voucher_source=VoucherSource.GENERATED)
    made = iter(["TAKEN", "TAKEN", "NEW"])
    monkeypatch.setattr(vouchers, "new_code", lambda: next(made))
    assert code_of(await redeem("k1", store.member, ForReward(reward.id))) == "NEW"


async def test_a_reward_without_codes_gives_none(store: Store) -> None:
    reward = await store.reward(points=10)
    assert (await redeem("k1", store.member, ForReward(reward.id))).voucher is None
    async with scope.reading():
        assert await Voucher.all().count() == 0


def test_made_codes_cannot_be_misread_or_guessed() -> None:
    codes = {vouchers.new_code() for _ in range(1000)}
    assert len(codes) == 1000 and all(CODE.fullmatch(each) for each in codes)
    assert len(vouchers.ALPHABET) ** 12 > 2**58
    assert not set(vouchers.ALPHABET) & set("01ILOU")
