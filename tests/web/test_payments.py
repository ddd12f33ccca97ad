"""Paying on the web: a membership begins by Stripe's webhook, once, however often and in whatever order it comes."""

from __future__ import annotations

import httpx

from connect.payments.stripe import Stripe
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
