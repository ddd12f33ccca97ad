"""Rules of tiers that hold together, and those that do not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.kind import check
from tests.programs.tiered.factories import CONTEXT, KIND, SPEND, Document, by_spend, compiled, tier, way

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["tiers", "id", "reach", "type"]), inner)
    ),
    max_leaves=10,
)


def with_tier(**changes: Any) -> Document:
    document = by_spend()
    document["tiers"][1] |= changes
    return document


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (by_spend(), []),
        ({"unit": "points", "tiers": []}, [("tiers", "wrong_size")]),
        (by_spend(unit="gems"), [("unit", "unknown_value")]),
        (with_tier(id="basic"), [("tiers[1].id", "duplicate")]),
        (with_tier(name="Basic"), [("tiers[1].name", "duplicate")]),
        (with_tier(reach=[]), [("tiers[1].reach", "missing")]),
        (with_tier(reach=[way(SPEND, 500_00)]), [("tiers[2].reach[0]", "contradiction")]),
        (with_tier(reach=[way(SPEND, 600_00)]), [("tiers[2].reach[0]", "contradiction")]),
        (
            with_tier(reach=[way({"type": "spend", "currency": "XXY"}, 1)]),
            [("tiers[1].reach[0].all_of[0].metric.currency", "unknown_value"), ("tiers[2].reach[0]", "contradiction")],
        ),
        (with_tier(multipliers=[{"factor": "2", "unit": "gems"}]), [("tiers[1].multipliers[0].unit", "unknown_value")]),
        (with_tier(multipliers=[{"factor": "1/0"}]), [("tiers[1].multipliers[0].factor", "out_of_range")]),
        (with_tier(multipliers=[{"factor": "0.5"}]), [("tiers[1].multipliers[0].factor", "below_one")]),
        (with_tier(multipliers=[{"factor": "0.5", "allow_below_one": True}]), []),
        (with_tier(gifts=[{"unit": "gems", "points": 5}]), [("tiers[1].gifts[0].unit", "unknown_value")]),
        (
            with_tier(keep=[way(SPEND, 50_00)]) | {"validity": {"type": "while_met"}},
            [("tiers[1].keep", "contradiction")],
        ),
        (by_spend(window={"type": "rolling_months", "months": 0}), [("window.months", "out_of_range")]),
    ],
)  # fmt: skip
def test_every_bad_path_is_named(document: Document, expected: list[tuple[str, str]]) -> None:
    assert [(finding.path, finding.code) for finding in check(KIND, document, CONTEXT)] == expected


@given(JSON)
def test_no_document_is_more_than_refused(document: object) -> None:
    check(KIND, document, CONTEXT)


def test_rules_are_read_back_as_they_were() -> None:
    document = by_spend(window={"type": "calendar_year"}, validity={"type": "for_months", "months": 6})
    document["tiers"].append(tier("black", way(SPEND, 900_00), keep=[way(SPEND, 1)], multipliers=[{"factor": "7/5"}]))
    rules = KIND.parse(document)
    assert KIND.parse(KIND.dump(rules)) == rules
    (modifier,) = compiled(document).tiers[3].modifiers
    assert (modifier.rule_name, modifier.factor, modifier.times, modifier.over) == ("Black", "7/5", 7, 5)
