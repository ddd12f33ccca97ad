"""Members are told ahead, once, in the tightest window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from events.models import Event
from jobs.job import Lane
from jobs.runner import Runner
from jobs.schedule import schedule
from kit import clock
from kit.outbound import Outbound
from ledger.models import Account
from ledger.state import member
from programs.models import Program, ProgramVersion
from tenants import scope
from tests.conftest import DatabaseUrls
from tests.ledger.helpers import START, Shop, open_shop

WARN = [job for job in schedule(b"root", Outbound()) if job.name == "warn"]
DAY = timedelta(days=1)


async def publish(shop: Shop, *warn_days: int, state: str = "live") -> None:
    with scope.of(shop.tenant):
        async with scope.writing():
            program = await Program.create(slug=f"p{warn_days}", name="p", kind="points", line="a", unit_id=shop.unit,
                                           state=state, created_at=START)  # fmt: skip
            rules = orjson.dumps({"unit": "points", "expiry": {"warn_days": warn_days}}).decode()
            await ProgramVersion.create(
                program_id=program.id, number=1, state="published", rules=rules, live_from=START, saved_at=START,
                saved_by="system",
            )  # fmt: skip


async def warnings(shop: Shop, at: datetime) -> Sequence[tuple[int, int]]:
    """Run the job at this instant; all warnings so far as (days before, amount)."""
    with clock.pinned(at):
        await Runner(Lane.POINTS, WARN).tick()
        await Runner(Lane.POINTS, WARN).tick()
    return [(body["days_before"], body["amount"]) for body in await bodies(shop)]


async def bodies(shop: Shop) -> Sequence[dict[str, Any]]:
    with scope.of(shop.tenant):
        async with scope.reading():
            return [orjson.loads(event.body) for event in await Event.filter(kind="points.expiring").order_by("id")]


async def test_told_once_in_each_window(database: DatabaseUrls) -> None:
    shop = await open_shop()
    await publish(shop, 30, 7)
    await shop.earn(10, expires_in=60 * DAY)
    await shop.earn(5, expires_in=60 * DAY)
    await shop.earn(100)
    end = START + 60 * DAY
    assert await warnings(shop, end - 30 * DAY - timedelta(hours=1)) == []
    assert await warnings(shop, end - 30 * DAY) == [(30, 15)]
    assert await warnings(shop, end - 20 * DAY) == [(30, 15)]
    assert await warnings(shop, end - 7 * DAY) == [(30, 15), (7, 15)]
    assert await warnings(shop, end - timedelta(hours=1)) == [(30, 15), (7, 15)]
    assert (await bodies(shop))[0] == {
        "member": shop.member_id, "unit": shop.unit, "amount": 15, "days_before": 30, "expires_at": end.isoformat()
    }  # fmt: skip


async def test_after_downtime_only_the_tightest_window_is_told(database: DatabaseUrls) -> None:
    shop = await open_shop()
    await publish(shop, 30, 7)
    await shop.earn(10, expires_in=60 * DAY)
    assert await warnings(shop, START + 57 * DAY) == [(7, 10)]


async def test_each_end_is_told_of_its_own(database: DatabaseUrls) -> None:
    shop = await open_shop()
    await publish(shop, 7)
    await shop.earn(10, expires_in=10 * DAY)
    await shop.earn(3, expires_in=11 * DAY)
    assert await warnings(shop, START + 3 * DAY) == [(7, 10)]
    assert await warnings(shop, START + 4 * DAY) == [(7, 10), (7, 3)]


async def test_end_by_inactivity_is_told_and_told_again_when_it_moved(database: DatabaseUrls) -> None:
    shop = await open_shop()
    await publish(shop, 7)
    await shop.earn(10)
    await shop.earn(5, expires_in=8 * DAY)
    await _lapse(shop, START + 20 * DAY)
    assert await warnings(shop, START + 2 * DAY) == [(7, 5)]
    assert await warnings(shop, START + 15 * DAY) == [(7, 5), (7, 10)]
    await _lapse(shop, START + 40 * DAY)
    assert await warnings(shop, START + 15 * DAY + timedelta(hours=1)) == [(7, 5), (7, 10)]
    assert await warnings(shop, START + 34 * DAY) == [(7, 5), (7, 10), (7, 10)]


@pytest.mark.parametrize("state", ["paused", "archived"])
async def test_programs_that_are_not_live_tell_nothing(database: DatabaseUrls, state: str) -> None:
    shop = await open_shop()
    await publish(shop, 7, state=state)
    await shop.earn(10, expires_in=5 * DAY)
    assert await warnings(shop, START + DAY) == []


async def test_pending_and_spent_points_are_not_told_of(database: DatabaseUrls) -> None:
    shop = await open_shop()
    await publish(shop, 7)
    await shop.earn(10, expires_in=5 * DAY)
    await shop.earn(4, expires_in=5 * DAY, pending=True)
    await shop.spend(7)
    assert await warnings(shop, START + DAY) == [(7, 3)]


async def _lapse(shop: Shop, at: datetime) -> None:
    owner = member(shop.tenant, shop.unit, shop.member_id).owner
    with scope.of(shop.tenant):
        async with scope.writing():
            assert await Account.filter(owner=owner, book="available").update(lapses_at=at) == 1
