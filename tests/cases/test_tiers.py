"""Tiers as others published them (docs/cases.md, T1, T2), through the public API."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.cases.conftest import OpenShop
from tests.cases.merchant import MEMBER, UNIT, Json, Merchant, Problem, per_amount, problems, rules

pytestmark = pytest.mark.slow

_TIERS = "query($id: String!) { member(externalId: $id) { tiers { tier } } }"
_SET = (
    "mutation($input: MemberTierSetInput!) { memberTierSet(input: $input) "
    "{ tiers { tier reason } userErrors { field code message } } }"
)


@pytest.fixture
async def merchant(open_shop: OpenShop) -> Merchant:
    """A merchant with a unit and a member."""
    merchant = (await open_shop()).live
    await merchant.open(rules(per_amount()))
    return merchant


def tier(id_: str, *ways: Json) -> Json:
    return {"id": id_, "name": id_.title(), "reach": [{"allOf": [way]} for way in ways]}


def at_least(amount: int, **metric: Json | bool) -> Json:
    return {"metric": metric, "atLeast": amount}


async def tiered(merchant: Merchant, *tiers: Json, **given: Json) -> str:
    made = await merchant.do(
        "programCreate", slug="tiers", name="Tiers", rules={"tiered": {"unit": UNIT, "tiers": tiers, **given}}
    )
    assert made["findings"] == []
    return str((await merchant.do("programPublish", id=made["program"]["id"]))["program"]["id"])


async def standing(merchant: Merchant) -> Json:
    (found,) = (await merchant.ask(_TIERS, id=MEMBER))["member"]["tiers"]
    return found  # type: ignore[no-any-return]  # an answer's JSON


@pytest.mark.parametrize("spent", [False, True], ids=["taken by hand", "spent on a reward"])
async def test_t1_tiers_by_balance(merchant: Merchant, spent: bool) -> None:
    tiers = [tier(name, at_least(amount, balance={"unit": UNIT})) for name, amount in
             (("silver", 100), ("gold", 500), ("platinum", 1000))]  # fmt: skip
    await tiered(merchant, tier("basic"), *tiers, validity={"whileMet": True})
    found = []
    for amount in (100, -50, 500):
        if spent and amount < 0:
            await merchant.spend_on_reward(-amount)
        else:
            await merchant.give(amount)
        found.append((await standing(merchant))["tier"])
    assert found == ["silver", "basic", "gold"]


@pytest.mark.parametrize(
    ("orders", "flights", "expected"),
    [((24_999,), 24, "blue"), ((25_000,), 0, "silver"), ((1,), 25, "silver"), ((50_000,), 0, "gold"),
     ((1,), 50, "gold"), ((100_000, 50_000), 0, "platinum"), ((149_000,), 500, "gold")],
)  # fmt: skip
async def test_t2_miles_or_flights(merchant: Merchant, orders: Sequence[int], flights: int, expected: str) -> None:
    miles, flown = {"unit": UNIT}, {"tags": ["flight"]}
    await tiered(
        merchant, tier("blue"),
        tier("silver", at_least(25_000, earned=miles), at_least(25, pieces=flown)),
        tier("gold", at_least(50_000, earned=miles), at_least(50, pieces=flown)),
        tier("platinum", at_least(150_000, earned=miles)),
    )  # fmt: skip
    for miles_flown in orders:
        lines = [
            {"id": "1", "amount": miles_flown * 100, "quantity": max(1, flights), "tags": ["flight"] * bool(flights)}
        ]
        await merchant.record("purchase", {"orderId": merchant.new_key("o"), "currency": "USD", "lines": lines})
    assert (await standing(merchant))["tier"] == expected


async def test_staff_set_a_tier_and_are_told_what_is_wrong(merchant: Merchant) -> None:
    program = await tiered(merchant, tier("basic"), tier("silver", at_least(100, orders=True)))
    given = {"idempotencyKey": "k", "member": {"externalId": MEMBER}, "programId": program, "reason": "A friend"}
    for _ in range(2):
        answer = (await merchant.ask(_SET, input={**given, "tier": "silver"}))["memberTierSet"]
        assert (answer["tiers"], problems(answer)) == ([{"tier": "silver", "reason": "SET"}], [])
    for changed, problem in (
        ({"tier": "gold"}, Problem("IDEMPOTENCY_MISMATCH", "idempotencyKey")),
        ({"tier": "gold", "idempotencyKey": "l"}, Problem("NOT_FOUND", "tier")),
        ({"tier": "silver", "idempotencyKey": "l", "reason": ""}, Problem("INVALID", "reason")),
        (
            {"tier": "silver", "idempotencyKey": "l", "member": {"externalId": "bob"}},
            Problem("NOT_FOUND", "member"),
        ),
    ):
        answer = (await merchant.ask(_SET, input={**given, **changed}))["memberTierSet"]
        assert problems(answer) == [problem]
