"""Rules of games and activities to test them on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from programs.activity import Activity, Line
from programs.decision import CounterKey, CounterOwner, Decision, ProgramId, VersionId
from programs.findings import RulesContext
from programs.game.compiled import CompiledGame
from programs.game.kind import GameKind
from programs.kind import ALONE, Others, Standing, VersionFacts

KIND = GameKind()
PROGRAM = ProgramId("0190a7a0-0000-7000-8000-000000000001")
FACTS = VersionFacts(PROGRAM, VersionId("0190a7a0-0000-7000-8000-000000000002"), ZoneInfo("Europe/Berlin"))
CONTEXT = RulesContext(
    units=frozenset({"points", "plays"}), currencies={"USD": 2, "EUR": 2}, rewards=frozenset({"coffee"})
)

Document = dict[str, Any]
POINTS = {"type": "points", "unit": "points", "points": 100}
COFFEE = {"type": "reward", "reward": "coffee"}
CHECK_IN: Document = {
    "id": "check-in",
    "name": "Check in",
    "earn": {"type": "per_activity", "plays": 1, "kind": "check_in"},
}
ORDER: Document = {"id": "order", "name": "Order", "earn": {"type": "per_order", "plays": 2, "currency": "EUR"}}
AMOUNT: Document = {
    "id": "amount", "name": "Spend", "earn": {"type": "per_amount", "plays": 1, "per": 10_00, "currency": "EUR"},
}  # fmt: skip


def prize(id_: str, weight: int, gift: Mapping[str, Any] | None = None, **more: Any) -> Document:
    return {"id": id_, "name": id_.title(), "weight": weight, "gift": gift, **more}


def wheel(*prizes: Document, out_of: int = 100) -> Document:
    """A hundred points in 3 of 10 plays, else nothing; or these prizes."""
    table = prizes or (prize("hundred", 30, POINTS), prize("blank", 70))
    return {"type": "wheel", "out_of": out_of, "prizes": list(table)}


def draw(every: str = "week", entrants_max: int | None = 4, winners: int = 1, **more: Any) -> Document:
    prizes = [{"id": "trip", "name": "Trip", "gift": POINTS, "winners": winners}]
    return {"type": "prize_draw", "every": every, "entrants_max": entrants_max, "prizes": prizes, **more}


def board(every: str = "week", *ranks: tuple[str, int, int]) -> Document:
    prizes = [
        {"id": id_, "name": id_.title(), "gift": POINTS, "from_rank": first, "to_rank": last}
        for id_, first, last in ranks or (("gold", 1, 1), ("silver", 2, 3))
    ]
    return {"type": "leaderboard", "every": every, "prizes": prizes}


def document(game: Document | None = None, **more: Any) -> Document:
    """A wheel that a check-in lets spin, in March 2026; nobody is kept out."""
    return {
        "unit": "plays", "game": game or wheel(), "earn": [CHECK_IN], "starts_on": "2026-03-01",
        "ends_on": "2026-03-31", "regions": ["*"], "minimum_age": 0,
        "legal_review": {"by": "Counsel & Co", "at": "2026-02-01"}, **more,
    }  # fmt: skip


def compiled(given: Document) -> CompiledGame:
    rules = KIND.parse(given)
    assert KIND.validate(rules, CONTEXT) == ()
    return KIND.compile(rules, FACTS)


def at(text: str) -> datetime:
    """A local instant of Berlin, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=FACTS.zone).astimezone(UTC)


def activity(kind: str = "check_in", when: str = "2026-03-10T12:00", *lines: Line, **more: Any) -> Activity:
    given = {"currency": "EUR" if lines else None, **more}
    return Activity("k", kind, "m", at(when), lines=lines, **given)


def decide(
    game: CompiledGame, what: Activity, used: Mapping[CounterKey, int] | None = None, others: Others = ALONE,
    now: datetime | None = None,
) -> Decision:  # fmt: skip
    """What an activity leads to; every counter that deciding adds to must have been named before."""
    made = KIND.decide(game, what, Standing(counters=used or {}), now or what.occurred_at, others)
    assert {use.key for use in made.counters} <= set(KIND.counters(game, what))
    return made


def counter(name: str, period: str, owner: CounterOwner = CounterOwner.MEMBER) -> CounterKey:
    return CounterKey(PROGRAM, owner, name, period)
