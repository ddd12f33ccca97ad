"""`decide()` by itself: an order of three lines under ten rules, no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.figures import Measured
from benchmarks.rounds import ROUNDS
from benchmarks.shop import LINES
from kit.ids import new_id
from kit.money import EXPONENTS
from programs import engine
from programs.activity import Activity, ActivityKind
from programs.decision import Decision, ProgramId, VersionId
from programs.engine import ProgramSource, Rulebook, VersionSource
from programs.kind import Standing

CALLS = 5_000
NOW = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)


def _rule(id_: str, earn: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": id_.title(), "earn": earn, **more}


RULES = {
    "format": 1,
    "unit": "points",
    "rules": [
        _rule("dollar", {"type": "per_amount", "points": 1, "per": 100, "currency": "USD"}),
        _rule("vinyl", {"type": "per_item", "points": 10}, items={"include": {"categories": ["vinyl"]}}),
        _rule("evening", {"type": "multiplier", "factor": "1.5"},
              conditions={"hours": [{"from_time": "16:00", "until_time": "20:00"}]}),
        _rule("friday", {"type": "multiplier", "factor": "2"}, conditions={"weekdays": [5]},
              items={"include": {"categories": ["cd"]}}),
        _rule("big", {"type": "fixed", "points": 50}, conditions={"minimum_amount": 5000, "currency": "USD"}),
        _rule("shirts", {"type": "quantity_breaks", "breaks": [{"quantity": 1, "points": 5},
                                                               {"quantity": 3, "points": 20}]},
              items={"include": {"categories": ["merchandise"]}}),
        _rule("store", {"type": "per_order", "points": 20}, conditions={"channels": ["store"]}),
        _rule("code", {"type": "fixed", "points": 100}, conditions={"codes": ["HELLO"]}),
        _rule("summer", {"type": "multiplier", "factor": "3"},
              conditions={"starts_on": "2026-06-01", "ends_on": "2026-08-31"}),
        _rule("daily", {"type": "per_order", "points": 5},
              caps=[{"limit": 1, "counts": "times", "period": "day"}]),
    ],
    "expiry": {"policies": [{"type": "months_after_earning", "months": 12}]},
}  # fmt: skip
"""Seven rules that apply, one of them with a cap, and three that do not."""
GIVEN = {"dollar", "vinyl", "evening", "friday", "big", "shirts", "daily"}


async def deciding() -> Measured:
    """Microseconds per decision, in a loop of five thousand."""
    return measured({"points": RULES})


def measured(rules: dict[str, dict[str, Any]]) -> Measured:
    """The same with a program of each of these kinds."""
    sources = [
        ProgramSource(
            ProgramId(new_id()), kind, kind, (VersionSource(VersionId(new_id()), NOW - timedelta(days=30), document),)
        )
        for kind, document in rules.items()
    ]  # fmt: skip
    rulebook = engine.compile_rulebook(ZoneInfo("America/New_York"), EXPONENTS, sources)
    order = Activity(
        key="order:1", kind=ActivityKind.PURCHASE.value, member_id=new_id(), occurred_at=NOW + timedelta(hours=4),
        order_id="1", currency="USD", lines=LINES, channel="web",
    )  # fmt: skip
    keys = engine.counters_needed(order, rulebook)
    standing = Standing(counters=dict.fromkeys(keys, 0))
    _check(engine.decide(order, standing, rulebook, order.occurred_at))
    return Measured([_round(order, standing, rulebook) for _ in range(ROUNDS)])


def _round(order: Activity, standing: Standing, rulebook: Rulebook) -> float:
    start = perf_counter()
    for _ in range(CALLS):
        engine.decide(order, standing, rulebook, order.occurred_at)
    return (perf_counter() - start) / CALLS * 1e6


def _check(decision: Decision) -> None:
    given = {
        str(line.rule_id) for line in decision.explanation if line.rule_id and line.after_milli > line.before_milli
    }
    assert given >= GIVEN, GIVEN - given
