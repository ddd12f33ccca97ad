"""What members do and spend at partners: recorded, quoted, set aside, spent; each partner's orders are its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from kit.ids import decode, encode, new_id
from programs.coalition import partners
from programs.coalition.partners import PartnerId
from tenants import scope
from tests.schema.club import TERMS, Brand, by_key, coalition, key_of, tenant_of
from tests.schema.served import MEMBER, RECORD, Shop, purchase
from tests.schema.test_permissions import _top as top

TOLD = """mutation ($input: PartnerRecordActivityInput!) { partnerRecordActivity(input: $input) {
  activity { id kind state linkedId customerId orderId movements { points state reason } }
  member { balance { available } } userErrors { code field } } }"""
QUOTE = """query ($input: PartnerQuoteInput!) { partnerQuote(input: $input) {
  quote { earns { unit { slug } amount } redeem { points value { amount currency } } amountDue }
  userErrors { code field } } }"""
RESERVE = """mutation ($input: PartnerRedeemReserveInput!) { partnerRedeemReserve(input: $input) {
  redemption { id state points value { amount } orderId customerId } userErrors { code field } } }"""
CONFIRM = """mutation ($input: PartnerRedeemConfirmInput!) { partnerRedeemConfirm(input: $input) {
  redemption { id state } userErrors { code field } } }"""
CANCEL = """mutation ($input: PartnerRedeemCancelInput!) { partnerRedeemCancel(input: $input) {
  redemption { id state } userErrors { code field } } }"""
EUR = {"currency": "EUR", "lines": [{"id": "1", "amount": 10_000}]}


@pytest.fixture
async def brands(shop: Shop) -> list[Brand]:
    return await coalition(shop, "acme", "rival")


def told(link: str, key: str = "k-1", **activity: Any) -> dict[str, Any]:
    return {"idempotencyKey": key, "link": link, "activity": activity or {"purchase": {"orderId": "o-1", **EUR}}}


def wish(link: str, points: int = 50, key: str = "r-1") -> dict[str, Any]:
    return {"idempotencyKey": key, "link": link, "points": points, "orderId": "o-9", "orderTotal": 1_000}


async def test_a_purchase_earns_times_what_the_partner_multiplies(brands: list[Brand]) -> None:
    acme, _ = brands
    link = await acme.link("a-1")
    made = await acme.api.do(TOLD, input=told(link["id"]))
    assert made["activity"] == {
        "id": made["activity"]["id"], "kind": "purchase", "state": "DECIDED", "linkedId": link["id"],
        "customerId": "a-1", "orderId": "o-1",
        "movements": [{"points": 200, "state": "AVAILABLE", "reason": "earn"}],
    }  # fmt: skip
    assert made["member"] == {"balance": {"available": 200}}
    assert await acme.api.do(TOLD, input=told(link["id"])) == made
    assert await acme.api.refused(TOLD, input=told(link["id"], event={"kind": "visit"})) == [
        ("IDEMPOTENCY_MISMATCH", ["idempotencyKey"])
    ]


async def test_the_operator_reads_where_it_was_and_the_partners_own_number(brands: list[Brand]) -> None:
    acme, _ = brands
    link = await acme.link("a-1")
    await acme.api.do(TOLD, input=told(link["id"]))
    await acme.api.do(TOLD, input=told(link["id"], "k-2", event={"kind": "visit"}))
    found = await acme.shop.admin.ask("{ members(first: 5) { nodes { timeline(first: 5) { nodes { text } } } } }")
    texts = [entry["text"] for node in found["members"]["nodes"] for entry in node["timeline"]["nodes"]]
    assert texts == ["Visit at acme: no points.", "Purchase of order o-1 at acme: +200 points."]


async def test_a_repeat_by_the_next_key_is_the_same(brands: list[Brand]) -> None:
    acme, _ = brands
    link = await acme.link("a-1")
    made = await acme.api.do(TOLD, input=told(link["id"]))
    other = by_key(acme.shop, await key_of(acme.shop, acme.id, ["READ", "EARN"]))
    assert await other.do(TOLD, input=told(link["id"])) == made


async def test_partners_and_the_operator_may_use_the_same_keys_and_order_numbers(brands: list[Brand]) -> None:
    acme, rival = brands
    await acme.shop.admin.do(
        RECORD, input={**purchase("k-1", 10_000), "activity": {"purchase": {"orderId": "o-1", **EUR}}}
    )
    earned = []
    for each in (acme, rival):
        link = await each.link("same")
        earned.append(await each.api.do(TOLD, input=told(link["id"])))
    assert [made["member"]["balance"]["available"] for made in earned] == [300, 500]
    refund = {"refund": {"orderId": "o-1", "all": True}}
    back = await rival.api.do(TOLD, input=told(link["id"], "k-2", **refund))
    assert back["activity"]["movements"] == [{"points": -200, "state": "AVAILABLE", "reason": "refund"}]
    assert back["member"]["balance"]["available"] == 300


async def test_a_refund_of_an_order_of_anothers_finds_none(brands: list[Brand]) -> None:
    acme, rival = brands
    await acme.api.do(TOLD, input=told((await acme.link("a-1"))["id"]))
    link = await rival.link("r-1")
    for order in ("o-1", "o-nobody", f"partner:{decode('prt', acme.id)}/o-1"):
        given = told(link["id"], order, refund={"orderId": order, "all": True})
        made = await rival.api.do(TOLD, input=given)
        assert (made["activity"]["state"], made["activity"]["movements"]) == ("PARKED", [])


async def test_an_order_is_amended_and_cancelled(brands: list[Brand]) -> None:
    acme, _ = brands
    link = await acme.link("a-1")
    await acme.api.do(TOLD, input=told(link["id"]))
    smaller = {**EUR, "orderId": "o-1", "lines": [{"id": "1", "amount": 4_000}]}
    amended = await acme.api.do(TOLD, input=told(link["id"], "k-2", amend=smaller))
    assert amended["member"]["balance"]["available"] == 80
    cancelled = await acme.api.do(TOLD, input=told(link["id"], "k-3", cancel={"orderId": "o-1"}))
    assert cancelled["member"]["balance"]["available"] == 0


async def test_a_refund_comes_also_after_the_link_has_ended_but_no_purchase(brands: list[Brand]) -> None:
    acme, _ = brands
    link = await acme.link("a-1")
    await acme.api.do(TOLD, input=told(link["id"]))
    await acme.api.do(
        "mutation ($id: ID!) { memberUnlink(input: {idempotencyKey: \"u\", link: $id}) { userErrors { code } } }",
        id=link["id"],
    )  # fmt: skip
    bought = told(link["id"], "k-2", purchase={"orderId": "o-2", **EUR})
    assert await acme.api.refused(TOLD, input=bought) == [("NOT_FOUND", ["link"])]
    back = await acme.api.do(TOLD, input=told(link["id"], "k-3", refund={"orderId": "o-1", "all": True}))
    assert [each["points"] for each in back["activity"]["movements"]] == [-200]
    assert (back["member"], back["activity"]["customerId"]) == (None, None)


async def test_what_others_just_gave_is_foreseen(brands: list[Brand]) -> None:
    acme, rival = brands
    seen, unseen = await acme.link("a-1"), await rival.link("r-1", consent=[])
    await acme.api.do(TOLD, input=told(seen["id"], purchase={"orderId": "o-1", "currency": "EUR", "lines": [
        {"id": "1", "amount": 3_000}]}))  # fmt: skip
    await rival.api.do(TOLD, input=told(unseen["id"]))
    await acme.shop.admin.do(
        "mutation ($input: PartnerTermsSaveInput!) { partnerTermsSave(input: $input) { userErrors { code } } }",
        input={"id": acme.id, "terms": {
            "currency": "EUR", "issuePriceMicros": 15_000, "reimbursementPriceMicros": 8_000, "holdHoursFromOthers": 24,
        }},
    )  # fmt: skip
    asked = "query ($id: ID!) { member(linkedId: $id) { balance { available spendableHere spendableFrom } } }"
    balance = (await acme.api.ask(asked, id=seen["id"]))["member"]["balance"]
    assert (balance["available"], balance["spendableHere"]) == (260, 60)
    assert balance["spendableFrom"] is not None
    quote = QUOTE.replace("redeem { points", "redeem { points moreFrom")
    cart = {"link": seen["id"], "cart": EUR}
    redeem = (await acme.api.do(quote, input={**cart, "points": 200}))["quote"]["redeem"]
    assert redeem == {"points": 60, "moreFrom": balance["spendableFrom"], "value": {"amount": 60, "currency": "EUR"}}
    redeem = (await acme.api.do(quote, input={**cart, "points": 50}))["quote"]["redeem"]
    assert (redeem["points"], redeem["moreFrom"]) == (50, None)
    reserve = RESERVE.replace("{ code field }", "{ code message }")
    refusal = (await acme.api.ask(reserve, input=wish(seen["id"], 61)))["partnerRedeemReserve"]["userErrors"]
    assert [each["code"] for each in refusal] == ["TOO_FRESH"]
    message, until = refusal[0]["message"].removesuffix(" on.").split("the rest from ")
    assert message.endswith("cannot be spent here yet: 60 points can now, ")
    late = datetime.fromisoformat(until) - datetime.fromisoformat(balance["spendableFrom"])
    assert timedelta() <= late < timedelta(seconds=1)
    await acme.api.do(RESERVE, input=wish(seen["id"], 60, "r-2"))
    assert await acme.api.refused(QUOTE, input={**cart, "points": 1}) == [("TOO_FRESH", ["points"])]


async def test_who_may_not_see_the_balance_is_not_told_it_by_a_refusal(brands: list[Brand]) -> None:
    acme, rival = brands
    seen, unseen = await acme.link("a-1"), await rival.link("r-1", consent=[])
    await acme.api.do(TOLD, input=told(seen["id"]))
    await acme.shop.admin.do(
        "mutation ($input: PartnerTermsSaveInput!) { partnerTermsSave(input: $input) { userErrors { code } } }",
        input={"id": rival.id, "terms": {
            "currency": "EUR", "issuePriceMicros": 15_000, "reimbursementPriceMicros": 8_000, "holdHoursFromOthers": 24,
        }},
    )  # fmt: skip
    reserve = RESERVE.replace("{ code field }", "{ code message }")
    refusal = (await rival.api.ask(reserve, input=wish(unseen["id"])))["partnerRedeemReserve"]["userErrors"]
    message = "Points that were given elsewhere less than 24 hours ago cannot be spent here yet."
    assert refusal == [{"code": "TOO_FRESH", "message": message}]
    assert await rival.api.refused(QUOTE, input={"link": unseen["id"], "cart": EUR, "points": 1}) == [
        ("TOO_FRESH", ["points"])
    ]


async def test_points_are_set_aside_spent_and_let_go(brands: list[Brand]) -> None:
    acme, _ = brands
    link = await acme.link("a-1")
    await acme.api.do(TOLD, input=told(link["id"]))
    held = (await acme.api.do(RESERVE, input=wish(link["id"])))["redemption"]
    assert {**held, "id": ""} == {
        "id": "", "state": "RESERVED", "points": 50, "value": {"amount": 50}, "orderId": "o-9", "customerId": "a-1",
    }  # fmt: skip
    spent = await acme.api.do(CONFIRM, input={"idempotencyKey": "c-1", "id": held["id"]})
    assert spent["redemption"]["state"] == "CONFIRMED"
    again = {"idempotencyKey": "x-1", "id": held["id"]}
    assert await acme.api.refused(CANCEL, input=again) == [("ALREADY_CLOSED", ["id"])]
    other = (await acme.api.do(RESERVE, input=wish(link["id"], key="r-2")))["redemption"]
    let_go = await acme.api.do(CANCEL, input={"idempotencyKey": "x-2", "id": other["id"]})
    assert let_go["redemption"]["state"] == "CANCELLED"
    seen = await acme.api.ask(
        "query ($id: ID!) { redemptions { nodes { id state } } activities { nodes { orderId } }"
        " node(id: $id) { id } memberByCustomer(customerId: \"a-1\") { balance { available }"
        " entries { nodes { kind points orderId } } } }", id=held["id"],
    )  # fmt: skip
    assert seen == {
        "redemptions": {"nodes": [{"id": other["id"], "state": "CANCELLED"}, {"id": held["id"], "state": "CONFIRMED"}]},
        "activities": {"nodes": [{"orderId": "o-1"}]}, "node": {"id": held["id"]},
        "memberByCustomer": {"balance": {"available": 150}, "entries": {"nodes": [
            {"kind": "SPENT", "points": -50, "orderId": None}, {"kind": "EARNED", "points": 200, "orderId": "o-1"},
        ]}},
    }  # fmt: skip


async def test_another_partners_redemption_is_none(brands: list[Brand]) -> None:
    acme, rival = brands
    link = await acme.link("a-1")
    await rival.link("r-1")
    await acme.api.do(TOLD, input=told(link["id"]))
    held = (await acme.api.do(RESERVE, input=wish(link["id"])))["redemption"]
    for id_ in (held["id"], encode("red", new_id())):
        for mutation in (CONFIRM, CANCEL):
            given = {"idempotencyKey": f"{id_} {mutation[:60]}"[-40:], "id": id_}
            assert await rival.api.refused(mutation, input=given) == [("NOT_FOUND", ["id"])]
        assert await rival.api.ask("query ($id: ID!) { node(id: $id) { id } }", id=id_) == {"node": None}
    assert await rival.api.ask("{ redemptions { nodes { id } } activities { nodes { id } } }") == {
        "redemptions": {"nodes": []}, "activities": {"nodes": []},
    }  # fmt: skip


async def test_what_was_done_elsewhere_is_told_without_its_order(brands: list[Brand]) -> None:
    acme, rival = brands
    await acme.api.do(TOLD, input=told((await acme.link("a-1"))["id"]))
    await rival.link("r-1")
    seen = await rival.api.ask('{ memberByCustomer(customerId: "r-1") { entries { nodes { kind points orderId } } } }')
    assert seen["memberByCustomer"]["entries"]["nodes"] == [{"kind": "EARNED", "points": 200, "orderId": None}]


async def test_a_quote_says_what_will_be(brands: list[Brand]) -> None:
    acme, _ = brands
    link = await acme.link("a-1")
    await acme.api.do(TOLD, input=told(link["id"]))
    quoted = await acme.api.do(QUOTE, input={"link": link["id"], "cart": EUR, "points": 100})
    assert quoted["quote"] == {
        "earns": [{"unit": {"slug": "points"}, "amount": 198}],
        "redeem": {"points": 100, "value": {"amount": 100, "currency": "EUR"}}, "amountDue": 9_900,
    }  # fmt: skip


BAD: list[tuple[dict[str, Any], dict[str, Any], object]] = [
    ({}, {"link": encode("lnk", new_id())}, ("NOT_FOUND", ["link"])),
    ({"purchase": {"orderId": "", **EUR}}, {}, ("INVALID", ["activity", "purchase", "orderId"])),
    ({"purchase": {**EUR, "orderId": "o", "lines": []}}, {}, ("INVALID", ["activity", "purchase", "lines"])),
    (
        {"purchase": {"orderId": "o", "currency": "EUR", "lines": [{"id": "1", "amount": 1, "kind": "TOP_UP"}]}}, {},
        ("INVALID", ["activity", "purchase", "lines", "0", "kind"]),
    ),
    ({}, {"idempotencyKey": ""}, ("INVALID", ["idempotencyKey"])),
    ({}, {"channel": ""}, ("INVALID", ["channel"])),
]  # fmt: skip


async def test_bad_input_is_told(brands: list[Brand]) -> None:
    acme, _ = brands
    link = await acme.link("a-1")
    for activity, changes, expected in BAD:
        assert await acme.api.refused(TOLD, input={**told(link["id"], **activity), **changes}) == [expected]
    top_up = {"currency": "EUR", "lines": [{"id": "1", "amount": 1, "kind": "TOP_UP"}]}
    assert await acme.api.refused(QUOTE, input={"link": link["id"], "cart": top_up}) == [
        ("INVALID", ["cart", "lines", "0", "kind"])
    ]
    assert await acme.api.refused(RESERVE, input=wish(link["id"], 1_000_000)) == [("INSUFFICIENT_POINTS", ["link"])]
    assert await acme.api.refused(RESERVE, input=wish(encode("lnk", new_id()))) == [("NOT_FOUND", ["link"])]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"earn": False, "burn": False}, ("EARN_NOT_ALLOWED", "BURN_NOT_ALLOWED")),
        ({"prepaid": True}, ("PREPAID_EMPTY", None)),
        ({"credit_limit": 1}, ("CREDIT_LIMIT", None)),
        ({"caps": {"issued_per_day": 100, "taken_per_day": 10}}, ("CAP_REACHED", "CAP_REACHED")),
    ],
)
async def test_terms_bind(brands: list[Brand], terms: dict[str, Any], expected: tuple[str, str | None]) -> None:
    acme, rival = brands
    await rival.api.do(TOLD, input=told((await rival.link("r-1"))["id"]))
    link = await acme.link("a-1")
    with scope.of(tenant_of(acme.shop)):
        await partners.save_terms(PartnerId(decode("prt", acme.id)), {**TERMS, **terms})
    earn, burn = expected
    assert await acme.api.refused(TOLD, input=told(link["id"])) == [(earn, [])]
    assert await acme.api.refused(RESERVE, input=wish(link["id"])) == ([(burn, [])] if burn else [])


async def test_a_frozen_partner_gives_and_takes_nothing(brands: list[Brand]) -> None:
    acme, _ = brands
    link = await acme.link("a-1")
    await acme.api.do(TOLD, input=told(link["id"]))
    with scope.of(tenant_of(acme.shop)):
        await partners.freeze(PartnerId(decode("prt", acme.id)), "suspicion")
    refused = [
        await acme.api.refused(TOLD, input=told(link["id"], "k-2", purchase={"orderId": "o-2", **EUR})),
        await acme.api.refused(RESERVE, input=wish(link["id"])),
        await acme.api.refused(QUOTE, input={"link": link["id"], "cart": EUR}),
    ]
    assert refused == [[("PARTNER_FROZEN", [])]] * 3
    back = await acme.api.do(TOLD, input=told(link["id"], "k-3", refund={"orderId": "o-1", "all": True}))
    assert [each["points"] for each in back["activity"]["movements"]] == [-200]


async def test_a_key_did_what_it_told_of_and_took(brands: list[Brand]) -> None:
    acme, _ = brands
    link = await acme.link("a-1")
    made = await acme.api.do(TOLD, input=told(link["id"]))
    held = (await acme.api.do(RESERVE, input=wish(link["id"])))["redemption"]["id"]
    await acme.api.do(CONFIRM, input={"idempotencyKey": "c", "id": held})
    keys = (await acme.shop.admin.ask("{ keys { id partnerId } }"))["keys"]
    own = next(key["id"] for key in keys if key["partnerId"] == acme.id)
    await acme.shop.admin.do(MEMBER, input={"externalId": "c-9"})
    seen = await acme.shop.admin.ask("query ($key: ID!) { keyUses(key: $key) { nodes { action target } } }", key=own)
    assert seen["keyUses"]["nodes"] == [
        {"action": "redemption.confirmed", "target": f"redemption:{held}"},
        {"action": "redemption.reserved", "target": f"redemption:{held}"},
        {"action": "activity.recorded", "target": f"activity:{made['activity']['id']}"},
        {"action": "member.linked", "target": f"link:{link['id']}"},
    ]


async def test_each_needs_its_scope(brands: list[Brand]) -> None:
    acme, _ = brands
    link = (await acme.link("a-1"))["id"]
    reading = by_key(acme.shop, await key_of(acme.shop, acme.id, ["READ"]))
    settling = by_key(acme.shop, await key_of(acme.shop, acme.id, ["SETTLE"]))
    for query, given in ((TOLD, told(link)), (RESERVE, wish(link))):
        refused = await reading.answer(query, input=given)
        assert [error["extensions"]["code"] for error in refused["errors"]] == ["FORBIDDEN"]
    assert await top(reading, "{ clearing { nodes { id } } }") == ["FORBIDDEN"]
    assert await top(settling, "{ activities { nodes { id } } }") == ["FORBIDDEN"]
