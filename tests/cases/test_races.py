"""Races and repeats as others suffered them (docs/cases.md, C1–C3), through the public API."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from tests.cases.merchant import Merchant, Problem, per_amount, problems, rules

pytestmark = pytest.mark.slow


async def test_c1_twenty_gifts_of_all_points_at_once(merchant: Merchant) -> None:
    await merchant.open()
    await merchant.give(100)
    answers = await asyncio.gather(*(merchant.adjust(-100) for _ in range(20)))
    assert said(answers) == Counter({(): 1, (Problem("INSUFFICIENT_POINTS", "amount"),): 19})
    assert await merchant.available() == 0


async def test_c1_twenty_reservations_of_all_points_at_once(merchant: Merchant) -> None:
    await merchant.open()
    await merchant.give(100)
    redeem = {"rewardId": await merchant.reward(100)}
    answers = await asyncio.gather(*(merchant.reserve(redeem) for _ in range(20)))
    assert said(answers) == Counter({(): 1, (Problem("INSUFFICIENT_POINTS", "member"),): 19})
    balance = await merchant.balance()
    assert (balance["available"], balance["held"]) == (0, 100)


async def test_c2_two_claims_of_all_points_confirmed_together(merchant: Merchant) -> None:
    await merchant.open()
    await merchant.give(100)
    redeem = {"rewardId": await merchant.reward(100)}

    async def claim() -> bool:
        reserved = await merchant.reserve(redeem)
        return not problems(reserved) and not problems(await merchant.confirm(reserved["redemption"]["id"]))

    assert sorted(await asyncio.gather(claim(), claim())) == [False, True]
    balance = await merchant.balance()
    assert (balance["available"], balance["held"], len(await merchant.entries("redeem"))) == (0, 0, 1)


async def test_c2_one_reservation_confirmed_by_two_at_once(merchant: Merchant) -> None:
    await merchant.open()
    await merchant.give(200)
    reserved = await merchant.reserve({"rewardId": await merchant.reward(100)})
    answers = await asyncio.gather(*(merchant.confirm(reserved["redemption"]["id"]) for _ in range(2)))
    assert said(answers) == Counter({(): 1, (Problem("ALREADY_CLOSED", "id"),): 1})
    assert await merchant.available() == 100


async def test_c3_same_order_twice(merchant: Merchant) -> None:
    await merchant.open(rules(per_amount()))
    first, second = [await merchant.buy(5000, order="o", key="o") for _ in range(2)]
    assert (first["activity"], first["decision"]) == (second["activity"], second["decision"])
    other_key = await merchant.try_to_buy(5000, order="o", key="other")
    assert problems(other_key) == [Problem("ORDER_EXISTS", "activity.purchase.orderId")]
    assert await merchant.available() == 50


async def test_c3_same_redemption_twice(merchant: Merchant) -> None:
    await merchant.open()
    await merchant.give(50)
    redeem = {"rewardId": await merchant.reward(10)}
    reserved = [await merchant.reserve(redeem, key="r") for _ in range(2)]
    (one,) = {each["redemption"]["id"] for each in reserved}
    confirmed = [await merchant.confirm(one, key="c") for _ in range(2)]
    assert confirmed[0]["redemption"] == confirmed[1]["redemption"]
    assert await merchant.available() == 40


def said(answers: list[Any]) -> Counter[tuple[Problem, ...]]:
    """How many were told what."""
    return Counter(tuple(problems(answer)) for answer in answers)
