"""The truth about a draft: a twin where it was live from the start, and the same activities recorded for real."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import orjson

from kit import clock, db
from ledger.models import Unit
from members.models import Member
from members.standing import TIER
from programs import units
from programs.activity import Activity, ActivityKind, Line, LineKind
from programs.decision import ProgramId
from programs.models import Program, ProgramVersion
from programs.records import MemberRef
from programs.tiered import resting
from programs.tiered import service as tiers
from tenants import scope
from tests.programs.factories import make_reward
from tests.programs.shop import START, PointsShop, open_points_shop

Document = dict[str, Any]
Setup = Mapping[str, tuple[str, Document]]
"""The programs of a shop beside points, by slug: kind and rules."""
MEMBERS = ("ann", "bob", "cem")
_LIVE_FROM = START - timedelta(days=365)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Had:
    """What members of a twin have, by their names: points given less those taken back, tiers, and rewards given."""

    points: dict[tuple[str, str], int]
    tiers: dict[str, str | None]
    rewards: dict[str, int]


@dataclass
class Twin:
    """A shop with its programs by slug."""

    points: PointsShop
    programs: dict[str, ProgramId]
    names: dict[str, str]
    rests: bool

    async def live(self, history: list[tuple[str, Activity]]) -> None:
        """Record activities, each at its time; before it the jobs did what was due."""
        for name, activity in history:
            await self.go_to(activity.occurred_at)
            await self.points.record(activity, MemberRef(external_id=name))

    async def go_to(self, instant: datetime) -> None:
        """Let the jobs of tiers do what is due, once a day if there is something to do each day."""
        with scope.of(self.points.tenant):
            while self.rests and self.points.now + _DAY < instant:
                self.points.now += _DAY
                with clock.pinned(self.points.now):
                    await resting.rest_due()
            self.points.now = instant
            with clock.pinned(instant):
                await resting.rest_due()
                await tiers.review_due()

    async def had(self) -> Had:
        """What came of it all."""
        tenant = self.points.tenant
        with scope.of(tenant):
            async with scope.reading():
                given = await db.rows(_GIVEN, tenant)
                held = await db.rows(_TIERS, tenant, f"{TIER}{self.programs['club']}")
                granted = await db.rows(_GRANTED, tenant)
        points = {(str(row["unit"]), self.names[row["owner"].removeprefix("member:")]): int(row["n"]) for row in given}
        return Had(
            {key: amount for key, amount in points.items() if amount},
            {self.names[row["member_id"]]: orjson.loads(row["value"]) for row in held},
            {row["reward"]: int(row["n"]) for row in granted},
        )


async def open_twin(slug: str, setup: Setup) -> Twin:
    """A shop with the programs `main` (points) and those given, live for a year, and three members."""
    shop = await open_points_shop(setup["main"][1], slug=slug)
    programs, names = dict[str, ProgramId](), dict[str, str]()
    with scope.of(shop.tenant), clock.pinned(START):
        await units.upsert("miles", "mile", "miles")
        for slug in ("money", "bonus"):
            await units.upsert(slug, slug, slug, None, "USD")
        await units.upsert("plays", "play", "plays")
        await make_reward("mug", points=100)
        async with scope.writing():
            programs["main"] = ProgramId((await Program.get(slug="main")).id)
            for name, (kind, rules) in setup.items():
                if name != "main":
                    programs[name] = await _program(name, kind, rules, (await Unit.get(slug=rules["unit"])).id)
            for member in MEMBERS[1:]:
                await Member.create(external_id=member, joined_at=START, created_at=START)
            names = {member.id: str(member.external_id) for member in await Member.all()}
    return Twin(shop, programs, names, "dormancy" in setup["club"][1])


async def _program(slug: str, kind: str, rules: Document, unit: str) -> ProgramId:
    program = await Program.create(
        slug=slug, name=slug, kind=kind, line="main", unit_id=unit, state="live", created_at=_LIVE_FROM
    )  # fmt: skip
    await ProgramVersion.create(
        program_id=program.id, number=1, state="published", rules=orjson.dumps(rules).decode(), live_from=_LIVE_FROM,
        saved_at=_LIVE_FROM, saved_by="test", published_at=_LIVE_FROM,
    )  # fmt: skip
    return ProgramId(program.id)


def history(seed: int, activities: int) -> list[tuple[str, Activity]]:
    """What happens to members in a year and more: orders, what comes back of them, top-ups, and things done."""
    random, orders, now = Random(seed), list[tuple[str, str, int]](), START
    found = list[tuple[str, Activity]]()
    for number in range(activities):
        now += timedelta(days=random.choice((0, 1, 4, 15, 40)), minutes=7)
        kind = random.choice(("buy", "buy", "buy", "back", "cancel", "amend", "load", "check_in", "review", "birthday"))
        name, key = random.choice(MEMBERS), f"{kind}-{number}"
        if kind in ("back", "cancel", "amend") and orders:
            reference, name, pieces = orders.pop(random.randrange(len(orders)))
            found.append((name, _correction(kind, key, reference, pieces, now)))
        elif kind in ("check_in", "review", "birthday"):
            found.append((name, Activity(key, kind, "", now)))
        elif kind == "load":
            load = (Line("load", random.choice((10_00, 50_00, 120_00)), kind=LineKind.TOP_UP),)
            found.append((name, Activity(key, "purchase", "", now, lines=load, currency="USD", order_id=key)))
        else:
            orders.append((key, name, random.choice((1, 2, 3))))
            found.append((name, _order(key, orders[-1][2], random.randrange(1, 200_00), now)))
    return found


def _order(key: str, pieces: int, amount: int, at: Any) -> Activity:
    lines = (Line("a", amount, quantity=pieces), Line("b", amount // 3, tags=("night",)))
    return Activity(key, ActivityKind.PURCHASE.value, "", at, lines=lines, currency="USD", order_id=key)


def _correction(kind: str, key: str, reference: str, pieces: int, at: Any) -> Activity:
    match kind:
        case "back":
            return Activity(key, "refund", "", at, lines=(Line("a", 0, quantity=pieces),), order_id=reference)
        case "cancel":
            return Activity(key, "cancel", "", at, order_id=reference)
        case _:
            lines = (Line("b", 77_77, tags=("night",)), Line("c", 12_34))
            return Activity(key, "amend", "", at, lines=lines, currency="USD", order_id=reference)


_GIVEN = """
SELECT u.slug AS unit, a.owner, sum(CASE WHEN t.credit = a.id THEN t.amount ELSE -t.amount END) AS n
FROM account a JOIN transfer t ON t.tenant_id = a.tenant_id AND a.id IN (t.credit, t.debit)
JOIN unit u ON u.tenant_id = a.tenant_id AND u.id = a.unit_id
WHERE a.tenant_id = $1 AND a.owner >= 'member:' AND a.owner < 'member;' AND t.kind = 'now'
    AND NOT (t.reason = 'convert' AND u.slug = 'points')
GROUP BY u.slug, a.owner"""
_TIERS = "SELECT member_id, value FROM member_fact WHERE tenant_id = $1 AND name = $2"
_GRANTED = """
SELECT reward, count(*) AS n FROM reward_grant WHERE tenant_id = $1 AND state <> 'taken_back' GROUP BY reward"""
