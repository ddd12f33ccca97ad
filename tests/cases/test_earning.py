"""Earning as others published it (docs/cases.md, E1–E13), through the public API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from kit.ids import decode
from members import facts
from members.service import MemberRef, resolve
from tenants import scope
from tests.cases.conftest import OpenShop
from tests.cases.merchant import (
    MEMBER,
    Json,
    Merchant,
    fixed,
    line,
    multiplier,
    per_amount,
    problems,
    rule,
    rules,
    tender,
)

pytestmark = pytest.mark.slow

CART = (
    line(1200, "red", sku="123", tags=["red"]),
    line(10000, "blue", sku="000", tags=["blue"]),
    line(4000, "delivery", kind="SHIPPING"),
)
DELIVERY = {"shipping": True}
SKU_123 = {"include": {"skus": ["123"]}}
TUESDAYS = {"weekdays": [2], "hours": [{"fromTime": "16:00", "untilTime": "18:00"}]}


@dataclass(frozen=True, slots=True)
class Case:
    """A program, one order, and the points that it earns."""

    id: str
    rules: Json
    lines: Sequence[int | Json]
    earns: int
    tenders: Sequence[Json] = field(default=())
    codes: Sequence[str] = field(default=())


CASES = (
    Case("E1", rules(per_amount(4), base=DELIVERY), CART, 608),
    Case("E2-sku", rules(per_amount(4, items={"exclude": {"skus": ["000"]}}), base=DELIVERY), CART, 208),
    Case("E2-label", rules(per_amount(4, items={"exclude": {"tags": ["red"]}}), base=DELIVERY), CART, 560),
    Case(
        "E2-label-and-delivery",
        rules(per_amount(4, items={"exclude": {"tags": ["red"], "kinds": ["SHIPPING"]}}), base=DELIVERY), CART, 400,
    ),
    Case("E3", rules(per_amount(10, id_="ten"), per_amount(4, id_="four"), base=DELIVERY), CART, 2128),
    Case("E4-fixed", rules(per_amount(4), fixed(100, items=SKU_123), base=DELIVERY), CART, 708),
    Case("E4-tripled", rules(per_amount(4), multiplier("3", items=SKU_123), base=DELIVERY), CART, 704),
    Case("E5", rules(per_amount(1, 1000)), [10500], 10),
    Case("E6-whole", rules(per_amount(), multiplier("1.5")), [400], 6),
    Case("E6-fraction", rules(per_amount(), multiplier("1.5")), [500], 7),
    Case("E8-floor", rules(per_amount()), [1999], 19),
    Case("E8-three-per-unit", rules(per_amount(3)), [4000], 120),
    Case("E8-per-item", rules(rule({"perItem": {"points": 100}}, "items")), [line(999, quantity=3)], 300),
    Case("E9-coupon", rules(per_amount()), [line(10000, discount=1000)], 90),
    Case("E9-stored-value", rules(per_amount()), [10000], 100, [tender("STORED_VALUE", 1000), tender("CARD", 9000)]),
    Case("E12-eight", rules(per_amount(8)), [2500], 200),
    Case("E12-ten", rules(per_amount(10)), [2500], 250),
    Case(
        "E12-donation-at-double",
        rules(per_amount(10), multiplier("2", items={"include": {"kinds": ["DONATION"]}}), base={"donations": True}),
        [line(500, kind="DONATION")], 100,
    ),
    Case("E13-without-code", rules(fixed(10, conditions={"codes": ["PROMO10"]})), [100], 0),
    Case("E13-with-code", rules(fixed(10, conditions={"codes": ["PROMO10"]})), [100], 10, codes=["PROMO10"]),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_order_earns(merchant: Merchant, case: Case) -> None:
    await merchant.open(case.rules)
    told = await merchant.quote(*case.lines, tenders=case.tenders, codes=case.codes)
    assert sum(each["amount"] for each in told["quote"]["earns"]) == case.earns
    bought = await merchant.buy(*case.lines, tenders=case.tenders, codes=case.codes)
    assert sum(each["amount"] for each in bought["decision"]["movements"]) == case.earns
    assert bought["decision"]["explanation"] != []
    assert await merchant.available() == case.earns


async def test_e7_second_purchase_in_the_happy_hour_earns_base_only(open_shop: OpenShop) -> None:
    merchant = (await open_shop(zone="America/Chicago")).live
    once_a_day = [{"limit": 1, "counts": "TIMES", "period": "DAY"}]
    await merchant.open(rules(per_amount(), multiplier("2", conditions=TUESDAYS, caps=once_a_day)))
    tuesday = _last_tuesday(ZoneInfo("America/Chicago"))
    earned = [
        (await merchant.buy(1000, occurredAt=at.isoformat()))["decision"]["movements"][0]["amount"]
        for at in (
            tuesday.replace(hour=16, minute=10), tuesday.replace(hour=17, minute=59), tuesday.replace(hour=18),
            tuesday.replace(hour=17) - timedelta(days=1), tuesday.replace(hour=16) - timedelta(days=7),
        )
    ]  # fmt: skip
    assert earned == [20, 10, 10, 10, 20]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (per_amount(per=0), "points.rules[0].earn.perAmount.per"),
        (multiplier("3/0"), "points.rules[0].earn.multiplier.factor"),
    ],
    ids=["per", "factor"],
)
async def test_e8_divisor_zero_is_refused_when_saved(merchant: Merchant, given: Json, found: str) -> None:
    await merchant.open()
    refused = await merchant.tell("programCreate", slug="club", name="Club", rules={"points": rules(given)})
    assert [problem.code for problem in problems(refused)] == ["RULES_INVALID"]
    assert refused["program"] is None
    assert [(each["path"], each["code"]) for each in refused["findings"]] == [(found, "out_of_range")]


async def test_e10_part_paid_with_points(merchant: Merchant) -> None:
    await merchant.open(rules(per_amount(1, 1000), payment={"points": 1, "worth": 1, "currency": "USD"}))
    await merchant.buy(10000)
    assert await merchant.available() == 10
    paid = await merchant.spend({"payment": {"points": 10, "orderId": "second", "orderTotal": 10000}})
    assert paid["value"] == {"amount": 10, "currency": "USD"}
    bought = await merchant.buy(10000, order="second", tenders=[tender("POINTS", 10), tender("CARD", 9990)])
    assert [each["amount"] for each in bought["decision"]["movements"]] == [9]
    assert await merchant.available() == 9


TIERS = [
    multiplier(f"{rate}/5", tier, conditions={"tiers": [tier]})
    for tier, rate in (("silver", 7), ("gold", 8), ("platinum", 9), ("diamond", 11))
]


@pytest.mark.parametrize(
    ("tier", "earns"), [(None, 1500), ("silver", 2100), ("gold", 2400), ("platinum", 2700), ("diamond", 3300)]
)
async def test_e11_airline_levels_earn_more_without_tax(open_shop: OpenShop, tier: str | None, earns: int) -> None:
    shop = await open_shop()
    program = await shop.live.open(rules(per_amount(5), *TIERS))
    if tier is not None:
        # Tiered programs are a later part: what they will write down about a member is written by hand here.
        with scope.of(shop.made.tenant):
            member = await resolve(MemberRef(external_id=MEMBER))
            await facts.put(member, f"tier:{decode('prg', program)}", tier)
    bought = await shop.live.buy(line(30000, tax=5000))
    assert sum(each["amount"] for each in bought["decision"]["movements"]) == earns
    assert await shop.live.available() == earns


def _last_tuesday(zone: ZoneInfo) -> datetime:
    """A Tuesday that is over, at noon there."""
    yesterday = datetime.now(zone).date() - timedelta(days=1)
    return datetime.combine(yesterday - timedelta(days=(yesterday.weekday() - 1) % 7), time(12), zone)
