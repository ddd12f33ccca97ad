"""Spending as others published it (docs/cases.md, S1–S3 and S6–S8), through the public API.

S4 and S5, about gift cards and stored value, are in `test_stored_value.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.cases.merchant import Json, Merchant, Problem, per_amount, problems, rules, tender


def payment(points: int, worth: int, **given: int) -> Json:
    """A program in which points pay, and earn nothing."""
    return rules(payment={"points": points, "worth": worth, "currency": "USD", **given})


@dataclass(frozen=True, slots=True)
class Case:
    """What a member has, asks to pay with and uses, and what that is worth of an order."""

    id: str
    rules: Json
    has: int
    asks: int
    order: int
    uses: int
    worth: int


CASES = (
    Case("S1-enough", payment(1, 1, minimum=500, maximumSharePercent=50), 5000, 1000, 10000, 1000, 1000),
    Case("S1-below-minimum", payment(1, 1, minimum=500, maximumSharePercent=50), 5000, 400, 10000, 0, 0),
    Case("S2", payment(1, 1, multiple=3), 11, 11, 10000, 9, 9),
    Case("S6", payment(1, 3), 3030, 3030, 300000, 3030, 9090),
    Case("S8", payment(2, 300), 5, 5, 10000, 4, 600),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_points_pay(merchant: Merchant, case: Case) -> None:
    await merchant.open(case.rules)
    await merchant.give(case.has)
    wish = {"payment": {"points": case.asks, "orderId": "o", "orderTotal": case.order}}
    quoted = (await merchant.quote(case.order, redeem=wish))["quote"]
    told = quoted["redeem"] and (quoted["redeem"]["points"], quoted["redeem"]["value"]["amount"])
    assert told == (case.uses, case.worth)
    reserved = await merchant.reserve(wish, quoteToken=quoted["token"])
    if case.uses == 0:
        assert problems(reserved) == [Problem("NOT_ELIGIBLE", "redeem.payment.points")]
        assert await merchant.available() == case.has
        return
    assert reserved["redemption"]["points"] == case.uses
    assert reserved["redemption"]["value"] == {"amount": case.worth, "currency": "USD"}
    confirmed = await merchant.confirm(reserved["redemption"]["id"])
    assert (problems(confirmed), confirmed["redemption"]["points"]) == ([], case.uses)
    assert await merchant.available() == case.has - case.uses


async def test_s3_the_server_computes_the_cost(merchant: Merchant) -> None:
    await merchant.open(rules(per_amount()))
    await merchant.give(50)
    reward = await merchant.reward(5)
    claimed = await merchant.post(
        "mutation($input: RedemptionReserveInput!) { redemptionReserve(input: $input) { redemption { id } } }",
        {
            "input": {
                "idempotencyKey": "k", "member": {"externalId": "ann"}, "redeem": {"rewardId": reward}, "points": 1,
            }
        },
    )  # fmt: skip
    assert (claimed.status_code, "data" in claimed.json()) == (400, False)
    redemption = await merchant.spend({"rewardId": reward}, orderId="o")
    assert redemption["points"] == 5
    await merchant.buy(10000, order="o")
    assert await merchant.available() == 145


async def test_s6_the_rest_is_paid_to_the_cent(merchant: Merchant) -> None:
    await merchant.open(payment(1, 3))
    await merchant.give(3030)
    paid = await merchant.spend({"payment": {"points": 3030, "orderId": "o", "orderTotal": 300000}})
    rest = 300000 - paid["value"]["amount"]
    assert rest == 290910
    await merchant.buy(300000, order="o", tenders=[tender("POINTS", 9090), tender("CARD", rest)])
    assert await merchant.available() == 0


async def test_s7_points_are_set_aside_and_come_back(merchant: Merchant) -> None:
    await merchant.open()
    await merchant.give(100)
    redeem = {"rewardId": await merchant.reward(15)}
    first = (await merchant.reserve(redeem))["redemption"]
    assert [await merchant.available(), (await merchant.balance())["held"]] == [85, 15]
    cancelled = await merchant.cancel(first["id"])
    assert (problems(cancelled), cancelled["redemption"]["state"]) == ([], "CANCELLED")
    assert [await merchant.available(), (await merchant.balance())["held"]] == [100, 0]


async def test_s7_confirmed_cannot_be_cancelled_later(merchant: Merchant) -> None:
    await merchant.open()
    await merchant.give(100)
    spent = await merchant.spend({"rewardId": await merchant.reward(15)})
    assert problems(await merchant.cancel(spent["id"])) == [Problem("ALREADY_CLOSED", "id")]
    assert await merchant.available() == 85
