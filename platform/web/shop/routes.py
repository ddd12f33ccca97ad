"""The shop's routes: pages to look at, forms that change the basket or place an order, and a token for the panel.

GET  /shop, /shop/cart, /shop/sign-in, /shop/account, /shop/covers/….svg, /shop/assets/…
POST /shop/cart, /shop/checkout, /shop/return, /shop/sign-in, /shop/join, /shop/sign-out
POST /shop/token    {"token": …}: what the panel asks for before the last one ends
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
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
from web.shop.catalogue import CURRENCY, RECORDS
from web.shop.covers import cover
from web.shop.guerdon import Account, Guerdon, Reserved, ShopError
from web.shop.markup import Html
from web.shop.pages import Visit
from web.static import BuiltFiles

log = structlog.get_logger("shop")

ASSETS = Path(__file__).parent / "assets"
BASKET, CUSTOMER = "shop_basket", "shop_customer"
_NAME = re.compile(r"[\w.:-]{1,64}")


def shop_routes(settings: Settings) -> list[BaseRoute]:
    """The shop at `/shop` for the demo's tenant, of which `demo.json` in the data dir tells; none in production."""
    if settings.production:
        return []
    shop = Shop(settings.data_dir / "demo.json")
    shown = {"/shop": shop.shelf, "/shop/cart": shop.cart, "/shop/sign-in": shop.people, "/shop/account": shop.account}
    done = {
        "/shop/cart": shop.put, "/shop/checkout": shop.checkout, "/shop/return": shop.give_back,
        "/shop/sign-in": shop.sign_in, "/shop/join": shop.join, "/shop/sign-out": shop.sign_out,
        "/shop/token": shop.token,
    }  # fmt: skip
    return [
        *(Route(path, _guarded(handler, change=False), methods=["GET"]) for path, handler in shown.items()),
        *(Route(path, _guarded(handler, change=True), methods=["POST"]) for path, handler in done.items()),
        Route("/shop/covers/{sku}.svg", _cover, methods=["GET"]),
        Mount("/shop/assets", BuiltFiles(ASSETS)),
    ]


class Shop:
    """The handlers. A customer is whom the cookie names: this is a demo, in which everybody may be anybody."""

    def __init__(self, demo: Path) -> None:
        self._demo = demo

    async def shelf(self, request: Request) -> Response:
        """All records."""
        visit, _ = await self._visit(request)
        return _html(pages.shelf(visit))

    async def cart(self, request: Request) -> Response:
        """The basket. Its order number is made here, so that an order sent twice is one order."""
        visit, account = await self._visit(request)
        order = f"W-{token_hex(4).upper()}"
        return _html(pages.cart(visit, account, order, request.query_params.get("code", "").strip()[:64]))

    async def people(self, request: Request) -> Response:
        """Whom one can be."""
        visit, _ = await self._visit(request)
        return _html(pages.sign_in(visit, await self._guerdon(request).customers()))

    async def account(self, request: Request) -> Response:
        """The customer's orders."""
        visit, account = await self._visit(request)
        if account is None:
            return _to("/shop/sign-in")
        return _html(pages.account(visit, account, request.query_params.get("placed", "")))

    async def put(self, request: Request) -> Response:
        """Put a record into the basket, or say how many there are to be."""
        form = await _form(request)
        basket, sku = _basket(request), form.get("sku", "")
        given = form.get("pieces")
        pieces = _number(given) if given is not None else basket.pieces.get(sku, 0) + 1
        return _keep(_to("/shop/cart" if given is not None else "/shop"), BASKET, str(basket.changed(sku, pieces)))

    async def checkout(self, request: Request) -> Response:
        """Place the order: set points aside, tell of the purchase, spend them."""
        form = await _form(request)
        guerdon, basket, order = self._guerdon(request), _basket(request), form.get("order", "")
        account = await self._customer(request)
        if account is None or not basket.count or _NAME.fullmatch(order) is None:
            return _to("/shop/cart")
        try:
            await _place(guerdon, account, basket, order, form.get("code", ""), _number(form.get("points")))
        except Refusal as refusal:
            return _to(f"/shop/cart?notice={refusal.code}")
        return _keep(_to(f"/shop/account?placed={quote(order)}"), BASKET, "")

    async def give_back(self, request: Request) -> Response:
        """Return a record of an order; what it earned goes with it."""
        form = await _form(request)
        account = await self._customer(request)
        order = next((one for one in account.orders if one.id == form.get("order")), None) if account else None
        line = next((one for one in order.lines if one.id == form.get("line")), None) if order else None
        nth = _number(form.get("nth"))
        if account is None or order is None or line is None or not 1 <= nth <= line.pieces:
            return _to("/shop/account")
        try:
            await self._guerdon(request).returned(account.customer.id, order.id, line.id, nth)
        except Refusal as refusal:
            return _to(f"/shop/account?notice={refusal.code}")
        return _to("/shop/account?notice=RETURNED")

    async def sign_in(self, request: Request) -> Response:
        """Be one of the customers."""
        customer = (await _form(request)).get("customer", "")
        if _NAME.fullmatch(customer) is None or await self._guerdon(request).account(customer) is None:
            return _to("/shop/sign-in")
        return _keep(_to("/shop/cart" if _basket(request).count else "/shop/account"), CUSTOMER, customer)

    async def join(self, request: Request) -> Response:
        """Be somebody new."""
        name = (await _form(request)).get("name", "").strip()[:60]
        if not name:
            return _to("/shop/sign-in")
        customer = f"demo-{token_hex(5)}"
        await self._guerdon(request).join(customer, name)
        return _keep(_to("/shop/cart" if _basket(request).count else "/shop/account"), CUSTOMER, customer)

    async def sign_out(self, request: Request) -> Response:
        """Be a guest again."""
        return _keep(_to("/shop"), CUSTOMER, "")

    async def token(self, request: Request) -> Response:
        """A customer token for the panel; null for a guest."""
        customer = request.cookies.get(CUSTOMER, "")
        token = await self._guerdon(request).token(customer) if _NAME.fullmatch(customer) else None
        return JSONResponse({"token": token}, headers={"cache-control": "no-store"})

    async def _visit(self, request: Request) -> tuple[Visit, Account | None]:
        account = await self._customer(request)
        customer = account.customer if account else None
        notice = request.query_params.get("notice", "")
        return Visit(self._tenant()["publishableKey"], _basket(request), customer, notice), account

    async def _customer(self, request: Request) -> Account | None:
        customer = request.cookies.get(CUSTOMER, "")
        return await self._guerdon(request).account(customer) if _NAME.fullmatch(customer) else None

    def _guerdon(self, request: Request) -> Guerdon:
        # The address that this very request came in by, and never what `Host` says: a secret key goes there.
        host, port = request.scope["server"]
        return Guerdon(f"http://{host}:{port}", self._tenant()["secretKey"])

    def _tenant(self) -> dict[str, Any]:
        try:
            tenant: dict[str, Any] = json.loads(self._demo.read_text())["tenants"][0]
        except (OSError, ValueError, LookupError):
            raise ShopError("There is no demo to shop in: `make run` loads it.") from None
        return tenant


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
    record = RECORDS.get(request.path_params["sku"])
    if record is None:
        raise HTTPException(404, "There is no such record.")
    return Response(cover(record), headers={"cache-control": "public, max-age=86400"}, media_type="image/svg+xml")


async def _form(request: Request) -> dict[str, str]:
    body = (await request.body())[:10_000].decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=20))


def _basket(request: Request) -> Basket:
    return Basket.parse(request.cookies.get(BASKET, ""))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _html(page: Html, status: int = 200) -> Response:
    return Response(page, status, {"cache-control": "no-store"}, media_type="text/html")


def _to(address: str) -> Response:
    return RedirectResponse(address, 303)


def _keep(response: Response, name: str, value: str) -> Response:
    """Set a cookie of the shop's, or delete it."""
    if value:
        response.set_cookie(name, value, max_age=30 * 86_400, path="/shop", httponly=True, samesite="lax")
    else:
        response.delete_cookie(name, path="/shop", httponly=True, samesite="lax")
    return response
