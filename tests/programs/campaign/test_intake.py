"""Campaigns beside a points program, through the intake: what comes back takes its part back; budgets hold."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from kit import clock, db
from members.inputs import MemberInput
from members.service import upsert
from programs.activity import Activity, Line
from programs.intake import record
from programs.records import MemberRef, Recorded, Submission
from tenants import scope
from tests.programs.campaign.test_rules import BONUS, DOUBLE, document
from tests.programs.giving.conftest import add_program
from tests.programs.shop import START, PointsShop, open_points_shop


@dataclass
class Sale:
    """A shop with a point per dollar, and a campaign beside it."""

    shop: PointsShop

    async def buy(self, order: str, *amounts: int, member: str = "ann", **given: Any) -> Recorded:
        lines = tuple(Line(f"l{number}", amount) for number, amount in enumerate(amounts, 1))
        return await self.happen("purchase", order, member, currency="USD", lines=lines, **given)

    async def refund(self, order: str, *lines: str, member: str = "ann") -> Recorded:
        return await self.happen("refund", order, member, lines=tuple(Line(id_, 0) for id_ in lines))

    async def happen(self, kind: str, order: str, member: str, **given: Any) -> Recorded:
        self.shop.count += 1
        activity = Activity(f"{kind}-{self.shop.count}", kind, "", self.shop.now, order_id=order, **given)
        return await record(Submission(self.shop.tenant, MemberRef(external_id=member), activity, self.shop.now))

    async def sums(self) -> dict[str, int]:
        """What is left of what was given, by reason of the gift."""
        found = await self._rows(
            "SELECT t.reason, sum(t.amount) - COALESCE(sum((SELECT sum(r.amount) FROM transfer r WHERE r.tenant_id = "
            "t.tenant_id AND r.reverses_id = t.id)), 0) AS n FROM transfer t "
            "WHERE t.tenant_id = $1 AND t.reason IN ('earn', 'campaign') GROUP BY t.reason"
        )
        return {row["reason"]: int(row["n"]) for row in found}

    async def counters(self) -> dict[str, int]:
        found = await self._rows("SELECT name, sum(used) AS used FROM counter WHERE tenant_id = $1 GROUP BY name")
        return {row["name"]: int(row["used"]) for row in found}

    async def _rows(self, sql: str) -> list[dict[str, Any]]:
        async with scope.reading():
            return [dict(row) for row in await db.rows(sql, self.shop.tenant)]


async def open_sale(benefit: dict[str, Any], **given: Any) -> Sale:
    shop = await open_points_shop()
    with scope.of(shop.tenant):
        await add_program(document(benefit, **given), slug="may", kind="campaign")
    return Sale(shop)


@pytest.fixture
async def sale(database: object) -> AsyncIterator[Sale]:
    """Double points up to 100 in all, and 60 a member and day."""
    sale = await open_sale(DOUBLE, budget={"amount": 100}, per_member=[{"amount": 60, "period": "day"}])
    with scope.of(sale.shop.tenant), clock.pinned(START):
        yield sale


async def test_a_modifier_multiplies_in_the_points_program(database: object) -> None:
    sale = await open_sale({"type": "multiply", "factor": "1.5"}, segments=["vip"])
    with scope.of(sale.shop.tenant), clock.pinned(START):
        await sale.buy("o-1", 10_00)
        await upsert(MemberInput(external_id="ann", add_tags=["vip"]))
        told = await sale.buy("o-2", 10_50)
        assert [line.rule_name for line in told.explanation if line.code == "multiplier"] == ["May"]
        assert await sale.sums() == {"earn": 25}
        await sale.refund("o-2", "l1")
        assert await sale.sums() == {"earn": 10}


async def test_a_limited_one_adds_and_comes_back_by_line(sale: Sale) -> None:
    told = await sale.buy("o-1", 30_00, 20_00)
    assert [(each.reason, each.amount) for each in told.posted] == [("earn", 50), ("campaign", 50)]
    assert await sale.counters() == {"campaign:budget": 50, "campaign:given": 50}
    await sale.refund("o-1", "l2")
    assert await sale.sums() == {"earn": 30, "campaign": 30}
    assert await sale.counters() == {"campaign:budget": 30, "campaign:given": 30}
    await sale.buy("o-2", 50_00)
    assert await sale.sums() == {"earn": 80, "campaign": 60}
    sale.shop.now += timedelta(days=1)
    told = await sale.buy("o-3", 50_00)
    assert [line.code for line in told.explanation if line.rule_name == "May"] == ["multiplier", "cap"]
    assert await sale.counters() == {"campaign:budget": 100, "campaign:given": 100}


@pytest.mark.parametrize(("when_spent", "left"), [("stop", 100), ("end", 0)])
async def test_a_budget_that_was_used_up(database: object, when_spent: str, left: int) -> None:
    sale = await open_sale(BONUS, budget={"amount": 100, "when_spent": when_spent})
    with scope.of(sale.shop.tenant), clock.pinned(START):
        await sale.buy("o-1", 10_00)
        await sale.refund("o-1", "l1")
        assert await sale.sums() == {"earn": 0, "campaign": 0}
        await sale.buy("o-2", 10_00)
        assert await sale.sums() == {"earn": 10, "campaign": left}


@pytest.mark.parametrize(("kept", "campaign"), [("l1", 100), ("other", 100)])
async def test_an_order_that_is_amended_gets_its_bonus_once(database: object, kept: str, campaign: int) -> None:
    """Whether a line comes in addition, or in the place of the first."""
    sale = await open_sale(BONUS)
    with scope.of(sale.shop.tenant), clock.pinned(START):
        await sale.buy("o-1", 10_00)
        lines = (Line(kept, 10_00), Line("l2", 5_00))
        await sale.happen("amend", "o-1", "ann", currency="USD", lines=lines)
        assert await sale.sums() == {"earn": 15, "campaign": campaign}
        await sale.happen("cancel", "o-1", "ann")
        assert await sale.sums() == {"earn": 0, "campaign": 0}
        assert not any((await sale.counters()).values())


async def test_no_more_than_the_budget_by_many_at_once(database: object) -> None:
    sale = await open_sale(BONUS, budget={"amount": 350})
    with scope.of(sale.shop.tenant), clock.pinned(START):
        for number in range(12):
            await upsert(MemberInput(external_id=f"m{number}"))
        await asyncio.gather(*(sale.buy(f"o-{number}", 10_00, member=f"m{number}") for number in range(12)))
        assert await sale.sums() == {"earn": 120, "campaign": 350}
        assert (await sale.counters())["campaign:budget"] == 350


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_the_books_and_the_budget_agree(sale: Sale, seed: int) -> None:
    """Orders and refunds at random, told twice now and then; in the end all comes back, and nothing is left."""
    chance, orders = random.Random(seed), dict[str, list[str]]()
    for number in range(12):
        if orders and chance.random() < 0.4:
            order = chance.choice(sorted(orders))
            await sale.refund(order, orders[order].pop())
            orders = {name: lines for name, lines in orders.items() if lines}
        else:
            amounts = [chance.randint(1, 4000) for _ in range(chance.randint(1, 3))]
            await sale.buy(f"o-{number}", *amounts)
            orders[f"o-{number}"] = [f"l{place}" for place in range(1, len(amounts) + 1)]
        counters = await sale.counters()
        assert counters.get("campaign:budget", 0) == (await sale.sums()).get("campaign", 0) <= 100
    for order, lines in orders.items():
        await sale.refund(order, *lines)
    assert set((await sale.sums()).values()) == {0}
    assert set((await sale.counters()).values()) == {0}
