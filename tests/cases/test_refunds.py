"""Refunds as others published them (docs/cases.md, R1–R5), through the public API."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.cases.merchant import Json, Merchant, line, per_amount, rules, tender

CENT = {"points": 1, "worth": 1, "currency": "USD"}


@pytest.mark.parametrize(
    ("program", "lines", "earned", "returned", "left"),
    [
        pytest.param(rules(per_amount()), [5000, 5000], 100, {"l2": 1}, 50, id="R1"),
        pytest.param(rules(per_amount(1, 1000)), [line(20000, quantity=2)], 20, {"l1": 1}, 10, id="R5"),
    ],
)
async def test_a_returned_item_takes_its_points_with_it(
    merchant: Merchant, program: Json, lines: list[int | Json], earned: int, returned: Mapping[str, int], left: int
) -> None:
    await merchant.open(program)
    await merchant.buy(*lines, order="o")
    assert await merchant.available() == earned
    await merchant.refund("o", returned)
    assert await merchant.available() == left


@pytest.mark.parametrize(("returned", "left"), [({}, 200), ({"l1": 1}, 160)], ids=["R2-whole", "R2-half"])
async def test_r2_points_that_paid_come_back(merchant: Merchant, returned: Mapping[str, int], left: int) -> None:
    await merchant.open(rules(per_amount(), payment=CENT))
    await merchant.give(200)
    await merchant.spend({"payment": {"points": 150, "orderId": "o", "orderTotal": 7150}})
    paid = [tender("POINTS", 150), tender("CARD", 7000)]
    await merchant.buy(3575, 3575, order="o", tenders=paid)
    assert await merchant.available() == 120
    await merchant.refund("o", returned)
    assert await merchant.available() == left


@pytest.mark.parametrize(
    ("clawback", "available", "deficit", "taken"),
    [pytest.param("CLAMP", 0, 0, 50, id="R3-clamp"), pytest.param("NEGATIVE", -100, 100, 150, id="R3-negative")],
)
async def test_r3_taking_back_what_was_spent(
    merchant: Merchant, clawback: str, available: int, deficit: int, taken: int
) -> None:
    await merchant.open(rules(per_amount(), clawback=clawback))
    await merchant.buy(15000, order="o")
    await merchant.spend_on_reward(100)
    first = await merchant.refund("o", key="webhook-1")
    again = await merchant.refund("o", key="webhook-1")
    assert again["decision"] == first["decision"]
    await merchant.refund("o", key="webhook-2")
    balance = await merchant.balance()
    assert (balance["available"], balance["deficit"]) == (available, deficit)
    entries = await merchant.entries("refund")
    assert {each["activityId"] for each in entries} == {first["activity"]["id"]}
    assert sum(each["amount"] for each in entries) == taken


async def test_r4_what_is_earned_later_pays_a_deficit(merchant: Merchant) -> None:
    await merchant.open(rules(per_amount(), clawback="NEGATIVE"))
    await merchant.buy(8000, order="taken back")
    await merchant.spend_on_reward(30)
    assert await merchant.available() == 50
    await merchant.refund("taken back")
    assert await merchant.available() == -30
    await merchant.buy(10000)
    balance = await merchant.balance()
    assert (balance["available"], balance["deficit"]) == (70, 0)
