"""Rules of tiered programs and members to test them on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from programs.decision import ProgramId, VersionId
from programs.findings import RulesContext
from programs.kind import VersionFacts
from programs.tiered.compiled import CompiledTiers, MetricKey
from programs.tiered.kind import TieredKind
from programs.tiered.standing import Member
from programs.tiered.windows import Days

KIND = TieredKind()
PROGRAM = ProgramId("0190a7a0-0000-7000-8000-000000000001")
FACTS = VersionFacts(PROGRAM, VersionId("0190a7a0-0000-7000-8000-000000000002"), ZoneInfo("Europe/Berlin"))
CONTEXT = RulesContext(units=frozenset({"points", "miles"}), currencies={"USD": 2, "EUR": 2})

Document = dict[str, Any]
SPEND = {"type": "spend", "currency": "USD"}


def way(metric: Mapping[str, Any], at_least: int) -> Document:
    return {"all_of": [{"metric": dict(metric), "at_least": at_least}]}


def tier(id_: str, *reach: Document, **more: Any) -> Document:
    return {"id": id_, "name": id_.title(), "reach": list(reach), **more}


def by_spend(**more: Any) -> Document:
    """Basic for everybody, silver from $100 on, gold from $500 on."""
    tiers = [tier("basic"), tier("silver", way(SPEND, 100_00)), tier("gold", way(SPEND, 500_00))]
    return {"unit": "points", "tiers": tiers, **more}


def compiled(document: Document) -> CompiledTiers:
    rules = KIND.parse(document)
    assert KIND.validate(rules, CONTEXT) == ()
    return KIND.compile(rules, FACTS)


def at(text: str) -> datetime:
    """A local instant of Berlin, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=FACTS.zone).astimezone(UTC)


def member(spent: Mapping[str, int], joined: str = "2020-05-17", key: str = "tier:spend:USD") -> Member:
    """A member who did so much on these local days."""

    def count(days: Days) -> Mapping[MetricKey, int]:
        amounts = [amount for day, amount in spent.items() if days.first <= date.fromisoformat(day) <= days.last]
        return {MetricKey(key): sum(amounts)}

    return Member(date.fromisoformat(joined), count)
