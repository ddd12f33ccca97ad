"""Rewards of the operator's over the partner API: what is offered, quoted, set aside, given, and told of it where."""

from __future__ import annotations

from typing import Any

import pytest

from kit.ids import decode, encode, new_id
from programs.coalition import partners
from programs.coalition.partners import PartnerId
from tenants import scope
from tests.schema.club import Brand, by_key, coalition, key_of, tenant_of, token_of
from tests.schema.served import RECORD, Shop, purchase
from tests.schema.test_partner_doing import CANCEL, EUR, told
from tests.schema.test_partner_doing import TOLD as TELL

UPSERT = """mutation ($input: RewardUpsertInput!) { rewardUpsert(input: $input) {
  reward { id slug shops partners } userErrors { code field } } }"""
OFFERED = "{ rewards { nodes { id slug name points inStock limitPerMember terms { experience { instructions } } } } }"
QUOTE = """query ($input: PartnerQuoteInput!) { partnerQuote(input: $input) {
  quote { redeem { points } reward { points reward { slug } } amountDue } userErrors { code field } } }"""
RESERVE = """mutation ($input: PartnerRedeemReserveInput!) { partnerRedeemReserve(input: $input) {
  redemption { id state points value { amount } orderId reward { id slug } voucher { code state } }
  userErrors { code field message } } }"""
CONFIRM = """mutation ($input: PartnerRedeemConfirmInput!) { partnerRedeemConfirm(input: $input) {
  redemption { id state voucher { code state } } userErrors { code field } } }"""
REDEEM = """mutation ($input: RedeemInput!) { redeem(input: $input) {
  redemption { id } userErrors { code field } } }"""


@pytest.fixture
async def brands(shop: Shop) -> list[Brand]:
    """Two partners, of which the member has 100 points by a purchase with the operator."""
    found = await coalition(shop, "acme", "rival")
    await shop.admin.do(RECORD, input=purchase("k-1", 10_000))
    return found


def reward(**given: Any) -> dict[str, Any]:
    return {
        "slug": "massage", "name": "Massage", "unit": "points", "points": 40, "shops": "PARTNERS",
        "terms": {"experience": {"instructions": "Ask at the desk."}}, **given,
    }  # fmt: skip


async def offered(shop: Shop, **given: Any) -> str:
    """A reward's id."""
    return str((await shop.admin.do(UPSERT, input=reward(**given)))["reward"]["id"])


def wish(link: str, reward: str, key: str = "r-1", **given: Any) -> dict[str, Any]:
    return {"idempotencyKey": key, "link": link, "reward": reward, "orderId": "o-9", **given}


async def test_the_operator_says_where_a_reward_is_redeemed(shop: Shop, brands: list[Brand]) -> None:
    made = await shop.admin.do(UPSERT, input=reward(shops="BOTH", partners=["rival", "acme"]))
    assert made["reward"] == {
        "id": made["reward"]["id"], "slug": "massage", "shops": "BOTH", "partners": ["acme", "rival"],
    }  # fmt: skip
    seen = await shop.storefront().ask("{ rewards { nodes { slug shops partners } } }")
    assert seen["rewards"]["nodes"] == [{"slug": "massage", "shops": "BOTH", "partners": ["Acme", "Rival"]}]
    own = await shop.admin.do(UPSERT, input={name: value for name, value in reward().items() if name != "shops"})
    assert (own["reward"]["shops"], own["reward"]["partners"]) == ("OWN", [])


BAD_REWARDS: list[tuple[dict[str, Any], tuple[str, list[str]]]] = [
    ({"partners": ["acme", "nobody"]}, ("NOT_FOUND", ["partners", "1"])),
    ({"partners": [""]}, ("NOT_FOUND", ["partners", "0"])),
    ({"partners": ["acme"], "shops": "OWN"}, ("INVALID", ["partners"])),
    ({"unit": "stars"}, ("INVALID", ["shops"])),
]


async def test_a_reward_that_cannot_be_redeemed_there_is_refused(shop: Shop, brands: list[Brand]) -> None:
    await shop.admin.do(
        "mutation { unitUpsert(input: {slug: \"stars\", name: \"star\", namePlural: \"stars\"}) "
        "{ userErrors { code } } }"
    )  # fmt: skip
    for changes, expected in BAD_REWARDS:
        assert await shop.admin.refused(UPSERT, input=reward(**changes)) == [expected]


async def test_a_reward_is_offered_quoted_given_and_shown_to_its_partner(shop: Shop, brands: list[Brand]) -> None:
    acme, rival = brands
    id_ = await offered(shop, partners=["acme"], stock=1, limitPerMember=2)
    link = await acme.link("a-1")
    assert (await acme.api.ask(OFFERED))["rewards"]["nodes"] == [
        {"id": id_, "slug": "massage", "name": "Massage", "points": 40, "inStock": True, "limitPerMember": 2,
         "terms": {"experience": {"instructions": "Ask at the desk."}}}
    ]  # fmt: skip
    quoted = await acme.api.do(QUOTE, input={"link": link["id"], "cart": EUR, "reward": id_})
    assert quoted["quote"] == {
        "redeem": None, "reward": {"points": 40, "reward": {"slug": "massage"}}, "amountDue": 10_000,
    }  # fmt: skip
    held = (await acme.api.do(RESERVE, input=wish(link["id"], id_)))["redemption"]
    assert held == {
        "id": held["id"], "state": "RESERVED", "points": 40, "value": None, "orderId": "o-9",
        "reward": {"id": id_, "slug": "massage"}, "voucher": None,
    }  # fmt: skip
    assert (await acme.api.do(RESERVE, input=wish(link["id"], id_)))["redemption"] == held
    assert await acme.api.refused(RESERVE, input=wish(link["id"], id_, "r-2")) == [("OUT_OF_STOCK", ["reward"])]
    assert (await acme.api.ask(OFFERED))["rewards"]["nodes"][0]["inStock"] is False
    given = {"idempotencyKey": "c-1", "id": held["id"]}
    code = (await acme.api.do(CONFIRM, input=given))["redemption"]["voucher"]
    assert code == {"code": code["code"], "state": "ISSUED"} and len(code["code"]) == 14
    assert (await acme.api.do(CONFIRM, input=given))["redemption"]["voucher"] == code
    seen = "query ($id: ID!) { node(id: $id) { ... on Redemption { voucher { code } reward { slug } } } }"
    assert (await acme.api.ask(seen, id=held["id"]))["node"] == {
        "voucher": {"code": code["code"]}, "reward": {"slug": "massage"},
    }  # fmt: skip
    assert await acme.api.refused(CANCEL, input={"idempotencyKey": "x-1", "id": held["id"]}) == [
        ("ALREADY_CLOSED", ["id"])
    ]
    await rival.link("r-1")
    theirs = await rival.api.ask('{ redemptions { nodes { id } } memberByCustomer(customerId: "r-1") '
                                 "{ entries { nodes { kind points orderId } } } }")  # fmt: skip
    assert theirs == {
        "redemptions": {"nodes": []},
        "memberByCustomer": {"entries": {"nodes": [
            {"kind": "SPENT", "points": -40, "orderId": None}, {"kind": "EARNED", "points": 100, "orderId": None},
        ]}},
    }  # fmt: skip


async def test_another_partners_reward_is_none(shop: Shop, brands: list[Brand]) -> None:
    acme, _ = brands
    theirs = [
        await offered(shop, partners=["rival"]),
        await offered(shop, slug="own", shops="OWN"),
        await offered(shop, slug="over", partners=["rival"], stock=0, endsAt="2020-01-01T00:00:00Z"),
    ]
    link = (await acme.link("a-1"))["id"]
    nobodys = encode("rwd", new_id())
    answers = []
    for number, id_ in enumerate((nobodys, *theirs)):
        quoted = await acme.api.answer(QUOTE, input={"link": link, "cart": EUR, "reward": id_})
        reserved = await acme.api.answer(RESERVE, input=wish(link, id_, f"r-{number}"))
        node = await acme.api.answer("query ($id: ID!) { node(id: $id) { id } }", id=id_)
        answers.append([answer["data"] for answer in (quoted, reserved, node)])
    assert [answer for answer in answers if answer != answers[0]] == []
    assert answers[0][1]["partnerRedeemReserve"]["userErrors"][0]["code"] == "NOT_FOUND"
    assert (await acme.api.ask(OFFERED))["rewards"]["nodes"] == []


async def test_a_reward_of_partners_is_not_redeemed_in_the_operators_shop(shop: Shop, brands: list[Brand]) -> None:
    id_ = await offered(shop)
    page = shop.storefront(await token_of(shop, "c-1"))
    given = {"idempotencyKey": "mine", "redeem": {"rewardId": id_}}
    assert await page.refused(REDEEM, input=given) == [("NOT_ELIGIBLE", ["redeem", "rewardId"])]
    quote = """query ($input: QuoteInput!) { quote(input: $input) {
      quote { rewards { reward { slug } } } userErrors { code field } } }"""
    assert (await page.do(quote, input={"cart": EUR}))["quote"]["rewards"] == []
    assert await page.refused(quote, input={"cart": EUR, "redeem": {"rewardId": id_}}) == [
        ("NOT_ELIGIBLE", ["redeem", "rewardId"])
    ]


BAD: list[tuple[dict[str, Any], tuple[str, list[str]]]] = [
    ({"points": 10}, ("INVALID", ["reward"])),
    ({"reward": None}, ("INVALID", ["points"])),
    ({"reward": "no-id"}, ("NOT_FOUND", ["reward"])),
    ({"orderId": ""}, ("INVALID", ["orderId"])),
    ({"minutes": 0}, ("OUT_OF_RANGE", ["minutes"])),
    ({"link": encode("lnk", new_id())}, ("NOT_FOUND", ["link"])),
]


async def test_bad_input_is_told(shop: Shop, brands: list[Brand]) -> None:
    acme, _ = brands
    id_, link = await offered(shop), (await acme.link("a-1"))["id"]
    for changes, expected in BAD:
        assert await acme.api.refused(RESERVE, input={**wish(link, id_), **changes}) == [expected]
    dear = await offered(shop, slug="dear", points=101)
    assert await acme.api.refused(RESERVE, input=wish(link, dear)) == [("INSUFFICIENT_POINTS", ["link"])]
    assert await acme.api.refused(QUOTE, input={"link": link, "cart": EUR, "reward": dear}) == [
        ("INSUFFICIENT_POINTS", ["reward"])
    ]
    assert await acme.api.refused(QUOTE, input={"link": link, "cart": EUR, "reward": id_, "points": 1}) == [
        ("INVALID", ["reward"])
    ]
    assert await acme.api.refused(QUOTE, input={"link": link, "cart": EUR, "points": 0}) == [
        ("OUT_OF_RANGE", ["points"])
    ]
    with scope.of(tenant_of(shop)):
        await partners.freeze(PartnerId(decode("prt", acme.id)), "suspicion")
    frozen = [
        await acme.api.refused(RESERVE, input=wish(link, id_, "r-2")),
        await acme.api.refused(QUOTE, input={"link": link, "cart": EUR, "reward": id_}),
    ]
    assert [[code for code, _ in each] for each in frozen] == [["PARTNER_FROZEN"]] * 2


async def test_a_refund_of_its_order_brings_back_what_it_cost(shop: Shop, brands: list[Brand]) -> None:
    acme, _ = brands
    id_, link = await offered(shop), (await acme.link("a-1"))["id"]
    await acme.api.do(TELL, input=told(link, "k-2", purchase={"orderId": "o-9", **EUR}))
    held = (await acme.api.do(RESERVE, input=wish(link, id_)))["redemption"]["id"]
    await acme.api.do(CONFIRM, input={"idempotencyKey": "c-1", "id": held})
    back = await acme.api.do(TELL, input=told(link, "k-3", refund={"orderId": "o-9", "all": True}))
    assert back["member"]["balance"]["available"] == 100
    seen = await acme.api.ask("{ redemptions { nodes { pointsReturned voucher { state } } } }")
    assert seen["redemptions"]["nodes"] == [{"pointsReturned": 40, "voucher": {"state": "VOID"}}]


async def test_a_shopper_reads_a_partners_order_by_its_own_number(shop: Shop, brands: list[Brand]) -> None:
    acme, _ = brands
    id_, link = await offered(shop), (await acme.link("a-1"))["id"]
    await acme.api.do(TELL, input=told(link, "k-2", purchase={"orderId": "o-9", **EUR}))
    held = (await acme.api.do(RESERVE, input=wish(link, id_)))["redemption"]["id"]
    await acme.api.do(CONFIRM, input={"idempotencyKey": "c-1", "id": held})
    page = shop.storefront(await token_of(shop, "c-1"))
    seen = (await page.ask("{ me { history { nodes { points orderId } } redemptions { nodes { orderId } } } }"))["me"]
    assert seen == {
        "history": {"nodes": [
            {"points": -40, "orderId": None}, {"points": 200, "orderId": "o-9"}, {"points": 100, "orderId": "k-1"},
        ]},
        "redemptions": {"nodes": [{"orderId": "o-9"}]},
    }  # fmt: skip


async def test_it_needs_its_scope(shop: Shop, brands: list[Brand]) -> None:
    acme, _ = brands
    id_, link = await offered(shop), (await acme.link("a-1"))["id"]
    settling = by_key(shop, await key_of(shop, acme.id, ["SETTLE"]))
    node = "query ($id: ID!) { node(id: $id) { id } }"
    for query, given in ((OFFERED, {}), (RESERVE, {"input": wish(link, id_)}), (node, {"id": id_})):
        refused = await settling.answer(query, **given)
        assert [error["extensions"]["code"] for error in refused["errors"]] == ["FORBIDDEN"], query
