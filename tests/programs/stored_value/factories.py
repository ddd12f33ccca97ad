"""Small factories for tests of stored value: rules documents, top-ups and decisions with defaults to override."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from programs.activity import Activity, Line, LineKind, Tender, TenderKind
from programs.decision import Decision, ProgramId, VersionId
from programs.findings import RulesContext
from programs.kind import ALONE, Standing, VersionFacts
from programs.stored_value.kind import StoredValueKind

KIND = StoredValueKind()
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
CONTEXT = RulesContext(
    frozenset({"money", "bonus", "points", "yen"}), {"EUR": 2, "USD": 2, "JPY": 0},
    unit_currencies={"money": "EUR", "bonus": "EUR", "yen": "JPY"},
)  # fmt: skip
FACTS = VersionFacts(ProgramId("p"), VersionId("v"), ZoneInfo("America/Chicago"))
Document = dict[str, Any]

FIVE_FROM_50: Document = {"from_amount": 5000, "bonus": {"type": "fixed", "amount": 500}}
TEN_PERCENT_FROM_100: Document = {"from_amount": 10000, "bonus": {"type": "percent", "percent": 10}}


def document(**given: Any) -> Document:
    """Rules in EUR with a bonus unit."""
    return {"unit": "money", "bonus_unit": "bonus", "currency": "EUR", **given}


def with_bands(*bands: Document, **given: Any) -> Document:
    return document(top_up={"bands": list(bands), **given})


def top_up(amount: int, id_: str = "l1", **given: Any) -> Line:
    return Line(id_, amount, LineKind.TOP_UP, **given)


def decide(rules: Document, *lines: Line, paid: Mapping[TenderKind, int] | None = None, **given: Any) -> Decision:
    """What a purchase of these lines leads to, in Chicago."""
    compiled = KIND.compile(
        KIND.parse(rules), VersionFacts(ProgramId("p"), VersionId("v"), ZoneInfo("America/Chicago"))
    )
    tenders = tuple(Tender(kind, amount) for kind, amount in (paid or {}).items())
    given = {"kind": "purchase", "currency": "EUR", "occurred_at": NOON, **given}
    activity = Activity("k", member_id="m", lines=lines, tenders=tenders, **given)
    return KIND.decide(compiled, activity, Standing(), NOON, ALONE)
