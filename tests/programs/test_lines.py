"""Lines of business: what happens in one never moves another, unless a program is of every line."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from kit import clock
from ledger import reading
from ledger.models import Unit
from programs import rulebooks
from programs.activity import Line
from programs.decision import ExplanationCode
from programs.models import Program, ProgramVersion
from tenants import scope
from tests.programs.shop import ONE_PER_DOLLAR, START, PointsShop, open_points_shop

pytestmark = pytest.mark.usefixtures("database")

SILVER: dict[str, Any] = {
    "format": 1, "unit": "points",
    "tiers": [
        {"id": "basic", "name": "Basic"},
        {"id": "silver", "name": "Silver", "multipliers": [{"factor": "2"}],
         "reach": [{"all_of": [{"metric": {"type": "spend", "currency": "USD"}, "at_least": 1000}]}]},
    ],
}  # fmt: skip


async def add(shop: PointsShop, slug: str, line: str, unit: str, rules: dict[str, Any], kind: str = "points") -> None:
    """A program more, live for a year."""
    with scope.of(shop.tenant):
        async with scope.writing():
            found = await Unit.get_or_none(slug=unit)
            issued = found or await Unit.create(slug=unit, name=unit, name_plural=unit, created_at=START)
            program = await Program.create(
                slug=slug, name=slug, kind=kind, line=line, unit_id=issued.id, state="live", created_at=START
            )
            live_from = START.replace(year=2025)
            await ProgramVersion.create(
                program_id=program.id, number=1, state="published", live_from=live_from, saved_at=live_from,
                rules=orjson.dumps({**rules, "unit": unit}).decode(), saved_by="test", published_at=live_from,
            )  # fmt: skip
    rulebooks.forget()


async def balances(shop: PointsShop) -> dict[str, int]:
    with scope.of(shop.tenant), clock.pinned(shop.now):
        async with scope.reading():
            rows = (await reading.balances([shop.member_id]))[shop.member_id]
            units = {unit.id: unit.slug for unit in await Unit.all()}
    return {units[row.unit_id]: row.available for row in rows}


async def test_an_activity_of_one_line_never_moves_another() -> None:
    shop = await open_points_shop()
    await add(shop, "air", "air", "miles", ONE_PER_DOLLAR)
    await add(shop, "air-tiers", "air", "miles", SILVER, "tiered")
    await add(shop, "tiers", "main", "points", SILVER, "tiered")
    for _ in range(2):  # the second would be doubled, were the tier of the other line believed
        await shop.buy(2000, line="air")
    assert await balances(shop) == {"miles": 20 + 40}
    recorded = await shop.buy(2000)
    assert (await balances(shop), recorded.posted[0].amount) == ({"miles": 60, "points": 20}, 20)


async def test_a_program_of_every_line_counts_all_of_them() -> None:
    shop = await open_points_shop()
    await add(shop, "air", "air", "miles", ONE_PER_DOLLAR)
    await add(shop, "stars", "*", "stars", ONE_PER_DOLLAR)
    await add(shop, "air-tiers", "air", "miles", SILVER, "tiered")
    for _ in range(2):
        await shop.buy(2000, line="air")
    await shop.buy(1000)
    # The tier is of air alone: it multiplies what that line gives, not what all share.
    assert await balances(shop) == {"miles": 20 + 40, "stars": 20 + 20 + 10, "points": 10}


async def test_corrections_go_by_the_line_of_their_order() -> None:
    shop = await open_points_shop()
    await add(shop, "air", "air", "miles", ONE_PER_DOLLAR)
    await shop.buy(2000, order="o-1", line="air")
    lines = (Line(id="l1", amount=2000), Line(id="l2", amount=500))
    await shop.happen("amend", order_id="o-1", currency="USD", lines=lines)
    assert await balances(shop) == {"miles": 25}
    await shop.refund("o-1", l1=1)
    assert await balances(shop) == {"miles": 5}
    await shop.refund("o-2")
    await shop.buy(700, order="o-2", line="air")
    assert await balances(shop) == {"miles": 5}


async def test_a_line_without_a_program_earns_nothing_and_says_so() -> None:
    shop = await open_points_shop()
    recorded = await shop.buy(2000, line="hotels")
    assert ([line.code for line in recorded.explanation], recorded.posted) == ([ExplanationCode.NO_PROGRAM], ())
