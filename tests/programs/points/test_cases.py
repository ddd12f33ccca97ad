"""Earning cases that others published (CASES E1–E13, R1, R5), at the level of rules and activity → points."""

from datetime import UTC, datetime
from typing import Any

import pytest

from programs.activity import Activity, Line, LineKind, Tender, TenderKind
from programs.kind import Standing, check
from programs.points.kind import PointsKind
from programs.shares import reversal

from .factories import (
    CONTEXT,
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

CART = (
    line(1200, "red", sku="123", tags=("red",)),
    line(10000, "blue", sku="000", tags=("blue",)),
    line(4000, "delivery", kind=LineKind.SHIPPING),
)
DELIVERY_COUNTS = {"shipping": True}
SKU_123 = {"include": {"skus": ["123"]}}
TUESDAY_AFTERNOON = {"weekdays": [2], "hours": [{"from_time": "16:00", "until_time": "18:00"}]}
TIERS = [
    multiplier(f"{rate}/5", id=tier, conditions={"tiers": [tier]})
    for tier, rate in (("silver", 7), ("gold", 8), ("platinum", 9), ("diamond", 11))
]


def cart(*rules: dict[str, Any]) -> dict[str, Any]:
    return document(*rules, base=DELIVERY_COUNTS)


@pytest.mark.parametrize(
    ("case", "rules", "activity", "expected"),
    [
        ("E1 delivery counts", cart(per_amount(4)), purchase(*CART), 608),
        ("E2 without a SKU", cart(per_amount(4, items={"exclude": {"skus": ["000"]}})), purchase(*CART), 208),
        ("E2 without a label", cart(per_amount(4, items={"exclude": {"tags": ["red"]}})), purchase(*CART), 560),
        (
            "E2 without a label and delivery",
            cart(per_amount(4, items={"exclude": {"tags": ["red"], "kinds": ["shipping"]}})),
            purchase(*CART),
            400,
        ),
        ("E3 two rules", cart(per_amount(10, id="ten"), per_amount(4, id="four")), purchase(*CART), 2128),
        ("E4 fixed for a SKU", cart(per_amount(4), fixed(100, items=SKU_123)), purchase(*CART), 708),
        ("E4 tripled for a SKU", cart(per_amount(4), multiplier("3", items=SKU_123)), purchase(*CART), 704),
        ("E5 one per ten dollars", document(per_amount(1, 1000)), purchase(line(10500)), 10),
        ("E6 whole", document(per_amount(), multiplier("1.5")), purchase(line(400)), 6),
        ("E6 fraction dropped", document(per_amount(), multiplier("1.5")), purchase(line(500)), 7),
        ("E8 floor", document(per_amount()), purchase(line(1999)), 19),
        ("E8 three per unit", document(per_amount(3)), purchase(line(4000)), 120),
        (
            "E8 fixed per item",
            document(rule({"type": "per_item", "points": 100})),
            purchase(line(999, quantity=3)),
            300,
        ),
        ("E9 coupon", document(per_amount()), purchase(line(10000, discount=1000)), 90),
        (
            "E9 part paid from stored value",
            document(per_amount()),
            purchase(line(10000), tenders=(Tender(TenderKind.STORED_VALUE, 1000), Tender(TenderKind.CARD, 9000))),
            100,
        ),
        ("E10 invoice", document(per_amount(1, 1000)), purchase(line(10000)), 10),
        (
            "E10 part paid with points",
            document(per_amount(1, 1000)),
            purchase(line(10000), tenders=(Tender(TenderKind.POINTS, 10), Tender(TenderKind.CARD, 9990))),
            9,
        ),
        ("E12 eight per dollar", document(per_amount(8)), purchase(line(2500)), 200),
        ("E12 ten per dollar", document(per_amount(10)), purchase(line(2500)), 250),
        (
            "E12 donation at double",
            document(
                per_amount(10),
                multiplier("2", items={"include": {"kinds": ["donation"]}}),
                base={"donations": True},
            ),
            purchase(line(500, kind=LineKind.DONATION)),
            100,
        ),
        ("E13 without the code", document(fixed(10, conditions={"codes": ["PROMO10"]})), purchase(line(100)), 0),
        (
            "E13 with the code",
            document(fixed(10, conditions={"codes": ["PROMO10"]})),
            purchase(line(100), codes=("PROMO10",)),
            10,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_published_earning_case(case: str, rules: dict[str, Any], activity: Activity, expected: int) -> None:
    assert check(PointsKind(), rules, CONTEXT) == ()
    assert points(decided(rules, activity)) == expected


def test_second_purchase_in_the_happy_hour_earns_base_only() -> None:  # E7
    rules = document(
        per_amount(),
        multiplier("2", conditions=TUESDAY_AFTERNOON, caps=[{"limit": 1, "counts": "times", "period": "day"}]),
    )
    first = decided(rules, purchase(line(1000), at=datetime(2026, 11, 17, 22, 10, tzinfo=UTC)), zone="America/Chicago")
    second = decided(
        rules,
        purchase(line(1000), at=datetime(2026, 11, 17, 23, 59, tzinfo=UTC)),
        Standing().after(first.counters),
        zone="America/Chicago",
    )
    next_week = decided(
        rules,
        purchase(line(1000), at=datetime(2026, 11, 24, 22, 10, tzinfo=UTC)),
        Standing().after(first.counters),
        zone="America/Chicago",
    )
    assert (points(first), points(second), points(next_week)) == (20, 10, 20)


@pytest.mark.parametrize(
    ("tier", "expected"), [(None, 1500), ("silver", 2100), ("gold", 2400), ("platinum", 2700), ("diamond", 3300)]
)
def test_airline_levels_earn_more_per_dollar_without_tax(tier: str | None, expected: int) -> None:  # E11
    rules = document(per_amount(5), *TIERS)
    assert points(decided(rules, purchase(line(30000, tax=5000)), standing(tier))) == expected


def test_divisor_zero_is_refused_when_saved() -> None:  # E8
    findings = check(PointsKind(), document(per_amount(per=0), multiplier("3/0")), CONTEXT)
    assert [(finding.path, finding.code, finding.value) for finding in findings] == [
        ("rules[0].earn.per", "out_of_range", "0"),
        ("rules[1].earn.factor", "out_of_range", "3/0"),
    ]


@pytest.mark.parametrize(
    ("case", "lines", "rules", "returned", "left"),
    [
        ("R1", (line(5000, "1"), line(5000, "2")), document(per_amount()), {"2": 1}, 50),
        ("R5", (line(20000, "1", quantity=2),), document(per_amount(1, 1000)), {"1": 1}, 10),
    ],
)
def test_a_returned_item_leaves_the_share_of_the_rest(
    case: str, lines: tuple[Line, ...], rules: dict[str, Any], returned: dict[str, int], left: int
) -> None:
    (movement,) = decided(rules, purchase(*lines)).movements
    quantities = {each.id: each.quantity for each in lines}
    taken = sum(reversal(movement.shares[key], count, quantities[key], 0) for key, count in returned.items())
    assert movement.amount - taken == left
