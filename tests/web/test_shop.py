"""The demo shop, as a customer clicks through it, on Guerdon itself."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from settings import Settings, settings
from tests.schema.conftest import own_settings, served  # noqa: F401 - fixtures
from tests.schema.served import MEMBER, Api, points_program, signed_up
from tests.web.live import serving
from web.shop import shop_routes
from web.shop.basket import Basket, bill
from web.shop.catalogue import RECORDS
from web.shop.covers import cover
from web.shop.markup import Html, html

ADA = "c-ada"
RULES = {
    "points": {
        "unit": "points",
        "rules": [
            {"id": "base", "name": "Dollars", "earn": {"perAmount": {"points": 1, "per": 100, "currency": "USD"}}}
        ],
        "expiry": {"policies": [{"monthsAfterEarning": {"months": 12}}]},
        "payment": {"points": 1, "worth": 5, "currency": "USD", "maximumSharePercent": 50},
    }
}
REWARD = """mutation ($input: RewardUpsertInput!) {
  rewardUpsert(input: $input) { reward { id } userErrors { code field message } }
}"""
ADJUST = """mutation ($input: PointsAdjustInput!) {
  pointsAdjust(input: $input) { balances { available } userErrors { code field message } }
}"""
BALANCE = '{ member(externalId: "c-ada") { balances { available held } } }'
REDEEM = """mutation ($input: RedeemInput!) {
  redeem(input: $input) { redemption { voucher { code } } userErrors { code field message } }
}"""


class Visitor:
    """A browser without scripts: it keeps cookies, follows redirects, and fills forms in."""

    def __init__(self, client: httpx.AsyncClient, admin: Api, key: str) -> None:
        self.client = client
        self.admin = admin
        self.key = key

    async def look(self, path: str, **query: str) -> str:
        """A page's text."""
        response = await self.client.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.text

    async def send(self, path: str, **fields: str) -> str:
        """Send a form and read the page that it leads to."""
        response = await self.client.post(path, data=fields, headers={"origin": self.origin}, follow_redirects=True)
        assert response.status_code == 200, response.text
        return response.text

    @property
    def origin(self) -> str:
        """As a browser names it."""
        return str(self.client.base_url).rstrip("/")

    async def order(self, **fields: str) -> str:
        """Place the order that the cart's page offers."""
        page = await self.look("/shop/cart", code=fields.get("code", ""))
        (number,) = re.findall(r'name="order" value="(W-[0-9A-F]+)"', page)
        return await self.send("/shop/checkout", order=number, **fields)

    async def balance(self) -> tuple[int, int]:
        """Ada's points: available, held."""
        member = (await self.admin.ask(BALANCE))["member"]
        balance = next(iter(member["balances"]), {"available": 0, "held": 0})
        return balance["available"], balance["held"]


@pytest.fixture
async def visitor(served: httpx.AsyncClient) -> AsyncIterator[Visitor]:  # noqa: F811 - the fixture
    """Somebody in the shop of a demo with a program, a reward and Ada, who has 100 points."""
    shop = await signed_up(served, "Cdnow")
    await points_program(shop.admin, RULES)
    terms = {"amountOff": {"amount": {"amount": 500, "currency": "USD"}}}
    reward = {"slug": "five", "name": "$5 off", "unit": "points", "points": 60, "terms": terms}
    await shop.admin.do(REWARD, input=reward)
    await shop.admin.do(MEMBER, input={"externalId": ADA, "name": "Ada <Lovelace>"})
    gift = {
        "idempotencyKey": "gift",
        "member": {"externalId": ADA},
        "unit": "points",
        "amount": 100,
        "reason": "A gift",
    }
    await shop.admin.do(ADJUST, input=gift)
    data = settings().data_dir
    data.mkdir(parents=True, exist_ok=True)
    keys = {"secretKey": shop.keys["secretKey"], "publishableKey": shop.keys["publishableKey"]}
    (data / "demo.json").write_text(json.dumps({"tenants": [{"slug": "cdnow", **keys}]}))
    yield Visitor(served, shop.admin, keys["publishableKey"])


@pytest.mark.slow
async def test_a_guest_looks_and_fills_a_cart(visitor: Visitor) -> None:
    shelf = await visitor.look("/shop")
    assert shelf.count("<li>") == len(RECORDS)
    await visitor.send("/shop/cart", sku="CD-101")
    await visitor.send("/shop/cart", sku="CD-101")
    page = await visitor.send("/shop/cart", sku="CD-104", pieces="1")
    assert "$33.98" in page
    assert "Sign in to order" in page
    (told,) = re.findall(r'cart="([^"]*)"', page)
    lines = json.loads(unescape(told))["lines"]
    assert [(line["id"], line["amount"]) for line in lines] == [("CD-101", 3398), ("CD-104", 1399), ("shipping", 399)]
    assert f'key="{visitor.key}"' in page
    assert "data-signed-in" not in page
    page = await visitor.send("/shop/cart", sku="CD-101", pieces="0")
    assert "Night Ferry" not in page


async def test_ada_signs_in_and_orders(visitor: Visitor) -> None:
    people = await visitor.look("/shop/sign-in")
    assert "Ada &lt;Lovelace&gt;" in people
    assert "100 points" in people
    page = await visitor.send("/shop/sign-in", customer=ADA)
    assert "data-signed-in" in page
    await visitor.send("/shop/cart", sku="CD-101")
    page = await visitor.order()
    assert "Thank you." in page
    assert "It earned 16 points." in page
    assert await visitor.balance() == (116, 0)


@pytest.mark.slow
async def test_an_order_sent_twice_is_one_order(visitor: Visitor) -> None:
    await visitor.send("/shop/sign-in", customer=ADA)
    await visitor.send("/shop/cart", sku="CD-101")
    await visitor.send("/shop/checkout", order="W-0000AAAA")
    await visitor.send("/shop/cart", sku="CD-101")
    page = await visitor.send("/shop/checkout", order="W-0000AAAA")
    assert page.count("<h2>W-0000AAAA</h2>") == 1
    assert await visitor.balance() == (116, 0)


@pytest.mark.slow
async def test_a_reward_code_counts_once(visitor: Visitor) -> None:
    await visitor.send("/shop/sign-in", customer=ADA)
    token = (await visitor.client.post("/shop/token", headers={"origin": visitor.origin})).json()["token"]
    storefront = Api(visitor.client, "/graphql/storefront", {
        "x-guerdon-key": visitor.key, "authorization": f"Bearer {token}",
    })  # fmt: skip
    (reward,) = (await storefront.ask("{ rewards { nodes { id } } }"))["rewards"]["nodes"]
    given = {"idempotencyKey": "once", "redeem": {"rewardId": reward["id"]}}
    code = (await storefront.do(REDEEM, input=given))["redemption"]["voucher"]["code"]
    await visitor.send("/shop/cart", sku="CD-101")
    page = await visitor.look("/shop/cart", code=code)
    assert "−$5.00" in page
    await visitor.order(code=code)
    assert await visitor.balance() == (40 + 11, 0)
    await visitor.send("/shop/cart", sku="CD-101")
    assert "This is none of your codes, or it was used." in await visitor.look("/shop/cart", code=code)
    await visitor.order(code=code)
    assert await visitor.balance() == (40 + 11 + 16, 0)


@pytest.mark.slow
async def test_points_pay_a_part(visitor: Visitor) -> None:
    await visitor.send("/shop/sign-in", customer=ADA)
    await visitor.send("/shop/cart", sku="CD-101")
    await visitor.order(points="80")
    assert await visitor.balance() == (100 - 80 + 13, 0)


@pytest.mark.slow
async def test_more_points_than_there_are_are_refused_and_nothing_is_spent(visitor: Visitor) -> None:
    await visitor.send("/shop/sign-in", customer=ADA)
    await visitor.send("/shop/cart", sku="CD-107", pieces="9")
    page = await visitor.order(points="101")
    assert "You do not have that many points." in page
    assert "Quartet No. 4" in page
    assert await visitor.balance() == (100, 0)


@pytest.mark.slow
async def test_a_return_takes_back_what_the_record_earned_once(visitor: Visitor) -> None:
    await visitor.send("/shop/sign-in", customer=ADA)
    await visitor.send("/shop/cart", sku="CD-101", pieces="2")
    await visitor.send("/shop/checkout", order="W-0000BBBB")
    assert await visitor.balance() == (133, 0)
    for _ in range(2):
        page = await visitor.send("/shop/return", order="W-0000BBBB", line="CD-101", nth="1")
        assert "1 returned" in page
        assert await visitor.balance() == (117, 0)
    await visitor.send("/shop/return", order="W-0000BBBB", line="CD-101", nth="2")
    page = await visitor.send("/shop/return", order="W-0000BBBB", line="CD-101", nth="3")
    assert "2 returned" in page
    assert "Return one" not in page
    assert await visitor.balance() == (100, 0)


@pytest.mark.slow
async def test_somebody_new_joins_and_leaves(visitor: Visitor) -> None:
    page = await visitor.send("/shop/join", name="Grace Hopper")
    assert "There are none yet." in page
    assert ">Grace<" in page
    page = await visitor.send("/shop/sign-out")
    assert "Grace" not in page
    assert (await visitor.client.post("/shop/token", headers={"origin": visitor.origin})).json() == {"token": None}


@pytest.mark.slow
async def test_other_sites_can_send_nothing(visitor: Visitor) -> None:
    for path in ("cart", "checkout", "return", "sign-in", "join", "sign-out", "token"):
        response = await visitor.client.post(f"/shop/{path}", headers={"origin": "https://evil.example"})
        assert response.status_code == 403


@pytest.mark.slow
async def test_pages_hold_nothing_inline(visitor: Visitor) -> None:
    await visitor.send("/shop/sign-in", customer=ADA)
    await visitor.send("/shop/cart", sku="CD-101")
    for path in ("/shop", "/shop/cart", "/shop/sign-in", "/shop/account"):
        response = await visitor.client.get(path)
        assert "script-src 'self'; style-src 'self'" in response.headers["content-security-policy"]
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)", response.text)


@pytest.mark.slow
async def test_nobody_is_signed_in_by_a_name_that_there_is_not(visitor: Visitor) -> None:
    for customer in ("nobody", "", "x" * 70, '"><script>'):
        page = await visitor.send("/shop/sign-in", customer=customer)
        assert "Who do you want to be?" in page
    visitor.client.cookies.set("shop_customer", "nobody", path="/shop")
    assert "Sign in" in await visitor.look("/shop")


async def test_without_a_demo_the_shop_is_closed(tmp_path: Path) -> None:
    async with serving(_alone(tmp_path)) as client:
        response = await client.get("/shop")
        assert (response.status_code, "The shop is closed" in response.text) == (503, True)
        assert (await client.get("/shop/covers/CD-101.svg")).headers["content-type"] == "image/svg+xml"
        assert (await client.get("/shop/covers/CD-999.svg")).status_code == 404
        assert (await client.get("/shop/assets/shop.css")).status_code == 200
        assert (await client.get("/shop/assets/..%2froutes.py")).status_code == 404


async def test_each_tenant_of_the_demo_has_its_shop_and_its_basket(tmp_path: Path) -> None:
    keys = {"secretKey": "gsk_x", "publishableKey": "gpk_x"}
    tenants = [{"slug": "cdnow", **keys}, {"slug": "harbour-roast", **keys}]
    (tmp_path / "demo.json").write_text(json.dumps({"tenants": tenants}))
    async with serving(_alone(tmp_path)) as client:
        roastery = await client.get("/shop/harbour-roast")
        assert "Cloud Terrace" in roastery.text
        assert 'data-shop="/shop/harbour-roast"' in roastery.text
        assert "guerdon-causes" in (await client.get("/shop/harbour-roast/club")).text
        assert (await client.get("/shop/club")).status_code == 303, "records have no club"
        assert (await client.get("/shop/nowhere")).status_code == 404
        origin = {"origin": str(client.base_url).rstrip("/")}
        added = await client.post("/shop/harbour-roast/cart", data={"sku": "HR-201"}, headers=origin)
        assert added.headers["location"] == "/shop/harbour-roast"
        assert "$16.00" in (await client.get("/shop/harbour-roast/cart")).text
        assert "It is empty." in (await client.get("/shop/cart")).text
        assert "Night Ferry" in (await client.get("/shop/cdnow")).text


async def test_a_demo_without_a_server_behind_it_is_closed_too(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text('{"tenants": [{"secretKey": "gsk_x", "publishableKey": "gpk_x"}]}')
    async with serving(_alone(tmp_path)) as client:
        assert (await client.get("/shop")).status_code == 200
        response = await client.get("/shop/sign-in")
    assert (response.status_code, "The shop is closed" in response.text) == (503, True)


def test_there_is_no_shop_in_production(tmp_path: Path) -> None:
    assert shop_routes(_settings(tmp_path, env="production")) == []


def test_values_are_escaped_but_for_html() -> None:
    assert html("<p>{a}{b}</p>", a='<"&', b=html("<b>{x}</b>", x="R&B")) == "<p>&lt;&quot;&amp;<b>R&amp;B</b></p>"
    assert isinstance(html("x"), Html)


def test_every_record_has_a_cover_that_is_always_the_same() -> None:
    covers = {cover(record) for record in RECORDS.values()}
    assert len(covers) == len(RECORDS)
    assert covers == {cover(record) for record in RECORDS.values()}


@pytest.mark.parametrize(
    ("cookie", "pieces"),
    [
        ("", {}),
        ("CD-101:2.CD-104:1", {"CD-101": 2, "CD-104": 1}),
        ("CD-101:0.CD-104:10.CD-999:1.nonsense.CD-105:x.CD-106:-1", {}),
        ("CD-101:٣", {}),
    ],
)
def test_a_cookie_that_is_not_ours_is_left_out(cookie: str, pieces: dict[str, int]) -> None:
    assert Basket.parse(cookie).pieces == pieces


@pytest.mark.parametrize(
    ("terms", "off", "shipping", "total"),
    [
        ({}, 0, 399, 3497),
        ({"amountOff": {"amount": {"amount": 500}, "minimumOrder": None}}, 500, 399, 2997),
        ({"amountOff": {"amount": {"amount": 9000}}}, 3098, 399, 399),
        ({"amountOff": {"amount": {"amount": 500}, "minimumOrder": {"amount": 4000}}}, 0, 399, 3497),
        ({"percentOff": {"percent": 25, "atMost": None}}, 774, 399, 2723),
        ({"percentOff": {"percent": 25, "atMost": {"amount": 300}}}, 300, 399, 3197),
        ({"freeShipping": {"minimumOrder": None}, "amountOff": None}, 0, 0, 3098),
        ({"freeProduct": {"sku": "CD-MONTH"}}, 0, 399, 3497),
    ],
)
def test_a_reward_changes_the_bill(terms: dict[str, Any], off: int, shipping: int, total: int) -> None:
    one = bill(Basket({"CD-101": 1, "CD-104": 1}), terms)
    assert (one.off, one.shipping, one.total) == (off, shipping, total)
    assert sum(line.get("discount", 0) for line in one.lines if line["id"] != "shipping") == off
    assert all(0 <= line.get("discount", 0) <= line["amount"] for line in one.lines)


def _settings(data_dir: Path, env: str = "development") -> Settings:
    return Settings.model_validate({"env": env, "secret_key": "0123456789abcdefghijklmnop-shop!", "data_dir": data_dir})


def _alone(data_dir: Path) -> Starlette:
    return Starlette(routes=shop_routes(_settings(data_dir)))
