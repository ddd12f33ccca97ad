"""The shop's routes: pages to look at, forms that change the basket or place an order, and a token for the panel.

GET  /shop, /shop/cart, /shop/sign-in, /shop/account, /shop/club, /shop/covers/….svg, /shop/assets/…
POST /shop/cart, /shop/checkout, /shop/return, /shop/sign-in, /shop/join, /shop/sign-out
POST /shop/token    {"token": …}: what the panel asks for before the last one ends

That is the demo's first tenant; each of them is at `/shop/<slug>`, with the same below it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qsl, quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from kit.errors import Refusal
from settings import Settings
from web import cors
from web.shop import pages
from web.shop.basket import Basket, bill
from web.shop.catalogue import CURRENCY
from web.shop.covers import cover
from web.shop.guerdon import Account, Guerdon, Reserved, ShopError
from web.shop.markup import Html
from web.shop.pages import Visit
from web.shop.stores import GOODS, RECORD_SHOP, STORES, Store
from web.static import BuiltFiles

log = structlog.get_logger("shop")

ASSETS = Path(__file__).parent / "assets"
BASKET, CUSTOMER = "shop_basket", "shop_customer"
FIRST = "/shop"
_NAME = re.compile(r"[\w.:-]{1,64}")


def shop_routes(settings: Settings) -> list[BaseRoute]:
    """The shop at `/shop` for the demo's tenant, of which `demo.json` in the data dir tells; none in production."""
    if settings.production:
        return []
    shop = Shop(settings.data_dir / "demo.json")
    shown = {
        "": shop.shelf, "/cart": shop.cart, "/sign-in": shop.people, "/account": shop.account, "/club": shop.club,
    }  # fmt: skip
    done = {
        "/cart": shop.put, "/checkout": shop.checkout, "/return": shop.give_back, "/sign-in": shop.sign_in,
        "/join": shop.join, "/sign-out": shop.sign_out, "/token": shop.token,
    }  # fmt: skip
    pages = [
        Route(base + path, _guarded(handler, change=change), methods=["POST" if change else "GET"])
        for base in (FIRST, f"{FIRST}/{{slug}}")
        for handlers, change in ((shown, False), (done, True))
        for path, handler in handlers.items()
    ]
    return [
        Route("/shop/covers/{sku}.svg", _cover, methods=["GET"]),
        Mount("/shop/assets", BuiltFiles(ASSETS)),
        *pages,
    ]


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a request came to: a tenant of the demo, how its shop looks, and where it is."""

    tenant: Mapping[str, Any]
    store: Store
    base: str
    suffix: str

    def basket(self, request: Request) -> Basket:
        """What the customer carries."""
        return Basket.parse(request.cookies.get(BASKET + self.suffix, ""), self.store.goods)

    def customer(self, request: Request) -> str:
        """Who says so; empty for a guest."""
        name = request.cookies.get(CUSTOMER + self.suffix, "")
        return name if _NAME.fullmatch(name) else ""

    def guerdon(self, request: Request) -> Guerdon:
        """Guerdon, as this shop may ask it."""
        # The address that this very request came in by, and never what `Host` says: a secret key goes there.
        host, port = request.scope["server"]
        return Guerdon(f"http://{host}:{port}", self.tenant["secretKey"], self.store.unit)

    async def account(self, request: Request) -> Account | None:
        """The customer who is signed in."""
        customer = self.customer(request)
        return await self.guerdon(request).account(customer) if customer else None

    async def visit(self, request: Request) -> tuple[Visit, Account | None]:
        """What a page needs to know."""
        account = await self.account(request)
        customer = account.customer if account else None
        notice = request.query_params.get("notice", "")
        key = self.tenant["publishableKey"]
        return Visit(key, self.basket(request), customer, notice, self.store, self.base), account

    def to(self, path: str = "") -> Response:
        """Lead to one of the shop's pages."""
        return RedirectResponse(self.base + path, 303)

    def onwards(self, request: Request) -> Response:
        """Lead to where somebody wants to be who has just come in."""
        return self.to("/cart" if self.basket(request).count else "/account")

    def keep(self, response: Response, name: str, value: str) -> Response:
        """Set a cookie of this shop's, or delete it."""
        own = name + self.suffix
        if value:
            response.set_cookie(own, value, max_age=30 * 86_400, path=self.base, httponly=True, samesite="lax")
        else:
            response.delete_cookie(own, path=self.base, httponly=True, samesite="lax")
        return response


class Shop:
    """The handlers. A customer is whom the cookie names: this is a demo, in which everybody may be anybody."""

    def __init__(self, demo: Path) -> None:
        self._demo = demo

    async def shelf(self, request: Request) -> Response:
        """All that is on sale."""
        visit, _ = await self._at(request).visit(request)
        return _html(pages.shelf(visit))

    async def cart(self, request: Request) -> Response:
        """The basket. Its order number is made here, so that an order sent twice is one order."""
        visit, account = await self._at(request).visit(request)
        order = f"W-{token_hex(4).upper()}"
        return _html(pages.cart(visit, account, order, request.query_params.get("code", "").strip()[:64]))

    async def people(self, request: Request) -> Response:
        """Whom one can be."""
        at = self._at(request)
        visit, _ = await at.visit(request)
        return _html(pages.sign_in(visit, await at.guerdon(request).customers()))

    async def account(self, request: Request) -> Response:
        """The customer's orders."""
        at = self._at(request)
        visit, account = await at.visit(request)
        if account is None:
            return at.to("/sign-in")
        return _html(pages.account(visit, account, request.query_params.get("placed", "")))

    async def club(self, request: Request) -> Response:
        """What members have besides points, where there is something."""
        at = self._at(request)
        visit, _ = await at.visit(request)
        return _html(pages.club(visit)) if at.store.club else at.to()

    async def put(self, request: Request) -> Response:
        """Put something into the basket, or say how many there are to be."""
        at, form = self._at(request), await _form(request)
        basket, sku = at.basket(request), form.get("sku", "")
        given = form.get("pieces")
        pieces = _number(given) if given is not None else basket.pieces.get(sku, 0) + 1
        return at.keep(at.to("/cart" if given is not None else ""), BASKET, str(basket.changed(sku, pieces)))

    async def checkout(self, request: Request) -> Response:
        """Place the order: set points aside, tell of the purchase, spend them."""
        at, form = self._at(request), await _form(request)
        basket, order = at.basket(request), form.get("order", "")
        account = await at.account(request)
        if account is None or not basket.count or _NAME.fullmatch(order) is None:
            return at.to("/cart")
        try:
            points = _number(form.get("points"))
            await _place(at.guerdon(request), account, basket, order, form.get("code", ""), points)
        except Refusal as refusal:
            return at.to(f"/cart?notice={refusal.code}")
        return at.keep(at.to(f"/account?placed={quote(order)}"), BASKET, "")

    async def give_back(self, request: Request) -> Response:
        """Return a piece of an order; what it earned goes with it."""
        at, form = self._at(request), await _form(request)
        account = await at.account(request)
        order = next((one for one in account.orders if one.id == form.get("order")), None) if account else None
        line = next((one for one in order.lines if one.id == form.get("line")), None) if order else None
        nth = _number(form.get("nth"))
        if account is None or order is None or line is None or not 1 <= nth <= line.pieces:
            return at.to("/account")
        try:
            await at.guerdon(request).returned(account.customer.id, order.id, line.id, nth)
        except Refusal as refusal:
            return at.to(f"/account?notice={refusal.code}")
        return at.to("/account?notice=RETURNED")

    async def sign_in(self, request: Request) -> Response:
        """Be one of the customers."""
        at, customer = self._at(request), (await _form(request)).get("customer", "")
        if _NAME.fullmatch(customer) is None or await at.guerdon(request).account(customer) is None:
            return at.to("/sign-in")
        return at.keep(at.onwards(request), CUSTOMER, customer)

    async def join(self, request: Request) -> Response:
        """Be somebody new."""
        at, name = self._at(request), (await _form(request)).get("name", "").strip()[:60]
        if not name:
            return at.to("/sign-in")
        customer = f"demo-{token_hex(5)}"
        await at.guerdon(request).join(customer, name)
        return at.keep(at.onwards(request), CUSTOMER, customer)

    async def sign_out(self, request: Request) -> Response:
        """Be a guest again."""
        at = self._at(request)
        return at.keep(at.to(), CUSTOMER, "")

    async def token(self, request: Request) -> Response:
        """A customer token for the elements; null for a guest."""
        at = self._at(request)
        customer = at.customer(request)
        token = await at.guerdon(request).token(customer) if customer else None
        return JSONResponse({"token": token}, headers={"cache-control": "no-store"})

    def _at(self, request: Request) -> Counter:
        """The shop that the address names, the first one if it names none. Raises 404 for one that is not there."""
        try:
            tenants: list[dict[str, Any]] = json.loads(self._demo.read_text())["tenants"]
            first = tenants[0]
        except (OSError, ValueError, LookupError):
            raise ShopError("There is no demo to shop in: `make run` loads it.") from None
        slug = request.path_params.get("slug")
        tenant = next((one for one in tenants if one.get("slug") == slug), None) if slug is not None else first
        if tenant is None:
            raise HTTPException(404, "There is no such shop.")
        store = STORES.get(tenant.get("slug", ""), RECORD_SHOP)
        return (
            Counter(tenant, store, FIRST, "") if slug is None else Counter(tenant, store, f"{FIRST}/{slug}", f"_{slug}")
        )


async def _place(guerdon: Guerdon, account: Account, basket: Basket, order: str, code: str, points: int) -> None:
    """Place an order. Raises `Refusal`, and then nothing is spent."""
    customer = account.customer.id
    reward = next((one for one in account.rewards if one.code == code and not one.used), None)
    due = bill(basket, reward.terms if reward else None)
    paid = await guerdon.reserve(customer, order, points, due.total) if points else None
    purchase = {
        "orderId": order, "currency": CURRENCY, "lines": due.lines, "codes": [reward.code] if reward else [],
        "tenders": _tenders(due.total, paid),
    }  # fmt: skip
    try:
        await guerdon.bought(customer, purchase)
    except Refusal:
        if paid is not None:
            await guerdon.release(paid, order)
        raise
    if paid is not None:
        await guerdon.confirm(paid, order)


def _tenders(total: int, paid: Reserved | None) -> list[dict[str, Any]]:
    by_points = paid.cents if paid is not None else 0
    tenders = [{"kind": "POINTS", "amount": by_points}, {"kind": "CARD", "amount": total - by_points}]
    return [tender for tender in tenders if tender["amount"]]


Handler = Callable[[Request], Awaitable[Response]]


def _guarded(handler: Handler, *, change: bool) -> Handler:
    """A handler whose changes only our own pages may ask for, and whose failures are a page."""

    async def guarded(request: Request) -> Response:
        if change:
            cors.check_origin(request.headers, ())
        try:
            return await handler(request)
        except ShopError as error:
            log.warning("shop.closed", reason=str(error))
            return _html(pages.closed(str(error)), 503)

    return guarded


async def _cover(request: Request) -> Response:
    record = GOODS.get(request.path_params["sku"])
    if record is None:
        raise HTTPException(404, "There is no such article.")
    return Response(cover(record), headers={"cache-control": "public, max-age=86400"}, media_type="image/svg+xml")


async def _form(request: Request) -> dict[str, str]:
    body = (await request.body())[:10_000].decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=20))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _html(page: Html, status: int = 200) -> Response:
    return Response(page, status, {"cache-control": "no-store"}, media_type="text/html")
