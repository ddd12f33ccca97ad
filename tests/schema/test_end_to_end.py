"""A merchant runs a points program over HTTP: from signing up to a shopper who redeems."""

from __future__ import annotations

import httpx
import pytest

from tests.schema.club import coalition
from tests.schema.served import MEMBER, PASSWORD, RECORD, Shop, points_program, purchase
from tests.web.auditing import audit

REWARD = """mutation ($input: RewardUpsertInput!) {
  rewardUpsert(input: $input) { reward { id slug points vouchers { available issued } } userErrors { code field } }
}"""
RESERVE = """mutation ($input: RedemptionReserveInput!) {
  redemptionReserve(input: $input) {
    redemption { id state points value { amount currency } voucher { code } } balances { available held }
    userErrors { code field }
  }
}"""
CONFIRM = """mutation ($input: RedemptionConfirmInput!) {
  redemptionConfirm(input: $input) {
    redemption { id state voucher { code state } } balances { available held } userErrors { code field }
  }
}"""
QUOTE = """query ($input: QuoteInput!) {
  quote(input: $input) {
    quote {
      token earns { amount unit { slug } } explanation { text } rewards { points affordable reward { slug } }
      redeem { points value { amount } }
    }
    userErrors { code field }
  }
}"""
TOKEN = """mutation { customerTokenCreate(input: {member: {externalId: "c-1"}}) { token userErrors { code } } }"""
FIVE_OFF = {
    "slug": "five-off", "name": "5 € off", "unit": "points", "points": 500,
    "terms": {"amountOff": {"amount": {"amount": 500, "currency": "EUR"}}},
}  # fmt: skip


async def test_from_sign_up_to_a_redeemed_reward(shop: Shop) -> None:
    admin = shop.admin
    await points_program(admin)
    member = await admin.do(MEMBER, input={"externalId": "c-1", "name": "Grace"})
    assert member["member"]["name"] == "Grace"

    bought = await admin.do(RECORD, input=purchase("o-1", 100_000))
    assert bought["decision"]["movements"] == [
        {"amount": 1000, "state": "AVAILABLE", "reason": "earn", "after": 1000, "unit": {"slug": "points"}}
    ]
    assert bought["balances"][0]["available"] == 1000
    again = await admin.do(RECORD, input=purchase("o-1", 100_000))
    assert again == bought
    other = await admin.refused(RECORD, input=purchase("o-1", 200_000))
    assert other == [("IDEMPOTENCY_MISMATCH", ["idempotencyKey"])]

    quoted = (await admin.do(QUOTE, input={
        "member": {"externalId": "c-1"}, "cart": {"currency": "EUR", "lines": [{"id": "1", "amount": 4000}]},
        "redeem": {"payment": {"points": 5000, "orderId": "o-2"}},
    }))["quote"]  # fmt: skip
    assert quoted["earns"] == [{"amount": 30, "unit": {"slug": "points"}}]
    assert quoted["redeem"] == {"points": 1000, "value": {"amount": 1000}}

    reward = (await admin.do(REWARD, input=FIVE_OFF))["reward"]
    reserved = await admin.do(RESERVE, input={
        "idempotencyKey": "r-1", "member": {"externalId": "c-1"}, "redeem": {"rewardId": reward["id"]},
    })  # fmt: skip
    assert (reserved["redemption"]["state"], reserved["balances"][0]) == ("RESERVED", {"available": 500, "held": 500})
    confirmed = await admin.do(CONFIRM, input={
        "idempotencyKey": "r-2", "id": reserved["redemption"]["id"], "orderId": "o-1",
    })  # fmt: skip
    assert confirmed["redemption"]["state"] == "CONFIRMED"
    assert confirmed["redemption"]["voucher"]["state"] == "ISSUED"
    assert confirmed["balances"][0] == {"available": 500, "held": 0}

    refunded = await admin.do(RECORD, input={
        "idempotencyKey": "o-1/refund", "member": {"externalId": "c-1"},
        "activity": {"refund": {"orderId": "o-1", "all": True}},
    })  # fmt: skip
    assert refunded["balances"][0]["available"] == 0

    await admin.do(RECORD, input=purchase("o-3", 60_000))
    token = (await admin.do(TOKEN))["token"]
    me = await shop.storefront(token).ask(
        "{ me { name balances { available nextExpiry expiries { amount } } history { nodes { kind points text } }"
        " redemptions { nodes { state } } } rewards { nodes { slug affordable pointsMissing inStock } } }"
    )
    assert (me["me"]["name"], me["me"]["balances"][0]["available"]) == ("Grace", 600)
    assert me["rewards"]["nodes"] == [{"slug": "five-off", "affordable": True, "pointsMissing": 0, "inStock": True}]
    redeemed = await shop.storefront(token).do(
        "mutation ($id: ID!) { redeem(input: {idempotencyKey: \"s-1\", redeem: {rewardId: $id}})"
        " { redemption { state voucher { code } } balances { available } userErrors { code field } } }",
        id=reward["id"],
    )  # fmt: skip
    assert redeemed["redemption"]["state"] == "CONFIRMED"
    assert len(redeemed["redemption"]["voucher"]["code"]) == 14
    assert redeemed["balances"][0]["available"] == 100


async def test_a_page_of_rewards_is_full_if_there_are_more(shop: Shop) -> None:
    await points_program(shop.admin)
    for number in range(6):
        over = {"endsAt": "2001-01-01T00:00:00Z"} if number % 2 == 0 else {}
        await shop.admin.do(REWARD, input={**FIVE_OFF, "slug": f"r-{number}", **over})
    query = (
        "query ($after: String) { rewards(first: 2, after: $after) { nodes { slug }"
        " pageInfo { hasNextPage endCursor } } }"
    )
    first = (await shop.storefront().ask(query))["rewards"]
    assert ([node["slug"] for node in first["nodes"]], first["pageInfo"]["hasNextPage"]) == (["r-1", "r-3"], True)
    rest = (await shop.storefront().ask(query, after=first["pageInfo"]["endCursor"]))["rewards"]
    assert ([node["slug"] for node in rest["nodes"]], rest["pageInfo"]["hasNextPage"]) == (["r-5"], False)


async def test_a_guest_sees_the_shop_and_nobody_in_it(shop: Shop) -> None:
    await points_program(shop.admin)
    await shop.admin.do(REWARD, input=FIVE_OFF)
    seen = await shop.storefront().ask(
        "{ me { name } rewards { nodes { slug affordable } }"
        " program { name waysToEarn { text } expiry payment { points } } }"
    )
    assert seen == {
        "me": None,
        "rewards": {"nodes": [{"slug": "five-off", "affordable": None}]},
        "program": {
            "name": "Club",
            "waysToEarn": [{"text": "1 point for every 1.00 EUR."}],
            "expiry": "Points expire 12 months after they were earned.",
            "payment": {"points": 1},
        },
    }
    refused = await shop.storefront().answer(
        "mutation { redeem(input: {idempotencyKey: \"s-1\", redeem: {rewardId: \"rwd_01h455vb4pex5vsknk084sn02q\"}})"
        " { userErrors { code } } }"
    )  # fmt: skip
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["UNAUTHENTICATED"]


async def test_the_owner_signs_in_and_works_with_the_session(shop: Shop, served: httpx.AsyncClient) -> None:
    sent = {"email": "owner@records.example", "password": PASSWORD}
    response = await served.post("/auth/sign-in", json=sent)
    assert response.status_code == 200
    asked = {"query": "{ me { email role tenants { tenant { slug isSandbox } } } }"}
    me = (await served.post("/graphql/admin", json=asked)).json()["data"]["me"]
    assert (me["email"], me["role"]) == ("owner@records.example", "OWNER")
    assert [place["tenant"] for place in me["tenants"]] == [
        {"slug": "records", "isSandbox": False},
        {"slug": "records-sandbox", "isSandbox": True},
    ]
    switched = await served.post("/auth/switch", json={"tenantId": response.json()["tenants"][1]["id"]})
    assert switched.json()["tenant"]["slug"] == "records-sandbox"
    clock = "mutation ($to: DateTime!) { sandboxClockAdvance(input: {to: $to}) { tenant { now } userErrors { code } } }"
    moved = await served.post("/graphql/admin", json={"query": clock, "variables": {"to": "2031-01-01T00:00:00Z"}})
    assert moved.json()["data"]["sandboxClockAdvance"]["tenant"]["now"] > "2031-01-01T00:00:00"
    assert (await served.post("/auth/sign-out", json={})).status_code == 204
    assert (await served.get("/auth/session")).json() is None


@pytest.mark.slow
async def test_every_endpoint_passes_the_audit_of_graphql_over_http(shop: Shop) -> None:
    base = shop.client.base_url
    assert await audit(f"{base}/graphql/admin", f"authorization: Bearer {shop.keys['secretKey']}") == ["61 of 61"]
    assert await audit(f"{base}/graphql/storefront", f"x-guerdon-key: {shop.keys['publishableKey']}") == ["61 of 61"]
    (brand,) = await coalition(shop, "acme")
    key = brand.api.headers["authorization"]
    assert await audit(f"{base}/graphql/partner", f"authorization: {key}") == ["61 of 61"]
