"""Members give each other points: off unless the rules say so, within limits, with age and end."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from kit import clock, db
from kit.errors import Refusal
from members.views import MemberId
from programs import activities, transferring
from programs.activity import Activity
from programs.kind import check
from programs.points.kind import PointsKind
from tenants import scope
from tests.conftest import DatabaseUrls
from tests.programs.points.factories import CONTEXT, document
from tests.programs.shop import ONE_PER_DOLLAR, PointsShop
from tests.programs.test_merging import ANN, buy, has, open_two

RULES: dict[str, Any] = {
    **ONE_PER_DOLLAR,
    "expiry": {"policies": [{"type": "months_after_earning", "months": 1}]},
    "transfers": {"minimum": 10, "maximum_per_day": 100},
}


async def give(shop: PointsShop, to: MemberId, points: int, key: str = "t", from_: str | None = None) -> None:
    with scope.of(shop.tenant), clock.pinned(shop.now):
        await transferring.transfer(key, MemberId(from_ or shop.member_id), to, "points", points)


async def refused(shop: PointsShop, to: MemberId, points: int, key: str = "t") -> str:
    with pytest.raises(Refusal) as caught:
        await give(shop, to, points, key)
    return caught.value.code


async def test_points_arrive_with_their_end_and_once(database: DatabaseUrls) -> None:
    shop, bob = await open_two(RULES)
    await buy(shop, 30_00, "o-1")
    shop.now += timedelta(days=10)
    await buy(shop, 30_00, "o-2")
    for _ in range(2):
        await give(shop, bob, 50)
    assert (await has(shop, shop.member_id), await has(shop, bob)) == ((10, 0), (50, 0))
    with scope.of(shop.tenant):
        async with scope.reading():
            lots = await db.rows(
                "SELECT l.amount, l.earned_at, l.expires_at FROM lot l JOIN account a ON a.tenant_id = l.tenant_id "
                "AND a.id = l.account_id WHERE l.tenant_id = $1 AND a.owner = $2 ORDER BY l.id",
                shop.tenant, f"member:{bob}",
            )  # fmt: skip
    assert [(row["amount"], db.instant(row["expires_at"]).date()) for row in lots] == [
        (30, date(2026, 4, 3)), (20, date(2026, 4, 13)),
    ]  # fmt: skip


async def test_a_refund_takes_from_the_giver_only(database: DatabaseUrls) -> None:
    shop, bob = await open_two(RULES)
    await buy(shop, 50_00, "o-1")
    await give(shop, bob, 40)
    await shop.record(Activity("refund", "refund", "", shop.now, order_id="o-1"), ANN)
    assert (await has(shop, shop.member_id), await has(shop, bob)) == ((0, 0), (40, 0))


async def test_limits(database: DatabaseUrls) -> None:
    shop, bob = await open_two(RULES)
    await buy(shop, 500_00, "o-1")
    assert await refused(shop, bob, 9) == "OUT_OF_RANGE"
    assert await refused(shop, bob, 0) == "OUT_OF_RANGE"
    assert await refused(shop, MemberId(shop.member_id), 10) == "INVALID"
    assert await refused(shop, MemberId("01939c5e-7a3f-7b1e-9d55-0a4a1f2c3b4d"), 10) == "NOT_FOUND"
    await give(shop, bob, 60, "a")
    assert await refused(shop, bob, 41, "b") == "LIMIT_REACHED"
    assert await refused(shop, bob, 40, "a") == "IDEMPOTENCY_MISMATCH"
    await give(shop, bob, 40, "c")
    shop.now += timedelta(days=1)
    await give(shop, bob, 100, "d")
    assert (await has(shop, shop.member_id), await has(shop, bob)) == ((300, 0), (200, 0))


async def test_off_unless_the_rules_say_so_and_never_more_than_there_is(database: DatabaseUrls) -> None:
    shop, bob = await open_two()
    await buy(shop, 50_00, "o-1")
    assert await refused(shop, bob, 10) == "NOT_ELIGIBLE"
    other, carol = await open_two({**RULES, "transfers": {"maximum_per_day": 1000}}, slug="other")
    await buy(other, 50_00, "o-1")
    answers = await asyncio.gather(*(give(other, carol, 30, f"k{n}") for n in range(4)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in answers) == ["NoneType", "Refusal", "Refusal", "Refusal"]
    assert (await has(other, other.member_id), await has(other, carol)) == ((20, 0), (30, 0))


async def test_both_timelines_tell_of_it(database: DatabaseUrls) -> None:
    shop, bob = await open_two(RULES)
    await buy(shop, 50_00, "o-1")
    await give(shop, bob, 40)
    with scope.of(shop.tenant):
        for member in (MemberId(shop.member_id), bob):
            latest = (await activities.timeline(member))[0]
            assert latest.entry is not None and latest.entry.reason == "transfer"


@pytest.mark.parametrize(
    ("transfers", "expected"),
    [
        ({"maximum_per_day": 10, "minimum": 10}, []),
        ({"maximum_per_day": 9, "minimum": 10}, [("transfers.maximum_per_day", "contradiction")]),
        ({"maximum_per_day": 0}, [("transfers.maximum_per_day", "out_of_range")]),
        ({"minimum": 5}, [("transfers.maximum_per_day", "missing")]),
    ],
)
def test_rules(transfers: dict[str, int], expected: list[tuple[str, str]]) -> None:
    found = check(PointsKind(), document(transfers=transfers), CONTEXT)
    assert [(each.path, each.code) for each in found] == expected
