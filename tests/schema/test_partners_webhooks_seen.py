"""Partners' webhooks in the operator's hands: seen but for the address and the secret, disabled, enabled, removed."""

from __future__ import annotations

from typing import Any

import pytest

from kit.ids import encode, new_id
from tests.schema.club import Brand, coalition
from tests.schema.served import Shop
from tests.schema.test_partner_webhooks import SEEN, SET

URL = "http://127.0.0.1:9/hooks/a-secret-path?token=a-secret-too"
OF_PARTNER = """query ($id: ID!) { partner(id: $id) { webhook {
  host kinds disabledAt disabledReason lastSuccessAt consecutiveFailures failingSince pausedUntil } } }"""
HEALTH = "disabledAt disabledReason consecutiveFailures pausedUntil"
TRY = f"""mutation ($input: WebhookEndpointTryInput!) {{ webhookEndpointTry(input: $input) {{
  endpoint {{ url {HEALTH} }} userErrors {{ code field }} }} }}"""


def doing(what: str, answer: str = "webhook { disabledReason }") -> str:
    name = f"partnerWebhook{what}"
    return (
        f"mutation ($id: ID!) {{ {name}(input: {{id: $id}}) {{ {answer} userErrors {{ code field }} }} }}"
    )  # fmt: skip


DISABLE, ENABLE, REMOVE = doing("Disable"), doing("Enable"), doing("Remove", "")


@pytest.fixture
async def brands(shop: Shop) -> list[Brand]:
    return await coalition(shop, "acme", "rival")


async def seen(brand: Brand) -> Any:
    found = await brand.shop.admin.ask(OF_PARTNER, id=brand.id)
    assert "secret" not in str(found)
    return found["partner"]["webhook"]


async def test_the_operator_sees_where_events_go_and_how_they_fare(brands: list[Brand]) -> None:
    acme, rival = brands
    await acme.api.do(SET, input={"url": URL, "kinds": ["settlement.paid"]})
    assert await seen(acme) == {
        "host": "127.0.0.1:9", "kinds": ["settlement.paid"], "disabledAt": None, "disabledReason": None,
        "lastSuccessAt": None, "consecutiveFailures": 0, "failingSince": None, "pausedUntil": None,
    }  # fmt: skip
    assert await seen(rival) is None


async def test_what_the_operator_disabled_stays_so_until_it_enables_it(brands: list[Brand]) -> None:
    acme, rival = brands
    operator = acme.shop.admin
    for brand in brands:
        await brand.api.do(SET, input={"url": URL})
    assert (await operator.do(DISABLE, id=acme.id))["webhook"] == {"disabledReason": "OPERATOR"}
    assert await operator.refused(DISABLE, id=acme.id) == [("WRONG_STATE", [])]
    for query, given in (
        (SET, {"url": URL + "x"}), (SET, {"url": None}), (TRY, {"enable": True}), (TRY, {}),
    ):  # fmt: skip
        assert await acme.api.refused(query, input=given) == [("WRONG_STATE", [])], given
    assert (await acme.api.ask(SEEN))["webhookEndpoint"]["url"] == URL
    assert (await rival.api.ask(SEEN))["webhookEndpoint"]["disabledAt"] is None
    assert (await operator.do(ENABLE, id=acme.id))["webhook"] == {"disabledReason": None}
    assert await operator.refused(ENABLE, id=acme.id) == [("WRONG_STATE", [])]
    assert await acme.api.do(SET, input={"url": URL + "x"})


async def test_the_operator_removes_a_partners_webhook(brands: list[Brand]) -> None:
    acme, _ = brands
    for brand in brands:
        await brand.api.do(SET, input={"url": URL})
    await acme.shop.admin.do(DISABLE, id=acme.id)
    await acme.shop.admin.do(REMOVE, id=acme.id)
    assert [await brand.api.ask(SEEN) == {"webhookEndpoint": None} for brand in brands] == [True, False]
    for query in (DISABLE, ENABLE, REMOVE):
        assert await acme.shop.admin.refused(query, id=acme.id) == [("NOT_FOUND", ["id"])]
        assert await acme.shop.admin.refused(query, id=encode("prt", new_id())) == [("NOT_FOUND", ["id"])]
    assert await acme.api.do(SET, input={"url": URL}), "it may set one again"
    log = await acme.shop.admin.ask("{ auditLog(first: 3) { nodes { action details { name value } } } }")
    assert [entry["action"] for entry in log["auditLog"]["nodes"]] == [
        "webhook.set", "webhook.removed", "webhook.disabled",
    ]  # fmt: skip
    for entry in log["auditLog"]["nodes"]:
        assert {"name": "partner", "value": f"partner:{acme.id}"} in entry["details"]


async def test_an_endpoint_is_tried_now(brands: list[Brand]) -> None:
    acme, rival = brands
    for api in (acme.api, acme.shop.admin):
        assert await api.refused(TRY, input={}) == [("NOT_FOUND", [])]
        await api.do(SET, input={"url": URL})
        assert (await api.do(TRY, input={}))["endpoint"] == {
            "url": URL, "disabledAt": None, "disabledReason": None, "consecutiveFailures": 0, "pausedUntil": None,
        }  # fmt: skip
    assert await rival.api.refused(TRY, input={"enable": True}) == [("NOT_FOUND", [])]
