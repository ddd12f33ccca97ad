"""Rules of task programs to test with."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from programs.decision import ProgramId, VersionId
from programs.findings import RulesContext
from programs.kind import VersionFacts
from programs.tasks.compiled import CompiledTasks
from programs.tasks.kind import TasksKind

KIND = TasksKind()
PROGRAM = ProgramId("0190a7a0-0000-7000-8000-000000000001")
FACTS = VersionFacts(PROGRAM, VersionId("0190a7a0-0000-7000-8000-000000000002"), ZoneInfo("Europe/Berlin"))
CONTEXT = RulesContext(
    units=frozenset({"points", "miles"}), currencies={"USD": 2, "EUR": 2}, segments=frozenset({"vip"}),
    tiers=frozenset({"gold"}), rewards=frozenset({"coffee"}),
)  # fmt: skip

Document = dict[str, Any]
SPEND = {"type": "spend", "currency": "USD"}
ORDERS = {"type": "orders"}
VISITS = {"type": "times", "kind": "visit"}
TEN = {"type": "points", "unit": "points", "points": 10}
COFFEE = {"type": "reward", "reward": "coffee"}
MONTH = {"type": "calendar", "period": "month"}
ONCE, PER_WINDOW, EVERY = {"type": "once"}, {"type": "per_window"}, {"type": "every"}


def step(behaviour: Document = ORDERS, target: int = 1, **more: Any) -> Document:
    return {"behaviour": behaviour, "target": target, **more}


def in_a_row(behaviour: Document, length: int, period: str = "day", target: int = 1) -> Document:
    return step(behaviour, target, streak={"length": length, "period": period})


def task(*steps: Document, id_: str = "quest", **more: Any) -> Document:
    return {"id": id_, "name": id_.title(), "steps": list(steps) or [step()], **more}


def program(*tasks: Document, **more: Any) -> Document:
    return {"unit": "points", "tasks": list(tasks), **more}


def compiled(document: Document) -> CompiledTasks:
    rules = KIND.parse(document)
    assert KIND.validate(rules, CONTEXT) == ()
    return KIND.compile(rules, FACTS)
