"""What a top-up puts on: money and bonus, each share on its line, told step by step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.activity import Line, LineKind, TenderKind
from programs.decision import Decision, ExplanationCode
from programs.explain import words
from tests.programs.stored_value.factories import (
    FACTS,
    FIVE_FROM_50,
    KIND,
    TEN_PERCENT_FROM_100,
    Document,
    decide,
    document,
    top_up,
    with_bands,
)

BANDS = with_bands(FIVE_FROM_50, TEN_PERCENT_FROM_100)


def brought(decision: Decision) -> dict[str, int]:
    return {movement.unit: movement.amount for movement in decision.movements}


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (4999, {"money": 4999}),
        (5000, {"money": 5000, "bonus": 500}),
        (9999, {"money": 9999, "bonus": 500}),
        (10000, {"money": 10000, "bonus": 1000}),
        (12345, {"money": 12345, "bonus": 1234}),
        (0, {}),
    ],
)
def test_the_highest_band_reached_counts(amount: int, expected: dict[str, int]) -> None:
    assert brought(decide(BANDS, top_up(amount))) == expected


def test_bands_go_by_all_top_ups_of_the_order_and_fall_on_their_lines() -> None:
    decision = decide(BANDS, top_up(4000, "a"), top_up(8000, "b"), Line("c", 500))
    money, bonus = decision.movements
    assert (money.reason, money.unit, money.shares) == ("top_up", "money", {"a": 4000, "b": 8000})
    assert (bonus.reason, bonus.unit, bonus.shares) == ("top_up_bonus", "bonus", {"a": 400, "b": 800})


def test_a_discount_lowers_what_is_put_on() -> None:
    assert brought(decide(BANDS, top_up(10000, discount=1000))) == {"money": 9000, "bonus": 500}


@pytest.mark.parametrize("amount", [900, 20001])
def test_outside_of_the_limits_money_is_put_on_without_a_bonus(amount: int) -> None:
    rules = with_bands({"from_amount": 1, "bonus": {"type": "percent", "percent": 10}}, minimum=1000, maximum=20000)
    decision = decide(rules, top_up(amount))
    assert brought(decision) == {"money": amount}
    assert [each.code for each in decision.explanation] == [ExplanationCode.TOP_UP, ExplanationCode.NOT_ELIGIBLE]


@pytest.mark.parametrize(
    ("paid", "bonus"),
    [
        ({TenderKind.CARD: 15000}, 1000),
        ({TenderKind.STORED_VALUE: 5000, TenderKind.CARD: 10000}, 1000),
        ({TenderKind.STORED_VALUE: 10000, TenderKind.CARD: 5000}, 500),
        ({TenderKind.STORED_VALUE: 5000, TenderKind.GIFT_CARD: 5000}, 500),
        ({TenderKind.STORED_VALUE: 15000}, 0),
    ],
)
def test_stored_value_that_pays_for_a_top_up_earns_no_bonus(paid: Mapping[TenderKind, int], bonus: int) -> None:
    decision = decide(BANDS, top_up(10000), Line("goods", 5000), paid=paid)
    assert brought(decision) == {"money": 10000} | ({"bonus": bonus} if bonus else {})


@pytest.mark.parametrize(
    ("lines", "given"),
    [
        ((Line("l1", 10000),), {}),
        ((Line("l1", 10000, LineKind.GIFT_CARD),), {}),
        ((top_up(10000),), {"kind": "refund"}),
        ((), {"kind": "signup", "currency": None}),
    ],
)
def test_nothing_else_puts_anything_on(lines: tuple[Line, ...], given: Document) -> None:
    assert decide(BANDS, *lines, **given) == Decision()


def test_another_currency_puts_nothing_on_and_says_so() -> None:
    decision = decide(BANDS, top_up(10000), currency="USD")
    assert decision.movements == ()
    assert [words(each, {"EUR": 2}) for each in decision.explanation] == [
        "Putting money on does not apply: it is about EUR, the order is in USD; nothing is converted."
    ]


def test_money_and_bonus_end_by_the_local_day() -> None:
    rules = {**BANDS, "expiry": {"money_months": 12, "bonus_months": 1}}
    money, bonus = decide(rules, top_up(5000)).movements
    assert money.expires_at == datetime(2027, 2, 1, 6, tzinfo=UTC)
    assert bonus.expires_at == datetime(2026, 3, 1, 6, tzinfo=UTC), "31 January + 1 month is 28 February"
    assert [each.expires_at for each in decide(BANDS, top_up(5000)).movements] == [None, None], "never by default"


def test_every_step_is_told_in_words() -> None:
    rules = {**BANDS, "expiry": {"bonus_months": 12}}
    told = [words(each, {"EUR": 2}) for each in decide(rules, top_up(10000)).explanation]
    assert told == [
        "100.00 EUR is put on by line l1.",
        "From 100.00 EUR on, 10 % of 100.00 EUR on top: 10.00 EUR bonus.",
        "Can be used until 31 January 2027.",
    ]
    told = [words(each, {"EUR": 2}) for each in decide(BANDS, top_up(5000)).explanation]
    assert told[1:] == ["From 50.00 EUR on, 5.00 EUR bonus on top."]
    told = [words(each, {"EUR": 2}) for each in decide(BANDS, top_up(100)).explanation]
    assert told[1:] == ["The bonus does not apply: it needs 50.00 EUR or more, the order has 1.00 EUR."]


def test_traits_name_both_units_and_the_clawback() -> None:
    def traits(rules: Document) -> tuple[list[str], bool]:
        found = KIND.traits(KIND.compile(KIND.parse(rules), FACTS))
        return [unit.slug for unit in found.units], found.negative

    assert traits(document(clawback="negative")) == (["money", "bonus"], True)
    assert traits({"unit": "money", "currency": "EUR"}) == (["money"], False)


amounts = st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 5)), min_size=1, max_size=6)


@given(amounts, st.permutations(range(6)))
def test_shares_make_up_the_whole_in_whatever_order_lines_come(given: list[tuple[int, int]], order: list[int]) -> None:
    lines = [top_up(amount, f"l{n}", quantity=quantity) for n, (amount, quantity) in enumerate(given)]
    decision = decide(BANDS, *lines)
    assert decide(BANDS, *(lines[n] for n in order if n < len(lines))) == decision
    for movement in decision.movements:
        assert sum(movement.shares.values()) == movement.amount > 0
    assert brought(decision).get("money", 0) == sum(amount for amount, _ in given)
    assert decision.explanation[-1].after_milli >= 0
