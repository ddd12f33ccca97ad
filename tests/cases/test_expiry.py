"""Expiry as others published it (docs/cases.md, X1–X4), through the public API and a sandbox's clock."""

from __future__ import annotations

from calendar import isleap
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from tests.cases.conftest import OpenShop, Wake
from tests.cases.merchant import UNIT, Json, Merchant, per_amount, rules

pytestmark = pytest.mark.slow

ZONE = ZoneInfo("America/Chicago")
YEAR = next(year for year in count(datetime.now(UTC).year + 1) if not isleap(year))


@pytest.fixture
async def merchant(open_shop: OpenShop) -> Merchant:
    """A merchant in a sandbox in Chicago."""
    return (await open_shop(zone=ZONE.key)).sandbox


def months(number: int) -> Json:
    """A program of one point per dollar that stays so many months."""
    return rules(per_amount(), expiry={"policies": [{"monthsAfterEarning": {"months": number}}]})


@pytest.mark.parametrize(
    ("earned", "after", "last"),
    [
        pytest.param((1, 25), 1, (2, 25), id="X1-same-day"),
        pytest.param((1, 31), 1, (2, 28), id="X1-last-of-the-month"),
        pytest.param((1, 25), 0, (1, 25), id="X1-no-months"),
    ],
)
async def test_x1_months_after_earning(
    merchant: Merchant, wake: Wake, earned: tuple[int, int], after: int, last: tuple[int, int]
) -> None:
    last_day = date(YEAR, *last)
    midnight = local(last_day + timedelta(days=1), time(0))
    await merchant.open(months(after))
    await merchant.advance(local(date(YEAR, *earned), time(12)))
    await merchant.buy(10000)
    assert await merchant.schedule() == [(100, last_day.isoformat())]
    await merchant.advance(midnight - timedelta(minutes=2))
    assert [await wake(), await merchant.available()] == [0, 100]
    await merchant.advance(midnight)
    assert await merchant.available() == 0, "also when no job has run yet"
    await wake()
    assert await merchant.available() == 0
    (entry,) = await merchant.entries("expire")
    assert (entry["amount"], datetime.fromisoformat(entry["effectiveAt"])) == (100, midnight)


async def test_x2_the_lot_that_ends_first_is_spent_first(merchant: Merchant) -> None:
    await merchant.open()
    await merchant.give(100, expiresAt=start_of(6))
    await merchant.give(100, expiresAt=start_of(1))
    await merchant.spend_on_reward(100)
    assert await merchant.schedule() == [(100, f"{YEAR}-05-31")]


async def test_x2_a_lot_is_used_up_before_the_next(merchant: Merchant) -> None:
    await merchant.open()
    await merchant.give(50, expiresAt=start_of(6))
    await merchant.give(50, expiresAt=start_of(1))
    await merchant.spend_on_reward(70)
    assert await merchant.schedule() == [(30, f"{YEAR}-05-31")]


async def test_x2_every_lot_by_its_own_date(merchant: Merchant, wake: Wake) -> None:
    await merchant.open()
    await merchant.give(100, expiresAt=start_of(2))
    await merchant.give(200, expiresAt=start_of(6))
    await merchant.give(50)
    assert [amount for amount, _ in await merchant.schedule()] == [100, 200]
    expired = []
    for month in (3, 7):
        await merchant.advance(datetime.fromisoformat(start_of(month)))
        await wake()
        expired.append(sum(entry["amount"] for entry in await merchant.entries("expire")))
    assert expired == [100, 300]
    assert await merchant.available() == 50


async def test_x3_at_exactly_the_instant_and_once(merchant: Merchant, wake: Wake) -> None:
    await merchant.open()
    await merchant.give(100, expiresAt=start_of(3))
    end = datetime.fromisoformat(start_of(3))
    await merchant.advance(end)
    await wake()
    await wake()
    (entry,) = await merchant.entries("expire")
    assert (entry["amount"], datetime.fromisoformat(entry["effectiveAt"])) == (100, end)
    assert await merchant.available(as_of=end.isoformat()) == 0
    assert await merchant.available(as_of=(end - timedelta(microseconds=1)).isoformat()) == 100


LOYAL = {"policies": [{"monthsInactive": {"months": 18}}, {"monthsAfterEarning": {"months": 48}}]}


async def test_x4_after_eighteen_months_without_activity(merchant: Merchant, wake: Wake) -> None:
    await merchant.open(rules(per_amount(), expiry=LOYAL))
    await merchant.advance(local(date(YEAR, 1, 15), time(12)))
    await merchant.buy(10000)
    end = local(date(YEAR + 1, 7, 16), time(0))
    await merchant.advance(end - timedelta(minutes=2))
    assert [await wake(), await merchant.available()] == [0, 100]
    await merchant.advance(end)
    assert await merchant.available() == 0


async def test_x4_after_four_years_whatever_is_done(merchant: Merchant, wake: Wake) -> None:
    await merchant.open(rules(per_amount(), expiry=LOYAL))
    for year in range(YEAR, YEAR + 5):  # a year apart: never eighteen months without a sign of life
        await merchant.advance(local(date(year, 1, 15), time(12)))
        await wake()
        await merchant.buy(10000)
    assert await merchant.available() == 500
    await merchant.advance(local(date(YEAR + 4, 1, 16), time(0)))
    await wake()
    assert await merchant.available() == 400


@pytest.mark.parametrize(
    ("spent", "left"),
    [([99_800, 100], 0), ([100_000, 100], 1001), ([100_000], 1000), ([99_999, 1], 999)],
    ids=["X4-club", "X4-gold-keeps-them", "X4-gold-with-the-last-order", "X4-gold-by-what-earned-nothing"],
)
async def test_x4_a_year_without_activity_but_for_the_top_tier(
    merchant: Merchant, wake: Wake, spent: list[int], left: int
) -> None:
    year = {"policies": [{"monthsInactive": {"months": 12}}], "exemptTiers": ["gold"], "tierProgram": "tiers"}
    await merchant.open(rules(per_amount(), expiry=year))
    gold = {"metric": {"spend": {"currency": "USD"}}, "atLeast": 100_000}
    tiers = [{"id": "club", "name": "Club"}, {"id": "gold", "name": "Gold", "reach": [{"allOf": [gold]}]}]
    made = await merchant.do(
        "programCreate", slug="tiers", name="Tiers",
        rules={"tiered": {"unit": UNIT, "tiers": tiers, "validity": {"forGood": True}}},
    )  # fmt: skip
    await merchant.do("programPublish", id=made["program"]["id"])
    await merchant.advance(local(date(YEAR, 1, 15), time(12)))
    for amount in spent:
        await merchant.buy(amount)
    await merchant.advance(local(date(YEAR + 1, 1, 16), time(0)))
    await wake()
    assert await merchant.available() == left


def local(day: date, at: time) -> datetime:
    """An instant by Chicago's clocks."""
    return datetime.combine(day, at, ZONE)


def start_of(month: int) -> str:
    """The first instant of a month there."""
    return local(date(YEAR, month, 1), time(0)).isoformat()
