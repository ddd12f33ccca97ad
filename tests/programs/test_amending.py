"""An order counts once, whatever amendments add to it or take from it, and counts no more once all of it is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kit import db
from programs.activity import Line
from programs.decision import ExplanationCode
from rewards import history
from rewards.views import RedemptionState, VoucherSource
from tenants import scope
from tests.programs.factories import make_reward
from tests.programs.giving.conftest import add_program
from tests.programs.shop import ONE_PER_DOLLAR, PointsShop, open_points_shop

pytestmark = pytest.mark.usefixtures("database")

BASE = ONE_PER_DOLLAR["rules"][0]
PER_ORDER = {"id": "order", "name": "100 an order", "earn": {"type": "per_order", "points": 100}}
FIXED = {"id": "thanks", "name": "50 as thanks", "earn": {"type": "fixed", "points": 50}}
LARGE = {**FIXED, "conditions": {"minimum_amount": 3000, "currency": "USD"}}
FIRST = {**BASE, "id": "first", "conditions": {"first_time_only": True}}
MUG = {"id": "mug", "name": "A mug", "earn": {"type": "reward", "reward": "mug"}}
ORDERS = {"type": "orders"}
TIERS: dict[str, Any] = {
    "format": 1, "unit": "points",
    "tiers": [
        {"id": "basic", "name": "Basic"},
        {"id": "silver", "name": "Silver", "reach": [{"all_of": [{"metric": ORDERS, "at_least": 2}]}],
         "gifts": [{"unit": "points", "points": 7}]},
    ],
}  # fmt: skip
TASKS: dict[str, Any] = {
    "format": 1, "unit": "points",
    "tasks": [
        {"id": "twice", "name": "Two orders", "steps": [{"behaviour": ORDERS, "target": 2}],
         "rewards": [{"type": "points", "unit": "points", "points": 11}]},
        {"id": "large", "name": "Two large orders", "steps": [
            {"behaviour": {"type": "orders_from", "minimum": 1000, "currency": "USD"}, "target": 2}],
         "rewards": [{"type": "points", "unit": "points", "points": 13}]},
    ],
}  # fmt: skip

A, B, C = Line("a", 2000), Line("b", 1000), Line("c", 3000)


def with_rules(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**ONE_PER_DOLLAR, "rules": list(rules), **more}


async def amend(shop: PointsShop, *lines: Line, order: str = "o") -> Any:
    return await shop.happen("amend", order_id=order, currency="USD", lines=lines)


async def used(shop: PointsShop) -> dict[str, int]:
    """What is counted, by the counters' names."""
    with scope.of(shop.tenant):
        async with scope.reading():
            rows = await db.rows(
                "SELECT name, sum(used) AS used FROM counter WHERE tenant_id = $1 AND used <> 0 GROUP BY name",
                shop.tenant,
            )
    return {row["name"]: int(row["used"]) for row in rows}


@pytest.mark.parametrize(
    ("rules", "happened", "points"),
    [
        ([BASE, PER_ORDER], [(A, B)], 130),
        ([BASE, FIXED], [(A, B), (A, B, C)], 110),
        # What gave once went, and something else came in its place: it is an order as before.
        ([BASE, FIXED], [(B,)], 60),
        ([BASE, FIXED], [(), (B,)], 60),
        # The bonus fell on what it was given for, and goes with that; the order had it.
        ([BASE, FIXED], [(A, B), (B,)], 10),
        ([BASE, FIXED], [()], 0),
        # An order that was too small at first may be large enough by what comes.
        ([BASE, LARGE], [(A, B)], 30),
        ([BASE, LARGE], [(A, C), (A, B, C)], 110),
        # What comes to the first order is of the first order.
        ([BASE, FIRST], [(A, B)], 60),
    ],
)
async def test_rules_that_give_for_an_order_give_once(
    rules: list[dict[str, Any]], happened: list[tuple[Line, ...]], points: int
) -> None:
    shop = await open_points_shop(with_rules(*rules))
    await shop.happen("purchase", order_id="o", currency="USD", lines=(A,))
    for lines in happened:
        shop.now += timedelta(days=1)
        told = await amend(shop, *lines)
    assert await shop.available() == points
    if len(happened) == 2 and len(happened[1]) == 3:
        assert "order" in [dict(line.inputs).get("period") for line in told.explanation]
    await shop.happen("cancel", order_id="o")
    assert await shop.available() == 0
    assert await used(shop) == {}


@pytest.mark.parametrize("refunded_first", [False, True])
async def test_it_does_not_matter_whether_something_came_back_before(refunded_first: bool) -> None:
    shop = await open_points_shop(with_rules(BASE, FIXED))
    await shop.happen("purchase", order_id="o", currency="USD", lines=(A,))
    if refunded_first:
        await shop.refund("o", a=1)
    await amend(shop, A, B)
    if not refunded_first:
        await shop.refund("o", a=1)
    assert await shop.available() == 10


async def test_a_cap_of_times_counts_an_order_once() -> None:
    cap = {"limit": 2, "counts": "times", "period": "day", "per": "member"}
    shop = await open_points_shop(with_rules(BASE, caps=[cap]))
    await shop.happen("purchase", order_id="o", currency="USD", lines=(A,))
    await amend(shop, A, B)
    await amend(shop, A, B, C)
    assert (await shop.available(), await used(shop)) == (60, {"program:times": 1})
    await shop.buy(500, order="p")
    third = await shop.buy(500, order="q")
    assert [line.code for line in third.explanation] == [ExplanationCode.CAP]
    await amend(shop, A, B, C, Line("d", 400))
    assert (await shop.available(), await used(shop)) == (69, {"program:times": 2})
    await shop.refund("o", a=1)
    assert await used(shop) == {"program:times": 2}, "something of the order is still there"
    await shop.refund("o")
    assert await used(shop) == {"program:times": 1}


async def test_a_reward_for_an_order_is_given_once() -> None:
    shop = await open_points_shop(with_rules(BASE, MUG))
    with scope.of(shop.tenant):
        await make_reward("mug", 100, voucher_source=VoucherSource.GENERATED)
    await shop.happen("purchase", order_id="o", currency="USD", lines=(A,))
    await amend(shop, A, B)

    async def mugs() -> list[RedemptionState]:
        with scope.of(shop.tenant):
            return [one.state for one in await history.list_()]

    assert await mugs() == [RedemptionState.CONFIRMED]
    await shop.happen("cancel", order_id="o")
    assert await mugs() == [RedemptionState.CANCELLED]


@pytest.mark.parametrize("steps", ["amend", "amend again", "exchange", "empty and fill", "amend, first back"])
async def test_tiers_and_tasks_count_an_order_once(steps: str) -> None:
    shop = await open_points_shop()
    with scope.of(shop.tenant):
        await add_program(TIERS, slug="club", kind="tiered")
        await add_program(TASKS, slug="tasks", kind="tasks")
    await shop.happen("purchase", order_id="o", currency="USD", lines=(A,))
    happened: dict[str, list[tuple[Line, ...]]] = {
        "amend": [(A, B)], "amend again": [(A, B), (A, B, C)], "exchange": [(C,)], "empty and fill": [(), (C,)],
        "amend, first back": [(A, B), (B,)],
    }  # fmt: skip
    counted = {"tier:orders": 1, "task:orders": 1, "task:orders_from:1000:USD": 1}
    for lines in happened[steps]:
        shop.now += timedelta(days=1)
        await amend(shop, *lines)
        assert await used(shop) == (counted if lines else {})
    earned = await shop.available()
    await shop.buy(1000, order="p")
    assert await shop.available() == earned + 10 + 7 + 11 + 13
    await shop.refund("o")
    assert await used(shop) == counted
    assert await shop.available() == 10
    await shop.refund("p")
    assert (await used(shop), await shop.available()) == ({}, 0)
