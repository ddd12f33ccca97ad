"""Rules documents: read, written back, refused with every bad path named, and never an exception for any JSON."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.findings import RulesContext, RulesInvalid
from programs.kind import check
from programs.points.kind import PointsKind

from .factories import CONTEXT, document, fixed, multiplier, per_amount, rule

KIND = PointsKind()
FORMAT_1: dict[str, Any] = json.loads((Path(__file__).parent / "fixtures" / "format_1.json").read_text())


def test_every_field_survives_being_written_and_read() -> None:
    rules = KIND.parse(FORMAT_1)
    assert KIND.parse(json.loads(json.dumps(KIND.dump(rules)))) == rules
    assert check(KIND, FORMAT_1, CONTEXT) == ()


def test_a_newer_format_is_refused() -> None:
    assert [(each.path, each.code) for each in check(KIND, {**FORMAT_1, "format": 2}, CONTEXT)] == [
        ("format", "out_of_range")
    ]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (document(per_amount(per=0)), "must be at least 1"),
        (document(per_amount(points=2**53)), "is too large"),
        (document(fixed(1, conditions={"weekdays": [0]})), "must lie in 1 … 7"),
    ],
)
def test_bounds_are_told_as_far_as_they_mean_something(rules: object, message: str) -> None:
    assert [finding.message for finding in check(KIND, rules, CONTEXT)] == [message]


def conditions(**given: Any) -> dict[str, Any]:
    return document(fixed(1, conditions=given))


def window(start: str, end: str) -> dict[str, str]:
    return {"from_time": start, "until_time": end}


DAILY = {"limit": 1, "period": "day"}
NEVER, YEAR_END = {"type": "never"}, {"type": "end_of_calendar_year"}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (None, [("", "wrong_type")]),
        ([], [("", "wrong_type")]),
        ({}, [("unit", "missing")]),
        (document(surprise=1), [("surprise", "unknown_field")]),
        (document(unit="miles"), [("unit", "unknown_value")]),
        (document(unit=5), [("unit", "wrong_type")]),
        (document(rounding="up"), [("rounding", "unknown_value")]),
        (document(per_amount(per=0)), [("rules[0].earn.per", "out_of_range")]),
        (document(per_amount(points=-1)), [("rules[0].earn.points", "out_of_range")]),
        (document(per_amount(points=2**53)), [("rules[0].earn.points", "out_of_range")]),
        (document(per_amount(points=1.5)), [("rules[0].earn.points", "wrong_type")]),  # type: ignore[arg-type]
        (document(per_amount(points=True)), [("rules[0].earn.points", "wrong_type")]),
        (document(per_amount(points=2**50, per=1)), [("rules[0].earn.points", "overflow")]),
        (document(rule({"type": "per_item", "points": 2**50})), [("rules[0].earn.points", "overflow")]),
        (document(per_amount(currency="XXX")), [("rules[0].earn.currency", "unknown_value")]),
        (document(per_amount(currency="usd")), [("rules[0].earn.currency", "malformed")]),
        (document({"id": "a", "name": "A"}), [("rules[0].earn", "missing")]),
        (document(rule({"type": "magic"})), [("rules[0].earn.type", "unknown_value")]),
        (document(rule({"type": "fixed", "points": 1, "per": 2})), [("rules[0].earn.per", "unknown_field")]),
        (document({"id": "a", "name": "A", "earn": {"points": 1}}), [("rules[0].earn.type", "missing")]),
        (document(fixed(1, id="Bad Id")), [("rules[0].id", "malformed")]),
        (document(fixed(1, name="")), [("rules[0].name", "wrong_size")]),
        (document(fixed(1, name="a\x00b")), [("rules[0].name", "malformed")]),
        (document(fixed(1), fixed(2)), [("rules[1].id", "duplicate")]),
        (document(fixed(1, on=[])), [("rules[0].on", "wrong_size")]),
        (document(fixed(1, on=["buy"])), [("rules[0].on[0]", "unknown_value")]),
        (document(fixed(1, on=["refund"])), [("rules[0].on[0]", "contradiction")]),
        (document(rule({"type": "per_visit", "points": 1})), [("rules[0].earn.type", "contradiction")]),
        (document(rule({"type": "quantity_breaks", "breaks": []})), [("rules[0].earn.breaks", "wrong_size")]),
        (
            document(rule({"type": "quantity_breaks", "breaks": [{"quantity": 3, "points": 1}] * 2})),
            [("rules[0].earn.breaks[1].quantity", "duplicate")],
        ),
        (document(multiplier("3/0")), [("rules[0].earn.factor", "out_of_range")]),
        (document(multiplier("-2")), [("rules[0].earn.factor", "malformed")]),
        (document(multiplier("1e3")), [("rules[0].earn.factor", "malformed")]),
        (document(multiplier("٣")), [("rules[0].earn.factor", "malformed")]),
        (document(multiplier("0.9")), [("rules[0].earn.factor", "below_one")]),
        (document(multiplier("1001")), [("rules[0].earn.factor", "out_of_range")]),
        (conditions(minimum_amount=1), [("rules[0].conditions.currency", "missing")]),
        (
            conditions(minimum_amount=2, maximum_amount=1, currency="USD"),
            [("rules[0].conditions.maximum_amount", "contradiction")],
        ),
        (
            document(per_amount(conditions={"minimum_amount": 1, "currency": "EUR"})),
            [("rules[0].conditions.currency", "contradiction")],
        ),
        (conditions(weekdays=[0]), [("rules[0].conditions.weekdays[0]", "out_of_range")]),
        (conditions(weekdays=[1, 1]), [("rules[0].conditions.weekdays[1]", "duplicate")]),
        (conditions(hours=[window("18:00", "16:00")]), [("rules[0].conditions.hours[0]", "contradiction")]),
        (conditions(hours=[window("25:00", "26:00")]), [("rules[0].conditions.hours[0].from_time", "malformed"),
                                                        ("rules[0].conditions.hours[0].until_time", "malformed")]),
        (
            conditions(hours=[window("16:00", "18:00"), window("09:00", "16:01")]),
            [("rules[0].conditions.hours[0]", "overlap")],
        ),
        (conditions(starts_on="2026-02-30"), [("rules[0].conditions.starts_on", "malformed")]),
        (conditions(starts_on="2026-02-02", ends_on="2026-02-01"), [("rules[0].conditions.ends_on", "contradiction")]),
        (document(fixed(1, caps=[DAILY, {**DAILY, "limit": 2}])), [("rules[0].caps[1]", "duplicate")]),
        (document(caps=[{"limit": -1}]), [("caps[0].limit", "out_of_range")]),
        (document(expiry={"policies": [NEVER, YEAR_END]}), [("expiry.policies[0]", "contradiction")]),
        (
            document(expiry={"policies": [{"type": "fixed_date", "month": 4, "day": 31}]}),
            [("expiry.policies[0].day", "out_of_range")],
        ),
        (document(expiry={"warn_days": [30, 30]}), [("expiry.warn_days[1]", "duplicate")]),
        (document(pending={"type": "days", "days": 0}), [("pending.days", "out_of_range")]),
        (
            document(
                pending={"type": "days", "days": 28},
                expiry={"policies": [{"type": "months_after_earning", "months": 1}]},
            ),
            [("expiry.policies[0].months", "contradiction")],
        ),
        (
            document(payment={"points": 1, "worth": 1, "currency": "USD", "minimum": 5, "maximum": 4}),
            [("payment.maximum", "contradiction")],
        ),
        (document(payment={"points": 2, "worth": 3, "currency": "USD"}), [("payment.multiple", "contradiction")]),
    ],
)  # fmt: skip
def test_a_bad_document_names_its_path(rules: object, expected: list[tuple[str, str]]) -> None:
    assert [(each.path, each.code) for each in check(KIND, rules, CONTEXT)] == expected


def test_all_bad_paths_are_named_at_once_whether_of_form_or_of_sense() -> None:
    rules = document(
        per_amount(per=0, id="a"),
        per_amount(currency="XXX", id="b"),
        {"id": "c"},
        multiplier("3/0", id="d"),
        expiry={"policies": [NEVER, YEAR_END]},
        caps=5,
    )
    assert [(each.path, each.code) for each in check(KIND, rules, CONTEXT)] == [
        ("rules[0].earn.per", "out_of_range"),
        ("rules[2].name", "missing"),
        ("rules[2].earn", "missing"),
        ("caps", "wrong_type"),
        ("rules[1].earn.currency", "unknown_value"),
        ("rules[3].earn.factor", "out_of_range"),
        ("expiry.policies[0]", "contradiction"),
    ]


def test_segments_and_tiers_are_checked_where_they_are_known() -> None:
    context = RulesContext(CONTEXT.units, CONTEXT.currencies, segments=frozenset({"vip"}), tiers=frozenset({"gold"}))
    rules = document(fixed(1, conditions={"segments": ["vip", "vop"], "tiers": ["gold", "lead"]}))
    assert [(each.path, each.value) for each in check(KIND, rules, context)] == [
        ("rules[0].conditions.segments[1]", "vop"),
        ("rules[0].conditions.tiers[1]", "lead"),
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a JSON value."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for name, each in items for inner in paths(each, (*path, name)))]


def replaced(value: Any, path: tuple[str | int, ...], by: object) -> Any:
    if not path:
        return by
    changed = value.copy()
    changed[path[0]] = replaced(value[path[0]], path[1:], by)
    return changed


@settings(max_examples=400)
@given(st.sampled_from(paths(FORMAT_1)), json_values)
def test_no_json_value_anywhere_raises(path: tuple[str | int, ...], by: object) -> None:
    broken = replaced(FORMAT_1, path, by)
    if check(KIND, broken, CONTEXT) == ():
        KIND.parse(broken)


@pytest.mark.parametrize("value", [10**5000, -(10**5000), float("nan"), "\ud800", "x" * 10**6], ids=range(5))
def test_hostile_scalars_are_findings(value: object) -> None:
    (finding,) = check(KIND, document(fixed(value)), CONTEXT)  # type: ignore[arg-type]
    assert finding.path == "rules[0].earn.points"
    assert len(finding.value or "") <= 80


def test_deep_nesting_is_a_finding() -> None:
    deep: list[Any] = []
    for _ in range(20_000):
        deep = [deep]
    assert [each.path for each in check(KIND, document(rounding=deep), CONTEXT)] == ["rounding"]


def test_parse_raises_with_all_findings() -> None:
    with pytest.raises(RulesInvalid) as caught:
        KIND.parse({"unit": 1, "rules": 2})
    assert [finding.path for finding in caught.value.findings] == ["unit", "rules"]
