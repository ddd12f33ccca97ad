"""Rules of stored value: read, written back, refused with every bad path named, and never an exception for any JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.kind import check
from programs.stored_value import words
from programs.wording import Words
from tests.programs.stored_value.factories import (
    CONTEXT,
    FIVE_FROM_50,
    KIND,
    TEN_PERCENT_FROM_100,
    document,
    with_bands,
)

FORMAT_1: dict[str, Any] = json.loads((Path(__file__).parent / "fixtures" / "format_1.json").read_text())


def test_every_field_survives_being_written_and_read() -> None:
    rules = KIND.parse(FORMAT_1)
    assert KIND.dump(rules) == FORMAT_1
    assert check(KIND, FORMAT_1, CONTEXT) == ()


def test_the_least_rules_are_complete() -> None:
    assert check(KIND, {"unit": "money", "currency": "EUR"}, CONTEXT) == ()


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (None, [("", "wrong_type")]),
        ({}, [("unit", "missing"), ("currency", "missing")]),
        (document(format=2), [("format", "out_of_range")]),
        (document(surprise=1), [("surprise", "unknown_field")]),
        (document(unit="gold"), [("unit", "unknown_value")]),
        (document(unit="points"), [("unit", "contradiction")]),
        (document(unit="yen"), [("unit", "contradiction")]),
        (document(bonus_unit="gold"), [("bonus_unit", "unknown_value")]),
        (document(bonus_unit="points"), [("bonus_unit", "contradiction")]),
        (document(bonus_unit="money"), [("bonus_unit", "contradiction")]),
        (document(currency="euro"), [("currency", "wrong_size")]),
        (document(currency="XXY"), [("currency", "unknown_value"), ("unit", "contradiction"),
                                    ("bonus_unit", "contradiction")]),
        (document(bonus_unit=None, top_up={"bands": [FIVE_FROM_50]}), [("bonus_unit", "missing")]),
        (with_bands(FIVE_FROM_50, FIVE_FROM_50), [("top_up.bands[1].from_amount", "duplicate")]),
        (with_bands(TEN_PERCENT_FROM_100, maximum=9999), [("top_up.bands[0].from_amount", "contradiction")]),
        (with_bands(minimum=10, maximum=9), [("top_up.maximum", "contradiction")]),
        (with_bands({"from_amount": 5, "bonus": {"type": "fixed", "amount": 6}}),
         [("top_up.bands[0].bonus.amount", "out_of_range")]),
        (with_bands({"from_amount": 5, "bonus": {"type": "percent", "percent": 101}}),
         [("top_up.bands[0].bonus.percent", "out_of_range")]),
        (with_bands({"from_amount": 5, "bonus": {"type": "gift"}}), [("top_up.bands[0].bonus.type", "unknown_value")]),
        (with_bands({"from_amount": 0, "bonus": {"type": "fixed", "amount": 1}}),
         [("top_up.bands[0].from_amount", "out_of_range")]),
        (document(expiry={"money_months": -1}), [("expiry.money_months", "out_of_range")]),
        (document(spending_order="mine_first"), [("spending_order", "unknown_value")]),
        (document(balance_maximum=0), [("balance_maximum", "out_of_range")]),
        (document(gift_cards={"minimum": 2, "maximum": 1}), [("gift_cards.maximum", "contradiction")]),
        (document(gift_cards={"pin": "yes"}), [("gift_cards.pin", "wrong_type")]),
        (document(clawback="shrug"), [("clawback", "unknown_value")]),
        # What does not parse hides nothing of the rest.
        (document(clawback="shrug", bonus_unit="money"), [("clawback", "unknown_value"),
                                                          ("bonus_unit", "contradiction")]),
    ],
)  # fmt: skip
def test_bad_rules_name_each_path(rules: Any, expected: list[tuple[str, str]]) -> None:
    assert [(each.path, each.code) for each in check(KIND, rules, CONTEXT)] == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4), max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(sorted(FORMAT_1)), JSON))
def test_any_json_gives_rules_or_findings(changes: dict[str, Any]) -> None:
    check(KIND, {**FORMAT_1, **changes}, CONTEXT)


def test_rules_read_in_words() -> None:
    used = Words("euro", "euros", 2, {"EUR": 2})
    assert words.summary(KIND.parse(FORMAT_1), used) == [
        "Money is put on by top-ups, from 10.00 EUR on, up to 500.00 EUR.",
        "5.00 EUR bonus on top from 50.00 EUR on.",
        "10 % bonus on top from 100.00 EUR on.",
        "Money never ends. A bonus ends 12 months after it came.",
        "What ends soonest pays first.",
        "A member has at most 1000.00 EUR.",
        "There are gift cards with a PIN from 10.00 EUR up to 250.00 EUR, usable for 36 months.",
    ]
    assert words.summary(KIND.parse({"unit": "money", "currency": "EUR"}), used) == [
        "Money is put on by top-ups, any amount of EUR.", "Money never ends.", "The bonus pays first, then money.",
    ]  # fmt: skip
