"""Tiers that go by tasks: reached when they are done, lost when they are not, taken back when they are undone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kit import clock
from members.standing import standings
from programs.decision import ProgramId
from programs.tiered import service
from programs.tiered.suggesting import suggest
from tenants import scope
from tests.programs.shop import START
from tests.programs.tasks.factories import MONTH, ORDERS, PER_WINDOW, Document, program, step, task
from tests.programs.tasks.shop import TaskShop, add_program, open_task_shop

TASKS = program(task(step(ORDERS, 2), id_="rides", window=MONTH, repeat=PER_WINDOW))


def levels(**more: Any) -> Document:
    """Bronze for everybody; gold for who did the task `rides` within a month."""
    needs = {"all_of": [{"metric": {"type": "tasks_done", "task": "rides"}, "at_least": 1}]}
    tiers = [{"id": "bronze", "name": "Bronze"}, {"id": "gold", "name": "Gold", "reach": [needs]}]
    window, validity = {"type": "rolling_months", "months": 1}, {"type": "for_months", "months": 1}
    return {"unit": "points", "tiers": tiers, "window": window, "validity": validity, **more}


async def open_levels(**more: Any) -> tuple[TaskShop, ProgramId]:
    shop = await open_task_shop(TASKS)
    return shop, await add_program(shop.points, levels(**more), kind="tiered", slug="levels")


async def tier(shop: TaskShop, program_id: ProgramId) -> str | None:
    place = (shop.points.tenant, shop.points.member_id)
    with scope.of(shop.points.tenant):
        async with scope.reading():
            return (await standings([place]))[place].tiers.get(program_id)


async def review(shop: TaskShop, now: datetime) -> int:
    with scope.of(shop.points.tenant), clock.pinned(now):
        return await service.review_due()


@pytest.mark.parametrize("validity", [{"type": "for_months", "months": 1}, {"type": "while_met"}])
async def test_a_tier_comes_with_its_task_and_goes_with_it(database: object, validity: Document) -> None:
    shop, program_id = await open_levels(validity=validity)
    await shop.points.buy(1_00, order="o1")
    assert await tier(shop, program_id) == "bronze"
    await shop.points.buy(1_00, order="o2")
    assert await tier(shop, program_id) == "gold"
    await shop.points.refund("o1")
    assert await tier(shop, program_id) == "bronze"


async def test_a_level_is_lost_when_its_tasks_are_not_done(database: object) -> None:
    shop, program_id = await open_levels()
    for order in ("o1", "o2"):
        await shop.points.buy(1_00, order=order)
    shop.points.now = datetime(2026, 4, 1, 12, tzinfo=UTC)
    for order in ("o3", "o4"):
        await shop.points.buy(1_00, order=order)
    assert await review(shop, datetime(2026, 4, 3, tzinfo=UTC)) == 1
    assert await tier(shop, program_id) == "gold"
    assert await review(shop, datetime(2026, 5, 3, tzinfo=UTC)) == 1
    assert await tier(shop, program_id) == "bronze"


async def test_how_far_it_is(database: object) -> None:
    shop, _ = await open_levels(window={"type": "lifetime"})
    with scope.of(shop.points.tenant), clock.pinned(START):
        (found,) = (await service.of_members([shop.points.member_id]))[shop.points.member_id]
    assert [(need.metric, need.at_least, need.has) for (need,) in found.ways] == [("tier:tasks_done:rides", 1, 0)]


async def test_thresholds_are_suggested_from_what_was_done(database: object) -> None:
    shop, program_id = await open_levels()
    for order in ("o1", "o2"):
        await shop.points.buy(1_00, order=order)
    with scope.of(shop.points.tenant), clock.pinned(START):
        found = await suggest(program_id)
    assert (found.metric, found.members) == ("tasks_done:rides", 1)
    assert [(each.at_least, each.members) for each in found.thresholds] == [(1, 1)]
