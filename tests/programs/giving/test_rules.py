"""Rules of giving that hold together, and those that do not; what points are worth, and what is added."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.activity import Activity
from programs.decision import Decision, ProgramId, VersionId
from programs.findings import RulesContext
from programs.giving import words
from programs.giving.compiled import CompiledGiving
from programs.giving.kind import GivingKind
from programs.kind import ALONE, Standing, VersionFacts, check
from programs.wording import Words
from tests.programs.giving.conftest import PETS, TREES, document

KIND = GivingKind()
CONTEXT = RulesContext(frozenset({"points"}), {"USD": 2})
FACTS = VersionFacts(ProgramId("p"), VersionId("v"), ZoneInfo("America/Chicago"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["causes", "id", "matching", "unit"]), inner)
    ),
    max_leaves=10,
)


def compiled(**given: Any) -> CompiledGiving:
    return KIND.compile(KIND.parse(document(**given)), FACTS)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (document(), []),
        (document(causes=[]), [("causes", "wrong_size")]),
        (document(unit="gems"), [("unit", "unknown_value")]),
        (document(currency="XXY"), [("currency", "unknown_value")]),
        (document(causes=[TREES, TREES]), [("causes[1].id", "duplicate"), ("causes[1].name", "duplicate")]),
        (document(causes=[{**TREES, "id": "Trees"}]), [("causes[0].id", "malformed")]),
        (document(causes=[{**TREES, "starts_on": "2026-05-02", "ends_on": "2026-05-01"}]),
         [("causes[0].ends_on", "contradiction")]),
        (document(causes=[{**TREES, "starts_on": "2026-05-01", "ends_on": "2026-05-01"}]), []),
        (document(minimum=0), [("minimum", "out_of_range")]),
        (document(points=2**40, multiple=2**40 - 1), [("multiple", "out_of_range")]),
        (document(matching={"percent": 0}), [("matching.percent", "out_of_range")]),
        (document(matching={"percent": 100, "per_cause": 200, "total": 100}),
         [("matching.per_cause", "contradiction")]),
    ],
)  # fmt: skip
def test_every_bad_path_is_named(rules: object, expected: list[tuple[str, str]]) -> None:
    assert [(finding.path, finding.code) for finding in check(KIND, rules, CONTEXT)] == expected


@given(JSON)
def test_no_document_is_more_than_refused(rules: object) -> None:
    check(KIND, rules, CONTEXT)


def test_rules_are_read_back_as_they_were() -> None:
    cause = {**TREES, "description": "Planted.", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "goal": 5}
    rules = KIND.parse(document(causes=[cause, PETS], matching={"percent": 50, "per_cause": 9, "period": "month"}))
    assert KIND.parse(KIND.dump(rules)) == rules


@pytest.mark.parametrize(
    ("rate", "points", "worth"),
    [({}, 500, 500), ({"points": 100, "worth": 1}, 500, 5), ({"points": 2, "worth": 3}, 500, 750)],
)
def test_what_points_are_worth(rate: dict[str, int], points: int, worth: int) -> None:
    assert compiled(**rate).worth(points) == worth


@pytest.mark.parametrize(
    ("given", "least", "step"),
    [({}, 1, 1), ({"minimum": 100}, 100, 1), ({"minimum": 101, "multiple": 50}, 150, 50),
     ({"points": 4, "multiple": 6, "minimum": 1}, 12, 12)],
)  # fmt: skip
def test_the_fewest_points_and_their_steps(given: dict[str, int], least: int, step: int) -> None:
    rules = compiled(**given)
    assert (rules.minimum, rules.step) == (least, step)


@pytest.mark.parametrize(
    ("percent", "value", "left", "added"),
    [(100, 250, None, 250), (50, 251, None, 125), (1, 99, None, 0), (100, 250, 100, 100), (300, 10, None, 30),
     (100, 250, 0, 0)],
)  # fmt: skip
def test_what_is_added(percent: int, value: int, left: int | None, added: int) -> None:
    assert compiled(matching={"percent": percent}).matched(value, left) == added


def test_without_matching_nothing_is_added() -> None:
    assert compiled().matched(250, None) == 0


def test_a_cause_is_open_on_local_days() -> None:
    cause = compiled(causes=[{**TREES, "starts_on": "2026-05-01", "ends_on": "2026-05-31"}]).causes["trees"]
    assert not cause.begun(datetime(2026, 5, 1, 4, 59, tzinfo=UTC)) and cause.begun(datetime(2026, 5, 1, 5, tzinfo=UTC))
    assert not cause.ended(datetime(2026, 6, 1, 4, 59, tzinfo=UTC)) and cause.ended(datetime(2026, 6, 1, 5, tzinfo=UTC))


def test_no_activity_is_decided() -> None:
    rules = compiled()
    activity = Activity("a", "purchase", "m", datetime(2026, 5, 1, tzinfo=UTC))
    assert KIND.counters(rules, activity) == ()
    assert KIND.decide(rules, activity, Standing(), activity.occurred_at, ALONE) == Decision()


def test_words() -> None:
    rules = KIND.parse(document(
        causes=[{**TREES, "ends_on": "2026-12-31", "goal": 100_000}], minimum=100, multiple=50,
        matching={"percent": 100, "per_cause": 5000, "period": "month", "total": 20_000},
    ))  # fmt: skip
    assert words.summary(rules, Words("point", "points", 0, {"USD": 2})) == [
        "Trees: takes points until 2026-12-31, to raise 1000.00 USD.",
        "1 point given is 0.01 USD.",
        "A donation has at least 100 points, in multiples of 50 points.",
        "We add 100 % on top, up to 50.00 USD for each cause and month, 200.00 USD in all.",
    ]
