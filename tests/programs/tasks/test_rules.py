"""Rules of tasks that hold together, and those that do not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.kind import check
from programs.tasks.words import summary
from programs.wording import Words
from tests.programs.tasks.factories import (
    COFFEE,
    CONTEXT,
    EVERY,
    KIND,
    MONTH,
    ORDERS,
    PER_WINDOW,
    SPEND,
    TEN,
    VISITS,
    Document,
    in_a_row,
    program,
    step,
    task,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["tasks", "id", "steps", "type"]), inner)
    ),
    max_leaves=10,
)


def earned(unit: str) -> Document:
    return step({"type": "earned", "unit": unit}, 100)


def calendar(period: str) -> Document:
    return {"type": "calendar", "period": period}


def gift(unit: str) -> Document:
    return {"type": "points", "unit": unit, "points": 1}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (program(task(rewards=[TEN, COFFEE], badge="b"), badges=[{"id": "b", "name": "B"}]), []),
        (program(), [("tasks", "wrong_size")]),
        (program(task(), unit="gems"), [("unit", "unknown_value")]),
        (program(task(), task()), [("tasks[1].id", "duplicate"), ("tasks[1].name", "duplicate")]),
        (program(task(badge="b")), [("tasks[0].badge", "unknown_value")]),
        (program(task(step(target=0))), [("tasks[0].steps[0].target", "out_of_range")]),
        (program(task(step({"type": "spend", "currency": "XXY"}))),
         [("tasks[0].steps[0].behaviour.currency", "unknown_value")]),
        (program(task(step({"type": "times", "kind": "refund"}))),
         [("tasks[0].steps[0].behaviour.kind", "unknown_value")]),
        (program(task(rewards=[gift("gems")])), [("tasks[0].rewards[0].unit", "unknown_value")]),
        (program(task(rewards=[{"type": "reward", "reward": "tea"}])),
         [("tasks[0].rewards[0].reward", "unknown_value")]),
        (program(task(tiers=["tin"], segments=["x"])),
         [("tasks[0].tiers[0]", "unknown_value"), ("tasks[0].segments[0]", "unknown_value")]),
        (program(task(start={"type": "on_activity", "kind": "cancel"})), [("tasks[0].start.kind", "unknown_value")]),
        (program(task(start={"type": "on_segment", "segment": "x"})), [("tasks[0].start.segment", "unknown_value")]),
        # a streak longer than its window
        (program(task(in_a_row(VISITS, 8), window=calendar("week"))),
         [("tasks[0].steps[0].streak.length", "contradiction")]),
        (program(task(in_a_row(VISITS, 7), window=calendar("week"))), []),
        (program(task(in_a_row(VISITS, 2), window=calendar("day"))),
         [("tasks[0].steps[0].streak.length", "contradiction")]),
        (program(task(in_a_row(VISITS, 4, "week"), window=MONTH)), []),
        (program(task(in_a_row(VISITS, 5, "week"), window=MONTH)),
         [("tasks[0].steps[0].streak.length", "contradiction")]),
        (program(task(in_a_row(VISITS, 8), window={"type": "from_offer", "days": 7})),
         [("tasks[0].steps[0].streak.length", "contradiction")]),
        (program(task(in_a_row(VISITS, 7), window={"type": "rolling_days", "days": 30})),
         [("tasks[0].steps[0].streak", "contradiction")]),
        # how often
        (program(task(repeat=PER_WINDOW)), [("tasks[0].repeat", "contradiction")]),
        (program(task(step(), step(VISITS), repeat=EVERY)), [("tasks[0].repeat", "contradiction")]),
        (program(task(repeat=EVERY, window={"type": "rolling_days", "days": 30})),
         [("tasks[0].repeat", "contradiction")]),
        (program(task(in_a_row(VISITS, 7), repeat=EVERY)), [("tasks[0].repeat", "contradiction")]),
        (program(task(repeat=EVERY, rewards=[COFFEE])), [("tasks[0].repeat.times_max", "out_of_range")]),
        (program(task(repeat=EVERY | {"times_max": 5}, rewards=[COFFEE])), []),
        # loops of grants
        (program(task(earned("points"), rewards=[gift("points")])), [("tasks[0].rewards[0].unit", "loop")]),
        (program(task(earned("points"), rewards=[gift("miles")])), []),
        (program(task(earned("points"), rewards=[gift("miles")]),
                 task(earned("miles"), id_="back", rewards=[gift("points")])),
         [("tasks[0].rewards[0].unit", "loop"), ("tasks[1].rewards[0].unit", "loop")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(document: Document, expected: list[tuple[str, str]]) -> None:
    assert [(finding.path, finding.code) for finding in check(KIND, document, CONTEXT)] == expected


def test_rules_are_read_back_as_they_were_written() -> None:
    rules = KIND.parse(program(
        task(step({"type": "orders_from", "minimum": 500, "currency": "USD"}), in_a_row(SPEND, 3, "week", 100),
             start={"type": "claimed", "slots": 5, "until": "2026-12-31"}, window=MONTH, repeat=PER_WINDOW,
             rewards=[TEN, COFFEE], tiers=["gold"], segments=["vip"]),
    ))  # fmt: skip
    assert KIND.parse(KIND.dump(rules)) == rules


@given(JSON)
def test_no_json_makes_reading_fail(document: Any) -> None:
    check(KIND, document, CONTEXT)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (task(step(ORDERS, 3), step(VISITS), rewards=[TEN]), "Quest: 3 orders and 1 × visit; brings 10 points."),
        (task(in_a_row(SPEND, 3, target=500), window=MONTH, repeat=PER_WINDOW, rewards=[COFFEE]),
         "Quest: 5.00 USD spent on each of 3 days in a row within a month, each time; brings coffee."),
        (task(step(SPEND, 35_00), repeat=EVERY, badge="b"),
         "Quest: 35.00 USD spent, again and again; brings the badge Regular."),
        (task(start={"type": "claimed", "slots": 5, "until": "2026-12-31"}, window={"type": "from_offer", "days": 7},
              tiers=["gold"]),
         "Quest: 1 order within 7 days; for gold; to be claimed (5 places, until 2026-12-31)."),
        (task(start={"type": "on_activity", "kind": "signup"}, window={"type": "rolling_days", "days": 1}),
         "Quest: 1 order within any 1 day; begins with signup."),
    ],
)  # fmt: skip
def test_rules_in_words(given: Document, sentence: str) -> None:
    rules = KIND.parse(program(given, badges=[{"id": "b", "name": "Regular"}]))
    assert summary(rules, Words("point", "points", 0, {"USD": 2})) == [sentence, "Badges: Regular."]
