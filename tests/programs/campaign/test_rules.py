"""Rules of campaigns that hold together, and those that do not; what one gives, and for whom."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.activity import Activity, Line, LineKind
from programs.campaign import words
from programs.campaign.compiled import CompiledCampaign
from programs.campaign.kind import CampaignKind
from programs.decision import CounterKey, CounterOwner, Decision, Movement, ProgramId, VersionId
from programs.explain import words as in_words
from programs.findings import RulesContext
from programs.kind import Others, Standing, VersionFacts, check
from programs.wording import Words

KIND = CampaignKind()
CONTEXT = RulesContext(
    frozenset({"points"}), {"USD": 2}, segments=frozenset({"vip"}), rewards=frozenset({"mug"})
)  # fmt: skip
FACTS = VersionFacts(ProgramId("c"), VersionId("cv"), ZoneInfo("America/Chicago"))
NOON = datetime(2026, 5, 2, 17, tzinfo=UTC)
DOUBLE = {"type": "multiply", "factor": "2"}
BONUS = {"type": "bonus", "points": 100}
MUG = {"type": "code", "reward": "mug"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["benefit", "unit", "budget", "type"]), inner)
    ),
    max_leaves=10,
)


def document(benefit: dict[str, Any] = BONUS, **given: Any) -> dict[str, Any]:
    return {"unit": "points", "name": "May", "benefit": benefit, **given}


def compiled(benefit: dict[str, Any] = BONUS, **given: Any) -> CompiledCampaign:
    return KIND.compile(KIND.parse(document(benefit, **given)), FACTS)


def order(*amounts: int, **given: Any) -> Activity:
    lines = tuple(Line(f"l{number}", amount) for number, amount in enumerate(amounts or (1000,), 1))
    return Activity("a", "purchase", "m", given.pop("at", NOON), currency="USD", lines=lines, **given)


def earned(amount: int, unit: str = "points", **shares: int) -> Movement:
    return Movement("earn", unit, amount, ProgramId("p"), VersionId("pv"), expires_at=NOON, shares=shares)


def decide(
    rules: CompiledCampaign, activity: Activity | None = None, *movements: Movement, used: dict[str, int] | None = None,
    segments: frozenset[str] = frozenset(),
) -> Decision:  # fmt: skip
    activity = activity or order()
    counters = {key: (used or {}).get(key.name, 0) for key in KIND.counters(rules, activity)}
    return KIND.decide(rules, activity, Standing(segments=segments, counters=counters), NOON, Others((), movements))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (document(), []),
        (document(MUG), []),
        (document(unit="gems"), [("unit", "unknown_value")]),
        (document({"type": "multiply", "factor": "1"}), [("benefit.factor", "out_of_range")]),
        (document({"type": "multiply", "factor": "1/0"}), [("benefit.factor", "out_of_range")]),
        (document({"type": "multiply", "factor": "1001"}), [("benefit.factor", "out_of_range")]),
        (document({"type": "code", "reward": "car"}), [("benefit.reward", "unknown_value")]),
        (document(on=["refund"]), [("on[0]", "unknown_value")]),
        (document(on=[]), [("on", "wrong_size")]),
        (document(starts_on="2026-05-02", ends_on="2026-05-01"), [("ends_on", "contradiction")]),
        (document(segments=["poor"]), [("segments[0]", "unknown_value")]),
        (document(minimum={"amount": 5, "currency": "XXY"}), [("minimum.currency", "unknown_value")]),
        (document(minimum={"amount": 5, "currency": "USD"}, on=["visit"]), [("minimum", "contradiction")]),
        (document(budget={"amount": 5}, per_member=[{"amount": 6}]), [("per_member[0].amount", "contradiction")]),
        (document(per_member=[{"amount": 6}, {"amount": 7}]), [("per_member[1].period", "duplicate")]),
    ],
)  # fmt: skip
def test_every_bad_path_is_named(rules: object, expected: list[tuple[str, str]]) -> None:
    assert [(finding.path, finding.code) for finding in check(KIND, rules, CONTEXT)] == expected


@given(JSON)
def test_no_document_is_more_than_refused(rules: object) -> None:
    check(KIND, rules, CONTEXT)


def test_rules_are_read_back_as_they_were() -> None:
    rules = KIND.parse(document(
        DOUBLE, starts_on="2026-05-01", segments=["vip"], budget={"amount": 9, "when_spent": "end"},
        per_member=[{"amount": 3, "period": "week"}], minimum={"amount": 1, "currency": "USD"},
    ))  # fmt: skip
    assert KIND.parse(KIND.dump(rules)) == rules


@pytest.mark.parametrize(
    ("conditions", "activity", "segments", "told"),
    [
        ({}, order(), [], None),
        ({}, Activity("a", "visit", "m", NOON), [], ""),
        ({"starts_on": "2026-05-02"}, order(at=datetime(2026, 5, 2, 4, 59, tzinfo=UTC)), [], "dates"),
        ({"starts_on": "2026-05-02"}, order(at=datetime(2026, 5, 2, 5, tzinfo=UTC)), [], None),
        ({"ends_on": "2026-05-01"}, order(at=datetime(2026, 5, 2, 4, 59, tzinfo=UTC)), [], None),
        ({"ends_on": "2026-05-01"}, order(), [], "dates"),
        ({"channels": ["web"]}, order(channel="store"), [], "channels"),
        ({"channels": ["web"]}, order(channel="web"), [], None),
        ({"codes": ["MAY"]}, order(codes=("JUNE",)), [], "codes"),
        ({"codes": ["MAY"]}, order(codes=("JUNE", "MAY")), [], None),
        ({"segments": ["vip"]}, order(), ["new"], "segments"),
        ({"segments": ["vip", "x"]}, order(), ["vip"], None),
        ({"minimum": {"amount": 1001, "currency": "USD"}}, order(1000), [], "minimum_amount"),
        ({"minimum": {"amount": 1000, "currency": "USD"}}, order(400, 600), [], None),
        ({"minimum": {"amount": 1, "currency": "EUR"}}, order(), [], "currency"),
    ],
)  # fmt: skip
def test_whom_it_is_for(conditions: dict[str, Any], activity: Activity, segments: list[str], told: str | None) -> None:
    found = decide(compiled(**conditions), activity, segments=frozenset(segments))
    assert sum(movement.amount for movement in found.movements) == (100 if told is None else 0)
    lines = [dict(line.inputs)["condition"] for line in found.explanation if line.code == "not_eligible"]
    assert lines == ([told] if told else [])
    assert all(line.rule_name == "May" and in_words(line, {"USD": 2}) for line in found.explanation)


def test_delivery_does_not_make_an_order_worth_more() -> None:
    lines = (Line("a", 900), Line("b", 500, LineKind.SHIPPING), Line("c", 300, discount=200))
    activity = Activity("a", "purchase", "m", NOON, currency="USD", lines=lines)
    assert decide(compiled(minimum={"amount": 1000, "currency": "USD"}), activity).movements
    assert not decide(compiled(minimum={"amount": 1001, "currency": "USD"}), activity).movements


def test_without_limits_it_is_a_modifier() -> None:
    rules = compiled({"type": "multiply", "factor": "3/2"})
    (modifier,) = KIND.modifiers(rules, order(), Standing())
    assert (modifier.rule_name, modifier.times, modifier.over, modifier.unit) == ("May", 3, 2, "points")
    assert KIND.modifiers(rules, Activity("a", "visit", "m", NOON), Standing()) == ()
    assert KIND.modifiers(compiled(DOUBLE, codes=["X"]), order(), Standing()) == ()
    assert decide(rules, order(), earned(10, l1=10)) == Decision()
    assert KIND.counters(rules, order()) == ()


def test_with_limits_it_adds_its_own_part() -> None:
    rules = compiled({"type": "multiply", "factor": "3/2"}, budget={"amount": 100})
    assert KIND.modifiers(rules, order(), Standing()) == ()
    found = decide(rules, order(600, 400), earned(11, l1=7, l2=4), earned(5, "stars", l1=5))
    (movement,) = found.movements
    assert (movement.amount, movement.reason, movement.unit, dict(movement.shares)) == (
        5, "campaign", "points", {"l1": 3, "l2": 2},
    )  # fmt: skip
    assert (movement.program_id, movement.version_id, movement.expires_at) == ("p", "pv", NOON)
    assert [in_words(line, {}) for line in found.explanation] == ["May (× 3/2) makes 11 into 16."]


@pytest.mark.parametrize(
    ("limits", "used", "given"),
    [
        ({"budget": {"amount": 100}}, {}, 100),
        ({"budget": {"amount": 100}}, {"campaign:budget": 40}, 60),
        ({"budget": {"amount": 100}}, {"campaign:budget": 100}, 0),
        ({"budget": {"amount": 100}}, {"campaign:budget": 300}, 0),
        ({"budget": {"amount": 100, "when_spent": "end"}}, {"campaign:ever": 90}, 10),
        ({"per_member": [{"amount": 30, "period": "day"}]}, {}, 30),
        ({"budget": {"amount": 100}, "per_member": [{"amount": 30}]}, {"campaign:budget": 80, "campaign:given": 5}, 20),
    ],
)  # fmt: skip
@pytest.mark.parametrize("benefit", [BONUS, DOUBLE])
def test_budgets_and_caps(limits: dict[str, Any], used: dict[str, int], given: int, benefit: dict[str, Any]) -> None:
    found = decide(compiled(benefit, **limits), order(), earned(100, l1=100), used=used)
    assert sum(movement.amount for movement in found.movements) == given
    assert {use.amount for use in found.counters} == ({given} if given else set())
    assert len(found.counters) == (len(limits) if given else 0)
    assert ("cap" in [line.code for line in found.explanation]) == (given < 100)


def test_what_a_reward_counts() -> None:
    rules = compiled(MUG, budget={"amount": 2}, per_member=[{"amount": 1, "period": "month"}])
    found = decide(rules)
    assert [reward.reward for reward in found.rewards] == ["mug"]
    assert {use.key: (use.amount, dict(use.shares)) for use in found.counters} == {
        CounterKey(ProgramId("c"), CounterOwner.PROGRAM, "campaign:budget", "lifetime"): (1, {}),
        CounterKey(ProgramId("c"), CounterOwner.MEMBER, "campaign:given", "month:2026-05"): (1, {}),
    }
    assert decide(rules, used={"campaign:given": 1}).rewards == ()


def test_what_ended_keeps_its_count() -> None:
    found = decide(compiled(budget={"amount": 500, "when_spent": "end"}), order(600, 400))
    assert [dict(use.shares) for use in found.counters] == [{"": 100}]
    assert dict(found.movements[0].shares) == {"l1": 60, "l2": 40}


def test_words() -> None:
    rules = KIND.parse(document(
        DOUBLE, starts_on="2026-05-01", ends_on="2026-05-31", segments=["vip"], codes=["MAY"],
        minimum={"amount": 5000, "currency": "USD"}, budget={"amount": 1000},
        per_member=[{"amount": 50, "period": "day"}],
    ))  # fmt: skip
    told = Words("point", "points", 0, {"USD": 2})
    assert words.summary(rules, told) == [
        "May: points × 2 for orders.",
        "It is open from 2026-05-01 until 2026-05-31.",
        "It is for members who are vip.",
        "It is for who enters MAY.",
        "It is for orders of 50.00 USD or more.",
        "It gives 1000 points in all; then it stops until some come back.",
        "A member gets at most 50 points a day.",
    ]
    assert words.ways(rules, told) == []
    open_ = KIND.parse(document(MUG, on=["visit", "custom:good_deed"], budget={"amount": 1, "when_spent": "end"}))
    assert words.ways(open_, told) == [("campaign", "May", "The reward mug for visit or good deed.")]
    assert words.summary(open_, told)[-1] == "It gives 1 reward in all; then it has ended."
