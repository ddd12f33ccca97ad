"""The demo: the real purchases, lived through, with books that are right."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from rich.progress import Progress, TaskID

from demo import coalition, coalition_story, load, opening, roastery
from kit import clock, db
from programs.coalition import own_side, participations
from settings import Settings
from tenants import scope
from tenants.models import Tenant
from tenants.scope import TenantId


def test_the_data_is_the_customary_sample() -> None:
    purchases = load.read(load.SOURCE)
    assert len(purchases) == 6919
    assert len({purchase.customer for purchase in purchases}) == 2357
    assert (purchases[0].day.isoformat(), purchases[-1].day.isoformat()) == ("1997-01-01", "1998-06-30")


@pytest.fixture(autouse=True)
def few_members(monkeypatch: pytest.MonkeyPatch) -> None:
    """The roastery's whole year, and the club's weeks, with a few members: what each does is the same."""
    monkeypatch.setattr(roastery, "MEMBERS", 16)
    monkeypatch.setattr(coalition_story, "MEMBERS", 10)


def test_the_story_of_the_roastery_is_always_the_same() -> None:
    first = date(2025, 11, 22)
    told = roastery.tell(first)
    assert told == roastery.tell(first)
    assert [each.number for each in told] == list(range(len(told)))
    assert (told[0].day, max(each.day for each in told) <= first + timedelta(days=roastery.DAYS - 1)) == (first, True)


class _BrokenOff(BaseException):
    pass


class _Impatient(Progress):
    """Breaks the loading off after so many purchases, in the middle of a week."""

    def advance(self, task_id: TaskID, advance: float = 1) -> None:
        super().advance(task_id, advance)
        if self.tasks[task_id].completed >= 1000:
            raise _BrokenOff


@pytest.mark.slow
async def test_demo_that_was_broken_off_goes_on_where_it_stopped(
    database: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = load.read(load.SOURCE)[:1500]
    monkeypatch.setattr(load, "read", lambda _path: some)
    monkeypatch.setattr(load, "BATCH", 100)
    settings = Settings(data_dir=tmp_path)
    with pytest.raises(_BrokenOff), _Impatient(disable=True) as progress:
        await load.load(settings, progress)
    (told,) = opening.tenants_told(settings)
    with Progress(disable=True) as progress, clock.pinned(clock.now() + timedelta(days=1)):
        assert [await load.load(settings, progress) for _ in range(2)] == [True, False]
    assert opening.tenants_told(settings)[0] == told, "the password that was told is the one"
    with scope.unscoped("test"):
        async with scope.reading():
            tenant = await Tenant.get(slug=load.SLUG)
    with scope.of(TenantId(tenant.id)):
        async with scope.reading():
            (row,) = await db.rows(
                "SELECT count(*) AS activities, count(DISTINCT order_reference) AS orders, max(occurred_at) AS last, "
                "(SELECT count(*) FROM program WHERE tenant_id = $1) AS programs, "
                "(SELECT count(*) FROM reward WHERE tenant_id = $1) AS rewards FROM activity WHERE tenant_id = $1",
                tenant.id,
            )
    assert (row["activities"], row["orders"], row["programs"], row["rewards"]) == (1500, 1500, 1, 4)
    yesterday = clock.now().astimezone(load.ZONE).date() - timedelta(days=1)
    assert db.instant(row["last"]).astimezone(load.ZONE).date() == yesterday, "moved as on the day it was begun"


@pytest.mark.slow
async def test_demo_is_loaded_once_and_ends_yesterday(database: object, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with Progress(disable=True) as progress:
        assert [await load.load(settings, progress) for _ in range(2)] == [True, False]
    with scope.unscoped("test"):
        async with scope.reading():
            tenant = await Tenant.get(slug=load.SLUG)
    with scope.of(TenantId(tenant.id)):
        async with scope.reading():
            (row,) = await db.rows(
                "SELECT count(*) AS activities, max(occurred_at) AS last FROM activity WHERE tenant_id = $1", tenant.id
            )
    assert row["activities"] == 6919
    yesterday = clock.now().astimezone(load.ZONE).date() - timedelta(days=1)
    assert db.instant(row["last"]).astimezone(load.ZONE).date() == yesterday
    told, *others = json.loads((tmp_path / "demo.json").read_text())["tenants"]
    assert [told["slug"], *(one["slug"] for one in others)] == [load.SLUG, roastery.SHOP.slug, coalition.SHOP.slug]
    assert told["secretKey"].startswith("gsk_live_")
    shop = await opening.find(roastery.SHOP)
    assert shop is not None
    with scope.of(TenantId(shop.id)):
        (joined,) = await participations.listed()
        assert [each.direction for each in await own_side.page(joined.id)] == ["out", "in"]
        async with participations.as_partner(joined) as partner:
            assert partner.name == roastery.SHOP.name


@pytest.mark.slow
async def test_the_roastery_has_something_of_every_kind(database: object, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with Progress(disable=True) as progress:
        assert [await roastery.load(settings, progress) for _ in range(2)] == [True, False]
    tenant = await opening.find(roastery.SHOP)
    assert tenant is not None
    with scope.of(TenantId(tenant.id)):
        async with scope.reading():
            (row,) = await db.rows(
                "SELECT (SELECT count(*) FROM program WHERE tenant_id = $1 AND state = 'live') AS programs, "
                "(SELECT count(DISTINCT tier) FROM tier_standing WHERE tenant_id = $1) AS tiers, "
                "(SELECT count(*) FROM membership WHERE tenant_id = $1) AS memberships, "
                "(SELECT count(*) FROM game_play WHERE tenant_id = $1) AS plays, "
                "(SELECT count(*) FROM donation WHERE tenant_id = $1) AS donations, "
                "(SELECT count(*) FROM task_completion WHERE tenant_id = $1) AS tasks",
                tenant.id,
            )
    assert row["programs"] == 6
    assert all(row[what] > 0 for what in ("tiers", "memberships", "plays", "donations", "tasks")), dict(row)
