"""Rules that give a reward instead of points, through the intake: once, and back with the whole order."""

from __future__ import annotations

from typing import Any

import pytest

from members.views import MemberId
from programs.decision import ExplanationCode
from programs.versions import validate
from rewards import history
from rewards.views import RedemptionState, VoucherSource
from tenants import scope
from tests.programs.factories import make_reward
from tests.programs.shop import ONE_PER_DOLLAR, PointsShop, open_points_shop

pytestmark = pytest.mark.usefixtures("database")

DRINK = {"type": "reward", "reward": "drink"}
RULES: dict[str, Any] = {
    **ONE_PER_DOLLAR,
    "rules": [
        *ONE_PER_DOLLAR["rules"],
        {"id": "birthday", "name": "A drink", "earn": DRINK, "on": ["birthday"],
         "caps": [{"limit": 1, "counts": "times", "period": "year"}]},
        {"id": "first", "name": "Welcome drink", "earn": DRINK, "conditions": {"first_time_only": True}},
    ],
}  # fmt: skip


async def open_cafe() -> PointsShop:
    shop = await open_points_shop(RULES)
    with scope.of(shop.tenant):
        await make_reward("drink", 150, voucher_source=VoucherSource.GENERATED)
    return shop


async def states(shop: PointsShop) -> list[RedemptionState]:
    with scope.of(shop.tenant):
        return [one.state for one in await history.list_(member=MemberId(shop.member_id))]


async def test_a_birthday_gives_a_drink_once_a_year() -> None:
    shop = await open_cafe()
    first = await shop.happen("birthday")
    assert [(line.code, line.rule_name, dict(line.inputs)["reward"]) for line in first.explanation] == [
        (ExplanationCode.REWARD, "A drink", "drink")]  # fmt: skip
    again = await shop.happen("birthday")
    assert [line.code for line in again.explanation] == [ExplanationCode.CAP, ExplanationCode.NOTHING_EARNED]
    assert await states(shop) == [RedemptionState.CONFIRMED]


async def test_a_repeat_gives_nothing_more() -> None:
    shop = await open_cafe()
    for _ in range(2):
        await shop.buy(1000, order="o-1", key="buy")
    assert (await states(shop), await shop.available()) == ([RedemptionState.CONFIRMED], 10)


async def test_it_goes_back_with_the_whole_order_and_can_be_had_again() -> None:
    shop = await open_cafe()
    await shop.buy(1000, 2000, order="o-1")
    await shop.refund("o-1", l1=1)
    assert await states(shop) == [RedemptionState.CONFIRMED]
    await shop.refund("o-1", l2=1)
    await shop.refund("o-1", key="again")
    assert (await states(shop), await shop.available()) == ([RedemptionState.CANCELLED], 0)
    await shop.buy(1000, order="o-2")
    assert await states(shop) == [RedemptionState.CONFIRMED, RedemptionState.CANCELLED]


async def test_a_refund_that_came_first_takes_it_back_at_once() -> None:
    shop = await open_cafe()
    await shop.refund("o-1")
    await shop.buy(1000, order="o-1")
    assert (await states(shop), await shop.available()) == ([RedemptionState.CANCELLED], 0)


async def test_what_cannot_be_given_never_fails_the_purchase() -> None:
    shop = await open_points_shop(RULES)
    recorded = await shop.buy(1000, order="o-1")
    assert (recorded.state, await states(shop), await shop.available()) == ("decided", [], 10)


async def test_rules_name_rewards_that_there_are() -> None:
    shop = await open_cafe()
    with scope.of(shop.tenant):
        missing = {**RULES, "rules": [{**RULES["rules"][2], "earn": {"type": "reward", "reward": "cake"}}]}
        capped = {**RULES, "rules": [{**RULES["rules"][2], "caps": [{"limit": 5}]}]}
        assert [
            [(finding.path, finding.code) for finding in await validate("points", rules)]
            for rules in (RULES, missing, capped)
        ] == [
            [],
            [("rules[0].earn.reward", "unknown_value")],
            [("rules[0].earn.type", "contradiction")],
        ]
