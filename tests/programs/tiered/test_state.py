"""Tiers move with what is recorded, and back with what is taken back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from events.models import Event
from kit import clock, db
from members.models import Member
from members.standing import standings
from programs.activity import Activity, Line
from programs.decision import ExplanationCode, ProgramId
from programs.explain import words
from programs.models import Program, ProgramVersion
from programs.records import MemberRef, Recorded
from programs.tiered.models import TierChange, TierStanding
from tenants import scope
from tests.programs.shop import ONE_PER_DOLLAR, START, PointsShop, open_points_shop
from tests.programs.tiered.factories import SPEND, Document, by_spend, tier, way

YEAR = {"window": {"type": "calendar_year"}}


@dataclass
class TierShop:
    """A shop with one point per dollar and tiers beside it."""

    points: PointsShop
    program: ProgramId

    async def tier(self) -> str | None:
        shop = self.points
        with scope.of(shop.tenant):
            async with scope.reading():
                known = (await standings([(shop.tenant, shop.member_id)]))[shop.tenant, shop.member_id]
        return known.tiers.get(self.program)

    async def changes(self) -> list[tuple[str | None, str | None, str]]:
        with scope.of(self.points.tenant):
            async with scope.reading():
                return [(c.from_tier, c.to_tier, c.reason) for c in await TierChange.all().order_by("id")]


async def open_tier_shop(document: Document | None = None, slug: str = "shop") -> TierShop:
    points = await open_points_shop(ONE_PER_DOLLAR, slug)
    live_from = START - timedelta(days=365)
    with scope.of(points.tenant):
        async with scope.writing():
            main = await Program.all().first()
            assert main is not None
            program = await Program.create(
                slug="club", name="Club", kind="tiered", line="main", unit_id=main.unit_id, state="live",
                created_at=live_from,
            )  # fmt: skip
            await ProgramVersion.create(
                program_id=program.id, number=1, state="published", live_from=live_from, saved_at=live_from,
                rules=orjson.dumps(document or by_spend(**YEAR)).decode(), saved_by="test", published_at=live_from,
            )  # fmt: skip
    return TierShop(points, ProgramId(program.id))


def gold_earns_half_more(**more: Any) -> Document:
    document = by_spend(**YEAR)
    document["tiers"][1] |= {"multipliers": [{"factor": "1.5", "unit": "points"}]} | more
    return document


async def test_a_purchase_that_is_large_enough_brings_the_tier(database: object) -> None:
    shop = await open_tier_shop()
    await shop.points.buy(99_99)
    assert await shop.tier() == "basic"
    recorded = await shop.points.buy(1)
    assert await shop.tier() == "silver"
    assert await shop.changes() == [(None, "basic", "joined"), ("basic", "silver", "reached")]
    (line,) = [line for line in recorded.explanation if line.code is ExplanationCode.TIER]
    assert words(line, {}) == "Silver is reached until 2028-01-01T00:00:00+00:00."


async def test_a_multiplier_counts_from_the_next_order_on(database: object) -> None:
    shop = await open_tier_shop(gold_earns_half_more())
    first, second = await shop.points.buy(100_00), await shop.points.buy(100_01)
    assert [entry.amount for entry in first.posted] == [100]
    assert [entry.amount for entry in second.posted] == [150]
    named = [line.rule_name for line in second.explanation if line.code is ExplanationCode.MULTIPLIER]
    assert named == ["Silver"]


async def test_it_counts_for_the_next_order_of_the_same_batch_too(database: object) -> None:
    shop = await open_tier_shop(gold_earns_half_more())
    recorded = await asyncio.gather(*(shop.points.buy(100_00) for _ in range(5)))
    assert sorted(entry.amount for one in recorded for entry in one.posted) == [100, 150, 150, 150, 150]
    assert await shop.changes() == [(None, "basic", "joined"), ("basic", "silver", "reached"),
                                    ("silver", "gold", "reached")]  # fmt: skip


async def test_an_entry_gift_is_given_once_and_taken_back_with_the_tier(database: object) -> None:
    shop = await open_tier_shop(gold_earns_half_more(gifts=[{"unit": "points", "points": 25}]))
    bought = await shop.points.buy(100_00, order="o1")
    assert [entry.amount for entry in bought.posted] == [100, 25]
    await shop.points.buy(1_00, order="o2")
    assert await shop.points.available() == 126
    back = await shop.points.refund("o1")
    assert sorted(entry.amount for entry in back.posted) == [-100, -25]
    assert (await shop.points.available(), await shop.tier()) == (1, "basic")
    assert (await shop.changes())[-1] == ("silver", "basic", "taken_back")


async def test_a_tier_stays_if_the_rest_is_enough(database: object) -> None:
    shop = await open_tier_shop()
    await shop.points.buy(100_00, order="o1")
    await shop.points.buy(100_00, order="o2")
    await shop.points.refund("o1")
    assert await shop.tier() == "silver"


@pytest.mark.parametrize(("left", "expected"), [(1, "silver"), (0, "basic")])
async def test_what_comes_back_counts_no_longer(database: object, left: int, expected: str) -> None:
    document = by_spend(**YEAR)
    document["tiers"] = [tier("basic"), tier("silver", way(SPEND, 50_00))]
    shop = await open_tier_shop(document)
    await shop.points.buy(50_00, 50_00, order="o1")
    await (shop.points.refund("o1", l1=1) if left else shop.points.refund("o1"))
    assert await shop.tier() == expected


async def test_a_refund_that_comes_first_is_counted(database: object) -> None:
    shop = await open_tier_shop()
    await shop.points.refund("o1")
    await shop.points.buy(100_00, order="o1")
    assert await shop.tier() == "basic"


async def test_an_order_of_last_year_counts_for_last_year(database: object) -> None:
    shop = await open_tier_shop()
    recorded = await shop.points.buy(100_00, at=datetime(2025, 12, 30, tzinfo=UTC))
    assert await shop.tier() == "silver"
    (line,) = [line for line in recorded.explanation if line.code is ExplanationCode.TIER]
    assert ("until", "2027-01-01T00:00:00+00:00") in line.inputs


async def test_points_orders_visits_and_pieces_count(database: object) -> None:
    tiers = [
        tier("one", way({"type": "earned", "unit": "points"}, 10)),
        tier("two", {"all_of": [
            {"metric": {"type": "earned", "unit": "points"}, "at_least": 10},
            {"metric": {"type": "orders"}, "at_least": 2},
        ]}),
        tier("three", {"all_of": [
            {"metric": {"type": "earned", "unit": "points"}, "at_least": 10},
            {"metric": {"type": "orders"}, "at_least": 2},
            {"metric": {"type": "times", "kind": "visit"}, "at_least": 2},
        ]}),
    ]  # fmt: skip
    shop = await open_tier_shop({"unit": "points", "tiers": tiers})
    found = []
    for kind, amount in (("purchase", 9_00), ("purchase", 1_00), ("visit", 0), ("visit", 0)):
        await (shop.points.buy(amount) if amount else shop.points.happen(kind))
        found.append(await shop.tier())
    assert found == [None, "two", "two", "three"]


async def test_a_failed_activity_leaves_no_tier(database: object) -> None:
    shop = await open_tier_shop()
    await shop.points.buy(1_00, order="o1")
    with pytest.raises(Exception, match="recorded before"):
        await shop.points.buy(500_00, order="o1", key="other")
    assert await shop.tier() == "basic"
    with scope.of(shop.points.tenant):
        async with scope.reading():
            assert await TierStanding.all().count() == 1
            assert await Event.filter(kind="tier.changed").count() == 0, "they have what everybody has"


async def test_the_same_key_again_moves_nothing(database: object) -> None:
    shop = await open_tier_shop()
    answers: list[Recorded] = [await shop.points.buy(60_00, key="k", order="o1") for _ in range(2)]
    assert answers[0].posted == answers[1].posted
    assert await shop.tier() == "basic"
    with clock.pinned(START):
        assert len(await shop.changes()) == 1


async def test_what_everybody_has_counts_from_the_first_order_on(database: object) -> None:
    document = by_spend(**YEAR)
    document["tiers"][0]["multipliers"] = [{"factor": "2", "unit": "points"}]
    shop = await open_tier_shop(document)
    assert [entry.amount for entry in (await shop.points.buy(10_00)).posted] == [20]
    for_basic = {**ONE_PER_DOLLAR["rules"][0], "conditions": {"tiers": ["basic"], "tier_program": shop.program}}
    with scope.of(shop.points.tenant):
        async with scope.writing():
            version = await ProgramVersion.filter(program_id__not=shop.program).get()
            version.rules = orjson.dumps({**ONE_PER_DOLLAR, "rules": [for_basic]}).decode()
            await version.save()
            await db.execute("UPDATE tenant SET programs_revision = programs_revision + 1")
            await Member.create(external_id="bob", joined_at=START, created_at=START)
    bought = await shop.points.record(
        Activity(key="b", kind="purchase", member_id="", occurred_at=START, order_id="b", currency="USD",
                 lines=(Line(id="l1", amount=10_00),)),
        MemberRef(external_id="bob"),
    )  # fmt: skip
    assert [entry.amount for entry in bought.posted] == [20]
