"""Phases, caps, the earning base, waiting and the explanation of points."""

from datetime import UTC, datetime
from typing import Any

import pytest

from programs.activity import Activity, ActivityKind, LineKind, Tender, TenderKind
from programs.decision import CounterKey, CounterOwner, Decision, ExplanationCode
from programs.explain import words
from programs.kind import Standing

from .factories import (
    NOON,
    PROGRAM,
    Document,
    activity,
    decided,
    document,
    fixed,
    line,
    multiplier,
    per_amount,
    points,
    purchase,
    rule,
    standing,
)

MEMBER = CounterOwner.MEMBER
HALF = {"type": "multiplier", "factor": "0.5", "allow_below_one": True}


def reasons(decision: Decision) -> list[str]:
    """The conditions that failed, in order."""
    return [
        str(dict(each.inputs)["condition"])
        for each in decision.explanation
        if each.code is ExplanationCode.NOT_ELIGIBLE
    ]


def key(name: str, period: str, owner: CounterOwner = MEMBER) -> CounterKey:
    return CounterKey(PROGRAM, owner, name, period)


@pytest.mark.parametrize(
    ("what", "rules", "expected"),
    [
        ("multipliers multiply each other", [per_amount(), multiplier("2"), multiplier("1.5", id="x")], 300),
        ("a fixed bonus is not multiplied", [fixed(50), per_amount(), multiplier("2")], 250),
        ("per order is multiplied", [rule({"type": "per_order", "points": 50}), multiplier("2")], 100),
        ("thirds stay exact", [per_amount(1, 300), multiplier("3")], 100),
        ("below one when stated", [per_amount(), rule(HALF)], 50),
        ("fractions of rules add up", [per_amount(1, 15000, id="a"), per_amount(1, 30000, id="b")], 1),
    ],
)
def test_phases(what: str, rules: list[Document], expected: int) -> None:
    assert points(decided(document(*rules), purchase(line(10000)))) == expected


@pytest.mark.parametrize(("pieces", "expected"), [(2, 0), (3, 50), (9, 50), (10, 200)])
def test_quantity_breaks_give_the_highest_reached(pieces: int, expected: int) -> None:
    breaks = [{"quantity": 10, "points": 200}, {"quantity": 3, "points": 50}]
    rules = document(rule({"type": "quantity_breaks", "breaks": breaks}))
    decision = decided(rules, purchase(line(100, "1", quantity=1), line(100, "2", quantity=pieces - 1)))
    assert points(decision) == expected


@pytest.mark.parametrize(
    ("rounding", "amounts"),
    [
        ("floor", {149: 1, 150: 1, 250: 2, 251: 2}),
        ("half_up", {149: 1, 150: 2, 250: 3, 251: 3}),
        ("half_even", {149: 1, 150: 2, 250: 2, 251: 3}),
    ],
)
def test_rounding_happens_once_by_the_programs_rule(rounding: str, amounts: dict[int, int]) -> None:
    rules = document(per_amount(), rounding=rounding)
    assert {amount: points(decided(rules, purchase(line(amount)))) for amount in amounts} == amounts


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ({}, 90),
        ({"deduct_discounts": False}, 100),
        ({"tax": True}, 110),
        ({"shipping": True}, 95),
        ({"gift_cards": True}, 140),
        ({"top_ups": True}, 150),
        ({"donations": True}, 97),
        ({"rewards": True}, 99),
    ],
)
def test_the_earning_base_is_explicit(base: dict[str, bool], expected: int) -> None:
    order = purchase(
        line(10000, "1", discount=1000, tax=2000),
        line(500, "2", kind=LineKind.SHIPPING),
        line(5000, "3", kind=LineKind.GIFT_CARD),
        line(6000, "4", kind=LineKind.TOP_UP),
        line(700, "5", kind=LineKind.DONATION),
        line(900, "6", kind=LineKind.REWARD),
    )
    assert points(decided(document(per_amount(), base=base), order)) == expected


@pytest.mark.parametrize(
    ("paid_with", "base", "expected"),
    [
        (TenderKind.POINTS, {}, 50),
        (TenderKind.POINTS, {"paid_with_points": True}, 100),
        (TenderKind.STORED_VALUE, {"paid_with_stored_value": False}, 50),
        (TenderKind.GIFT_CARD, {}, 100),
        (TenderKind.GIFT_CARD, {"paid_with_gift_cards": False}, 50),
    ],
)
def test_what_half_the_order_was_paid_with(paid_with: TenderKind, base: dict[str, bool], expected: int) -> None:
    order = purchase(line(10000), tenders=(Tender(paid_with, 5000), Tender(TenderKind.CARD, 5000)))
    assert points(decided(document(per_amount(), base=base), order)) == expected


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        ({TenderKind.STORED_VALUE: 10000}, 300),
        ({TenderKind.CARD: 10000}, 100),
        ({TenderKind.STORED_VALUE: 2500, TenderKind.CARD: 7500}, 150),
        ({TenderKind.STORED_VALUE: 2500}, 150),
        ({TenderKind.STORED_VALUE: 2500, TenderKind.POINTS: 5000, TenderKind.CARD: 2500}, 100),
        ({TenderKind.STORED_VALUE: 99999}, 300),
        ({}, 100),
    ],
)  # fmt: skip
def test_a_rule_per_amount_counts_the_part_that_was_paid_its_way(paid: dict[TenderKind, int], expected: int) -> None:
    more = rule(
        {"type": "per_amount", "points": 2, "per": 100, "currency": "USD"}, id="card",
        conditions={"tenders": ["stored_value"]},
    )  # fmt: skip
    tenders = tuple(Tender(kind, amount) for kind, amount in paid.items())
    decision = decided(document(per_amount(), more), purchase(line(6000), line(4000, "2"), tenders=tenders))
    assert points(decision) == expected


def test_its_bounds_are_of_that_part_too() -> None:
    more = rule(
        {"type": "per_amount", "points": 2, "per": 100, "currency": "USD"}, id="card",
        conditions={"tenders": ["stored_value"], "minimum_amount": 5000, "currency": "USD"},
    )  # fmt: skip
    for paid, expected in ((4999, 0), (5000, 100)):
        tenders = (Tender(TenderKind.STORED_VALUE, paid), Tender(TenderKind.CARD, 10000 - paid))
        assert points(decided(document(more), purchase(line(10000), tenders=tenders))) == expected


def test_an_order_for_nothing_earns_per_item_whatever_it_says_it_was_paid_with() -> None:
    more = rule(
        {"type": "per_amount", "points": 2, "per": 100, "currency": "USD"}, id="card",
        conditions={"tenders": ["card"]},
    )  # fmt: skip
    rules = document(more, rule({"type": "per_item", "points": 5}))
    assert points(decided(rules, purchase(line(0), tenders=(Tender(TenderKind.CARD, 0),)))) == 5


def test_an_order_paid_with_points_alone_earns_nothing_not_even_per_item_or_fixed() -> None:
    rules = document(per_amount(), rule({"type": "per_item", "points": 5}), fixed(10))
    decision = decided(rules, purchase(line(1000), tenders=(Tender(TenderKind.POINTS, 1000),)))
    assert decision.movements == ()
    assert reasons(decision) == ["nothing_counts"] * 3


@pytest.mark.parametrize(
    ("conditions", "what", "failed"),
    [
        ({"minimum_amount": 5000, "currency": "USD"}, purchase(line(4999)), "minimum_amount"),
        ({"minimum_amount": 5000, "currency": "USD"}, purchase(line(5000)), None),
        ({"maximum_amount": 5000, "currency": "USD"}, purchase(line(5001)), "maximum_amount"),
        ({"minimum_amount": 1, "currency": "EUR"}, purchase(line(5000)), "currency"),
        ({"channels": ["pos"]}, purchase(line(100), channel="web"), "channels"),
        ({"channels": ["pos"]}, purchase(line(100), channel="pos"), None),
        ({"segments": ["vip"]}, purchase(line(100)), "segments"),
        ({"tiers": ["gold"]}, purchase(line(100)), "tiers"),
        ({"tenders": ["card"]}, purchase(line(100), tenders=(Tender(TenderKind.OTHER, 100),)), "tenders"),
        ({"weekdays": [7]}, purchase(line(100)), "weekdays"),
        ({"hours": [{"from_time": "12:01", "until_time": "24:00"}]}, purchase(line(100)), "hours"),
        ({"hours": [{"from_time": "12:00", "until_time": "24:00"}]}, purchase(line(100)), None),
        ({"hours": [{"from_time": "11:00", "until_time": "12:00"}]}, purchase(line(100)), "hours"),
        ({"starts_on": "2026-11-22"}, purchase(line(100)), "dates"),
        ({"ends_on": "2026-11-20"}, purchase(line(100)), "dates"),
        ({"starts_on": "2026-11-21", "ends_on": "2026-11-21"}, purchase(line(100)), None),
    ],
)
def test_conditions(conditions: dict[str, Any], what: Activity, failed: str | None) -> None:
    decision = decided(document(fixed(10, conditions=conditions)), what)
    assert (points(decision), reasons(decision)) == ((0, [failed]) if failed else (10, []))
    assert all(words(each, {"USD": 2}).endswith(".") for each in decision.explanation)


def test_a_promotion_of_today_holds_while_utc_is_a_day_ahead() -> None:  # promise 6
    rules = document(fixed(10, conditions={"starts_on": "2026-11-20", "ends_on": "2026-11-20", "weekdays": [5]}))
    late_evening = datetime(2026, 11, 21, 7, 59, tzinfo=UTC)  # still Friday 23:59 in Los Angeles
    assert points(decided(rules, purchase(line(100), at=late_evening), zone="America/Los_Angeles")) == 10
    assert points(decided(rules, purchase(line(100), at=late_evening), zone="UTC")) == 0


def test_an_unmet_minimum_is_told_in_money() -> None:
    rules = document(fixed(10, conditions={"minimum_amount": 5000, "currency": "USD"}))
    told = [words(each, {"USD": 2}) for each in decided(rules, purchase(line(4999))).explanation]
    assert told == [
        "fixed does not apply: it needs 50.00 USD or more, the order has 49.99 USD.",
        "Nothing is earned.",
    ]


def test_another_currency_is_explained_not_converted() -> None:
    decision = decided(document(per_amount(currency="EUR")), purchase(line(1000)))
    assert (decision.movements, reasons(decision)) == ((), ["currency"])


def test_activities_without_lines_earn_fixed_points_with_no_shares() -> None:
    rules = document(
        fixed(100, id="signup", on=["signup"]),
        fixed(7, id="own", on=["custom:recycled"]),
        rule({"type": "per_visit", "points": 5}, on=["visit"]),
        multiplier("2", on=["visit"]),
    )
    for kind, expected in ((ActivityKind.SIGNUP, 100), ("custom:recycled", 7), (ActivityKind.VISIT, 10)):
        (movement,) = decided(rules, activity(kind)).movements
        assert (movement.amount, movement.shares) == (expected, {})
    assert reasons(decided(rules, activity(ActivityKind.REVIEW))) == ["kind"]


@pytest.mark.parametrize(
    ("period", "second_at", "expected"),
    [
        ("day", datetime(2026, 11, 21, 4, 59, tzinfo=UTC), 0),  # 20 November 23:59 in New York
        ("day", datetime(2026, 11, 21, 5, 0, tzinfo=UTC), 10),
        ("week", datetime(2026, 11, 23, 4, 59, tzinfo=UTC), 0),  # Sunday night
        ("week", datetime(2026, 11, 23, 5, 0, tzinfo=UTC), 10),
        ("week", datetime(2026, 11, 15, 12, 0, tzinfo=UTC), 10),
        ("month", datetime(2026, 12, 1, 4, 59, tzinfo=UTC), 0),
        ("month", datetime(2026, 12, 1, 5, 0, tzinfo=UTC), 10),
        ("year", datetime(2027, 1, 1, 4, 59, tzinfo=UTC), 0),
        ("year", datetime(2027, 1, 1, 5, 0, tzinfo=UTC), 10),
        ("lifetime", datetime(2029, 1, 1, tzinfo=UTC), 0),
    ],
)
def test_caps_start_again_on_the_tenants_local_day(period: str, second_at: datetime, expected: int) -> None:
    rules = document(per_amount(caps=[{"limit": 10, "period": period}]))
    first = decided(rules, purchase(line(1500), at=datetime(2026, 11, 20, 17, 0, tzinfo=UTC)), zone="America/New_York")
    second = decided(
        rules, purchase(line(1500), at=second_at), Standing().after(first.counters), zone="America/New_York"
    )
    assert (points(first), points(second)) == (10, expected)


def test_a_points_cap_counts_what_was_granted_with_shares() -> None:
    rules = document(per_amount(caps=[{"limit": 100, "period": "month"}]), multiplier("2"))
    used = {key("rule:per_amount:points", "month:2026-11"): 70}
    decision = decided(rules, purchase(line(1000, "1"), line(2000, "2")), standing(counters=used))
    (use,) = decision.counters
    assert (points(decision), use.amount, use.shares) == (30, 30, {"1": 10, "2": 20})
    assert decision.movements[0].shares == {"1": 10, "2": 20}


def test_a_cap_of_the_program_holds_all_rules_together_and_counts_for_all_members() -> None:
    cap = {"limit": 25, "period": "day", "per": "program"}
    decision = decided(document(per_amount(), fixed(10), caps=[cap]), purchase(line(4000)))
    (use,) = decision.counters
    assert use.key == key("program:points", "day:2026-11-21", CounterOwner.PROGRAM)
    assert (points(decision), use.amount) == (25, 25)


def test_a_cap_of_a_multiplier_limits_what_it_adds() -> None:
    rules = document(per_amount(), multiplier("2", caps=[{"limit": 30, "period": "day"}]), multiplier("3/2", id="vip"))
    decision = decided(rules, purchase(line(10000)))
    assert points(decision) == 195  # (100 + 30) × 1.5
    assert [(use.key.name, use.amount) for use in decision.counters] == [("rule:multiplier:points", 30)]


def test_a_capped_multiplier_still_leaves_exact_amounts_for_the_next() -> None:
    rules = document(per_amount(), multiplier("2", caps=[{"limit": 10}]), multiplier("3/2", id="vip"))
    order = purchase(line(10000, "1"), line(10000, "2"), line(10000, "3"))
    assert points(decided(rules, order)) == 465  # (300 + 10) × 1.5, although 10 has no third


def test_the_rest_of_rounding_never_goes_to_a_rule_at_its_cap() -> None:
    small = [per_amount(1, 10000, id=f"small{number}") for number in range(5)]  # a tenth of a point each
    rules = document(per_amount(caps=[{"limit": 10}]), *small, rounding="half_up")
    decision = decided(rules, purchase(line(1000)))
    assert points(decision) == 11
    assert [use.amount for use in decision.counters] == [10]


def test_a_week_goes_on_over_new_year() -> None:
    rules = document(per_amount(caps=[{"limit": 10, "period": "week"}]))
    first = decided(rules, purchase(line(1000), at=datetime(2026, 12, 31, tzinfo=UTC)))
    second = decided(rules, purchase(line(1000), at=datetime(2027, 1, 1, tzinfo=UTC)), Standing().after(first.counters))
    assert (points(first), points(second)) == (10, 0)


def test_a_multiplier_that_added_nothing_is_not_used_up() -> None:
    once = [{"limit": 1, "counts": "times", "period": "day"}]
    rules = document(
        per_amount(items={"include": {"skus": ["a"]}}),
        multiplier("2", items={"include": {"skus": ["b"]}}, caps=once),
    )
    order = purchase(line(1000, "1", sku="a"), line(1000, "2", sku="b"))
    decision = decided(rules, order)
    assert (points(decision), decision.counters) == (10, ())


def test_first_time_only_is_once_for_ever_and_given_back_by_its_record() -> None:
    rules = document(fixed(500, conditions={"first_time_only": True}))
    first = decided(rules, purchase(line(100)))
    later = datetime(2028, 1, 1, tzinfo=UTC)
    known = Standing().after(first.counters)
    assert points(first) == 500
    assert points(decided(rules, purchase(line(100), at=later), known)) == 0
    (use,) = first.counters
    returned = known.after((type(use)(use.key, -use.amount),))
    assert points(decided(rules, purchase(line(100), at=later), returned)) == 500


def test_points_wait_for_days_or_for_a_trigger() -> None:
    fourteen = {"type": "days", "days": 14}
    (movement,) = decided(document(per_amount(), pending=fourteen), purchase(line(100))).movements
    assert (movement.pending, movement.matures_at) == (True, datetime(2026, 12, 5, 12, 0, tzinfo=UTC))
    trigger = {"type": "trigger", "trigger": "delivered"}
    (movement,) = decided(document(per_amount(), pending=trigger), purchase(line(100))).movements
    assert (movement.pending, movement.matures_at, movement.matures_on) == (True, None, "delivered")
    long_after = datetime(2027, 1, 1, tzinfo=UTC)
    (movement,) = decided(document(per_amount(), pending=fourteen), purchase(line(100)), now=long_after).movements
    assert not movement.pending


def test_waiting_crosses_a_clock_change_at_the_same_local_time() -> None:
    rules = document(per_amount(), pending={"type": "days", "days": 1})
    order = purchase(
        line(100), at=datetime(2026, 10, 24, 10, 0, tzinfo=UTC)
    )  # noon in Berlin, clocks change that night
    (movement,) = decided(rules, order, zone="Europe/Berlin").movements
    assert movement.matures_at == datetime(2026, 10, 25, 11, 0, tzinfo=UTC)


def test_members_of_exempt_tiers_keep_their_points() -> None:
    expiry = {
        "policies": [{"type": "months_after_earning", "months": 12}, {"type": "months_inactive", "months": 18}],
        "exempt_tiers": ["gold"],
    }
    rules = document(per_amount(), expiry=expiry)
    (movement,) = decided(rules, purchase(line(100))).movements
    assert movement.expires_at == datetime(2027, 11, 22, tzinfo=UTC)
    assert movement.lapses_at == datetime(2028, 5, 22, tzinfo=UTC)
    (movement,) = decided(rules, purchase(line(100)), standing("gold")).movements
    assert (movement.expires_at, movement.lapses_at) == (None, None)


def test_every_step_is_explained_in_words() -> None:
    rules = document(
        per_amount(caps=[{"limit": 20, "period": "day"}]),
        multiplier("1.5"),
        fixed(5, conditions={"codes": ["X"]}),
        rounding="half_up",
        pending={"type": "days", "days": 14},
        expiry={"policies": [{"type": "end_of_calendar_year", "years": 1}]},
    )
    told = [words(each, {"USD": 2}) for each in decided(rules, purchase(line(1050)), now=NOON).explanation]
    assert told == [
        "per_amount gives 10.5: 1 for every 1.00 USD of 10.50 USD.",
        "multiplier (× 1.5) makes 10.5 into 15.75.",
        "fixed does not apply: it needs one of the codes X.",
        "15.75 is rounded, halves up to 16.",
        "Available from 5 December 2026, 12:00.",
        "Can be used until 31 December 2027.",
    ]
    capped = [words(each, {"USD": 2}) for each in decided(rules, purchase(line(10000)), now=NOON).explanation]
    assert capped[3] == "per_amount is held to at most 20 points (day, per member), 0 used before: 150 becomes 20."


def test_weekdays_are_told_by_name() -> None:
    rules = document(per_amount(conditions={"weekdays": [2, 7]}))
    saturday = datetime(2026, 11, 21, 12, tzinfo=UTC)
    told = [words(each, {"USD": 2}) for each in decided(rules, purchase(line(100), at=saturday)).explanation]
    assert told[0] == "per_amount does not apply: it is for Tuesday, Sunday, this was a Saturday."
