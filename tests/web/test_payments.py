"""Paying on the web: on the sandbox's own page, or by Stripe's webhook, once, however often and in whatever order."""

from __future__ import annotations

import httpx

from connect.payments.stripe import Stripe
from kit.ids import new_id
from programs.paid import provider
from programs.paid.provider import Provider
from tests.cases.conftest import OpenShop, configured, http, open_shop
from tests.cases.merchant import MEMBER
from tests.cases.test_memberships import PRIME, sell, tell
from tests.connect.payments.fake_stripe import FakeStripe, signed
from tests.web.live import serving

__all__ = ["configured", "http", "open_shop"]

SECRET = "whsec_test"


async def test_a_membership_begins_by_a_signed_webhook(open_shop: OpenShop, http: httpx.AsyncClient) -> None:
    merchant, fake = (await open_shop()).live, FakeStripe()
    await merchant.open()
    program = await sell(merchant, PRIME)
    async with serving(fake.app()) as there:

        async def find(name: str | None) -> Provider | None:
            return Stripe(fake.key, SECRET, str(there.base_url).rstrip("/")) if name in (None, "stripe") else None

        provider.connect(find)
        joined = await tell(
            merchant, "membershipJoin", "membership { id } checkout { url }", member={"externalId": MEMBER},
            programId=program, plan="prime", returnUrl="https://shop.example/",
        )  # fmt: skip
        (session,) = fake.sessions.values()
        assert joined["checkout"] == {"url": session["url"]}
        tenant = (await merchant.ask("{ tenant { id } }"))["tenant"]["id"]
        hook, (body, headers) = f"/payments/webhooks/stripe/{tenant}", signed(SECRET, session["metadata"]["charge"])
        assert (await http.post(hook, content=body, headers=headers)).status_code == 200  # before it was paid
        fake.pay(session["id"])
        forged = await http.post(hook, content=body, headers={"stripe-signature": "t=1,v1=00"})
        assert forged.status_code == 400
        query = '{ member(externalId: "ann") { memberships { state paid } charges { nodes { state } } } }'
        assert (await merchant.ask(query))["member"]["memberships"] == []
        for _ in range(2):
            assert (await http.post(hook, content=body, headers=headers)).status_code == 200
        found = (await merchant.ask(query))["member"]
        assert found["memberships"] == [{"state": "ACTIVE", "paid": 13900}]
        assert found["charges"]["nodes"] == [{"state": "SUCCEEDED"}]
        assert len(fake.intents) == 1


async def test_a_membership_begins_on_the_sandboxs_page(open_shop: OpenShop, http: httpx.AsyncClient) -> None:
    merchant = (await open_shop()).live
    await merchant.open()
    program = await sell(merchant, PRIME)
    first, second = [
        (await tell(
            merchant, "membershipJoin", "checkout { url }", member={"externalId": MEMBER}, programId=program,
            plan="prime", returnUrl="https://shop.example/?from=<guerdon>",
        ))["checkout"]["url"]
        for _ in range(2)
    ]  # fmt: skip
    query = '{ member(externalId: "ann") { memberships { state } charges { nodes { purpose state } } } }'

    async def shown(url: str, card: str | None = None) -> str:
        path = httpx.URL(url).path
        answer = await (http.get(path) if card is None else http.post(path, data={"card": card}))
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert 'href="https://shop.example/?from=&lt;guerdon&gt;"' in answer.text
        return answer.text

    page = await shown(first)
    assert "Pay 139.00 USD" in page and "Prime" in page
    assert "The card was declined." in await shown(first, "4000 0000 0000 0002")
    assert "The card was declined." in await shown(first, "1234")
    assert (await merchant.ask(query))["member"]["memberships"] == []
    for _ in range(2):
        assert "It is paid." in await shown(first, "4242 4242 4242 4242")
    assert (await merchant.ask(query))["member"]["memberships"] == [{"state": "ACTIVE"}]
    assert "Your money goes back to the card." in await shown(second, "4242424242424242")
    member = (await merchant.ask(query))["member"]
    assert member["memberships"] == [{"state": "ACTIVE"}]
    assert [each["purpose"] for each in member["charges"]["nodes"]] == ["REFUND", "JOIN", "JOIN"]
    nowhere = f"{httpx.URL(first).path.rpartition('/')[0]}/{new_id()}"
    assert (await http.get(nowhere)).status_code == 404


async def test_a_trial_is_begun_by_keeping_a_card(open_shop: OpenShop, http: httpx.AsyncClient) -> None:
    merchant = (await open_shop()).live
    await merchant.open()
    program = await sell(merchant, {**PRIME, "plans": [{**PRIME["plans"][0], "trial": {"months": 1}}]})
    joined = await tell(
        merchant, "membershipJoin", "checkout { url }", member={"externalId": MEMBER}, programId=program, plan="prime",
        returnUrl="https://shop.example/",
    )  # fmt: skip
    path = httpx.URL(joined["checkout"]["url"]).path
    page = (await http.get(path)).text
    assert "1 month free, then 139.00 USD a year" in page and "Nothing to pay now" in page and "Keep this card" in page
    assert (
        "The card is kept, and nothing was charged yet."
        in (await http.post(path, data={"card": "4242424242424242"})).text
    )
