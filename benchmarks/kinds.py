"""Five kinds of programs live at once: what they cost a purchase, beside points alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from random import Random
from typing import Any

from benchmarks.core import filled, opened
from benchmarks.deciding import RULES, measured
from benchmarks.figures import Measured
from benchmarks.http_record import record_many
from benchmarks.rounds import SLOT_S, alternate
from benchmarks.servers import Urls, folder, in_own_process, new_database, postgres, statement
from benchmarks.serving import Server, guerdon
from benchmarks.shop import POINTS, Shop, purchase, seed
from programs import service, units, versions
from programs.intake import record
from tenants import scope

TIERS = {
    "format": 1, "unit": "points",
    "tiers": [
        {"id": "basic", "name": "Basic"},
        {"id": "gold", "name": "Gold", "multipliers": [{"factor": "1"}],
         "reach": [{"all_of": [{"metric": {"type": "spend", "currency": "USD"}, "at_least": 100_000_000}]}]},
    ],
}  # fmt: skip
PLANS = {
    "format": 1, "unit": "points",
    "plans": [{"id": "plus", "name": "Plus", "price": 9900, "currency": "USD", "period": "year",
               "multipliers": [{"factor": "2"}]}],
}  # fmt: skip
TASKS = {
    "format": 1, "unit": "points",
    "tasks": [{"id": "hundred", "name": "A hundred orders", "window": {"type": "calendar", "period": "month"},
               "repeat": {"type": "per_window"}, "steps": [{"behaviour": {"type": "orders"}, "target": 100}],
               "rewards": [{"type": "points", "unit": "points", "points": 500}]}],
}  # fmt: skip
GAME = {
    "format": 1, "unit": "plays",
    "earn": [{"id": "order", "name": "A play per order",
              "earn": {"type": "per_order", "plays": 1, "currency": "USD"}}],
    "free": {"plays": 1, "every": "week"},
    "game": {"type": "wheel", "out_of": 4, "prizes": [
        {"id": "points", "name": "Points", "weight": 1, "gift": {"type": "points", "unit": "points", "points": 100}},
        {"id": "blank", "name": "Nothing", "weight": 3}]},
    "starts_on": "2020-01-01", "ends_on": "2099-12-31", "regions": ["*"], "minimum_age": 0,
    "legal_review": {"by": "Counsel", "at": "2020-01-01"},
}  # fmt: skip
WARM_UP = 50
"""Purchases per merchant before anything is measured, so that the planner knows every table."""

BESIDE_POINTS: dict[str, dict[str, Any]] = {"tiered": TIERS, "paid": PLANS, "tasks": TASKS, "game": GAME}
"""Four more kinds: a purchase counts for a tier and a task, is asked about a membership, and earns a play."""


async def http_five_kinds() -> Measured:
    """Purchases per second over HTTP into PostgreSQL with five kinds live, against the same with points alone."""
    with postgres() as server, folder() as path:
        points, five = await new_database(server, "points"), await new_database(server, "five")
        points_shops, _ = await asyncio.to_thread(in_own_process, filled, points)
        five_shops = await asyncio.to_thread(in_own_process, filled_with_kinds, five)
        for name in ("points", "five"):
            (path / name).mkdir()
        async with (
            guerdon(points.application, path / "points") as one,
            guerdon(five.application, path / "five") as other,
        ):
            limit = _slot(one, points_shops, (POINTS,))
            ours = _slot(other, five_shops, (POINTS, 1))
            await ours(1)
            await limit(1)
            return await alternate(partial(ours, SLOT_S), partial(limit, SLOT_S), "/s")


def _slot(server: Server, shops: Sequence[Shop], amounts: tuple[int, ...]) -> Callable[[float], Awaitable[float]]:
    async def slot(seconds: float) -> float:
        return await asyncio.to_thread(in_own_process, record_many, server.port, shops, seconds, amounts)

    return slot


async def deciding_five_kinds() -> Measured:
    """Microseconds per decision of an order of three lines, ten rules of points and four kinds more."""
    return measured({"points": RULES, **BESIDE_POINTS})


def filled_with_kinds(urls: Urls) -> list[Shop]:
    """The merchants of the other figures, each with four programs more; for a process of its own."""
    return asyncio.run(_fill(urls))


async def _fill(urls: Urls) -> list[Shop]:
    async with opened(urls):
        shops = await seed()
        for shop in shops:
            with scope.of(shop.tenant):
                await units.upsert("plays", "play", "plays", 0)
                for kind, rules in BESIDE_POINTS.items():
                    given = service.CreateInput(name=kind, kind=kind, unit=str(rules["unit"]), rules=rules)
                    await versions.publish((await service.create(given)).id)
        random = Random(0)  # noqa: S311  # who buys; no secret
        for _ in range(WARM_UP):
            await asyncio.gather(*(record(purchase(shop, random)) for shop in shops))
    if urls.owner.startswith("postgres"):
        await statement(urls.owner, "ANALYZE")  # what autovacuum does within the first minutes
    return shops
