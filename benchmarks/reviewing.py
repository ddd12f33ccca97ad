"""The review of 100,000 members' tiers whose time is over, as the job does it: a third keeps theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from time import perf_counter

import orjson

from benchmarks.core import opened
from benchmarks.figures import Measured
from benchmarks.servers import Urls, folder, new_database, postgres, statement
from benchmarks.shop import Shop, id_of, seed
from kit import clock, db
from kit.ids import new_id
from kit.setbased import Insert
from programs import service, versions
from programs.tiered.service import REVIEWED_MAX, review_due
from tenants import scope

TIERED = 100_000
FIRST = 1_000_000  # the number of the first of them: the shop has members of its own
DAYS = 6
AT_ONCE = 5_000
REACHED, JOINED = datetime(2025, 3, 2, 12, tzinfo=UTC), datetime(2024, 5, 17, tzinfo=UTC)
OVER = datetime(2027, 1, 1, tzinfo=UTC)
SPEND = {"type": "spend", "currency": "USD"}
RULES = {
    "unit": "points",
    "window": {"type": "calendar_year"},
    "tiers": [
        {"id": "basic", "name": "Basic"},
        {"id": "silver", "name": "Silver", "reach": [{"all_of": [{"metric": SPEND, "at_least": 100_00}]}]},
        {"id": "gold", "name": "Gold", "reach": [{"all_of": [{"metric": SPEND, "at_least": 500_00}]}]},
    ],
}


async def reviewing_postgres() -> Measured:
    """Seconds until nothing is due, on PostgreSQL."""
    with postgres() as server:
        urls = await new_database(server, "ours")
        async with opened(urls):
            return Measured([await _reviewed(urls.owner)], note=NOTE)


async def reviewing_sqlite() -> Measured:
    """Seconds until nothing is due, on SQLite."""
    with folder() as path:
        url = f"sqlite:///{path / 'guerdon.sqlite3'}"
        async with opened(Urls(url, url)):
            return Measured([await _reviewed(None)], note=NOTE)


NOTE = f"gold whose year is over, {DAYS} days with orders each; a third kept, a third silver, a third basic"


async def _reviewed(analyse: str | None) -> float:
    (shop,) = await seed(1)
    with scope.of(shop.tenant):
        await _fill(shop)
        if analyse is not None:
            await statement(analyse, "ANALYZE")
        with clock.pinned(OVER):
            start, done = perf_counter(), 0
            while handled := await review_due(REVIEWED_MAX):
                done += handled
            seconds = perf_counter() - start
        await _check(done)
    return seconds


async def _check(done: int) -> None:
    async with scope.reading():
        found = await db.rows(
            "SELECT tier, count(*) AS n FROM tier_standing WHERE tenant_id = $1 GROUP BY tier", scope.tenant_id()
        )
    assert done == TIERED and {row["tier"]: row["n"] for row in found} == {
        "gold": TIERED // 3 + 1, "silver": TIERED // 3, "basic": TIERED // 3
    }, (done, found)  # fmt: skip


async def _fill(shop: Shop) -> None:
    """Members who reached gold in the year before the last and, in the last, spent 60, 120 or 600 dollars."""
    program = await service.create(service.CreateInput(name="Tiers", kind="tiered", unit="points", rules=RULES))
    await versions.publish(program.id)
    joined = {"tier": "basic", "since": JOINED, "until": None, "reason": "joined", "points": [], "grants": []}
    gold = {"tier": "gold", "since": REACHED, "until": OVER, "reason": "reached", "points": [], "grants": []}
    body = orjson.dumps({"format": 2, "steps": [joined, gold]}).decode()
    numbers: Iterator[int] = iter(range(TIERED))
    while batch := list(islice(numbers, AT_ONCE)):
        ids = [id_of(0, FIRST + number) for number in batch]
        tenant = shop.tenant
        async with scope.writing():
            await _MEMBERS([(tenant, id_, f"m{id_[-8:]}", "active", JOINED, JOINED) for id_ in ids])
            await _STANDINGS([(tenant, new_id(), program.id, id_, body, "gold", OVER, 1) for id_ in ids])
            await _CHANGES([
                (tenant, new_id(), program.id, id_, "gold", "reached", OVER, REACHED, REACHED) for id_ in ids
            ])  # fmt: skip
            await _FACTS([(tenant, new_id(), id_, f"tier:{program.id}", '"gold"', REACHED) for id_ in ids])
            await _COUNTERS([
                (tenant, new_id(), program.id, f"member:{id_}", "tier:spend:USD", f"day:2026-{month + 1:02}-17",
                 (100_00, 20_00, 10_00)[number % 3])
                for number, id_ in zip(batch, ids, strict=True) for month in range(DAYS)
            ])  # fmt: skip


_MEMBERS = Insert("member", tenant_id="uuid", id="uuid", external_id="text", state="text", joined_at="instant",
                  created_at="instant")  # fmt: skip
_STANDINGS = Insert("tier_standing", tenant_id="uuid", id="uuid", program_id="uuid", member_id="uuid", body="text",
                    tier="text", review_at="instant", revision="int")  # fmt: skip
_CHANGES = Insert("tier_change", tenant_id="uuid", id="uuid", program_id="uuid", member_id="uuid", to_tier="text",
                  reason="text", until="instant", effective_at="instant", recorded_at="instant")  # fmt: skip
_FACTS = Insert("member_fact", tenant_id="uuid", id="uuid", member_id="uuid", name="text", value="text",
                updated_at="instant")  # fmt: skip
_COUNTERS = Insert("counter", tenant_id="uuid", id="uuid", program_id="uuid", owner="text", name="text",
                   period="text", used="int")  # fmt: skip
