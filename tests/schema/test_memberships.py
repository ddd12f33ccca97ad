"""Memberships on the storefront: what is for sale, joining by a page, cancelling one's own and nobody else's."""

from __future__ import annotations

from typing import Any

import httpx

from tests.schema.served import CREATE, MEMBER, PUBLISH, Api, Data, Shop, points_program

RULES: Data = {"paid": {
    "unit": "points", "refund": {"otherwise": "PRORATED"},
    "plans": [
        {"id": "vip", "name": "VIP", "price": 1200, "currency": "EUR", "period": "MONTH", "trial": {},
         "perks": [{"id": "early", "name": "Early access", "perkClass": "ADDS_VALUE"}]},
        {"id": "free", "name": "Friend", "price": 0, "currency": "EUR", "period": "YEAR"},
    ],
    "passes": [{"id": "ten", "name": "Ten", "price": 5000, "currency": "EUR", "scope": {"visits": {"number": 10}}}],
}}  # fmt: skip
TOKEN = """mutation ($id: String!) {
  customerTokenCreate(input: {member: {externalId: $id}}) { token userErrors { code } } }"""
ERRORS = "userErrors { code field }"


async def open_club(shop: Shop) -> str:
    await points_program(shop.admin)
    made = await shop.admin.do(CREATE, input={"slug": "vip", "name": "VIP", "rules": RULES})
    await shop.admin.do(PUBLISH, id=made["program"]["id"])
    for member in ("c-1", "c-2"):
        await shop.admin.do(MEMBER, input={"externalId": member})
    return str(made["program"]["id"])


async def shopper(shop: Shop, member: str) -> Api:
    return shop.storefront((await shop.admin.do(TOKEN, id=member))["token"])


async def tell(api: Api, mutation: str, selection: str, **given: Any) -> Data:
    given.setdefault("idempotencyKey", f"{mutation}-{sorted(given.items())}")
    shape = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation ($input: {shape}!) {{ {mutation}(input: $input) {{ {selection} {ERRORS} }} }}"
    found: Data = (await api.ask(query, input=given))[mutation]
    return found


async def test_what_is_for_sale(shop: Shop) -> None:
    await open_club(shop)
    query = """{ membershipPlans { plan name price { amount currency } period trialMonths summary brings perks }
        passesForSale { slug summary } }"""
    found = await shop.storefront().ask(query)
    assert found["membershipPlans"][0] == {
        "plan": "vip", "name": "VIP", "price": {"amount": 1200, "currency": "EUR"}, "period": "MONTH", "trialMonths": 1,
        "summary": "12.00 EUR a month; the first month free; Early access", "brings": ["Early access"],
        "perks": ["Early access"],
    }  # fmt: skip
    summary = "10 visits for 50.00 EUR; what is not used is refunded"
    assert found["passesForSale"] == [{"slug": "ten", "summary": summary}]
    assert (await shop.admin.ask(query)) == found


async def test_a_shopper_joins_on_the_page_and_cancels(shop: Shop, served: httpx.AsyncClient) -> None:
    program = await open_club(shop)
    ann, bob = await shopper(shop, "c-1"), await shopper(shop, "c-2")
    joined = await tell(ann, "membershipJoin", "membership { id } checkout { url }", programId=program, plan="vip",
                        returnUrl="https://shop.example/")  # fmt: skip
    assert joined["membership"] is None
    await served.post(httpx.URL(joined["checkout"]["url"]).path, content="card=4242424242424242")
    me = "{ me { memberships { id state renews } entitlements { perk { name } } } membershipPlans { trialMonths } }"
    seen = await ann.ask(me.replace("perk { name }", "name"))
    (mine,) = seen["me"]["memberships"]
    assert (mine["state"], mine["renews"]) == ("TRIAL", True)
    assert seen["me"]["entitlements"] == [{"name": "Early access"}]
    assert [plan["trialMonths"] for plan in seen["membershipPlans"]] == [None, None]
    foreign = await tell(bob, "membershipCancel", "membership { id }", id=mine["id"], when="NOW")
    assert [error["code"] for error in foreign["userErrors"]] == ["NOT_FOUND"]
    for mutation, given, state in (
        ("membershipCancel", {"when": "AT_PERIOD_END"}, "CANCELLING"), ("membershipResume", {}, "TRIAL"),
        ("membershipCancel", {"when": "NOW"}, "ENDED"),
    ):  # fmt: skip
        done = await tell(ann, mutation, "membership { state }", id=mine["id"], **given)
        assert (done["membership"], done["userErrors"]) == ({"state": state}, [])


async def test_what_costs_nothing_begins_at_once_and_guests_are_nobody(shop: Shop) -> None:
    program = await open_club(shop)
    ann = await shopper(shop, "c-1")
    joined = await tell(ann, "membershipJoin", "membership { state } checkout { url }", programId=program, plan="free")
    assert (joined["membership"], joined["checkout"]) == ({"state": "ACTIVE"}, None)
    refused = await tell(ann, "membershipJoin", "membership { id }", programId=program, plan="vip")
    assert refused["userErrors"] == [{"code": "ALREADY_MEMBER", "field": ["plan"]}]
    guest = await shop.storefront().answer(
        'mutation { membershipCancel(input: {idempotencyKey: "x", id: "mbs_x", when: NOW}) { userErrors { code } } }'
    )
    assert [error["extensions"]["code"] for error in guest["errors"]] == ["UNAUTHENTICATED"]


async def test_the_timeline_tells_what_joining_brought_and_took_back(shop: Shop) -> None:
    await points_program(shop.admin)
    plan = {**RULES["paid"]["plans"][0], "trial": None, "gifts": [{"points": {"unit": "points", "points": 100}}]}
    rules = {"paid": {"unit": "points", "plans": [plan], "refund": {"fullWithinDays": 3, "otherwise": "NONE"}}}
    made = await shop.admin.do(CREATE, input={"slug": "vip", "name": "VIP", "rules": rules})
    await shop.admin.do(PUBLISH, id=made["program"]["id"])
    await shop.admin.do(MEMBER, input={"externalId": "c-1"})
    joined = await tell(
        shop.admin, "membershipJoin", "membership { id }", member={"externalId": "c-1"},
        programId=made["program"]["id"], plan="vip", paymentMethod="card_succeeds",
    )  # fmt: skip
    await tell(shop.admin, "membershipCancel", "refunds { amount }", id=joined["membership"]["id"], when="NOW")
    query = '{ member(externalId: "c-1") { timeline { nodes { kind text changes { available } } } } }'
    found = (await shop.admin.ask(query))["member"]["timeline"]["nodes"]
    assert found == [
        {"kind": "GIFT", "text": "100 points of a gift taken back.", "changes": [{"available": -100}]},
        {"kind": "GIFT", "text": "100 points for joining.", "changes": [{"available": 100}]},
    ]
