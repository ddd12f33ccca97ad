"""Small factories for engine tests: rules documents, activities and rulebooks with defaults that a test overrides."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from programs.activity import Activity, ActivityKind, Line, Tender
from programs.decision import CounterKey, Decision, ProgramId, VersionId
from programs.engine import ProgramSource, Rulebook, VersionSource, compile_rulebook, decide
from programs.findings import RulesContext
from programs.kind import Standing

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)  # a Saturday
PROGRAM = ProgramId("program")
CONTEXT = RulesContext(units=frozenset({"points"}), currencies={"USD": 2, "EUR": 2, "JPY": 0})
Document = dict[str, Any]


def per_amount(points: int = 1, per: int = 100, currency: str = "USD", **rest: Any) -> Document:
    return rule({"type": "per_amount", "points": points, "per": per, "currency": currency}, **rest)


def fixed(points: int, **rest: Any) -> Document:
    return rule({"type": "fixed", "points": points}, **rest)


def multiplier(factor: str, **rest: Any) -> Document:
    return rule({"type": "multiplier", "factor": factor}, **rest)


def rule(earn: Document, **rest: Any) -> Document:
    return {"id": earn["type"], "name": earn["type"], "earn": earn, **rest}


def document(*rules: Document, **rest: Any) -> Document:
    return {"unit": "points", "rules": list(rules), **rest}


def rulebook(*documents: Document, zone: str = "UTC") -> Rulebook:
    """One program for each document; the first has the id `PROGRAM`, those after it `program1`, …"""
    sources = [
        ProgramSource(
            id=ProgramId(f"{PROGRAM}{index or ''}"),
            name=f"Program {index}",
            kind="points",
            versions=(VersionSource(VersionId(f"v{index}"), datetime(2020, 1, 1, tzinfo=UTC), rules),),
        )
        for index, rules in enumerate(documents)
    ]
    return compile_rulebook(ZoneInfo(zone), CONTEXT.currencies, sources)


def line(amount: int, line_id: str = "1", **rest: Any) -> Line:
    return Line(id=line_id, amount=amount, **rest)


def purchase(*lines: Line, tenders: tuple[Tender, ...] = (), at: datetime = NOON, **rest: Any) -> Activity:
    return activity(ActivityKind.PURCHASE, lines=lines, tenders=tenders, at=at, currency="USD", **rest)


def activity(kind: str, at: datetime = NOON, **rest: Any) -> Activity:
    return Activity(key="key", kind=kind, member_id="member", occurred_at=at, **rest)


def decided(
    rules: Document, what: Activity, standing: Standing | None = None, zone: str = "UTC", now: datetime | None = None
) -> Decision:
    return decide(what, standing or Standing(), rulebook(rules, zone=zone), now or what.occurred_at)


def points(decision: Decision) -> int:
    return sum(movement.amount for movement in decision.movements)


def standing(tier: str | None = None, counters: Mapping[CounterKey, int] | None = None, **rest: Any) -> Standing:
    return Standing(tiers={PROGRAM: tier} if tier else {}, counters=counters or {}, **rest)
