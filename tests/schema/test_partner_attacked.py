"""The partner API by somebody who wants what is not theirs, or sends what nobody should."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from kit.ids import decode
from programs.coalition import partners
from programs.coalition.partners import PartnerId
from tenants import scope
from tests.schema.club import LINK, Brand, coalition, code_of, tenant_of
from tests.schema.served import Shop
from tests.schema.test_partner import MEMBER_SEEN
from tests.schema.test_partner_doing import CONFIRM, EUR, QUOTE, RESERVE, TOLD, told, wish
from tests.schema.test_partner_exchange import IN, UNDO, USE

NUL = "\0"


@pytest.fixture
async def brands(shop: Shop) -> list[Brand]:
    return await coalition(shop, "acme", "rival")


def cursor(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


@pytest.mark.parametrize("query", [
    "{ links(after: $after) { nodes { id } } }", "{ activities(after: $after) { nodes { id } } }",
    "{ redemptions(after: $after) { nodes { id } } }", "{ clearing(after: $after) { nodes { id } } }",
    "{ settlements(after: $after) { nodes { id } } }", "{ webhookDeliveries(after: $after) { nodes { id } } }",
])  # fmt: skip
async def test_a_cursor_of_no_list_is_refused(brands: list[Brand], query: str) -> None:
    for text in ("", NUL, "x", "-" * 36, "2026-11-01/" + "-" * 36, "٢٠٢٦-11-01/" + "-" * 36, "2026-11-01/x"):
        answer = await brands[0].api.answer(f"query ($after: String) {query}", after=cursor(text))
        codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
        assert codes in ([], ["INVALID"]), (text, answer)


@pytest.mark.parametrize("text", [NUL, "x" * 100_000, "", "\u202e"])
async def test_a_text_that_is_none_finds_nothing(brands: list[Brand], text: str) -> None:
    acme, _ = brands
    query = """query ($text: String!, $id: ID!) { memberByCustomer(customerId: $text) { id }
      member(linkedId: $id) { id }
      node(id: $id) { id } settlement(id: $id) { id } memberOffers(linkedId: $id) { offer } }"""
    answer = await acme.api.answer(query, text=text, id=text)
    assert "errors" not in answer or answer["errors"][0]["extensions"]["code"] != "INTERNAL", answer
    for member in ({"externalId": text}, {"code": text}):
        given = {"idempotencyKey": "1", "member": member, "customerId": "a-1"}
        answer = await acme.api.answer(LINK, input=given)
        assert "errors" not in answer or answer["errors"][0]["extensions"]["code"] != "INTERNAL", answer
        if "errors" not in answer:
            assert answer["data"]["memberLink"]["userErrors"][0]["field"] == ["member", *member], answer


@pytest.mark.parametrize("order", ["", "x" * 201, "a\nb"])
async def test_an_order_that_no_order_can_be_is_refused_everywhere(brands: list[Brand], order: str) -> None:
    acme, _ = brands
    link = (await acme.link("a-1"))["id"]
    await acme.api.do(TOLD, input=told(link))
    assert await acme.api.refused(RESERVE, input={**wish(link), "orderId": order}) == [("INVALID", ["orderId"])]
    given = {"idempotencyKey": "u", "link": link, "offer": "rest", "orderId": order}
    assert await acme.api.refused(USE, input=given) == [("INVALID", ["orderId"])]


async def test_an_order_of_two_hundred_characters_is_one_everywhere(brands: list[Brand]) -> None:
    acme, _ = brands
    link, order = (await acme.link("a-1"))["id"], "x" * 200
    await acme.api.do(TOLD, input=told(link, purchase={"orderId": order, **EUR}))
    made = await acme.api.do(RESERVE, input={**wish(link), "orderId": order})
    assert made["redemption"]["orderId"] == order
    given = {"idempotencyKey": "u", "link": link, "offer": "rest", "orderId": order}
    assert await acme.api.refused(USE, input=given) == [("NOT_FOUND", ["offer"])]


@pytest.mark.parametrize("consent", [[], ["BALANCE"]])
async def test_a_balance_is_not_told_without_consent_by_way_of_spending(
    brands: list[Brand], consent: list[str]
) -> None:
    acme, _ = brands
    link = (await acme.link("a-1", consent=consent))["id"]
    await acme.api.do(TOLD, input=told(link))
    big = {"currency": "EUR", "lines": [{"id": "1", "amount": 10_000_000}]}
    message = RESERVE.replace("code field", "message")
    refused = await acme.api.payload(message, input=wish(link, 1_000_000))
    quoted = await acme.api.payload(QUOTE, input={"link": link, "cart": big, "points": 1_000_000})
    seen = "200" in f"{refused} {quoted}"
    assert seen == ("BALANCE" in consent), (refused, quoted)


async def test_a_code_that_two_partners_use_at_once_is_good_for_one(brands: list[Brand]) -> None:
    code = await code_of(brands[0].shop, "c-1")
    given = {"idempotencyKey": "1", "member": {"code": code}, "customerId": "a-1"}
    payloads = await asyncio.gather(*(each.api.payload(LINK, input=given) for each in brands))
    codes = sorted(error["code"] for payload in payloads for error in payload["userErrors"])
    assert codes == ["CODE_INVALID"]


async def test_one_key_used_twice_at_once_links_once(brands: list[Brand]) -> None:
    acme, _ = brands
    given = {"idempotencyKey": "1", "member": {"code": await code_of(acme.shop, "c-1")}, "customerId": "a-1"}
    first, second = await asyncio.gather(*(acme.api.do(LINK, input=given) for _ in range(2)))
    assert first == second


async def test_a_partner_that_left_sees_nobody(brands: list[Brand]) -> None:
    acme, _ = brands
    link = (await acme.link("a-1"))["id"]
    await acme.api.do(TOLD, input=told(link))
    with scope.of(tenant_of(acme.shop)):
        await partners.leave(PartnerId(decode("prt", acme.id)), "the end")
    assert await acme.api.ask(MEMBER_SEEN, id=link) == {"member": None}
    back = await acme.api.do(TOLD, input=told(link, "k-3", refund={"orderId": "o-1", "all": True}))
    assert [each["points"] for each in back["activity"]["movements"]] == [-200]


ERASE = 'mutation { memberErase(input: {member: {externalId: "c-1"}}) { userErrors { code } } }'
MERGE = """mutation { memberMerge(input: {idempotencyKey: "m", from: {externalId: "c-1"}, into: {externalId: "c-2"}})
  { member { id } userErrors { code } } }"""


async def doings(acme: Brand) -> tuple[str, str, str]:
    """A link, points set aside by it, and a conversion."""
    link = (await acme.link("a-1"))["id"]
    await acme.api.do(TOLD, input=told(link))
    held = (await acme.api.do(RESERVE, input=wish(link)))["redemption"]["id"]
    made = await acme.api.do(IN, input={"idempotencyKey": "in", "link": link, "ownPoints": 20})
    return link, held, made["conversion"]["id"]


async def test_of_a_member_who_was_erased_nothing_is_left_to_do(brands: list[Brand]) -> None:
    acme, _ = brands
    link, held, conversion = await doings(acme)
    await acme.shop.admin.do(ERASE)
    seen = [
        await acme.api.refused(query, input=given)
        for query, given in (
            (TOLD, told(link, "k-2", refund={"orderId": "o-1", "all": True})),
            (TOLD, told(link, "k-3")),
            (CONFIRM, {"idempotencyKey": "c", "id": held}),
            (UNDO, {"idempotencyKey": "u", "id": conversion}),
        )
    ]
    assert seen == [[("NOT_FOUND", ["link"])]] * 2 + [[("NOT_FOUND", ["id"])]] * 2


async def test_of_a_member_who_was_merged_all_goes_on(brands: list[Brand]) -> None:
    acme, _ = brands
    await acme.shop.admin.do('mutation { memberUpsert(input: {externalId: "c-2"}) { userErrors { code } } }')
    link, held, conversion = await doings(acme)
    await acme.shop.admin.do(MERGE)
    for query, given in (
        (CONFIRM, {"idempotencyKey": "c", "id": held}),
        (UNDO, {"idempotencyKey": "u", "id": conversion}),
        (TOLD, told(link, "k-2", refund={"orderId": "o-1", "all": True})),
    ):
        payload: dict[str, Any] = await acme.api.payload(query, input=given)
        assert payload["userErrors"] == []


async def test_points_set_aside_are_spent_also_if_consent_is_withdrawn_meanwhile(brands: list[Brand]) -> None:
    acme, _ = brands
    link, held, conversion = await doings(acme)
    await acme.shop.admin.do(
        """mutation { memberUpsert(input: {externalId: "c-1", consents: [{purpose: "coalition", granted: false,
        source: "shop"}]}) { userErrors { code } } }"""
    )
    assert await acme.api.ask(MEMBER_SEEN, id=link) == {"member": None}
    assert await acme.api.refused(RESERVE, input=wish(link, key="r-2")) == [("NOT_FOUND", ["link"])]
    spent = await acme.api.do(CONFIRM, input={"idempotencyKey": "c", "id": held})
    assert spent["redemption"]["state"] == "CONFIRMED"
    undone = await acme.api.do(UNDO, input={"idempotencyKey": "u", "id": conversion})
    assert undone["conversion"]["undoneAt"]
