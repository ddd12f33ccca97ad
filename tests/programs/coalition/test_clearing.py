"""What partners owe and get, worked out by hand: the cases P1 and P2, refunds, and points that members give on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kit.errors import Refusal
from programs.coalition.models import ClearingEntry
from programs.coalition.terms import MICROS
from tenants import scope
from tests.programs.coalition.club import PAYS, open_club

EXPIRING = {**PAYS, "expiry": {"policies": [{"type": "months_after_earning", "months": 12}]}}
REDEMPTION = {"recognition": "redemption"}


async def test_p1_all_points_are_spent_with_another(database: object) -> None:
    club = await open_club()
    await club.buy("a", 1_000_000)
    assert await club.balances() == {"partner:a": -150 * MICROS, "float": 150 * MICROS}
    assert (await club.spend("b", 10_000)).points == 10_000
    assert await club.balances() == {
        "partner:a": -150 * MICROS, "partner:b": 100 * MICROS, "margin": 50 * MICROS,
    }  # fmt: skip
    assert await club.owed("a") == (150 * MICROS, 0)
    assert await club.owed("b") == (-100 * MICROS, 0)


async def test_p2_a_tenth_is_never_spent(database: object) -> None:
    club = await open_club(EXPIRING)
    await club.buy("a", 1_000_000)
    await club.spend("b", 9_000)
    club.shop.now += timedelta(days=400)
    await club.expire()
    assert await club.balances() == {
        "partner:a": -150 * MICROS, "partner:b": 90 * MICROS, "margin": 45 * MICROS, "breakage": 15 * MICROS,
    }  # fmt: skip


async def test_paid_when_spent(database: object) -> None:
    club = await open_club(EXPIRING, REDEMPTION)
    await club.buy("a", 1_000_000)
    assert await club.balances() == {}
    assert await club.owed("a") == (0, 150 * MICROS)
    await club.spend("b", 9_000)
    assert await club.balances() == {
        "partner:a": -135 * MICROS, "partner:b": 90 * MICROS, "margin": 45 * MICROS,
    }  # fmt: skip
    assert await club.owed("a") == (135 * MICROS, 15 * MICROS)
    club.shop.now += timedelta(days=400)
    await club.expire()
    assert await club.owed("a") == (135 * MICROS, 0)


@pytest.mark.parametrize("rules", [None, REDEMPTION], ids=["issuance", "redemption"])
async def test_refund_takes_back_its_share(database: object, rules: dict[str, str] | None) -> None:
    club = await open_club(rules=rules)
    await club.buy("a", 1_000, order="o1")  # 10 points
    await club.refund("a", "o1", pieces=1)  # 2 of them: a quarter, cut off
    assert await club.owed("a") == ((8 * 15_000, 0) if rules is None else (0, 8 * 15_000))
    await club.refund("a", "o1")
    assert await club.balances() == {}
    assert await club.owed("a") == (0, 0)


@pytest.mark.parametrize("rules", [None, REDEMPTION], ids=["issuance", "redemption"])
async def test_points_spent_on_an_order_come_back(database: object, rules: dict[str, str] | None) -> None:
    club = await open_club(rules=rules)
    await club.buy("a", 100_000)  # 1,000 points
    before, owed = await club.balances(), await club.owed("a")
    await club.spend("b", 400, order="o2")
    await club.buy("b", 10_000, order="o2")  # 100 points, and 400 were paid with
    await club.refund("b", "o2")
    assert await club.balances() == before
    assert await club.owed("a") == owed
    assert await club.owed("b") == (0, 0)


async def test_points_of_another_pay_for_a_refund(database: object) -> None:
    club = await open_club()
    await club.buy("a", 1_000, order="o1")  # 10 points of a, spent first
    await club.spend("b", 10)
    await club.buy("b", 1_000)  # 10 points of b
    await club.refund("a", "o1")  # a's are gone: b's are taken
    # b paid for 10 points that nobody spent; what a's brought b stays with it.
    assert await club.balances() == {"partner:b": 10 * 10_000 - 10 * 15_000, "margin": 5 * 10_000}


async def test_two_brands_use_the_same_numbers(database: object) -> None:
    club = await open_club()
    first = await club.buy("a", 1_000, order="1", key="k")
    second = await club.buy("b", 2_000, order="1", key="k")
    assert not second.replayed
    assert [entry.amount for entry in (*first.posted, *second.posted)] == [10, 20]
    assert (await club.buy("a", 1_000, order="1", key="k")).replayed
    with pytest.raises(Refusal) as caught:
        await club.refund("a", "2", key="r")
        await club.buy("a", 1_000, order="1", key="again")
    assert caught.value.code == "ORDER_EXISTS"


async def test_an_orders_number_is_as_long_as_any(database: object) -> None:
    club = await open_club()
    order = "x" * 200
    await club.buy("a", 10_000, order="o1")
    await club.spend("b", 10, order=order)
    await club.buy("b", 10_000, order=order)
    await club.refund("b", order)
    assert await club.shop.available() == 100
    with pytest.raises(Refusal) as caught:
        await club.spend("b", 10, order=order + "x" * 10)
    assert caught.value.code == "INVALID"


async def test_an_entry_names_the_order_of_its_own_partner_only(database: object) -> None:
    club = await open_club(rules=REDEMPTION)
    await club.buy("a", 10_000, order="A-1")
    await club.spend("b", 40, order="B-1")
    await club.balances()
    async with club.here(), scope.reading():
        rows = await ClearingEntry.all()
    assert {(row.kind, row.reference) for row in rows} == {("reimbursement", "B-1"), ("spent", None)}
