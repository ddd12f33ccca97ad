"""Tasks move with what is recorded, and back with what is taken back."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from members import facts
from members.views import MemberId
from tenants import scope
from tests.programs.shop import START
from tests.programs.tasks.factories import (
    EVERY,
    MONTH,
    ORDERS,
    PER_WINDOW,
    SPEND,
    TEN,
    VISITS,
    Document,
    in_a_row,
    program,
    step,
    task,
)
from tests.programs.tasks.shop import DAY, TaskShop, given, open_task_shop, told

BADGES = [{"id": "fan", "name": "Fan"}]
CHECK_INS = {"type": "times", "kind": "check_in"}


def only(*steps: Document, **more: Any) -> Document:
    return program(task(*steps, rewards=[TEN], **more), badges=BADGES)


async def test_a_quest_is_done_when_all_of_its_steps_are(database: object) -> None:
    shop = await open_task_shop(only(step(ORDERS, 2), step(VISITS), badge="fan"))
    assert told(await shop.points.buy(1_00)) == []
    assert await shop.runs() == [("quest", "active", 0)]
    assert told(await shop.points.buy(1_00)) == ["Quest: 1 of 2 steps."]
    done = await shop.points.happen("visit")
    assert (told(done), given(done)) == (["Quest is done. The badge Fan is earned with it."], [10])
    assert told(await shop.points.happen("visit")) == []
    assert await shop.runs() == [("quest", "done", 1)]
    assert await shop.badges() == {"fan": 1}
    assert await shop.events() == ["task.done", "badge.earned"]


async def test_a_refund_takes_back_what_a_task_brought(database: object) -> None:
    shop = await open_task_shop(only(step(SPEND, 100_00), badge="fan"))
    await shop.points.buy(60_00, order="o1")
    done = await shop.points.buy(50_00, order="o2")
    assert (told(done), given(done)) == (["Quest is done. The badge Fan is earned with it."], [10])
    back = await shop.points.refund("o1")
    assert told(back) == ["Quest is done no longer: what it brought is taken back."]
    assert sorted(given(back)) == [-60, -10]
    assert (await shop.runs(), await shop.badges()) == ([("quest", "active", 0)], {})
    again = await shop.points.buy(50_00, order="o3")
    assert given(again) == [10]
    await shop.points.refund("o2")
    await shop.points.refund("o3")
    assert (await shop.runs(), await shop.points.available()) == ([("quest", "offered", 0)], 0)
    assert await shop.events() == ["task.done", "badge.earned", "task.undone", "badge.lost"] * 2


async def test_what_is_left_may_still_be_enough(database: object) -> None:
    shop = await open_task_shop(only(step(SPEND, 100_00)))
    await shop.points.buy(60_00, order="o1")
    await shop.points.buy(100_00, order="o2")
    assert told(await shop.points.refund("o1")) == []
    assert await shop.runs() == [("quest", "done", 1)]


async def test_every_so_much_carries_the_rest(database: object) -> None:
    shop = await open_task_shop(only(step(SPEND, 35_00), repeat=EVERY))
    first = await shop.points.buy(30_00, order="o1")
    assert (told(first), given(first)) == (["Quest: 30.00 USD of 35.00 USD."], [])
    second = await shop.points.buy(80_00, order="o2")
    assert (told(second), given(second)) == (["Quest is done 3 times."], [30])
    assert told(await shop.points.buy(1_00, order="o3")) == ["Quest: 6.00 USD of 35.00 USD."]
    assert await shop.runs() == [("quest", "active", 3)]
    back = await shop.points.refund("o1")
    assert (told(back), sorted(given(back))) == (
        ["Quest is done no longer: what it brought is taken back."], [-30, -10],
    )  # fmt: skip
    await shop.points.buy(30_00, order="o4")
    assert await shop.runs() == [("quest", "active", 3)]
    for order in ("o2", "o4", "o3"):
        await shop.points.refund(order)
    assert (await shop.runs(), await shop.points.available()) == ([("quest", "offered", 0)], 0)


async def test_so_many_times_and_no_more(database: object) -> None:
    shop = await open_task_shop(only(step(ORDERS), repeat=EVERY | {"times_max": 2}))
    for _ in range(3):
        await shop.points.buy(1_00)
    assert (await shop.runs(), await shop.points.available()) == ([("quest", "done", 2)], 23)


async def test_each_month_once(database: object) -> None:
    shop = await open_task_shop(only(step(VISITS, 2), window=MONTH, repeat=PER_WINDOW))
    for day in ("2026-03-02", "2026-03-31", "2026-04-01", "2026-04-02", "2026-04-03"):
        shop.points.now = datetime.fromisoformat(f"{day}T12:00+00:00")
        await shop.points.happen("visit")
    assert await shop.runs() == [("quest", "done", 1), ("quest", "done", 1)]
    late = await shop.points.happen("visit", at=datetime.fromisoformat("2026-02-27T12:00+00:00"))
    assert told(late) == ["Quest: 1 of 2."]
    late = await shop.points.happen("visit", at=datetime.fromisoformat("2026-02-28T12:00+00:00"))
    assert (told(late), given(late)) == (["Quest is done."], [10])


async def test_once_in_any_month(database: object) -> None:
    shop = await open_task_shop(only(step(VISITS, 2), window=MONTH))
    for day in ("2026-03-31", "2026-04-01", "2026-04-02", "2026-05-01", "2026-05-02"):
        shop.points.now = datetime.fromisoformat(f"{day}T12:00+00:00")
        await shop.points.happen("visit")
    assert await shop.runs() == [("quest", "active", 0), ("quest", "done", 1)]


@pytest.mark.parametrize(
    ("document", "days", "times"),
    [
        (only(in_a_row(CHECK_INS, 3)), (0, 1, 2), 1),
        (only(in_a_row(CHECK_INS, 3)), (0, 1, 3, 4), 0),
        (only(in_a_row(CHECK_INS, 3)), (0, 2, 1), 1),
        (only(in_a_row(CHECK_INS, 3)), (0, 0, 0), 0),
        (only(in_a_row(CHECK_INS, 2, target=2)), (0, 0, 1), 0),
        (only(in_a_row(CHECK_INS, 2, target=2)), (0, 0, 1, 1), 1),
        (only(in_a_row(CHECK_INS, 2, "week")), (0, 7), 1),
        (only(in_a_row(CHECK_INS, 2, "week")), (0, 14), 0),
        (only(in_a_row(CHECK_INS, 2), window=MONTH, repeat=EVERY), (0, 1, 2, 3, 4, 6, 7), 3),
        (only(step(CHECK_INS, 3), in_a_row(CHECK_INS, 2)), (0, 10, 11), 1),
        (only(step(CHECK_INS, 3), window={"type": "rolling_days", "days": 3}), (0, 1, 3), 0),
        (only(step(CHECK_INS, 3), window={"type": "rolling_days", "days": 3}), (0, 1, 3, 2), 1),
    ],
)
async def test_days_in_a_row(database: object, document: Document, days: tuple[int, ...], times: int) -> None:
    shop = await open_task_shop(document)
    shop.points.now = START + 20 * DAY
    for day in days:
        await shop.points.happen("check_in", at=START + day * DAY)
    ((_, _, found),) = await shop.runs()
    assert found == times


async def test_a_rolling_window_begins_anew_after_it_was_done(database: object) -> None:
    shop = await open_task_shop(
        only(step(VISITS, 2), window={"type": "rolling_days", "days": 7}, repeat=PER_WINDOW)
    )  # fmt: skip
    for day in (0, 1, 1, 2, 3):
        shop.points.now = START + day * DAY
        await shop.points.happen("visit")
    assert await shop.runs() == [("quest", "done", 1), ("quest", "done", 1), ("quest", "offered", 0)]
    assert await shop.points.available() == 20


async def test_an_activity_begins_a_task_and_takes_it_along(database: object) -> None:
    again = only(step(ORDERS), start={"type": "on_activity", "kind": "purchase"},
                 window={"type": "from_offer", "days": 14}, repeat=PER_WINDOW)  # fmt: skip
    shop = await open_task_shop(again)
    assert told(await shop.points.buy(1_00, order="o1")) == []
    assert await shop.runs() == [("quest", "active", 0)]
    shop.points.now += DAY
    done = await shop.points.buy(1_00, order="o2")
    assert (told(done), given(done)) == (["Quest is done."], [10])
    back = await shop.points.refund("o1")
    assert (told(back), sorted(given(back))) == (["Quest goes with what began it."], [-10, -1])
    assert await shop.runs() == [("quest", "withdrawn", 0)]
    assert await shop.events() == ["task.begun", "task.done", "task.undone"]


async def test_the_first_thing_that_a_member_of_a_segment_does_begins_it_and_counts(database: object) -> None:
    shop = await open_task_shop(only(step(VISITS, 2), start={"type": "on_segment", "segment": "asleep"}))
    await shop.points.happen("visit")
    assert await shop.runs() == []
    await into_segment(shop, "asleep")
    shop.points.now += DAY
    await shop.points.happen("visit")
    assert await shop.runs() == [("quest", "active", 0)]
    assert told(await shop.points.happen("visit")) == ["Quest is done."]
    await shop.points.happen("visit")
    assert await shop.runs() == [("quest", "done", 1)]


async def test_only_what_members_of_the_segment_do_counts(database: object) -> None:
    shop = await open_task_shop(only(step(VISITS, 2), segments=["vip"]))
    await shop.points.happen("visit")
    await into_segment(shop, "vip")
    await shop.points.happen("visit")
    assert await shop.runs() == [("quest", "active", 0)]
    assert told(await shop.points.happen("visit")) == ["Quest is done."]


async def into_segment(shop: TaskShop, segment: str) -> None:
    with scope.of(shop.points.tenant):
        await facts.put(MemberId(shop.points.member_id), "segments", [segment])


async def test_orders_worth_enough_count(database: object) -> None:
    behaviour = {"type": "orders_from", "minimum": 50_00, "currency": "USD"}
    shop = await open_task_shop(only(step(behaviour, 2)))
    for amount in (49_99, 50_00, 60_00):
        await shop.points.buy(amount)
    assert await shop.runs() == [("quest", "done", 1)]


async def test_a_refund_that_comes_first_is_counted(database: object) -> None:
    shop = await open_task_shop(only(step(ORDERS)))
    await shop.points.refund("o1")
    await shop.points.buy(1_00, order="o1")
    assert (await shop.runs(), await shop.points.available()) == ([("quest", "offered", 0)], 0)


async def test_many_at_once_are_each_counted(database: object) -> None:
    shop = await open_task_shop(only(step(ORDERS, 3), repeat=EVERY))
    await asyncio.gather(*(shop.points.buy(1_00) for _ in range(10)))
    assert (await shop.runs(), await shop.points.available()) == ([("quest", "active", 3)], 40)


async def test_a_failed_activity_leaves_nothing(database: object) -> None:
    shop = await open_task_shop(only(step(ORDERS, 2)))
    await shop.points.buy(1_00, order="o1")
    with pytest.raises(Exception, match="recorded before"):
        await shop.points.buy(1_00, order="o1", key="other")
    assert await shop.runs() == [("quest", "active", 0)]


async def test_points_that_are_spent_are_a_shortfall(database: object) -> None:
    shop = await open_task_shop(only(step(ORDERS)))
    await shop.points.buy(1_00, order="o1")
    await shop.points.refund("o1")
    await shop.points.refund("o1", key="again")
    assert await shop.points.available() == 0
