"""What a batch asks of the database: so many statements whatever its size, and each member found by their key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import asyncpg
import orjson
import pytest

from kit import db
from kit.ids import new_id
from kit.setbased import Insert
from ledger.models import Unit
from ledger.opening import open_unit
from ledger.state import UnitId
from programs import rulebooks
from programs.activity import Activity, Line
from programs.intake import record_batch
from programs.models import Program, ProgramVersion
from programs.records import MemberRef, Recorded, Submission
from tenants import scope
from tests.conftest import DatabaseUrls
from tests.programs.shop import START, PointsShop, open_points_shop

SPENT = {"type": "spend", "currency": "USD"}
BESIDE_POINTS: dict[str, dict[str, Any]] = {
    "tiered": {
        "format": 1, "unit": "points",
        "tiers": [{"id": "basic", "name": "Basic"},
                  {"id": "gold", "name": "Gold", "multipliers": [{"factor": "2"}],
                   "reach": [{"all_of": [{"metric": SPENT, "at_least": 100_000}]}]}],
    },
    "paid": {
        "format": 1, "unit": "points",
        "plans": [{"id": "plus", "name": "Plus", "price": 9900, "currency": "USD", "period": "year"}],
    },
    "tasks": {
        "format": 1, "unit": "points",
        "tasks": [{"id": "ten", "name": "Ten orders", "window": {"type": "calendar", "period": "month"},
                   "repeat": {"type": "per_window"}, "steps": [{"behaviour": {"type": "orders"}, "target": 10}],
                   "rewards": [{"type": "points", "unit": "points", "points": 5}]}],
    },
    "game": {
        "format": 1, "unit": "plays",
        "earn": [{"id": "order", "name": "A play per order",
                  "earn": {"type": "per_order", "plays": 1, "currency": "USD"}}],
        "game": {"type": "wheel", "out_of": 1, "prizes": [
            {"id": "one", "name": "One", "weight": 1, "gift": {"type": "points", "unit": "points", "points": 1}}]},
        "starts_on": "2020-01-01", "ends_on": "2099-12-31", "regions": ["*"], "minimum_age": 0,
        "legal_review": {"by": "Counsel", "at": "2020-01-01"},
    },
}  # fmt: skip

POINTS_ALONE = ["tenant", "activity", "placed_order", "account", "(writes)"]
FIVE_KINDS = [
    "tenant", "activity", "placed_order", "member_task", "tier_standing", "account", "counter", "counter (sums)",
    "member_fact", "(writes)",
]  # fmt: skip


@pytest.mark.parametrize("members", [1, 12])
async def test_points_alone_need_five_statements(
    database: object, monkeypatch: pytest.MonkeyPatch, members: int
) -> None:
    shop = await _shop(members)
    await _warm_up(shop, members)
    seen = _watched(monkeypatch)
    await _record(shop, range(members))
    assert seen == POINTS_ALONE


@pytest.mark.parametrize("members", [1, 12])
async def test_five_kinds_need_five_more(database: object, monkeypatch: pytest.MonkeyPatch, members: int) -> None:
    shop = await _shop(members)
    await _add_kinds(shop)
    await _warm_up(shop, members)
    seen = _watched(monkeypatch)
    await _record(shop, range(members))
    assert seen == FIVE_KINDS


async def test_member_is_found_by_their_key_among_many(database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> None:
    if db.dialect() != "postgres":
        pytest.skip("row-level security, which makes a planner careful, is PostgreSQL's")
    shop = await _shop(500)
    await _warm_up(shop, 1)
    claims = list[tuple[str, tuple[object, ...]]]()
    with monkeypatch.context() as patch:
        _watched(patch, claims)
        await _record(shop, [7])
    owner = await asyncpg.connect(database.admin_url)
    await owner.execute("ANALYZE member")
    await owner.close()
    (sql, parameters) = next(each for each in claims if _about(each[0]) == "activity")
    with scope.of(shop.tenant):
        async with scope.writing():
            (plan,) = await db.rows(f"EXPLAIN (FORMAT JSON) {sql}", *parameters)
    (member,) = [node for node in _nodes(orjson.loads(plan["QUERY PLAN"])[0]["Plan"]) if node.get("Alias") == "m"]
    assert "id = CASE" in member["Index Cond"], member


async def test_facts_of_a_member_are_found_by_their_key_while_there_are_few(
    database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.dialect() != "postgres":
        pytest.skip("row-level security, which makes a planner careful, is PostgreSQL's")
    shop = await _shop(1)
    await _add_kinds(shop)
    await _warm_up(shop, 1)
    owner = await asyncpg.connect(database.admin_url)
    await owner.execute(_OTHERS_FACTS)
    await owner.close()
    read = list[tuple[str, tuple[object, ...]]]()
    with monkeypatch.context() as patch:
        _watched(patch, read)
        await _record(shop, [0])
    (sql, parameters) = next(each for each in read if _about(each[0]) == "member_fact")
    with scope.of(shop.tenant):
        async with scope.writing():
            (plan,) = await db.rows(f"EXPLAIN (FORMAT JSON) {sql}", *parameters)
    (fact,) = [node for node in _nodes(orjson.loads(plan["QUERY PLAN"])[0]["Plan"]) if node.get("Alias") == "f"]
    assert "member_id = x.id" in fact["Index Cond"], fact


def _watched(monkeypatch: pytest.MonkeyPatch, sent: list[tuple[str, tuple[object, ...]]] | None = None) -> list[str]:
    """What statements are about that are sent from now on, in order; all that is written at the end is one."""
    seen: list[str] = []
    rows, execute_each = db.rows, db.execute_each

    async def watched_rows(sql: str, *parameters: object) -> Sequence[db.Row]:
        seen.append(_about(sql))
        if sent is not None:
            sent.append((sql, parameters))
        return await rows(sql, *parameters)

    async def watched_each(statements: Sequence[tuple[str, object]]) -> list[int]:
        seen.append("(writes)")
        return await execute_each(statements)

    async def watched_execute(sql: str, *_: object) -> int:
        raise AssertionError(f"not expected: {sql}")

    monkeypatch.setattr(db, "rows", watched_rows)
    monkeypatch.setattr(db, "execute_each", watched_each)
    monkeypatch.setattr(db, "execute", watched_execute)
    return seen


def _about(sql: str) -> str:
    if sql.startswith("WITH w1"):
        return "(writes)"
    if sql.startswith("INSERT"):
        return sql.split()[2]
    table = re.findall(r"JOIN (\w+) \w+ ON", sql)[0]
    return f"{table} (sums)" if "sum(" in sql else str(table)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _nodes(each)


async def _shop(members: int) -> PointsShop:
    shop = await open_points_shop()
    with scope.of(shop.tenant):
        async with scope.writing():
            await _MEMBERS([
                (shop.tenant, new_id(), _name(number), "active", START, START) for number in range(members)
            ])  # fmt: skip
    return shop


async def _add_kinds(shop: PointsShop) -> None:
    live_from = START.replace(year=2025)
    with scope.of(shop.tenant):
        async with scope.writing():
            await Unit.create(slug="plays", name="play", name_plural="plays", created_at=START)
            units = {unit.slug: unit.id for unit in await Unit.all()}
            for kind, rules in BESIDE_POINTS.items():
                program = await Program.create(
                    slug=kind, name=kind, kind=kind, line="main", unit_id=units[rules["unit"]], state="live",
                    created_at=live_from,
                )  # fmt: skip
                await ProgramVersion.create(
                    program_id=program.id, number=1, state="published", rules=orjson.dumps(rules).decode(),
                    live_from=live_from, saved_at=live_from, saved_by="test", published_at=live_from,
                )  # fmt: skip
    rulebooks.forget()


async def _warm_up(shop: PointsShop, members: int) -> None:
    """Let the process know the rules and the system's accounts."""
    with scope.of(shop.tenant):
        async with scope.writing():
            for unit in await Unit.all():
                await open_unit(shop.tenant, UnitId(unit.id))
    await _record(shop, range(members))


async def _record(shop: PointsShop, members: Iterable[int]) -> None:
    answers = await record_batch([_purchase(shop, number) for number in members])
    assert all(isinstance(answer, Recorded) and answer.state == "decided" for answer in answers), answers


def _purchase(shop: PointsShop, member: int) -> Submission:
    order = new_id()
    activity = Activity(
        f"order:{order}", "purchase", "", shop.now, order_id=order, currency="USD", lines=(Line("1", 5_000),)
    )
    return Submission(shop.tenant, MemberRef(external_id=_name(member)), activity, shop.now)


def _name(number: int) -> str:
    return f"customer-{number}"


_MEMBERS = Insert(
    "member", tenant_id="uuid", id="uuid", external_id="text", state="text", joined_at="instant", created_at="instant"
)

# Those of a thousand members of twenty merchants, as a young shop's database has them.
_OTHERS_FACTS = """
WITH merchant AS (SELECT gen_random_uuid() AS id FROM generate_series(1, 20)),
added AS (INSERT INTO member (tenant_id, id, state, joined_at, created_at)
    SELECT merchant.id, gen_random_uuid(), 'active', now(), now() FROM merchant, generate_series(1, 50)
    RETURNING tenant_id, id)
INSERT INTO member_fact (tenant_id, id, member_id, name, value, updated_at)
SELECT tenant_id, gen_random_uuid(), id, 'tier:' || gen_random_uuid(), '"basic"', now() FROM added;
ANALYZE member_fact"""
