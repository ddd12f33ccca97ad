"""Undoing everything brings tiers, gifts, counters and perks back, in whatever order (promises 1 and 9)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from kit import clock, db
from ledger.models import Unit
from ledger.state import UnitId
from programs.tiered import service
from programs.tiered.models import TierStanding
from rewards import catalogue
from rewards.inputs import RewardInput
from rewards.models import Redemption
from rewards.terms import FreeProduct
from tenants import scope
from tests.programs.shop import START
from tests.programs.tiered.factories import SPEND, Document, by_spend, tier, way
from tests.programs.tiered.test_service import at, put
from tests.programs.tiered.test_state import YEAR, TierShop, open_tier_shop

BALANCE = {"type": "balance", "unit": "points"}


def gift(points: int) -> Document:
    return {"gifts": [{"unit": "points", "points": points}]}


def with_gifts(**more: Any) -> Document:
    tiers = [
        tier("basic"), tier("silver", way(SPEND, 100_00), **gift(10)), tier("gold", way(SPEND, 200_00), **gift(20)),
        tier("platinum", way(SPEND, 400_00), **gift(40)),
    ]  # fmt: skip
    return {"unit": "points", "tiers": tiers, **YEAR, **more}


async def counters(shop: TierShop) -> int:
    with scope.of(shop.points.tenant):
        async with scope.reading():
            (row,) = await db.rows("SELECT COALESCE(sum(used), 0) AS used FROM counter WHERE tenant_id = $1",
                                   shop.points.tenant)  # fmt: skip
    return int(row["used"])


async def test_each_gift_goes_back_with_its_tier_one_after_the_other(database: object) -> None:
    shop = await open_tier_shop(with_gifts())
    found = []
    for order in ("o1", "o2"):
        await shop.points.buy(100_00, order=order)
        found.append((await shop.tier(), await shop.points.available()))
    for order in ("o2", "o1"):
        await shop.points.refund(order)
        found.append((await shop.tier(), await shop.points.available()))
    assert found == [("silver", 110), ("gold", 230), ("silver", 110), ("basic", 0)]
    assert [change[2] for change in await shop.changes()] == [
        "joined", "reached", "reached", "taken_back", "taken_back",
    ]  # fmt: skip


async def test_a_tier_below_that_fell_is_not_gone_back_to(database: object) -> None:
    shop = await open_tier_shop(with_gifts())
    await shop.points.buy(100_00, order="o1")
    await shop.points.buy(250_00, order="o2")
    await shop.points.refund("o1")
    assert (await shop.tier(), await shop.points.available()) == ("gold", 280)
    await shop.points.refund("o2")
    assert (await shop.tier(), await shop.points.available(), await counters(shop)) == ("basic", 0, 0)


async def test_what_is_left_after_a_part_came_back_can_be_taken_back_too(database: object) -> None:
    shop = await open_tier_shop(with_gifts())
    await shop.points.buy(100_00, 300_00, order="o1")
    assert await shop.tier() == "platinum"
    await shop.points.refund("o1", l2=1)
    assert (await shop.tier(), await shop.points.available()) == ("silver", 100)
    await shop.points.refund("o1", l1=1)
    assert (await shop.tier(), await shop.points.available()) == ("basic", 0)


async def test_a_gift_does_not_hold_the_tier_that_it_came_with(database: object) -> None:
    tiers = [tier("basic"), tier("silver", way(BALANCE, 50), **gift(60)), tier("gold", way(BALANCE, 100), **gift(60))]
    shop = await open_tier_shop({"unit": "points", "tiers": tiers})
    await shop.points.buy(60_00, order="o1")
    await shop.points.buy(1_00, order="o2")
    assert (await shop.tier(), await shop.points.available()) == ("gold", 181)
    await shop.points.refund("o2")
    await shop.points.refund("o1")
    assert (await shop.tier(), await shop.points.available()) == ("basic", 0)


async def open_with_reward() -> TierShop:
    document = by_spend(**YEAR)
    document["tiers"][1]["rewards"] = [{"type": "reward", "reward": "mug"}]
    shop = await open_tier_shop(document)
    with scope.of(shop.points.tenant), clock.pinned(START):
        async with scope.reading():
            unit = await Unit.get(slug="points")
        mug = RewardInput(slug="mug", name="Mug", unit_id=UnitId(unit.id), points=100, terms=FreeProduct("MUG", 1))
        await catalogue.upsert(mug)
    return shop


async def redemptions(shop: TierShop) -> list[tuple[int, str]]:
    with scope.of(shop.points.tenant):
        async with scope.reading():
            return [(row.points, row.state) for row in await Redemption.all().order_by("id")]


async def test_a_reward_is_given_with_the_tier_and_taken_back_with_it(database: object) -> None:
    shop = await open_with_reward()
    await shop.points.buy(100_00, order="o1")
    assert await redemptions(shop) == [(0, "confirmed")]
    await shop.points.refund("o1")
    assert await redemptions(shop) == [(0, "cancelled")]
    await put(shop, "silver")
    assert await redemptions(shop) == [(0, "cancelled"), (0, "confirmed")]


async def test_what_was_reached_meanwhile_is_there_when_what_staff_set_ends(database: object) -> None:
    shop = await open_tier_shop(with_gifts())
    end = datetime(2027, 2, 1, tzinfo=UTC)
    await put(shop, "gold", until=end)
    await shop.points.buy(100_00, order="o1")
    assert await shop.tier() == "gold"
    with at(shop, end):
        assert await service.review_due() == 1
        assert await service.review_due() == 0
    assert await shop.tier() == "silver"  # reached in 2026, kept until the end of 2027
    with at(shop, end):
        (found,) = (await service.of_members([shop.points.member_id]))[shop.points.member_id]
    assert (found.since, found.until) == (START, datetime(2028, 1, 1, tzinfo=UTC))


async def test_a_refund_reaches_below_what_staff_set(database: object) -> None:
    shop = await open_tier_shop(with_gifts())
    await shop.points.buy(100_00, order="o1")
    await put(shop, "gold", until=START + timedelta(days=30))
    await shop.points.refund("o1")
    assert (await shop.tier(), await shop.points.available()) == ("gold", 20)
    with at(shop, START + timedelta(days=30)):
        assert await service.review_due() == 1
    assert await shop.tier() == "basic"


async def test_a_row_as_it_was_first_stored_is_read(database: object) -> None:
    shop = await open_tier_shop(with_gifts())
    await shop.points.buy(100_00, order="o1")
    async with written(shop) as row:
        body = orjson.loads(row.body)
        basic, silver = body["steps"]
        points = silver.pop("points")
        old = {"format": 1, "held": silver, "before": basic, "gifts": points}
        row.body = orjson.dumps(old).decode()
    await shop.points.buy(1_00, order="o2")
    await shop.points.refund("o1")
    assert (await shop.tier(), await shop.points.available()) == ("basic", 1)


class written:  # it reads as a statement
    """A member's row, to be changed by hand."""

    def __init__(self, shop: TierShop) -> None:
        self.shop = shop

    async def __aenter__(self) -> TierStanding:
        with scope.of(self.shop.points.tenant):
            async with scope.reading():
                self.row = await TierStanding.all().get()
        return self.row

    async def __aexit__(self, *_: object) -> None:
        with scope.of(self.shop.points.tenant):
            async with scope.writing():
                await self.row.save()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "more", [{}, {"validity": {"type": "while_met"}}, {"window": {"type": "rolling_months", "months": 3}}], ids=str
)
async def test_any_orders_and_all_of_them_back_leave_nothing(database: object, seed: int, more: Document) -> None:
    chance = random.Random(f"{seed}{more}")  # a test's
    shop = await open_tier_shop(with_gifts(**more))
    # (order, what is left of its lines)
    left: dict[str, list[str]] = {}
    for number in range(12):
        shop.points.now += timedelta(days=chance.choice([0, 0, 1]))
        if left and chance.random() < 0.4:
            await come_back(shop, left, chance)
            continue
        order = f"o{number}"
        amounts = [chance.choice([1_00, 60_00, 150_00]) for _ in range(chance.choice([1, 2]))]
        await shop.points.buy(*amounts, order=order, at=shop.points.now - timedelta(days=chance.choice([0, 0, 2])))
        left[order] = [f"l{n}" for n in range(1, len(amounts) + 1)]
    while left:
        await come_back(shop, left, chance)
    assert (await shop.tier(), await shop.points.available(), await counters(shop)) == ("basic", 0, 0)


async def come_back(shop: TierShop, left: dict[str, list[str]], chance: random.Random) -> None:
    """A line of an order, or all that is left of it."""
    order = chance.choice(sorted(left))
    if len(left[order]) > 1 and chance.random() < 0.5:
        pieces: dict[str, Any] = {left[order].pop(): 1}
        await shop.points.refund(order, **pieces)
        return
    await shop.points.refund(order)
    del left[order]
