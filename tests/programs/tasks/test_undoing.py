"""Undoing every order brings every task, badge and balance back to where it was, whatever happened and in any order."""

from __future__ import annotations

import random

import pytest

from members.views import MemberId
from programs import merging
from programs.activity import Line
from programs.records import MemberRef
from programs.tasks import views
from rewards.models import RewardGrant
from tenants import scope
from tests.programs.shop import PointsShop
from tests.programs.tasks.factories import (
    EVERY,
    MONTH,
    ORDERS,
    PER_WINDOW,
    SPEND,
    TEN,
    Document,
    in_a_row,
    program,
    step,
    task,
)
from tests.programs.tasks.shop import DAY, TaskShop, open_task_shop
from tests.programs.tasks.test_service import new_member

PURCHASE = {"type": "on_activity", "kind": "purchase"}
COFFEE = {"type": "reward", "reward": "coffee"}  # not in the catalogue: what is granted is owed, and must go again
BADGES = [{"id": "fan", "name": "Fan"}, {"id": "big", "name": "Big spender"}]


def of_every_sort() -> Document:
    night, nights = {"type": "pieces", "tags": ["night"]}, {"type": "calendar", "period": "week"}
    return program(
        task(step(ORDERS, 3), step(SPEND, 50_00), id_="quest", rewards=[TEN, COFFEE], badge="fan"),
        task(step(SPEND, 35_00), id_="every", repeat=EVERY, rewards=[TEN]),
        task(step(ORDERS, 2), id_="bounded", repeat=EVERY | {"times_max": 2}, rewards=[COFFEE], badge="fan"),
        task(step(SPEND, 40_00), id_="monthly", window=MONTH, repeat=PER_WINDOW, rewards=[TEN], badge="big"),
        task(step(night, 3), id_="nights", window=nights, repeat=PER_WINDOW, rewards=[TEN]),
        task(in_a_row(ORDERS, 3), id_="streak", rewards=[TEN], badge="big"),
        task(in_a_row(SPEND, 2, target=10_00), id_="streaks", window=MONTH, repeat=EVERY, rewards=[TEN]),
        task(in_a_row(ORDERS, 2, "week"), id_="weeks", rewards=[TEN]),
        task(step(SPEND, 60_00), id_="rolling", window={"type": "rolling_days", "days": 3}, rewards=[TEN]),
        task(step(ORDERS), id_="again", start=PURCHASE, window={"type": "from_offer", "days": 5}, repeat=PER_WINDOW,
             rewards=[TEN]),
        badges=BADGES,
    )  # fmt: skip


class History:
    """A member's orders: bought, returned in part, amended, cancelled; told early and late."""

    def __init__(self, shop: PointsShop, chance: random.Random) -> None:
        self.shop, self.chance = shop, chance
        self.orders: dict[str, int] = {}
        self.buyers: tuple[MemberRef, ...] = (MemberRef(external_id="ann"),)
        self.whose: dict[str, MemberRef] = {}

    async def go_on(self) -> None:
        self.shop.now += self.chance.choice((0, 0, 1, 1, 2, 9)) * DAY / 2
        if self.orders and self.chance.random() < 0.3:
            await self._undo_some()
        else:
            await self._buy()

    async def _buy(self) -> None:
        order, pieces = f"o{len(self.orders)}", self.chance.randint(1, 3)
        at = self.shop.now - self.chance.choice((0, 0, 0, 1, 3)) * DAY
        self.orders[order], self.whose[order] = pieces, self.chance.choice(self.buyers)
        await self.shop.happen(
            "purchase", order_id=order, currency="USD", at=at, lines=(self._line(pieces),), member=self.whose[order],
        )  # fmt: skip

    def _line(self, pieces: int) -> Line:
        tags = ("night",) if self.chance.random() < 0.5 else ()
        return Line(id="l1", amount=pieces * self.chance.randint(1, 30_00), quantity=pieces, tags=tags)

    async def _undo_some(self) -> None:
        order = self.chance.choice(sorted(self.orders))
        if self.chance.random() < 0.5 and self.orders[order] > 1:
            self.orders[order] -= 1
            lines = (Line("l1", 0, quantity=1),)
            await self.shop.happen("refund", order_id=order, lines=lines, member=self.whose[order])
        else:
            self.orders[order] = 0
            await self.shop.happen("cancel", order_id=order, member=self.whose[order])

    async def undo_all(self) -> None:
        left = sorted(self.orders)
        self.chance.shuffle(left)
        for order in left:
            await self.shop.happen("cancel", order_id=order, member=self.whose[order])


@pytest.mark.parametrize("seed", range(6))
async def test_undoing_every_order_brings_everything_back(database: object, seed: int) -> None:
    await undone(seed, 15)


@pytest.mark.slow
@pytest.mark.walk
@pytest.mark.parametrize("seed", range(100, 112))
async def test_undoing_long_histories(database: object, seed: int) -> None:
    await undone(seed, 60)


async def test_what_an_amendment_takes_away_counts_for_its_month_no_longer(database: object) -> None:
    monthly = task(step(SPEND, 20_00), window=MONTH, repeat=PER_WINDOW, rewards=[TEN])
    shop = await open_task_shop(program(monthly))
    for order in ("first", "second"):
        await shop.points.buy(10_00, order=order)
    assert await shop.points.available() == 10 + 10 + 10
    shop.points.now += 31 * DAY
    await shop.points.happen("amend", order_id="first", currency="USD", lines=(Line("other", 15_00),))
    # What came counts for this month; of the last one $10 are left, which is not enough.
    assert await shop.points.available() == 15 + 10
    assert [times for _, _, times in await shop.runs() if times] == []


@pytest.mark.parametrize("seed", range(200, 202))
async def test_undoing_what_two_did_who_became_one(database: object, seed: int) -> None:
    await undone(seed, 12, merged=True)


@pytest.mark.slow
@pytest.mark.walk
@pytest.mark.parametrize("seed", range(300, 312))
async def test_undoing_long_histories_of_two_who_became_one(database: object, seed: int) -> None:
    await undone(seed, 40, merged=True)


async def undone(seed: int, length: int, *, merged: bool = False) -> None:
    shop = await open_task_shop(of_every_sort())
    history = History(shop.points, random.Random(seed))
    if merged:
        bob = await new_member(shop, "bob")
        history.buyers = MemberRef(external_id="ann"), MemberRef(external_id="bob")
        for _ in range(length):
            await history.go_on()
        with shop.now():
            await merging.merge("merge", MemberId(bob), MemberId(shop.points.member_id))
    for _ in range(length):
        await history.go_on()
    assert any(times for _, _, times in await shop.runs()), "nothing was ever done"
    await history.undo_all()
    assert await shop.points.available() == 0
    assert await shop.badges() == {}
    assert [run for run in await shop.runs() if run[1] in ("active", "done") or run[2]] == []
    assert await grants_left(shop) == 0
    with shop.now():
        seen = (await views.of_members([shop.points.member_id]))[shop.points.member_id]
    assert {(view.state, view.times, *(step.has for step in view.steps)) for view in seen} <= {
        ("offered", 0, 0), ("offered", 0, 0, 0)
    }  # fmt: skip


async def grants_left(shop: TaskShop) -> int:
    with scope.of(shop.points.tenant):
        async with scope.reading():
            return await RewardGrant.filter(state__in=("owed", "given")).count()
