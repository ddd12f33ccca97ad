"""Webhooks of partners on their API: each sets, sees and sends again its own."""

from __future__ import annotations

from typing import Any

import pytest

from connect.partner_events import TOLD
from kit.ids import encode, new_id
from tests.schema.club import Brand, by_key, coalition, failed_delivery, key_of
from tests.schema.served import Shop

SET = """mutation ($input: WebhookEndpointSetInput!) { webhookEndpointSet(input: $input) {
  endpoint { url kinds disabledAt } secret userErrors { code field } } }"""
SEEN = "{ webhookEndpoint { url kinds disabledAt } }"
LISTED = """query ($state: DeliveryState) { webhookDeliveries(state: $state) {
  nodes { id kind state attempts error } } }"""
RESEND = """mutation ($id: ID!) { webhookDeliveryResend(input: {id: $id}) {
  delivery { id state attempts } userErrors { code field } } }"""
NODE = "query ($id: ID!) { node(id: $id) { id } }"
URL = "http://127.0.0.1:9/hooks"


@pytest.fixture
async def brands(shop: Shop) -> list[Brand]:
    return await coalition(shop, "acme", "rival")


async def test_a_partner_says_where_its_events_go(brands: list[Brand]) -> None:
    acme, rival = brands
    made = await acme.api.do(SET, input={"url": URL, "kinds": ["settlement.paid"]})
    assert made["endpoint"] == {"url": URL, "kinds": ["settlement.paid"], "disabledAt": None}
    assert made["secret"].startswith("whsec_")
    again = await acme.api.do(SET, input={"url": URL})
    assert (again["endpoint"]["kinds"], again["secret"]) == ([], made["secret"])
    assert (await acme.api.do(SET, input={"url": URL, "rotateSecret": True}))["secret"] != made["secret"]
    own = await acme.shop.admin.do(SET, input={"url": f"{URL}/own"})
    theirs = await rival.api.do(SET, input={"url": f"{URL}/rival"})
    assert len({made["secret"], own["secret"], theirs["secret"]}) == 3
    for api, path in ((acme.api, ""), (acme.shop.admin, "/own"), (rival.api, "/rival")):
        assert (await api.ask(SEEN))["webhookEndpoint"]["url"] == URL + path
    removed = await acme.api.do(SET, input={"url": None})
    assert (removed["endpoint"], removed["secret"]) == (None, None)
    assert [(await api.ask(SEEN))["webhookEndpoint"] is None for api in (acme.api, acme.shop.admin, rival.api)] == [
        True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"url": ""}, ("INVALID", ["url"])),
        ({"url": "ftp://a.example/"}, ("INVALID", ["url"])),
        ({"kinds": ["no.such"]}, ("INVALID_KIND", ["kinds"])),
        ({"kinds": ["settlement.paid", "member.merged"]}, ("INVALID_KIND", ["kinds"])),
    ],
)
async def test_an_endpoint_is_refused(brands: list[Brand], given: dict[str, Any], expected: object) -> None:
    assert await brands[0].api.refused(SET, input={"url": URL, **given}) == [expected]
    assert await brands[0].api.ask(SEEN) == {"webhookEndpoint": None}
    assert await brands[0].api.do(SET, input={"url": URL, "kinds": sorted(TOLD)})


async def test_a_partner_sees_and_sends_again_its_own_deliveries(brands: list[Brand]) -> None:
    acme, rival = brands
    own, theirs = await failed_delivery(acme), await failed_delivery(rival)
    seen = {"id": own, "kind": "partner.block_low", "state": "FAILED", "attempts": 3,
            "error": "the endpoint answered 500"}  # fmt: skip
    assert await acme.api.ask(LISTED) == {"webhookDeliveries": {"nodes": [seen]}}
    assert await acme.api.ask(LISTED, state="WAITING") == {"webhookDeliveries": {"nodes": []}}
    assert await acme.shop.admin.ask(LISTED) == {"webhookDeliveries": {"nodes": []}}
    assert await acme.api.ask(NODE, id=own) == {"node": {"id": own}}
    assert await acme.api.refused(RESEND, id=own) == [("WRONG_STATE", [])]
    for brand in brands:
        await brand.api.do(SET, input={"url": URL})
    await acme.shop.admin.do(SET, input={"url": URL})
    for id_ in (theirs, encode("del", new_id()), "nonsense"):
        assert await acme.api.ask(NODE, id=id_) == {"node": None}
        assert await acme.api.refused(RESEND, id=id_) == [("NOT_FOUND", ["id"])]
    assert await acme.shop.admin.ask(NODE, id=own) == {"node": None}
    assert await acme.shop.admin.refused(RESEND, id=own) == [("NOT_FOUND", ["id"])]
    assert (await acme.api.do(RESEND, id=own))["delivery"] == {"id": own, "state": "WAITING", "attempts": 0}


@pytest.mark.parametrize(
    ("scopes", "seeing", "setting"),
    [
        (["READ", "EARN", "BURN"], False, False),
        (["SETTLE"], True, False),
        (["READ", "SETTLE"], True, True),
    ],
)
async def test_who_sets_an_endpoint_may_see_all_that_is_told(
    brands: list[Brand], scopes: list[str], seeing: bool, setting: bool
) -> None:
    acme, _ = brands
    id_ = await failed_delivery(acme)
    api = by_key(acme.shop, await key_of(acme.shop, acme.id, scopes))
    asked: list[tuple[bool, str, dict[str, Any]]] = [
        (seeing, SEEN, {}),
        (seeing, LISTED, {}),
        (seeing, NODE, {"id": id_}),
        (setting, SET, {"input": {"url": URL}}),
        (setting, SET, {"input": {"url": URL, "rotateSecret": True}}),
        (setting, SET, {"input": {"url": None}}),
        (setting, RESEND, {"id": id_}),
    ]
    for may, query, given in asked:
        answer = await api.answer(query, **given)
        codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
        assert codes == ([] if may else ["FORBIDDEN"]), query


async def test_the_operator_sees_in_the_audit_log_where_a_partner_sends(brands: list[Brand]) -> None:
    acme, _ = brands
    await acme.api.do(SET, input={"url": URL})
    log = await acme.shop.admin.ask("{ auditLog(first: 1) { nodes { action details { name value } } } }")
    (entry,) = log["auditLog"]["nodes"]
    assert entry["action"] == "webhook.set"
    assert {"name": "partner", "value": f"partner:{acme.id}"} in entry["details"]
    assert {"name": "host", "value": "127.0.0.1:9"} in entry["details"]
