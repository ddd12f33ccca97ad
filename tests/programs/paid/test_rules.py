"""Rules of paid programs: what is refused, with the path, and how they read in words."""

from __future__ import annotations

from typing import Any

import pytest

from programs.kind import check
from programs.paid import words
from programs.wording import Words
from tests.programs.paid.factories import CONTEXT, KIND, Document, card, paid, plan, visits

WORDS = Words("point", "points", 0, {"USD": 2})
BAD: list[tuple[Document, str, str]] = [
    (paid(unit="stars"), "unit", "unknown_value"),
    ({"unit": "points"}, "plans", "missing"),
    (paid(plan(), plan(name="Other")), "plans[1].id", "duplicate"),
    (paid(plan(), plan("other", name="Prime")), "plans[1].name", "duplicate"),
    (paid(plan(currency="XBT")), "plans[0].currency", "unknown_value"),
    (paid(plan(period="week")), "plans[0].period", "unknown_value"),
    (paid(plan(price=-1)), "plans[0].price", "out_of_range"),
    (paid(plan(period="once", trial={})), "plans[0].trial", "contradiction"),
    (paid(plan(price=0, trial={})), "plans[0].trial", "contradiction"),
    (paid(plan(period="once", free_days={})), "plans[0].free_days", "contradiction"),
    (paid(plan(period="month", free_days={"before_days": 28})), "plans[0].free_days.before_days", "out_of_range"),
    (paid(plan(multipliers=[{"factor": "0.5"}])), "plans[0].multipliers[0].factor", "below_one"),
    (paid(plan(multipliers=[{"factor": "2", "unit": "stars"}])), "plans[0].multipliers[0].unit", "unknown_value"),
    (paid(dunning={"retry_days": [3, 3]}), "dunning.retry_days[1]", "contradiction"),
    (paid(dunning={"retry_days": [20]}), "dunning.ends_after_days", "contradiction"),
    (paid(dividend={"unit": "points", "currency": "USD", "percent": 10, "month": 2, "day": 30}), "dividend.day",
     "out_of_range"),
    (paid(dividend={"unit": "euros", "currency": "USD", "percent": 10}), "dividend.unit", "contradiction"),
    ({"unit": "points", "passes": [visits()], "dividend": {"unit": "points", "currency": "USD", "percent": 1}},
     "dividend", "contradiction"),
    (paid(passes=[visits(0)]), "passes[0].scope.number", "out_of_range"),
    (paid(passes=[visits(), visits()]), "passes[1].id", "duplicate"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "path", "code"), BAD, ids=[f"{path}-{code}" for _, path, code in BAD])
def test_what_contradicts_is_refused_with_its_path(document: Document, path: str, code: str) -> None:
    assert (path, code) in [(finding.path, finding.code) for finding in check(KIND, document, CONTEXT)]


def test_rules_are_read_back_as_they_were_written() -> None:
    rules = KIND.parse(paid(plan(trial={}, free_days={}), passes=[visits(months=12)]))
    assert KIND.parse(KIND.dump(rules)) == rules
    assert rules.plans[0].trial is not None and rules.plans[0].free_days is not None
    assert (rules.plans[0].trial.months, rules.plans[0].free_days.days) == (1, 7)


def test_the_rules_in_words() -> None:
    month = card("month", scope={"type": "unlimited", "months": 1}, refundable=False)
    given: dict[str, Any] = {
        "passes": [visits(10, months=12), month], "refund": {"full_within_days": 3, "otherwise": "prorated"},
        "dividend": {"unit": "points", "currency": "USD", "percent": 10},
    }  # fmt: skip
    rules = KIND.parse(paid(plan(trial={}, free_days={}, multipliers=[{"factor": "2"}]), plan("life", 20_00, "once"),
                            **given))  # fmt: skip
    assert words.summary(rules, WORDS) == [
        "Prime: 139.00 USD a year; the first month free; points × 2; 7 days free, given 7 days before a term ends.",
        "Life: 20.00 USD once, for life.",
        "Ten: 10 visits within 12 months for 100.00 USD; what is not used is refunded.",
        "Month: any number of visits in 1 month for 100.00 USD.",
        "A renewal that is declined is tried again after 1, 3 and 7 days; the membership ends after 14 days.",
        "Who cancels at once within 3 days of the charge, and used nothing, gets all of it back, else the share of the "
        "days that are left.",
        "On 1 March members get 10 % of what they paid in the last year, in points.",
    ]
