"""The demo: the real purchases, lived through, with books that are right."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from rich.progress import Progress

from demo import load
from kit import clock, db
from settings import Settings
from tenants import scope
from tenants.models import Tenant
from tenants.scope import TenantId


def test_the_data_is_the_customary_sample() -> None:
    purchases = load.read(load.SOURCE)
    assert len(purchases) == 6919
    assert len({purchase.customer for purchase in purchases}) == 2357
    assert (purchases[0].day.isoformat(), purchases[-1].day.isoformat()) == ("1997-01-01", "1998-06-30")


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
    (told,) = json.loads((tmp_path / "demo.json").read_text())["tenants"]
    assert told["slug"] == load.SLUG
    assert told["secretKey"].startswith("gsk_live_")
