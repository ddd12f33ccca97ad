"""More than a member may do at once is held, and a person lets it through or not; repeats never count."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from kit import clock
from kit.errors import Refusal
from members.inputs import MemberInput
from members.service import upsert
from members.views import MemberId
from programs import merging, reviewing
from programs.activity import Activity
from programs.decision import ExplanationCode
from programs.explain import words
from programs.models import StoredActivity
from programs.records import Recorded
from programs.velocity import Limit, Per
from tenants import scope
from tests.conftest import DatabaseUrls
from tests.programs.shop import ONE_PER_DOLLAR, PointsShop, open_points_shop

TWICE_AN_HOUR = Limit("purchase", Per.HOUR, times=2)


async def open_limited(*limits: Limit) -> PointsShop:
    shop = await open_points_shop()
    with scope.of(shop.tenant):
        await reviewing.set_limits(limits)
    return shop


async def review(shop: PointsShop, recorded: Recorded, *, release: bool, key: str = "r") -> None:
    with scope.of(shop.tenant), clock.pinned(shop.now):
        assert await reviewing.review(key, recorded.activity_id, release, "known") == recorded.activity_id


async def waiting(shop: PointsShop) -> list[str]:
    with scope.of(shop.tenant):
        return [held.activity_id for held in await reviewing.waiting()]


async def test_what_is_too_much_waits_and_is_decided_when_released(database: DatabaseUrls) -> None:
    shop = await open_limited(TWICE_AN_HOUR)
    await shop.buy(10_00)
    await shop.buy(10_00, key="again")
    await shop.buy(10_00, key="again")
    held = await shop.buy(10_00, order="o-3", key="third")
    assert (held.state, held.posted, held.explanation[0].code) == ("parked", (), ExplanationCode.HELD)
    assert words(held.explanation[0], {}) == (
        "Held for review: the limit is 2 “purchase” activities per member and hour; 2 came before."
    )
    assert (await shop.available(), await waiting(shop)) == (20, [held.activity_id])
    again = await shop.buy(10_00, order="o-3", key="third")
    assert (again.state, again.explanation, again.replayed) == ("parked", held.explanation, True)
    await review(shop, held, release=True)
    assert (await shop.available(), await waiting(shop)) == (30, [])
    assert (await shop.buy(10_00, order="o-3", key="third")).state == "decided"
    await review(shop, held, release=True)
    for key, release in (("r2", True), ("r3", False)):
        with pytest.raises(Refusal, match="ALREADY_CLOSED"):
            await review(shop, held, release=release, key=key)
    assert await shop.available() == 30


async def test_the_next_hour_and_another_kind_are_free(database: DatabaseUrls) -> None:
    shop = await open_limited(TWICE_AN_HOUR)
    for _ in range(3):
        await shop.buy(10_00)
    assert (await shop.happen("visit")).state == "decided"
    shop.now += timedelta(hours=1)
    assert (await shop.buy(10_00)).state == "decided"
    assert await shop.available() == 30


async def test_rejected_for_good(database: DatabaseUrls) -> None:
    shop = await open_limited(Limit("visit", Per.DAY, times=1))
    await shop.happen("visit")
    held = await shop.happen("visit", key="second")
    await review(shop, held, release=False)
    with pytest.raises(Refusal, match="REJECTED"):
        await shop.happen("visit", key="second")
    assert await waiting(shop) == []
    with pytest.raises(Refusal, match="NOT_FOUND"):
        await review(shop, Recorded("01939c5e-7a3f-7b1e-9d55-0a4a1f2c3b4d", "", "parked"), release=True, key="x")


async def test_money_is_limited_in_its_currency(database: DatabaseUrls) -> None:
    shop = await open_limited(Limit("purchase", Per.DAY, amount=100_00, currency="USD"))
    assert [(await shop.buy(amount)).state for amount in (60_00, 50_00, 40_00, 1)] == [
        "decided", "parked", "decided", "parked",
    ]  # fmt: skip
    assert await shop.available() == 100


async def test_a_refund_of_a_held_purchase_waits_with_it(database: DatabaseUrls) -> None:
    shop = await open_limited(Limit("purchase", Per.DAY, times=1))
    await shop.buy(10_00)
    held = await shop.buy(40_00, 60_00, order="o-2", key="p-2")
    assert (await shop.refund("o-2", l1=1)).state == "parked"
    await review(shop, held, release=True)
    assert await shop.available() == 70


async def test_together_they_are_counted_one_by_one(database: DatabaseUrls) -> None:
    shop = await open_limited(Limit("purchase", Per.DAY, times=3))
    answers = await asyncio.gather(*(shop.buy(10_00, key=f"k{n}") for n in range(10)))
    assert sorted(each.state for each in answers) == ["decided"] * 3 + ["parked"] * 7
    assert await shop.available() == 30


async def test_an_import_is_not_held(database: DatabaseUrls) -> None:
    shop = await open_limited(Limit("visit", Per.DAY, times=1))
    for number in range(3):
        answer = await shop.record(Activity(f"v{number}", "visit", "", shop.now), imported=True)
        assert answer.state == "decided"


@pytest.mark.parametrize(
    ("limit", "code", "field"),
    [
        (Limit("refund", Per.DAY, times=1), "INVALID_KIND", ("limits", "0", "kind")),
        (Limit("nonsense", Per.DAY, times=1), "INVALID_KIND", ("limits", "0", "kind")),
        (Limit("visit", Per.DAY), "INVALID", ("limits", "0")),
        (Limit("visit", Per.DAY, times=1, amount=1, currency="USD"), "INVALID", ("limits", "0")),
        (Limit("visit", Per.DAY, times=0), "OUT_OF_RANGE", ("limits", "0")),
        (Limit("purchase", Per.DAY, amount=1), "CURRENCY_MISSING", ("limits", "0", "currency")),
        (Limit("purchase", Per.DAY, amount=1, currency="XXX"), "INVALID_CURRENCY", ("limits", "0", "currency")),
    ],
)
async def test_limits_that_make_no_sense(
    database: DatabaseUrls, limit: Limit, code: str, field: tuple[str, ...]
) -> None:  # fmt: skip
    shop = await open_points_shop()
    with scope.of(shop.tenant):
        with pytest.raises(Refusal) as caught:
            await reviewing.set_limits([limit])
        assert (caught.value.code, caught.value.field) == (code, field)
        with pytest.raises(Refusal, match="TOO_MANY"):
            await reviewing.set_limits([TWICE_AN_HOUR] * 21)
        assert await reviewing.limits() == ()


async def test_what_waited_for_its_order_is_counted_once(database: DatabaseUrls) -> None:
    shop = await open_points_shop({**ONE_PER_DOLLAR, "pending": {"type": "trigger", "trigger": "delivered"}})
    with scope.of(shop.tenant):
        await reviewing.set_limits([Limit("custom:delivered", Per.DAY, times=2)])
    assert (await shop.happen("custom:delivered", order_id="o-1")).state == "parked"
    await shop.buy(10_00, order="o-1")
    await shop.buy(10_00, order="o-2")
    assert (await shop.happen("custom:delivered", order_id="o-2")).state == "decided"
    assert await shop.available() == 20


async def test_one_limit_of_a_kind_and_time(database: DatabaseUrls) -> None:
    shop = await open_limited()
    with scope.of(shop.tenant), pytest.raises(Refusal) as caught:
        await reviewing.set_limits([TWICE_AN_HOUR, Limit("purchase", Per.HOUR, times=9)])
    assert (caught.value.code, caught.value.field) == ("INVALID", ("limits", "1"))


async def test_a_release_beside_a_merge_is_theirs_who_stays(database: DatabaseUrls) -> None:
    shop = await open_limited(Limit("purchase", Per.DAY, times=1))
    await shop.buy(10_00)
    held = await shop.buy(10_00, key="held")
    with scope.of(shop.tenant), clock.pinned(shop.now):
        bob = (await upsert(MemberInput(external_id="bob"))).id
        await asyncio.gather(
            reviewing.review("r", held.activity_id, True, "known"),
            merging.merge("m", MemberId(shop.member_id), bob),
        )
        async with scope.reading():
            activity = await StoredActivity.get(id=held.activity_id)
    shop.member_id = bob
    assert (activity.member_id, activity.state, await shop.available()) == (bob, "decided", 20)
