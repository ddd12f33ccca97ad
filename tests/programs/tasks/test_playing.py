"""A replay plays tasks as they were done: the same points and rewards in all, along random histories."""

from __future__ import annotations

import random

import orjson
import pytest

from kit import db
from programs import rulebooks
from programs.activity import Activity
from programs.replay_world import Who, World
from tenants import scope
from tests.programs.shop import START
from tests.programs.tasks.shop import open_task_shop
from tests.programs.tasks.test_undoing import History, grants_left, of_every_sort


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_played_is_what_was_done(database: object, seed: int) -> None:
    shop = await open_task_shop(of_every_sort())
    history = History(shop.points, random.Random(seed))
    for _ in range(20):
        await history.go_on()
    with scope.of(shop.points.tenant):
        async with scope.reading():
            rulebook = (await rulebooks.load([shop.points.tenant]))[shop.points.tenant].rulebook
            rows = await db.rows("SELECT body FROM activity WHERE tenant_id = $1 ORDER BY id", shop.points.tenant)
    world = World(rulebook, set(history.orders))
    for row in rows:
        activity = Activity.from_json({**orjson.loads(row["body"]), "member_id": shop.points.member_id})
        world.play(activity, Who(shop.points.member_id, START))
    assert world.points["points"][shop.points.member_id] == await shop.points.available() > 0
    assert world.rewards.get("coffee", 0) == await grants_left(shop)
