"""Rules of paid programs, and lives to test them on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from programs.decision import ProgramId, VersionId
from programs.findings import RulesContext
from programs.kind import VersionFacts
from programs.paid.compiled import CompiledPaid
from programs.paid.kind import PaidKind

KIND = PaidKind()
PROGRAM = ProgramId("0190a7a0-0000-7000-8000-000000000001")
FACTS = VersionFacts(PROGRAM, VersionId("0190a7a0-0000-7000-8000-000000000002"), ZoneInfo("Europe/Berlin"))
CONTEXT = RulesContext(
    units=frozenset({"points", "dollars", "euros"}), currencies={"USD": 2, "EUR": 2},
    unit_currencies={"dollars": "USD", "euros": "EUR"},
)  # fmt: skip

Document = dict[str, Any]


def plan(id_: str = "prime", price: int = 139_00, period: str = "year", **more: Any) -> Document:
    return {"id": id_, "name": id_.title(), "price": price, "currency": "USD", "period": period, **more}


def visits(number: int = 10, **more: Any) -> Document:
    return card(scope={"type": "visits", "number": number, **more})


def card(id_: str = "ten", price: int = 100_00, **more: Any) -> Document:
    return {"id": id_, "name": id_.title(), "price": price, "currency": "USD", **more}


def paid(*plans: Document, **more: Any) -> Document:
    """A program of one yearly plan, unless others are given."""
    return {"unit": "points", "plans": list(plans or (plan(),)), **more}


def compiled(document: Document | None = None) -> CompiledPaid:
    rules = KIND.parse(document or paid())
    assert KIND.validate(rules, CONTEXT) == ()
    return KIND.compile(rules, FACTS)


def at(text: str) -> datetime:
    """A local instant of Berlin, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=FACTS.zone).astimezone(UTC)
