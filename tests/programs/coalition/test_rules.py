"""What rules of a coalition are refused, at what path; and rules of others that its points do not bear."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from programs.coalition.kind import CoalitionKind
from programs.findings import RulesContext
from programs.kind import check
from programs.points.kind import PointsKind
from tests.programs.shop import ONE_PER_DOLLAR

CONTEXT = RulesContext(frozenset({"points", "usd"}), {"USD": 2}, unit_currencies={"usd": "USD"})


@pytest.mark.parametrize(("rules", "found"), [
    ({}, []),
    ({"unit": "miles"}, [("unit", "unknown_value")]),
    ({"unit": "usd"}, [("unit", "contradiction")]),
    ({"recognition": "redemption", "breakage": {"type": "estimated", "percent": 20}}, [("breakage", "contradiction")]),
    ({"breakage": {"type": "estimated", "percent": 100}}, [("breakage.percent", "out_of_range")]),
    ({"multipliers": [{"partner": "a", "factor": "2"}, {"partner": "a", "factor": "3/2"}]},
     [("multipliers[1].partner", "duplicate")]),
    ({"multipliers": [{"partner": "a", "factor": "0.9"}]}, [("multipliers[0].factor", "out_of_range")]),
])  # fmt: skip
def test_contradictions_are_found(rules: dict[str, Any], found: list[tuple[str, str]]) -> None:
    document = {"format": 1, "unit": "points", **rules}
    assert [(each.path, each.code) for each in check(CoalitionKind(), document, CONTEXT)] == found


def test_shared_points_are_never_owed() -> None:
    owing = replace(CONTEXT, below_zero=frozenset({"points"}))
    (finding,) = check(CoalitionKind(), {"format": 1, "unit": "points"}, owing)
    assert (finding.path, finding.code) == ("unit", "contradiction")
    shared = replace(CONTEXT, shared=frozenset({"points"}))
    (finding,) = check(PointsKind(), {**ONE_PER_DOLLAR, "clawback": "negative"}, shared)
    assert (finding.path, finding.code) == ("clawback", "contradiction")
    assert check(PointsKind(), {**ONE_PER_DOLLAR, "clawback": "negative"}, CONTEXT) == ()
