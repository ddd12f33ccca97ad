"""Coalitions over HTTP: P1, P2, and points paid ahead. The operator, a member and two brands, each by its own API."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx

from kit import clock
from tests.cases.conftest import OpenShop, Shop, Wake
from tests.cases.merchant import MEMBER, UNIT, Json, Merchant, per_amount, problems, rules

MICROS = 1_000_000
TERMS = {"currency": "USD", "issuePriceMicros": 15_000, "reimbursementPriceMicros": 10_000}
PAYMENT = {"points": 1, "worth": 1, "currency": "USD"}
_DOCUMENTS = {
    "partnerRecordActivity": "activity { id state } member { balance { available } }",
    "partnerRedeemReserve": "redemption { id points state }",
    "partnerRedeemConfirm": "redemption { id points state reward { slug } voucher { code } }",
    "partnerRedeemCancel": "redemption { id points state }",
}


@dataclass
class Brand:
    """A partner with its key, and the link that it has with the member."""

    http: httpx.AsyncClient
    id: str
    key: str
    link: str
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        headers = {"authorization": f"Bearer {self.key}"}
        sent = {"query": query, "variables": variables}
        answer = (await self.http.post("/graphql/partner", json=sent, headers=headers)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def tell(self, mutation: str, **given: Any) -> Any:
        """A mutation's payload, whatever it says."""
        shape = f"{mutation[0].upper()}{mutation[1:]}Input"
        given.setdefault("idempotencyKey", f"key-{next(self.numbers)}")
        query = f"mutation($input: {shape}!) {{ {mutation}(input: $input) {{ {_DOCUMENTS[mutation]} "
        return (await self.ask(query + "userErrors { field code message } } }", input=given))[mutation]

    async def sell(self, amount: int, order: str = "1") -> Any:
        """An order of so much, whatever is said to it."""
        lines = [{"id": "l1", "amount": amount}]
        what = {"orderId": order, "currency": "USD", "lines": lines}
        return await self.tell("partnerRecordActivity", link=self.link, activity={"purchase": what})

    async def take(self, points: int, order: str = "1") -> None:
        """Points spent with the brand."""
        held = await self.tell(
            "partnerRedeemReserve", link=self.link, points=points, orderId=order, orderTotal=10_000_000, currency="USD"
        )
        assert held["userErrors"] == [], held
        taken = await self.tell("partnerRedeemConfirm", id=held["redemption"]["id"])
        assert taken["redemption"]["state"] == "CONFIRMED"


@dataclass
class Coalition:
    """A coalition's operator, and its brands."""

    shop: Shop
    merchant: Merchant
    program: str
    day: datetime

    async def join(self, slug: str, **terms: Any) -> Brand:
        """A brand with terms, a key and a link with the member."""
        made = await self._do("partnerCreate", "partner { id }", programId=self.program, slug=slug, name=slug.title())
        partner = made["partner"]["id"]
        await self._do("partnerTermsSave", "partner { id }", id=partner, terms={**TERMS, **terms})
        scopes = ["READ", "EARN", "BURN", "SETTLE"]
        key = (await self._do("partnerKeyCreate", "secret", partner=partner, name="till", scopes=scopes))["secret"]
        brand = Brand(self.merchant.http, partner, key, "")
        given = {"idempotencyKey": "link", "member": {"code": await self._code()}, "customerId": "customer 7"}
        query = "mutation($input: MemberLinkInput!) { memberLink(input: $input) { member { id } userErrors { code } } }"
        brand.link = (await brand.ask(query, input=given))["memberLink"]["member"]["id"]
        return brand

    async def accounts(self) -> dict[tuple[str, str | None], int]:
        """What is in each account, in micros of USD."""
        query = (
            "query($p: ID!, $a: Date!, $b: Date!) { clearingTotals(programId: $p, firstDay: $a, lastDay: $b) "
            "{ currency accounts { account partnerId amountMicros } } }"
        )
        first, last = ((self.day + timedelta(days=n)).date().isoformat() for n in (-1, 364))
        (totals,) = (await self.merchant.ask(query, p=self.program, a=first, b=last))["clearingTotals"]
        assert totals["currency"] == "USD"
        found = {(each["account"], each["partnerId"]): each["amountMicros"] for each in totals["accounts"]}
        assert sum(found.values()) == 0, "clearing sums to zero"
        return {account: amount for account, amount in found.items() if amount}

    async def _do(self, mutation: str, selection: str, **given: Any) -> Any:
        shape = f"{mutation[0].upper()}{mutation[1:]}Input"
        selection = f"{selection} userErrors {{ code message }}"
        query = f"mutation($input: {shape}!) {{ {mutation}(input: $input) {{ {selection} }} }}"
        payload = (await self.merchant.ask(query, input=given))[mutation]
        assert payload["userErrors"] == [], payload
        return payload

    async def buy_block(self, brand: Brand, points: int) -> None:
        """Points paid ahead."""
        await self._do("partnerBlockBuy", "block { id }", idempotencyKey=f"block {points}", id=brand.id, points=points)

    async def offer(self, slug: str, points: int, **given: Any) -> str:
        """A reward of the operator's; where it is redeemed is given."""
        terms = {"experience": {"instructions": "Ask at the desk."}}
        made = await self._do("rewardUpsert", "reward { id }", slug=slug, name=slug, unit=UNIT, points=points,
                              terms=terms, **given)  # fmt: skip
        return str(made["reward"]["id"])

    async def _code(self) -> str:
        """The member's one-time code, as their page asks for it."""
        token = (await self._do("customerTokenCreate", "token", member={"externalId": MEMBER}))["token"]
        key = self.shop.made.publishable_key.text
        query = (
            "mutation($input: CoalitionLinkCodeCreateInput!) { coalitionLinkCodeCreate(input: $input) "
            "{ code userErrors { code } } }"
        )
        answer = await self.merchant.http.post(
            "/graphql/storefront", json={"query": query, "variables": {"input": {"consent": ["BALANCE"]}}},
            headers={"x-guerdon-key": key, "authorization": f"Bearer {token}"},
        )  # fmt: skip
        return str(answer.json()["data"]["coalitionLinkCodeCreate"]["code"])


def codes(payload: Json) -> list[str]:
    """Why it was refused."""
    return [problem.code for problem in problems(payload)]


async def opened(open_shop: OpenShop, **points: Any) -> Coalition:
    """A coalition over a program that gives a point for a dollar."""
    shop = await open_shop("UTC")
    await shop.live.open(rules(per_amount(), payment=PAYMENT, **points))
    made = await shop.live.do("programCreate", slug="coalition", name="Coalition", rules={"coalition": {"unit": UNIT}})
    program = str(made["program"]["id"])
    await shop.live.do("programPublish", id=program, confirm=["not_round", "uncapped"])
    return Coalition(shop, shop.live, program, clock.now())


async def test_p1_all_points_are_spent_with_another_brand(open_shop: OpenShop) -> None:
    coalition = await opened(open_shop)
    a, b = await coalition.join("a"), await coalition.join("b")
    sold = await a.sell(1_000_000)
    assert sold["member"]["balance"]["available"] == 10_000
    await b.take(10_000)
    assert await coalition.accounts() == {
        ("PARTNER", a.id): -150 * MICROS, ("PARTNER", b.id): 100 * MICROS, ("MARGIN", None): 50 * MICROS,
    }  # fmt: skip


async def test_p2_a_tenth_is_never_spent(open_shop: OpenShop, wake: Wake) -> None:
    expiry = {"policies": [{"monthsAfterEarning": {"months": 2}}]}
    coalition = await opened(open_shop, expiry=expiry)
    a, b = await coalition.join("a"), await coalition.join("b")
    await a.sell(1_000_000)
    await b.take(9_000)
    with clock.pinned(clock.now() + timedelta(days=70)):
        await wake()
        assert await coalition.accounts() == {
            ("PARTNER", a.id): -150 * MICROS, ("PARTNER", b.id): 90 * MICROS, ("MARGIN", None): 45 * MICROS,
            ("BREAKAGE", None): 15 * MICROS,
        }  # fmt: skip


async def test_prepaid_gives_what_is_paid_and_no_more(open_shop: OpenShop) -> None:
    coalition = await opened(open_shop)
    a = await coalition.join("a", prepaid=True)
    assert codes(await a.sell(10_000, "1")) == ["PREPAID_EMPTY"]
    await coalition.buy_block(a, 150)
    assert codes(await a.sell(10_000, "2")) == []
    assert codes(await a.sell(10_000, "3")) == ["PREPAID_EMPTY"]
    assert await coalition.accounts() == {
        ("PARTNER", a.id): -150 * 15_000, ("PREPAID", None): 50 * 15_000, ("FLOAT", None): 100 * 15_000,
    }  # fmt: skip


async def test_another_partners_member_is_as_if_there_was_none(open_shop: OpenShop) -> None:
    coalition = await opened(open_shop)
    a, b = await coalition.join("a"), await coalition.join("b")
    query = "query($id: ID!) { member(linkedId: $id) { id } }"
    assert await a.ask(query, id=a.link) == {"member": {"id": a.link}}
    assert await b.ask(query, id=a.link) == {"member": None}
    theirs, nobody = Brand(b.http, b.id, b.key, a.link), Brand(b.http, b.id, b.key, "lnk_01hzzzzzzzzzzzzzzzzzzzzzzz")
    answers: list[Json] = [await brand.sell(10_000) for brand in (theirs, nobody)]
    assert answers[0] == answers[1]
    assert codes(answers[0]) == ["NOT_FOUND"]


async def test_a_brand_is_paid_for_the_points_of_a_reward_that_it_gives(open_shop: OpenShop) -> None:
    """10,000 points at 1.5 cents, of which 4,000 buy a reward: b is paid 1.0 cent for each of them."""
    coalition = await opened(open_shop)
    a, b = await coalition.join("a"), await coalition.join("b")
    theirs = await coalition.offer("flight", 100, shops="PARTNERS", partners=["a"])
    room = await coalition.offer("room", 4_000, shops="PARTNERS", partners=["b"])
    assert await b.ask("{ rewards { nodes { id slug points } } }") == {
        "rewards": {"nodes": [{"id": room, "slug": "room", "points": 4_000}]}
    }
    await a.sell(1_000_000)
    first = await b.tell("partnerRedeemReserve", link=b.link, reward=room, orderId="R-1")
    gone = await b.tell("partnerRedeemCancel", id=first["redemption"]["id"])
    assert (gone["redemption"]["state"], gone["redemption"]["points"]) == ("CANCELLED", 4_000)
    assert await coalition.accounts() == {("PARTNER", a.id): -150 * MICROS, ("FLOAT", None): 150 * MICROS}
    held = await b.tell("partnerRedeemReserve", link=b.link, reward=room, orderId="R-2")
    taken = await b.tell("partnerRedeemConfirm", id=held["redemption"]["id"])
    assert (taken["redemption"]["state"], taken["redemption"]["reward"]) == ("CONFIRMED", {"slug": "room"})
    assert taken["redemption"]["voucher"]["code"]
    assert await coalition.accounts() == {
        ("PARTNER", a.id): -150 * MICROS, ("PARTNER", b.id): 40 * MICROS, ("MARGIN", None): 20 * MICROS,
        ("FLOAT", None): 90 * MICROS,
    }  # fmt: skip
    nobodys = "rwd_01hzzzzzzzzzzzzzzzzzzzzzzz"
    answers = [
        await b.tell("partnerRedeemReserve", link=b.link, reward=id_, orderId="R-3") for id_ in (theirs, nobodys)
    ]
    assert answers[0] == answers[1]
    assert codes(answers[0]) == ["NOT_FOUND"]
