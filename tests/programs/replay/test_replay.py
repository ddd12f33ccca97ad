"""A draft over what happened: the live rules against themselves differ by nothing, others by what they say."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from kit import clock
from kit.errors import Refusal
from ledger import reading
from members.models import Member
from programs import replay, reviewing, service
from programs.decision import VersionId
from programs.records import MemberRef
from programs.replay import ReplayState
from programs.replay_tally import Money, Result, RewardResult, TierMoves
from programs.tiered.models import TierStanding
from programs.unplayed import Unplayed
from programs.velocity import Limit, Per
from tenants import scope
from tests.programs.factories import make_reward
from tests.programs.replay.factories import ReplayShop, by_year, earning, of_points, open_replay_shop, some_history
from tests.programs.shop import START


@pytest.mark.parametrize("seed", range(6))
async def test_the_live_rules_give_what_the_ledger_has(database: object, seed: int) -> None:
    capped = earning(3, caps=[{"limit": 900, "counts": "points", "period": "month"}])
    shop = await open_replay_shop(capped if seed % 2 else None)
    await some_history(shop.points, Random(seed), 40)
    found = await shop.replay(shop.main)
    unit, held = of_points(found), await _in_ledger(shop)
    assert (unit.before, unit.after, unit.more, unit.less) == (held, held, 0, 0)
    assert found.result is not None and found.result.tiers == ()
    assert (found.state, found.played, found.activities) == (ReplayState.DONE, 40, 40)


async def test_a_doubled_rate_doubles(database: object) -> None:
    shop = await open_replay_shop(tiers=by_year(silver=10**9, gold=10**10))
    for member, dollars in (("ann", 10), ("ann", 20), ("bob", 7)):
        await shop.points.buy(dollars * 100, order=f"{member}-{dollars}", member=MemberRef(external_id=member))
    await shop.points.happen("refund", order_id="ann-20")
    shop.points.now += timedelta(hours=1)
    found = of_points(await shop.replay(shop.main, earning(2)))
    assert (found.before, found.after, found.more, found.less) == (17, 34, 2, 0)
    assert [(one.before, one.after) for one in found.gainers] == [(10, 20), (7, 14)]
    back = of_points(await shop.replay(shop.main, earning(1, caps=[{"limit": 0, "counts": "points", "period": "day"}])))
    assert (back.after, back.less, back.gainers) == (0, 2, ())
    assert [(one.before, one.after) for one in back.losers] == [(10, 0), (7, 0)]


async def test_caps_go_on_counting_from_before_the_window(database: object) -> None:
    shop = await open_replay_shop(earning(1, caps=[{"limit": 50, "counts": "points", "period": "month"}]))
    await shop.points.buy(40_00)
    shop.points.now += timedelta(days=2)
    await shop.points.buy(40_00)
    shop.points.now += timedelta(hours=1)
    draft = earning(1, caps=[{"limit": 60, "counts": "points", "period": "month"}])
    unit = of_points(await shop.replay(shop.main, draft, days=1))
    assert (unit.before, unit.after) == (10, 20)


async def test_tiers_move_and_their_multipliers_with_them(database: object) -> None:
    shop = await open_replay_shop()
    await shop.points.buy(60_00)
    await shop.points.buy(10_00)
    shop.points.now += timedelta(hours=1)
    found = await shop.replay(shop.tiers, by_year(silver=50_00))
    unit = of_points(found)
    # 60 and 10; by the draft 60, a gift of 25, and half more of the second order: 10 × 1.5.
    assert (unit.before, unit.after) == (70, 60 + 25 + 15)
    assert found.result is not None
    assert found.result.tiers == (TierMoves(shop.tiers, "basic", "silver", 1),)


async def test_a_tier_that_time_ends_is_ended_here_too(database: object) -> None:
    shop = await open_replay_shop()
    await shop.points.buy(100_00)
    shop.points.now = START.replace(year=START.year + 2, month=3)
    assert (await shop.replay(shop.tiers)).result is not None
    longer = by_year(validity={"type": "end_of_year", "years": 3})
    found = await shop.replay(shop.tiers, longer)
    assert found.result is not None
    assert found.result.tiers == (TierMoves(shop.tiers, "basic", "silver", 1),)


async def test_points_turn_into_gifts_here_too(database: object) -> None:
    shop = await open_replay_shop(tiers=by_year(silver=10**9, gold=10**10))
    with scope.of(shop.points.tenant), clock.pinned(shop.points.now):
        await make_reward("five", points=35)
    await shop.points.buy(30_00)
    await shop.points.buy(75_00, order="large")
    await shop.points.buy(40_00)
    await shop.points.refund("large")
    shop.points.now += timedelta(hours=1)
    turning = earning(1) | {"conversion": {"points": 35, "gift": {"type": "reward", "reward": "five"}}}
    found = await shop.replay(shop.main, turning)
    # 30, 105 and 145 points are four times 35, and 5 are left; 75 come back: 70 points, twice.
    assert found.result is not None and found.result.rewards == (RewardResult("five", 0, 2),)


async def test_money_is_what_the_points_would_pay(database: object) -> None:
    pays = {"payment": {"points": 1, "worth": 2, "currency": "USD"}}
    shop = await open_replay_shop(earning(1) | pays)
    await shop.points.buy(10_00)
    shop.points.now += timedelta(hours=1)
    unit = of_points(await shop.replay(shop.main, earning(3) | pays))
    assert unit.money == Money("USD", 20, 60)


async def test_nothing_is_written_but_the_replay(database: object) -> None:
    shop = await open_replay_shop()
    await shop.points.buy(150_00)
    held = await _in_ledger(shop)
    shop.points.now += timedelta(hours=1)
    await shop.replay(shop.tiers, by_year(silver=500_00, gold=600_00))
    assert await _in_ledger(shop) == held
    with scope.of(shop.points.tenant):
        async with scope.reading():
            assert "silver" in (await TierStanding.all())[0].body


async def test_an_empty_window_is_done_at_once(database: object) -> None:
    shop = await open_replay_shop()
    found = await shop.replay(shop.main, earning(2), days=1)
    assert (found.state, found.activities) == (ReplayState.DONE, 0)
    assert found.result is not None and (found.result.activities, found.result.units) == (0, ())


async def test_a_new_program_decides_only_in_the_window(database: object) -> None:
    shop = await open_replay_shop()
    await shop.points.buy(10_00)
    shop.points.now += timedelta(days=2)
    await shop.points.buy(10_00)
    shop.points.now += timedelta(hours=1)
    with scope.of(shop.points.tenant), clock.pinned(shop.points.now):
        made = await service.create(
            service.CreateInput(name="More", kind="points", unit="points", rules=earning(5))
        )  # fmt: skip
    assert of_points(await shop.replay(made.id, earning(5), days=1)).after == 10 + 50


async def test_a_cancelled_replay_is_not_played(database: object) -> None:
    shop = await open_replay_shop()
    await shop.points.buy(10_00)
    shop.points.now += timedelta(hours=1)
    await shop.draft(shop.main, earning(2))
    id_ = await shop.begin(shop.main)
    with scope.of(shop.points.tenant), clock.pinned(shop.points.now):
        assert (await replay.cancel(id_)).state is ReplayState.CANCELLED
        await shop.wake()
        with pytest.raises(Refusal, match="over") as refused:
            await replay.cancel(id_)
    assert refused.value.code == "WRONG_STATE"
    assert (await shop.see(id_)).result is None


async def test_what_a_process_left_behind_is_played_again_and_given_up_at_last(database: object) -> None:
    shop = await open_replay_shop()
    await shop.points.buy(10_00)
    shop.points.now += timedelta(hours=1)
    await shop.draft(shop.main, earning(2))
    id_ = await shop.begin(shop.main)
    with scope.of(shop.points.tenant), clock.pinned(shop.points.now):
        async with scope.writing():
            assert [await replay.claim() for _ in range(3)] == [id_] * 3
            assert await replay.claim() is None
    assert (await shop.see(id_)).state is ReplayState.FAILED


async def test_what_cannot_be_replayed_is_refused(database: object) -> None:
    shop = await open_replay_shop()
    now = shop.points.now
    with scope.of(shop.points.tenant), clock.pinned(now):
        for code, given in (
            ("WRONG_STATE", {}),
            ("TOO_FAR", {"until": now + timedelta(days=1)}),
            ("INVALID", {"until": now - timedelta(days=9)}),
            ("NOT_FOUND", {"version": VersionId(shop.tiers)}),
        ):
            with pytest.raises(Refusal) as refused:
                await replay.begin(shop.main, now - timedelta(days=2), **given)
            assert refused.value.code == code
        await shop.draft(shop.main, earning(2))
        for _ in range(3):
            await shop.begin(shop.main)
        with pytest.raises(Refusal) as refused:
            await shop.begin(shop.main)
        assert refused.value.code == "LIMIT_REACHED"


async def _in_ledger(shop: ReplayShop) -> int:
    """What all members have."""
    with scope.of(shop.points.tenant), clock.pinned(shop.points.now):
        async with scope.reading():
            members = [member.id for member in await Member.all()]
            found = await reading.balances(members)
    return sum(balance.available for rows in found.values() for balance in rows)


async def test_what_waits_to_be_looked_at_is_not_played(database: object) -> None:
    shop = await open_replay_shop()
    with scope.of(shop.points.tenant), clock.pinned(shop.points.now):
        await reviewing.set_limits([Limit("purchase", Per.DAY, times=1)])
    await shop.points.buy(10_00)
    assert (await shop.points.buy(20_00)).state == "parked"
    released = await shop.points.buy(40_00)
    with scope.of(shop.points.tenant), clock.pinned(shop.points.now):
        await reviewing.review("r", released.activity_id, release=True, note="known")
    shop.points.now += timedelta(hours=1)
    found = await shop.replay(shop.main, earning(2))
    assert (of_points(found).before, of_points(found).after, found.activities) == (50, 100, 2)


@pytest.mark.parametrize(
    ("more", "unplayed"),
    [
        ({}, []),
        ({"expiry": {"policies": [{"type": "months_inactive", "months": 12}]}}, [Unplayed.EXPIRY]),
        ({"conditions": {"segments": ["vip"]}}, [Unplayed.SEGMENTS]),
        ({"conditions": {"when": '"vip" in member.segments'}}, [Unplayed.SEGMENTS]),
    ],
)
async def test_what_is_not_played_is_said(database: object, more: dict[str, Any], unplayed: list[Unplayed]) -> None:
    shop = await open_replay_shop()
    await shop.points.buy(10_00)
    shop.points.now += timedelta(hours=1)
    draft = earning(1) | more if "expiry" in more else earning(1, **more)
    result = (await shop.replay(shop.main, draft)).result
    assert result is not None and result.unplayed == (Unplayed.SPENDING, Unplayed.BY_HAND, *unplayed)
    without = result.to_json()
    del without["unplayed"]
    assert Result.from_json(without).unplayed == ()
