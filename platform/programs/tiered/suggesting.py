"""Thresholds that fit the members as they are: the first tier for half of them, the top one for less than a tenth.

What counts is how much of the program's first metric each active member did in a window of the rules' length that ends
today. It is read from the counters; of a program that never ran, from what members did.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import orjson

from kit import db
from kit.errors import Refusal
from programs import metrics, rulebooks, service
from programs.activity import Activity
from programs.days import add_months, start_of_day
from programs.decision import ProgramId
from programs.findings import RulesInvalid
from programs.metrics import Spend
from programs.service import ProgramView
from programs.tiered.compiled import key_of
from programs.tiered.kind import TieredKind
from programs.tiered.rules import Balance, Lifetime, Metric, RollingMonths, TasksDone, TieredRules
from programs.tiered.service import KIND
from tenants import profile, scope

TIERS_MAX = 20
ACTIVITIES_MAX = 100_000
_AT_ONCE = 2_000
_YEAR_MONTHS = 12
TOP_PERCENT = 10
PERCENTILES = (10, 25, 50, 75, 90, 95, 99)
_STEPS = (10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100)  # tenths of a power of ten that people take for round


@dataclass(frozen=True, slots=True)
class Threshold:
    """So much of the metric is asked for, and so many of the active members have it."""

    at_least: int
    members: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Thresholds for `metric`, the lowest first, by the members who were active from `since` to today.

    `percentiles` are amounts: so many percent of them have less, or as much. None are there if nobody was active.
    """

    metric: str
    since: date
    members: int
    percentiles: tuple[tuple[int, int], ...]
    thresholds: tuple[Threshold, ...]


async def suggest(program: ProgramId, tiers: int | None = None) -> Suggestion:
    """Suggest thresholds for so many tiers (1–20), as many as the draft's rules, else the live ones, ask for.

    Raises `Refusal` NOT_FOUND (no such tiered program, or no rules that can be read), OUT_OF_RANGE (tiers).
    """
    if tiers is not None and not 1 <= tiers <= TIERS_MAX:
        raise Refusal("OUT_OF_RANGE", f"Give a number from 1 to {TIERS_MAX}.", ("tiers",))
    rules = _rules(await service.get(program))
    asked = [way for tier in rules.tiers for way in tier.reach]
    metric = asked[0].all_of[0].metric if asked else Spend((await profile.current()).currency)
    async with scope.reading():
        zone = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()].zone
        today = scope.now().astimezone(zone).date()
        since = _since(rules, today)
        starts_at = start_of_day(since, zone) if since > date.min else datetime.min.replace(tzinfo=zone)
        members = await db.rows(_ACTIVE, scope.tenant_id(), max(starts_at, _FIRST))
        done = await _done(program, metric, since, today, max(starts_at, _FIRST), rules)
    amounts = sorted(max(0, done.get(row["member_id"], 0)) for row in members)
    wanted = tiers or max(1, sum(1 for tier in rules.tiers if tier.reach))
    return Suggestion(
        key_of(metric).removeprefix("tier:"), since, len(amounts),
        tuple((percent, _percentile(amounts, percent)) for percent in PERCENTILES) if amounts else (),
        tuple(Threshold(each, _have(amounts, each)) for each in thresholds(amounts, wanted)),
    )  # fmt: skip


def thresholds(amounts: Sequence[int], tiers: int) -> tuple[int, ...]:
    """Give thresholds for sorted amounts: the first within reach of half, the last of less than a tenth, each larger.

    Those between leave out equal parts of the members who lie between. Round numbers; none if half did nothing.
    """
    first = _round_down(_percentile(amounts, 50)) if amounts else 0
    if not first:
        return ()
    last = first
    while tiers > 1 and (last == first or _have(amounts, last) * 100 >= len(amounts) * TOP_PERCENT):
        last = _next_round(last)
    found = [first]
    for place in range(1, tiers - 1):
        between = _percentile(amounts, 50 + (100 - TOP_PERCENT - 50) * place // (tiers - 1))
        found.append(max(_next_round(found[-1]), _round_down(between)))
    return tuple(found) if tiers == 1 else (*found, max(last, _next_round(found[-1])))


def _rules(program: ProgramView) -> TieredRules:
    for version in (program.draft, program.live):
        if program.kind == KIND and version is not None:
            try:
                return TieredKind().parse(version.rules)
            except RulesInvalid:  # a draft may be saved with findings
                continue
    raise Refusal("NOT_FOUND", "There is no such tiered program, or its rules cannot be read.", ("program_id",))


def _since(rules: TieredRules, today: date) -> date:
    """The first day of the window; a year is taken for the last twelve months, since this one is not over."""
    if isinstance(rules.window, Lifetime):
        return date.min
    months = rules.window.months if isinstance(rules.window, RollingMonths) else _YEAR_MONTHS
    return add_months(today, -min(months, today.year * 12 - 24)) + timedelta(days=1)


async def _done(
    program: ProgramId, metric: Metric, since: date, today: date, starts_at: datetime, rules: TieredRules
) -> dict[str, int]:
    """How much of the metric each member did."""
    tenant = scope.tenant_id()
    if isinstance(metric, Balance):
        rows = await db.rows(_BALANCES, tenant, metric.unit)
        return {row["owner"].removeprefix("member:"): int(row["done"]) for row in rows}
    if isinstance(metric, TasksDone):
        return {row["owner"]: int(row["done"]) for row in await db.rows(_TASKS, tenant, metric.task, starts_at)}
    first, last = (f"day:{day.isoformat()}" for day in (since, today))
    rows = await db.rows(_COUNTED, tenant, program, key_of(metric), first, last)
    if rows:
        return {row["owner"].removeprefix("member:"): int(row["done"]) for row in rows}
    return {} if isinstance(metric, TasksDone) else await _recounted(metric, starts_at, rules)


async def _recounted(metric: metrics.Counted, starts_at: datetime, rules: TieredRules) -> dict[str, int]:
    """The same from the latest activities themselves, without what came back; points that were given are not known."""
    base, done, after = metrics.Base.of(rules.base), dict[str, int](), _LAST
    for _ in range(ACTIVITIES_MAX // _AT_ONCE):
        rows = await db.rows(_ACTIVITIES, scope.tenant_id(), starts_at, after, _AT_ONCE)
        for row in rows:
            activity = Activity.from_json({**orjson.loads(row["body"]), "member_id": row["member_id"]})
            if metrics.is_about(metric, activity.kind):
                amount, _shares = metrics.count(metric, activity, (), base)
                done[row["member_id"]] = done.get(row["member_id"], 0) + amount
        if len(rows) < _AT_ONCE:
            break
        after = rows[-1]["id"]
    return done


def _percentile(amounts: Sequence[int], percent: int) -> int:
    """The least amount that so many percent have at most."""
    return amounts[min(len(amounts) - 1, max(0, -(-len(amounts) * percent // 100) - 1))]


def _have(amounts: Sequence[int], at_least: int) -> int:
    return len(amounts) - bisect_left(amounts, at_least)


def _round_down(amount: int) -> int:
    """The largest round number that is no larger."""
    if amount < 10:
        return amount
    power: int = 10 ** (len(str(amount)) - 2)
    return max(step for step in _STEPS if step * power <= amount) * power


def _next_round(amount: int) -> int:
    """The next larger round number."""
    if amount < 10:
        return amount + 1
    power: int = 10 ** (len(str(amount)) - 2)
    return next(step * power for step in _STEPS if step * power > amount)


_FIRST = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"

_ACTIVE = """
SELECT DISTINCT a.member_id FROM activity a JOIN member m ON m.tenant_id = a.tenant_id AND m.id = a.member_id
WHERE a.tenant_id = $1 AND a.occurred_at >= $2 AND a.state = 'decided' AND m.state = 'active'"""

_TASKS = """
SELECT CAST(member_id AS TEXT) AS owner, sum(times) AS done FROM task_completion
WHERE tenant_id = $1 AND task = $2 AND effective_at >= $3 GROUP BY member_id HAVING sum(times) > 0"""

_COUNTED = """
SELECT owner, sum(used) AS done FROM counter
WHERE tenant_id = $1 AND program_id = $2 AND name = $3 AND period >= $4 AND period <= $5 GROUP BY owner"""

_BALANCES = """
SELECT a.owner, a.posted - a.held AS done FROM unit u JOIN account a ON a.tenant_id = u.tenant_id AND a.unit_id = u.id
WHERE u.tenant_id = $1 AND u.slug = $2 AND a.book = 'available' AND a.owner LIKE 'member:%'"""

_ACTIVITIES = """
SELECT id, member_id, body FROM activity
WHERE tenant_id = $1 AND occurred_at >= $2 AND state = 'decided' AND id < $3 ORDER BY id DESC LIMIT $4"""
