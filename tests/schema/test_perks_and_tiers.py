"""Perks and tiers over HTTP: staff use, give back, look at the past and ask for thresholds; a shopper looks, too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.schema.served import CREATE, MEMBER, PUBLISH, RECORD, UNIT, Data, Shop, purchase

DELIVERY = {
    "id": "delivery", "name": "Free delivery", "perkClass": "LOWERS_COST", "limit": 1,
    "unitCost": {"amount": 500, "currency": "EUR"},
}  # fmt: skip
RULES = {"tiered": {
    "unit": "points", "window": {"calendarYear": True}, "dormancy": {"warnDays": 14},
    "tiers": [
        {"id": "basic", "name": "Basic", "perks": [DELIVERY]},
        {"id": "silver", "name": "Silver", "reach": [{"allOf": [{"metric": {"spend": {"currency": "EUR"}},
                                                                "atLeast": 5000}]}],
         "perks": [{**DELIVERY, "limit": 3}]},
    ],
}}  # fmt: skip
USE = """mutation ($input: PerkUseInput!) {
  perkUse(input: $input) { perkUse { id perk state cost { amount } } entitlements { left } userErrors { code field } }
}"""
CANCEL = """mutation ($key: String!, $id: ID!) {
  perkUseCancel(input: {idempotencyKey: $key, id: $id}) {
    perkUse { state closedAt } entitlements { left } userErrors { code field }
  }
}"""


def use(key: str, **more: Any) -> Data:
    return {"idempotencyKey": key, "member": {"externalId": "c-1"}, "perk": "delivery", **more}


@pytest.fixture
async def club(shop: Shop) -> str:
    """A tiered program with a member; answers its id."""
    await shop.admin.do(UNIT)
    made = await shop.admin.do(CREATE, input={"slug": "tiers", "name": "Tiers", "rules": RULES})
    await shop.admin.do(PUBLISH, id=made["program"]["id"])
    await shop.admin.do(MEMBER, input={"externalId": "c-1"})
    found: str = made["program"]["id"]
    return found


async def test_staff_use_a_perk_and_give_it_back(shop: Shop, club: str) -> None:
    made = await shop.admin.do(USE, input=use("u1"))
    assert made["perkUse"]["cost"] == {"amount": 500} and made["entitlements"] == [{"left": 0}]
    assert await shop.admin.do(USE, input=use("u1")) == made
    assert await shop.admin.refused(USE, input=use("u2")) == [("LIMIT_REACHED", ["perk"])]
    assert await shop.admin.refused(USE, input=use("u3", orderId="")) == [("INVALID", ["orderId"])]
    assert await shop.admin.refused(USE, input=use("u4", programId="prg_x")) == [("NOT_FOUND", ["programId"])]
    back = await shop.admin.do(CANCEL, key="k1", id=made["perkUse"]["id"])
    assert back["perkUse"]["state"] == "CANCELLED" and back["entitlements"] == [{"left": 1}]
    again = await shop.admin.refused(CANCEL, key="k2", id=made["perkUse"]["id"])
    assert again == [("ALREADY_CLOSED", ["id"])]
    node = await shop.admin.ask(
        "query ($id: ID!) { node(id: $id) { ... on PerkUse { perk perkSet state } } }", id=made["perkUse"]["id"]
    )
    assert node == {"node": {"perk": "delivery", "perkSet": "basic", "state": "CANCELLED"}}


async def test_a_shopper_sees_what_is_left(shop: Shop, club: str) -> None:
    await shop.admin.do(USE, input=use("u1"))
    await shop.admin.do(RECORD, input=purchase("o-1", 6000))
    token = await shop.admin.do(
        'mutation { customerTokenCreate(input: {member: {externalId: "c-1"}}) { token userErrors { code } } }'
    )
    seen = await shop.storefront(token["token"]).ask(
        "{ me { tiers { name } entitlements { perkSetName name perkClass period limit used left } } }"
    )
    assert seen["me"] == {
        "tiers": [{"name": "Silver"}],
        "entitlements": [{
            "perkSetName": "Silver", "name": "Free delivery", "perkClass": "LOWERS_COST", "period": "MONTH", "limit": 3,
            "used": 1, "left": 2,
        }],
    }  # fmt: skip


async def test_tiers_in_the_past_and_thresholds_that_fit(shop: Shop, club: str) -> None:
    await shop.admin.do(RECORD, input=purchase("o-1", 6000))
    asked = await shop.admin.ask(
        """query ($club: ID!, $then: DateTime!) {
          member(externalId: "c-1") { now: tiers { name nextName } then: tiers(asOf: $then) { name } }
          tierThresholdSuggestion(programId: $club, tiers: 2) { metric members thresholds { atLeast members } }
          nothing: tierThresholdSuggestion(programId: $club, tiers: 99) { metric }
          program(id: $club) { perkCosts { perkSet uses } live { rules { tiered { dormancy {
            afterMonths warnDays closeAfterMonths reopening } } } } }
        }""",
        club=club, then="2020-01-01T00:00:00Z",
    )  # fmt: skip
    assert asked == {
        "member": {"now": [{"name": "Silver", "nextName": None}], "then": []},
        "tierThresholdSuggestion": {
            "metric": "spend:EUR", "members": 1,
            "thresholds": [{"atLeast": 6000, "members": 1}, {"atLeast": 7500, "members": 0}],
        },
        "nothing": None,
        "program": {
            "perkCosts": [{"perkSet": "basic", "uses": 0}, {"perkSet": "silver", "uses": 0}],
            "live": {"rules": {"tiered": {"dormancy": {
                "afterMonths": 12, "warnDays": 14, "closeAfterMonths": None, "reopening": "WITH_ACTIVITY",
            }}}},
        },
    }  # fmt: skip
