"""Points that turn themselves into gifts: as often as there are enough, undone when a return needs them back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kit import clock
from ledger import reading
from ledger.models import Unit
from members.views import MemberId
from programs import versions
from programs.activity import Line
from programs.decision import ExplanationCode, ProgramId
from programs.models import Program
from programs.versions import validate
from rewards import history
from rewards.using import use
from rewards.views import RedemptionState, VoucherSource
from tenants import scope
from tests.programs.factories import make_reward
from tests.programs.shop import ONE_PER_DOLLAR, START, PointsShop, open_points_shop

pytestmark = pytest.mark.usefixtures("database")

CREDIT = {"type": "points", "unit": "credit", "points": 500}
WAITING = {"pending": {"type": "days", "days": 3}}
SALAD = {"type": "reward", "reward": "salad"}


async def open_salad_bar(gift: dict[str, Any]) -> PointsShop:
    """1 point per dollar; 35 of them turn into the gift."""
    shop = await open_points_shop({**ONE_PER_DOLLAR, "conversion": {"points": 35, "gift": gift}})
    with scope.of(shop.tenant):
        async with scope.writing():
            await Unit.create(slug="credit", name="credit", name_plural="credit", created_at=START)
        await make_reward("salad", 100, voucher_source=VoucherSource.GENERATED)
    return shop


async def balances(shop: PointsShop) -> dict[str, int]:
    with scope.of(shop.tenant), clock.pinned(shop.now):
        async with scope.reading():
            rows = (await reading.balances([shop.member_id]))[shop.member_id]
            units = {unit.id: unit.slug for unit in await Unit.all()}
    return {units[row.unit_id]: row.available for row in rows}


async def salads(shop: PointsShop) -> list[RedemptionState]:
    with scope.of(shop.tenant):
        return [one.state for one in await history.list_(member=MemberId(shop.member_id))]


@pytest.mark.parametrize(
    ("amounts", "points", "credit"),
    [((3499,), 34, None), ((3500,), 0, 500), ((2000, 1999), 4, 500), ((10600,), 1, 1500)],
)
async def test_every_35_turn_and_the_rest_is_carried_on(amounts: tuple[int, ...], points: int, credit: int) -> None:
    shop = await open_salad_bar(CREDIT)
    for number, amount in enumerate(amounts):
        await shop.buy(amount, order=f"o-{number}")
    found = await balances(shop)
    assert (found["points"], found.get("credit")) == (points, credit)


async def test_more_than_a_few_are_undone() -> None:
    shop = await open_salad_bar(CREDIT)
    await shop.buy(3000, order="o-1")
    await shop.buy(3500 * 50, order="o-2")
    await shop.refund("o-2")
    assert await balances(shop) == {"points": 30, "credit": 0}


async def test_what_turned_is_undone_also_by_rules_that_turn_nothing() -> None:
    shop = await open_salad_bar(CREDIT)
    await shop.buy(7100, order="o-1")
    await publish(shop, ONE_PER_DOLLAR)
    shop.now += timedelta(hours=1)
    told = await shop.happen(
        "refund", order_id="o-1", lines=(Line(id="l1", amount=0, refunded=3500),), currency="USD"
    )  # fmt: skip
    assert [dict(line.inputs) for line in told.explanation if line.code is ExplanationCode.CONVERSION_UNDONE] == [
        {"points": 35, "times": 1}
    ]
    assert await balances(shop) == {"points": 1, "credit": 500}
    await shop.buy(5000, order="o-2")
    assert await balances(shop) == {"points": 51, "credit": 500}
    await shop.refund("o-1")
    assert await balances(shop) == {"points": 15, "credit": 500}, "what is there is taken first"
    await shop.refund("o-2")
    assert await balances(shop) == {"points": 0, "credit": 0}


async def publish(shop: PointsShop, rules: dict[str, Any]) -> None:
    """Let other rules count from now on."""
    with scope.of(shop.tenant), clock.pinned(shop.now):
        async with scope.reading():
            program = await Program.get(slug="main")
        await versions.save_draft(ProgramId(program.id), rules)
        await versions.publish(ProgramId(program.id))


async def test_it_is_explained_and_a_repeat_turns_nothing() -> None:
    shop = await open_salad_bar(CREDIT)
    recorded = await shop.buy(8000, order="o-1", key="buy")
    line = recorded.explanation[-1]
    assert (line.code, dict(line.inputs)) == (ExplanationCode.CONVERTED, {"points": 35, "times": 2})
    assert sorted(posted.amount for posted in recorded.posted) == [-35, -35, 80, 500, 500]
    await shop.buy(8000, order="o-1", key="buy")
    assert await balances(shop) == {"points": 10, "credit": 1000}


async def test_a_return_undoes_what_it_needs_and_no_more() -> None:
    shop = await open_salad_bar(CREDIT)
    await shop.buy(8000, order="o-1")
    recorded = await shop.happen(
        "refund", order_id="o-1", lines=(Line(id="l1", amount=0, refunded=1000),), currency="USD"
    )  # fmt: skip
    assert await balances(shop) == {"points": 0, "credit": 1000}
    assert ExplanationCode.CONVERSION_UNDONE not in [line.code for line in recorded.explanation]
    await shop.happen("refund", order_id="o-1", lines=(Line(id="l1", amount=0, refunded=500),), currency="USD")
    assert await balances(shop) == {"points": 30, "credit": 500}
    await shop.refund("o-1")
    assert await balances(shop) == {"points": 0, "credit": 0}
    await shop.buy(3600, order="o-2")
    assert await balances(shop) == {"points": 1, "credit": 500}


async def test_an_unused_code_goes_back_and_a_used_one_stays() -> None:
    shop = await open_salad_bar(SALAD)
    await shop.buy(7000, order="o-1")
    with scope.of(shop.tenant):
        first = (await history.list_(member=MemberId(shop.member_id)))[0]
        assert first.voucher is not None
        await use("use", first.voucher.code)
    await shop.refund("o-1")
    assert await balances(shop) == {"points": 0}
    assert sorted(await salads(shop)) == [RedemptionState.CANCELLED, RedemptionState.CONFIRMED]
    # 35 of the 70 could not be taken back: they are owed, and no new points pay for them (CLAMP).
    await shop.buy(3500, order="o-2")
    assert sorted(await salads(shop)).count(RedemptionState.CONFIRMED) == 2


async def test_a_refund_before_its_purchase_leaves_nothing() -> None:
    shop = await open_salad_bar(SALAD)
    await shop.refund("o-1")
    await shop.buy(7000, order="o-1")
    assert (await balances(shop), await salads(shop)) == ({"points": 0}, [RedemptionState.CANCELLED] * 2)


async def test_rules_that_contradict_themselves() -> None:
    shop = await open_salad_bar(CREDIT)
    with scope.of(shop.tenant):
        for conversion, more, found in (
            ({"points": 35, "gift": CREDIT}, {}, []),
            ({"points": 35, "gift": {**CREDIT, "unit": "points"}}, {}, [("conversion.gift.unit", "contradiction")]),
            ({"points": 35, "gift": {**CREDIT, "unit": "gold"}}, {}, [("conversion.gift.unit", "unknown_value")]),
            ({"points": 35, "gift": {**SALAD, "reward": "x"}}, {}, [("conversion.gift.reward", "unknown_value")]),
            ({"points": 0, "gift": SALAD}, {}, [("conversion.points", "out_of_range")]),
            (
                {"points": 35, "gift": SALAD},
                {"pending": {"type": "days", "days": 3}},
                [("conversion", "contradiction")],
            ),
        ):
            rules = {**ONE_PER_DOLLAR, "conversion": conversion, **more}
            assert [(each.path, each.code) for each in await validate("points", rules)] == found
