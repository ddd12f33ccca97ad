"""A replay of a draft over CDNOW's purchases in full: two worlds of points and tiers, from SQLite."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from benchmarks.core import opened
from benchmarks.figures import Measured
from benchmarks.importing import PURCHASES, SOURCE, import_into, write_csv
from benchmarks.rounds import ROUNDS
from benchmarks.servers import Urls, folder
from benchmarks.shop import RULES, seed
from kit import clock
from programs import replay, service, versions
from programs.decision import ProgramId
from programs.replay import ReplayId
from tenants import scope
from tenants.scope import TenantId

SINCE = datetime(1990, 1, 1, tzinfo=UTC)
SPEND = {"type": "spend", "currency": "USD"}
TIERS = {
    "unit": "points",
    "window": {"type": "calendar_year"},
    "tiers": [
        {"id": "basic", "name": "Basic"},
        {"id": "silver", "name": "Silver", "multipliers": [{"factor": "1.25"}],
         "reach": [{"all_of": [{"metric": SPEND, "at_least": 100_00}]}]},
        {"id": "gold", "name": "Gold", "multipliers": [{"factor": "1.5"}],
         "reach": [{"all_of": [{"metric": SPEND, "at_least": 500_00}]}]},
    ],
}  # fmt: skip
DRAFT = {**RULES, "rules": [
    {"id": "dollar", "name": "2 points per dollar",
     "earn": {"type": "per_amount", "points": 2, "per": 100, "currency": "USD"}},
]}  # fmt: skip


async def replaying() -> Measured:
    """Activities per second of a whole replay, each played by the live rules and by the draft."""
    with folder() as path:
        purchases = path / "purchases.csv"
        write_csv(Path(os.environ.get("CDNOW_FULL", SOURCE)), purchases)
        url = f"sqlite:///{path / 'guerdon.sqlite3'}"
        async with opened(Urls(url, url)):
            (shop,) = await seed(1)
            program = await _prepare(shop.tenant)
        await import_into(path, url, purchases)
        async with opened(Urls(url, url)):
            rounds = [await _round(shop.tenant, program) for _ in range(ROUNDS)]
    return Measured(rounds, note=f"{PURCHASES:,} purchases of 23,570 people, points and three tiers, SQLite")


async def _prepare(tenant: TenantId) -> ProgramId:
    with scope.of(tenant):
        tiers = await service.create(service.CreateInput(name="Tiers", kind="tiered", unit="points", rules=TIERS))
        await versions.publish(tiers.id)
        points = await service.get(slug="points")
        await versions.save_draft(points.id, DRAFT)
    return points.id


async def _round(tenant: TenantId, program: ProgramId) -> float:
    with scope.of(tenant):
        start = perf_counter()
        asked = await replay.begin(program, SINCE, clock.now())
        async with scope.writing():
            assert await replay.claim() == asked.id
        await _play(asked.id)
        elapsed = perf_counter() - start
        view = await replay.get(asked.id)
    assert view.result is not None and view.result.activities == PURCHASES, view
    (unit,) = view.result.units
    assert 1.9 * unit.before < unit.after < 2.1 * unit.before, unit
    return PURCHASES / elapsed


async def _play(id_: ReplayId) -> None:
    run = await replay.opened(id_)
    while not run.over:
        await run.play(1.0)
        async with scope.writing():
            assert await replay.note(id_, run)
    async with scope.writing():
        await replay.close(id_, run)
