"""A tier as a reward: had for so many months, once for each redemption, and then it ends by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ledger.models import Unit
from ledger.state import UnitId
from members.views import MemberId
from programs import redeeming
from programs.tiered import raising, service
from programs.tiered.models import TierRaise
from programs.verify import verify
from rewards import catalogue, granting, redemptions, terms
from rewards.granting import Grant
from rewards.inputs import RewardInput
from tenants import scope
from tests.programs.shop import START
from tests.programs.tiered.factories import SPEND, Document, tier, way
from tests.programs.tiered.test_service import at, put
from tests.programs.tiered.test_state import TierShop, open_tier_shop

END = datetime(2026, 6, 3, tzinfo=UTC)  # three months from 2 March, that day included


async def open_with_raise(to: str = "gold", rules: Document | None = None) -> TierShop:
    shop = await open_tier_shop(rules)
    with at(shop):
        async with scope.reading():
            unit = await Unit.get(slug="points")
        await catalogue.upsert(RewardInput(
            slug="taste", name="A taste", unit_id=UnitId(unit.id), points=10, terms=terms.TierRaise(to, 3)
        ))  # fmt: skip
    return shop


async def redeem(shop: TierShop, key: str = "r") -> None:
    with at(shop):
        taste = await catalogue.by_slug("taste")
        await redeeming.redeem(key, MemberId(shop.points.member_id), redemptions.ForReward(taste.id))


async def raised(shop: TierShop, now: datetime = START) -> int:
    with at(shop, now):
        return await raising.raise_due()


async def states(shop: TierShop) -> list[str]:
    with at(shop):
        async with scope.reading():
            return [row.state for row in await TierRaise.all().order_by("id")]


async def test_a_tier_is_had_for_three_months_and_ends_by_itself(database: object) -> None:
    shop = await open_with_raise()
    await shop.points.buy(120_00)
    await redeem(shop)
    assert [await raised(shop), await raised(shop), await states(shop)] == [1, 0, ["raised"]]
    assert await shop.tier() == "gold"
    with at(shop):
        (found,) = (await service.of_members([shop.points.member_id]))[shop.points.member_id]
    assert found.until == END
    with at(shop, END):
        assert await service.review_due() == 1
    assert await shop.tier() == "silver"  # which was reached before


async def test_a_reward_that_a_program_gives_raises_too(database: object) -> None:
    shop = await open_with_raise()
    with at(shop):
        async with scope.writing():
            await granting.give([Grant(shop.points.tenant, "g", shop.points.member_id, "taste", "prize")])
    assert await raised(shop) == 1
    assert await shop.tier() == "gold"


@pytest.mark.parametrize("higher", [False, True])
async def test_a_raise_ends_when_what_brought_it_is_taken_back(database: object, higher: bool) -> None:
    """With what came with the tier; who has reached more meanwhile keeps that."""
    tiers = [
        tier("basic"), tier("silver", way(SPEND, 100_00), gifts=[{"unit": "points", "points": 7}]),
        tier("gold", way(SPEND, 500_00)),
    ]  # fmt: skip
    shop = await open_with_raise("silver", {"unit": "points", "tiers": tiers})
    with at(shop):
        async with scope.writing():
            await granting.give([Grant(shop.points.tenant, "g", shop.points.member_id, "taste", "prize")])
    assert [await raised(shop), await lowered(shop), await shop.tier()] == [1, 0, "silver"]
    assert await shop.points.available() == 7
    if higher:
        await shop.points.buy(600_00)
    with at(shop):
        async with scope.writing():
            await granting.take_back(shop.points.tenant, ["g"])
    assert [await lowered(shop), await lowered(shop), await raised(shop)] == [1, 0, 0]
    with at(shop):
        await service.review_due()
        assert await verify(shop.points.tenant, full=True) == ()
    assert (await shop.tier(), await shop.points.available()) == (("gold", 600) if higher else ("basic", 0))


async def lowered(shop: TierShop) -> int:
    with at(shop):
        return await raising.lower_due()


@pytest.mark.parametrize("has", ["staff", "spent", "other rules"])
async def test_who_has_as_much_gets_nothing_more(database: object, has: str) -> None:
    shop = await open_with_raise("diamond" if has == "other rules" else "silver")
    await shop.points.buy(50_00)
    if has == "staff":
        await put(shop, "gold", until=END)
    elif has == "spent":
        await shop.points.buy(100_00)  # silver to the end of next year
    before, points = await shop.tier(), await shop.points.available()
    await redeem(shop)
    assert await shop.points.available() == points - 10
    assert [await raised(shop), await raised(shop), await states(shop)] == [1, 0, ["refused"]]
    assert (await shop.tier(), await shop.points.available()) == (before, points), "the points are given back, once"


async def test_a_raise_for_nothing_that_comes_to_nothing_gives_nothing_back(database: object) -> None:
    shop = await open_with_raise("diamond")
    with at(shop):
        async with scope.writing():
            await granting.give([Grant(shop.points.tenant, "g", shop.points.member_id, "taste", "prize")])
    assert [await raised(shop), await states(shop), await shop.points.available()] == [1, ["refused"], 0]


async def test_a_second_raise_puts_the_end_off(database: object) -> None:
    shop = await open_with_raise()
    await shop.points.buy(50_00)
    await redeem(shop)
    await raised(shop)
    await redeem(shop, "r2")
    later = datetime(2026, 4, 2, 12, tzinfo=UTC)
    assert await raised(shop, later) == 1
    with at(shop, later):
        (found,) = (await service.of_members([shop.points.member_id]))[shop.points.member_id]
    assert found.until == datetime(2026, 7, 3, tzinfo=UTC)
