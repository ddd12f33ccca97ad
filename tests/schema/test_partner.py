"""What partners of a coalition see and do: their own members, as far as those consented, and nothing of others'."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from limits import RateLimitItemPerMinute

from kit import clock
from kit.errors import Refusal
from kit.ids import decode, encode, new_id
from programs.coalition import links, partners
from programs.coalition.models import MemberLink
from programs.coalition.partners import PartnerId
from tenants import attempts, scope
from tests.schema.club import LINK, TERMS, Brand, by_key, coalition, code_of, key_of, tenant_of, token_of
from tests.schema.served import MEMBER, RECORD, Api, Shop, purchase
from tests.schema.test_permissions import _top as top

MEMBER_SEEN = """query ($id: ID!) { member(linkedId: $id) { id customerId consent name
  balance { available pending held unit { slug } expiries { amount } } tiers { tier }
  entries { nodes { kind points orderId } } } }"""
UNLINK = (
    "mutation ($input: MemberUnlinkInput!) { memberUnlink(input: $input) { unlinkedId userErrors { code field } } }"
)


@pytest.fixture
async def brands(shop: Shop) -> list[Brand]:
    return await coalition(shop, "acme", "rival")


async def test_a_partner_sees_itself_and_its_coalition(brands: list[Brand]) -> None:
    acme, _ = brands
    assert await acme.api.ask("{ me { id slug name scopes } coalition { slug name unit { slug } rules } }") == {
        "me": {"id": acme.id, "slug": "acme", "name": "Acme", "scopes": ["READ", "EARN", "BURN", "SETTLE"]},
        "coalition": {
            "slug": "friends-of", "name": "Friends", "unit": {"slug": "points"},
            "rules": [
                "Points are shared by all partners.",
                "Partners pay for what they issue; what expires is the operator's.",
                "At Acme, points count × 2.",
                "2 of Acme's own points are 1 point, in and out.",
                "A rest: at all partners, at the cost of Acme.",
            ],
        },
    }  # fmt: skip


async def test_a_partner_sees_its_terms_now_and_ahead(brands: list[Brand]) -> None:
    acme, _ = brands
    with scope.of(tenant_of(acme.shop)):
        later = {**TERMS, "issue_price": 20_000}
        await partners.save_terms(PartnerId(decode("prt", acme.id)), later, datetime(2099, 1, 1, tzinfo=UTC))
    seen = await acme.api.ask(
        "{ me { state terms { number currency issuePriceMicros } termsAhead { number issuePriceMicros validFrom } } }"
    )
    assert seen["me"] == {
        "state": "ACTIVE", "terms": {"number": 1, "currency": "EUR", "issuePriceMicros": 10_000},
        "termsAhead": [{"number": 2, "issuePriceMicros": 20_000, "validFrom": "2099-01-01T00:00:00Z"}],
    }  # fmt: skip


async def test_a_partner_sees_what_is_cleared_with_it_alone(brands: list[Brand]) -> None:
    acme, rival = brands
    adjust = """mutation ($id: ID!, $amount: BigInt!) { partnerAdjust(input: {idempotencyKey: "a", id: $id,
      currency: "EUR", amountMicros: $amount, reason: "late fee"}) { entry { id } userErrors { code field } } }"""
    made = await acme.shop.admin.do(adjust, id=acme.id, amount=-1_500_000)
    query = """{ clearing { nodes { id kind owedMicros currency note partnerId } }
      clearingSums { currency kind entries points owedMicros } }"""
    assert await acme.api.ask(query) == {
        "clearing": {"nodes": [
            {"id": made["entry"]["id"], "kind": "ADJUSTMENT", "owedMicros": 1_500_000, "currency": "EUR",
             "note": "late fee", "partnerId": acme.id}
        ]},
        "clearingSums": [
            {"currency": "EUR", "kind": "ADJUSTMENT", "entries": 1, "points": 0, "owedMicros": 1_500_000}
        ],
    }  # fmt: skip
    assert await rival.api.ask(query) == {"clearing": {"nodes": []}, "clearingSums": []}
    late = await acme.api.ask(
        '{ clearing(period: {days: {firstDay: "2099-01-01"}}) { nodes { id } }'
        ' clearingSums(period: {days: {lastDay: "2000-01-01"}}) { kind } }'
    )
    assert late == {"clearing": {"nodes": []}, "clearingSums": []}


async def test_what_a_key_did_is_listed(brands: list[Brand]) -> None:
    acme, rival = brands
    link = await acme.link("a-1")
    await rival.link("a-1")
    await acme.api.do(UNLINK, input={"idempotencyKey": "u", "link": link["id"]})
    keys = (await acme.shop.admin.ask("{ keys { id kind partnerId } }"))["keys"]
    own = next(key["id"] for key in keys if key["partnerId"] == acme.id)
    query = "query ($key: ID!) { keyUses(key: $key, first: 2) { nodes { action target } pageInfo { hasNextPage } } }"
    assert (await acme.shop.admin.ask(query, key=own))["keyUses"] == {
        "nodes": [
            {"action": "member.unlinked", "target": f"link:{link['id']}"},
            {"action": "member.linked", "target": f"link:{link['id']}"},
        ],
        "pageInfo": {"hasNextPage": False},
    }
    revoked = await acme.shop.admin.do(
        "mutation ($id: ID!) { keyRevoke(input: {id: $id}) { key { revokedAt } userErrors { code } } }", id=own
    )
    assert revoked["key"]["revokedAt"] is not None
    assert await top(acme.api, "{ me { id } }") == ["UNAUTHENTICATED"]


async def test_a_rotated_key_is_the_same_partners_with_the_same_scopes(brands: list[Brand]) -> None:
    acme, _ = brands
    key = await key_of(acme.shop, acme.id, ["READ", "SETTLE"])
    keys = (await acme.shop.admin.ask("{ keys { id scopes } }"))["keys"]
    old = next(each["id"] for each in keys if each["scopes"] == ["READ", "SETTLE"])
    made = await acme.shop.admin.do(
        "mutation ($id: ID!) { keyRotate(input: {id: $id}) { secret userErrors { code } } }", id=old
    )
    assert made["secret"] != key and made["secret"].startswith("gpt_live_")
    seen = await by_key(acme.shop, made["secret"]).ask("{ me { slug scopes } }")
    assert seen["me"] == {"slug": "acme", "scopes": ["READ", "SETTLE"]}


async def test_the_operator_sees_a_members_links(brands: list[Brand]) -> None:
    acme, _ = brands
    link = await acme.link("a-1", consent=["TIER"])
    seen = await acme.shop.admin.ask(
        '{ member(externalId: "c-1") { links { id partnerId partnerName customerId consent } } }'
    )
    assert seen["member"]["links"] == [
        {"id": link["id"], "partnerId": acme.id, "partnerName": "Acme", "customerId": "a-1", "consent": ["TIER"]}
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"scopes": []}, ("INVALID", ["scopes"])),
        ({"name": " "}, ("INVALID", ["name"])),
        ({"partner": "prt_x"}, ("NOT_FOUND", ["partner"])),
    ],
)
async def test_a_partners_key_is_refused(brands: list[Brand], given: dict[str, Any], expected: object) -> None:
    query = """mutation ($input: PartnerKeyCreateInput!) {
      partnerKeyCreate(input: $input) { userErrors { code field } } }"""
    usual = {"partner": brands[0].id, "name": "Till", "scopes": ["READ"]}
    assert await brands[0].shop.admin.refused(query, input={**usual, **given}) == [expected]
    by_kind = 'mutation { keyCreate(input: {kind: PARTNER, name: "x"}) { userErrors { code field } } }'
    assert await brands[0].shop.admin.refused(by_kind) == [("INVALID", ["kind"])]


@pytest.mark.parametrize("consent", [[], ["BALANCE"], ["HISTORY", "PROFILE_NAME"], ["TIER"]])
async def test_a_partner_sees_what_the_member_consented_to(brands: list[Brand], consent: list[str]) -> None:
    acme, _ = brands
    await acme.shop.admin.do(RECORD, input=purchase("o-1", 10_000))
    link = await acme.link("a-1", consent=consent)
    seen = (await acme.api.ask(MEMBER_SEEN, id=link["id"]))["member"]
    assert (seen["customerId"], seen["consent"]) == ("a-1", consent)
    expected: dict[str, Any] = {
        "name": "Ada" if "PROFILE_NAME" in consent else None,
        "balance": {
            "available": 100, "pending": 0, "held": 0, "unit": {"slug": "points"}, "expiries": [{"amount": 100}],
        } if "BALANCE" in consent else None,
        "tiers": [] if "TIER" in consent else None,
        "entries": {"nodes": [{"kind": "EARNED", "points": 100, "orderId": None}]} if "HISTORY" in consent else None,
    }  # fmt: skip
    assert {name: seen[name] for name in expected} == expected


async def test_a_member_is_found_by_link_customer_list_and_node_alike(brands: list[Brand]) -> None:
    acme, _ = brands
    link = await acme.link("a-1")
    found = await acme.api.ask(
        "query ($id: ID!) { node(id: $id) { id } member(linkedId: $id) { id }"
        ' memberByCustomer(customerId: "a-1") { id } links { nodes { id } pageInfo { hasNextPage } } }', id=link["id"],
    )  # fmt: skip
    here = {"id": link["id"]}
    assert found == {
        "node": here, "member": here, "memberByCustomer": here,
        "links": {"nodes": [here], "pageInfo": {"hasNextPage": False}},
    }  # fmt: skip


async def test_only_the_shared_unit_is_told_of(brands: list[Brand]) -> None:
    acme, _ = brands
    admin = acme.shop.admin
    await admin.do('mutation { unitUpsert(input: {slug: "own", name: "o", namePlural: "os"}) { userErrors { code } } }')
    await admin.do(
        'mutation { pointsAdjust(input: {idempotencyKey: "a", member: {externalId: "c-1"}, unit: "own", amount: 5,'
        ' reason: "x"}) { userErrors { code } } }'
    )
    link = await acme.link("a-1")
    seen = (await acme.api.ask(MEMBER_SEEN, id=link["id"]))["member"]
    assert seen["balance"]["available"] == 0
    assert seen["entries"]["nodes"] == []


async def test_what_is_anothers_answers_as_what_is_not(brands: list[Brand]) -> None:
    acme, rival = brands
    link = await rival.link("a-1")
    nobodys = encode("lnk", new_id())
    query = """query ($id: ID!) {
      node(id: $id) { id } member(linkedId: $id) { id } memberByCustomer(customerId: "a-1") { id } }"""
    for id_ in (link["id"], nobodys):
        assert await acme.api.ask(query, id=id_) == {"node": None, "member": None, "memberByCustomer": None}
        given = {"idempotencyKey": id_, "link": id_}
        assert await acme.api.refused(UNLINK, input=given) == [("NOT_FOUND", ["link"])]
    assert (await rival.api.ask(query, id=link["id"]))["node"] == {"id": link["id"]}


async def test_a_code_is_good_once_for_a_quarter_of_an_hour(brands: list[Brand]) -> None:
    acme, rival = brands
    code = await code_of(acme.shop, "c-1")
    given = {"idempotencyKey": "1", "member": {"code": code.lower().replace("-", " ")}, "customerId": "a-1"}
    first = await acme.api.do(LINK, input=given)
    assert await acme.api.do(LINK, input=given) == first
    assert await rival.api.refused(LINK, input=given) == [("CODE_INVALID", ["member", "code"])]
    late, now = await code_of(acme.shop, "c-1"), clock.now()
    with scope.of(tenant_of(acme.shop)):
        partner = await partners.get(PartnerId(decode("prt", rival.id)))
        with clock.pinned(now + timedelta(minutes=15)), pytest.raises(Refusal, match="CODE_INVALID"):
            await links.link_by_code("2", partner, late, "a-1")
        with clock.pinned(now + timedelta(minutes=14)):
            assert (await links.link_by_code("2", partner, late, "a-1")).customer_id == "a-1"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"member": {"code": "nonsense"}}, ("CODE_INVALID", ["member", "code"])),
        ({"member": {"code": "0000-0000"}}, ("CODE_INVALID", ["member", "code"])),
        ({"customerId": ""}, ("INVALID", ["customerId"])),
        ({"idempotencyKey": ""}, ("INVALID", ["idempotencyKey"])),
        ({"member": {"externalId": "c-1"}}, ("NOT_FOUND", ["member", "externalId"])),
        ({"member": {"externalId": "nobody"}}, ("NOT_FOUND", ["member", "externalId"])),
    ],
)
async def test_linking_is_refused(brands: list[Brand], given: dict[str, Any], expected: object) -> None:
    usual = {"idempotencyKey": "1", "member": {"code": "ABCD-EFGH"}, "customerId": "a-1"}
    assert await brands[0].api.refused(LINK, input={**usual, **given}) == [expected]


async def test_a_member_is_one_customer_and_a_customer_one_member(brands: list[Brand]) -> None:
    acme, rival = brands
    await acme.shop.admin.do(MEMBER, input={"externalId": "c-2"})
    link = await acme.link("a-1", consent=["BALANCE"])
    for member, customer in (("c-1", "a-2"), ("c-2", "a-1")):
        given = {"idempotencyKey": new_id(), "member": {"code": await code_of(acme.shop, member)}}
        refused = await acme.api.refused(LINK, input={**given, "customerId": customer})
        assert refused == [("ALREADY_LINKED", ["customerId"])]
    assert (await acme.link("a-1", consent=["TIER"])) == {**link, "consent": ["TIER"], "balance": None}
    assert (await rival.link("a-1"))["id"] != link["id"]


CONSENT = """mutation ($granted: Boolean!) { memberUpsert(input: {externalId: "c-1",
  consents: [{purpose: "coalition", granted: $granted, source: "acme.app"}]}) { userErrors { code } } }"""


async def test_by_a_consent_on_record_the_balance_is_seen_until_it_is_withdrawn(brands: list[Brand]) -> None:
    acme, _ = brands
    await acme.shop.admin.do(CONSENT, granted=True)
    given = {"idempotencyKey": "1", "member": {"externalId": "c-1"}, "customerId": "a-1"}
    made = (await acme.api.do(LINK, input=given))["member"]
    assert (made["consent"], made["name"], made["balance"]) == (["BALANCE"], None, {"available": 0})
    await acme.shop.admin.do(CONSENT, granted=False)
    assert await acme.api.ask(MEMBER_SEEN, id=made["id"]) == {"member": None}
    assert await acme.api.refused(LINK, input={**given, "idempotencyKey": "2"}) == [
        ("NOT_FOUND", ["member", "externalId"])
    ]


async def test_a_member_sees_and_ends_their_links(brands: list[Brand]) -> None:
    acme, rival = brands
    shopper = acme.shop.storefront(await token_of(acme.shop, "c-1"))
    made = [await each.link("a-1", consent=["BALANCE"]) for each in (acme, rival)]
    seen = (await shopper.ask("{ coalitionLinks { id partner consent } }"))["coalitionLinks"]
    assert seen == [
        {"id": link["id"], "partner": name, "consent": ["BALANCE"]}
        for link, name in zip(made, ("Acme", "Rival"), strict=True)
    ]
    unlink = "mutation ($id: ID!) { coalitionUnlink(input: {id: $id}) { links { id } userErrors { code field } } }"
    for _ in range(2):
        assert (await shopper.do(unlink, id=made[0]["id"]))["links"] == [{"id": made[1]["id"]}]
    assert await acme.api.ask(MEMBER_SEEN, id=made[0]["id"]) == {"member": None}
    assert await shopper.refused(unlink, id=encode("lnk", new_id())) == [("NOT_FOUND", ["id"])]
    await acme.shop.admin.do(MEMBER, input={"externalId": "c-2"})
    other = acme.shop.storefront(await token_of(acme.shop, "c-2"))
    assert await other.refused(unlink, id=made[1]["id"]) == [("NOT_FOUND", ["id"])]
    assert await acme.shop.storefront().ask("{ coalitionLinks { id } }") == {"coalitionLinks": []}


async def test_five_codes_are_open_at_most(brands: list[Brand]) -> None:
    shop = brands[0].shop
    shopper = shop.storefront(await token_of(shop, "c-1"))
    make = "mutation { coalitionLinkCodeCreate(input: {consent: []}) { code userErrors { code field } } }"
    for _ in range(5):
        await shopper.do(make)
    assert await shopper.refused(make) == [("LIMIT_REACHED", [])]


async def test_who_tries_too_many_codes_is_throttled(brands: list[Brand], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "WRONG_LINKS_PER_PARTNER", RateLimitItemPerMinute(2, 15))
    acme, rival = brands
    wrong = {"idempotencyKey": "1", "member": {"code": "0000-0000"}, "customerId": "a-1"}
    for _ in range(2):
        assert await acme.api.refused(LINK, input=wrong) == [("CODE_INVALID", ["member", "code"])]
    assert await top(acme.api, _with(LINK, wrong)) == ["THROTTLED"]
    assert await rival.api.refused(LINK, input=wrong) == [("CODE_INVALID", ["member", "code"])]


async def test_a_frozen_partner_links_nobody(brands: list[Brand]) -> None:
    acme, _ = brands
    code = await code_of(acme.shop, "c-1")
    with scope.of(tenant_of(acme.shop)):
        await partners.freeze(PartnerId(decode("prt", acme.id)), "suspicion")
    given = {"idempotencyKey": "1", "member": {"code": code}, "customerId": "a-1"}
    assert await acme.api.refused(LINK, input=given) == [("PARTNER_FROZEN", [])]


async def test_a_key_does_what_its_scopes_say(brands: list[Brand]) -> None:
    acme, _ = brands
    link = await acme.link("a-1")
    earning = by_key(acme.shop, await key_of(acme.shop, acme.id, ["EARN"]))
    reading = by_key(acme.shop, await key_of(acme.shop, acme.id, ["READ"]))
    assert (await earning.ask("{ me { scopes } }"))["me"] == {"scopes": ["EARN"]}
    await acme.shop.admin.do(MEMBER, input={"externalId": "c-2", "name": "Bo"})
    given = {"idempotencyKey": "e", "member": {"code": await code_of(acme.shop, "c-2")}, "customerId": "a-2"}
    made = (await earning.do(LINK, input=given))["member"]
    assert (made["customerId"], made["name"], made["balance"]) == ("a-2", None, None)
    assert await top(earning, "{ links { nodes { id } } }") == ["FORBIDDEN"]
    assert await top(reading, _with(UNLINK, {"idempotencyKey": "1", "link": link["id"]})) == ["FORBIDDEN"]
    assert await top(Api(acme.shop.client, "/graphql/partner", {}), "{ me { id } }") == ["UNAUTHENTICATED"]


async def test_merged_and_erased_members_take_their_links_along(brands: list[Brand]) -> None:
    acme, rival = brands
    admin = acme.shop.admin
    await admin.do(MEMBER, input={"externalId": "c-2"})
    old = {each.id: await each.link("old", "c-2") for each in brands}
    new = await acme.link("new", "c-1")
    await admin.do(
        'mutation { memberMerge(input: {idempotencyKey: "m", from: {externalId: "c-2"}, into: {externalId: "c-1"}})'
        " { member { id } userErrors { code } } }"
    )
    assert (await acme.api.ask(MEMBER_SEEN, id=old[acme.id]["id"]))["member"] is None
    assert (await acme.api.ask(MEMBER_SEEN, id=new["id"]))["member"]["name"] == "Ada"
    assert (await rival.api.ask(MEMBER_SEEN, id=old[rival.id]["id"]))["member"]["name"] == "Ada"
    await admin.do('mutation { memberErase(input: {member: {externalId: "c-1"}}) { userErrors { code } } }')
    assert (await acme.api.ask("{ links { nodes { id } } }"))["links"]["nodes"] == []
    with scope.of(tenant_of(acme.shop)):
        async with scope.reading():
            assert {row.customer_id for row in await MemberLink.all()} == {"erased"}


def _with(query: str, given: dict[str, Any]) -> str:
    """A mutation with its input written out."""
    return query.split("{", 1)[0].partition("(")[0] + "{" + query.split("{", 1)[1].replace("$input", _literal(given))


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_literal(each)}" for name, each in value.items()) + "}"
    return f'"{value}"'
