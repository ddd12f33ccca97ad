"""A shop with points and tiers, its history, and replays of drafts over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import orjson

from jobs.job import Lane
from jobs.runner import Runner
from jobs.schedule import schedule
from kit import clock
from kit.outbound import Outbound
from ledger.models import Unit
from members.models import Member
from programs import replay, versions
from programs.activity import Activity, Line
from programs.decision import ProgramId
from programs.models import Program, ProgramVersion
from programs.records import MemberRef
from programs.replay import ReplayId, ReplayView
from programs.replay_tally import UnitResult
from tenants import scope
from tests.programs.shop import ONE_PER_DOLLAR, START, PointsShop, open_points_shop
from tests.programs.tiered.factories import SPEND, by_spend, tier, way

Document = dict[str, Any]
JOBS = schedule(b"root", Outbound())


@dataclass
class ReplayShop:
    """A shop whose clock is moved by hand, with its points program and its tiers."""

    points: PointsShop
    main: ProgramId
    tiers: ProgramId

    async def draft(self, program: ProgramId, rules: Document) -> None:
        with scope.of(self.points.tenant), clock.pinned(self.points.now):
            await versions.save_draft(program, rules)

    async def begin(self, program: ProgramId, days: int = 1000, **given: Any) -> ReplayId:
        with scope.of(self.points.tenant, actor="staff:0190"), clock.pinned(self.points.now):
            return (await replay.begin(program, self.points.now - timedelta(days=days), **given)).id

    async def wake(self) -> None:
        """What the job does."""
        with clock.pinned(self.points.now):
            await Runner(Lane.REPLAYS, JOBS).tick()

    async def see(self, id_: ReplayId) -> ReplayView:
        with scope.of(self.points.tenant), clock.pinned(self.points.now):
            return await replay.get(id_)

    async def replay(self, program: ProgramId, rules: Document | None = None, **given: Any) -> ReplayView:
        """Replay these rules, else those that are live, to the end."""
        if rules is not None:
            await self.draft(program, rules)
        else:
            with scope.of(self.points.tenant), clock.pinned(self.points.now):
                live = await versions.live(program)
                assert live is not None
                given["version"] = live.id
        id_ = await self.begin(program, **given)
        await self.wake()
        return await self.see(id_)


async def open_replay_shop(points: Document | None = None, tiers: Document | None = None) -> ReplayShop:
    """A point per dollar unless told otherwise, and three tiers by spend."""
    shop = await open_points_shop(points or ONE_PER_DOLLAR)
    live_from = START - timedelta(days=365)
    with scope.of(shop.tenant):
        async with scope.writing():
            unit, main = await Unit.get(slug="points"), await Program.get(slug="main")
            club = await Program.create(
                slug="club", name="Club", kind="tiered", line="main", unit_id=unit.id, state="live",
                created_at=live_from,
            )  # fmt: skip
            await ProgramVersion.create(
                program_id=club.id, number=1, state="published", live_from=live_from, saved_at=live_from,
                rules=orjson.dumps(tiers or by_year()).decode(), saved_by="test", published_at=live_from,
            )  # fmt: skip
            for name in ("bob", "cem"):
                await Member.create(external_id=name, joined_at=START, created_at=START)
    return ReplayShop(shop, ProgramId(main.id), ProgramId(club.id))


def by_year(silver: int = 100_00, gold: int = 500_00, **more: Any) -> Document:
    """Tiers of a calendar year; silver earns half more and brings 25 points."""
    gift = {"multipliers": [{"factor": "1.5", "unit": "points"}], "gifts": [{"unit": "points", "points": 25}]}
    tiers = [tier("basic"), tier("silver", way(SPEND, silver), **gift), tier("gold", way(SPEND, gold))]
    return by_spend(window={"type": "calendar_year"}) | {"tiers": tiers} | more


def earning(points: int = 1, **more: Any) -> Document:
    """Points per dollar, with what else the rule says."""
    earn = {"type": "per_amount", "points": points, "per": 100, "currency": "USD"}
    return {"format": 1, "unit": "points", "rules": [{"id": "base", "name": "Base", "earn": earn, **more}]}


def of_points(view: ReplayView) -> UnitResult:
    """The result's one unit."""
    assert view.result is not None
    (unit,) = view.result.units
    return unit


async def some_history(shop: PointsShop, random: Random, activities: int) -> None:
    """Purchases, returns of a part, cancellations and amendments by three members, over a year and more."""
    orders: list[tuple[str, MemberRef, int]] = []
    for number in range(activities):
        shop.now += timedelta(days=random.choice((0, 1, 5, 20)))
        kind = random.choice(("buy", "buy", "buy", "back", "cancel", "amend"))
        if kind == "buy" or not orders:
            who = MemberRef(external_id=random.choice(("ann", "bob", "cem")))
            order = (f"o{number}", who, random.choice((1, 2, 3)))
            orders.append(order)
            await shop.record(_purchase(shop, order, random.randrange(1, 200_00)), who)
            continue
        reference, who, pieces = orders.pop(random.randrange(len(orders)))
        await shop.record(_correction(shop, kind, reference, pieces, number), who)
    shop.now += timedelta(hours=1)


def _purchase(shop: PointsShop, order: tuple[str, MemberRef, int], amount: int) -> Activity:
    lines = (Line(id="a", amount=amount, quantity=order[2]), Line(id="b", amount=amount // 3))
    return Activity(
        key=order[0], kind="purchase", member_id="", occurred_at=shop.now, order_id=order[0], currency="USD",
        lines=lines,
    )  # fmt: skip


def _correction(shop: PointsShop, kind: str, reference: str, pieces: int, number: int) -> Activity:
    given: dict[str, Any] = {"key": f"{kind}{number}", "member_id": "", "occurred_at": shop.now, "order_id": reference}
    if kind == "back":
        return Activity(kind="refund", lines=(Line(id="a", amount=0, quantity=pieces),), **given)
    if kind == "cancel":
        return Activity(kind="cancel", **given)
    return Activity(kind="amend", currency="USD", lines=(Line(id="b", amount=77_77),), **given)
