"""The shop's routes: pages to look at, forms that change the basket or place an order, and a token for the panel.

GET  /shop, /shop/cart, /shop/sign-in, /shop/account, /shop/club, /shop/covers/….svg, /shop/assets/…
POST /shop/cart, /shop/checkout, /shop/return, /shop/sign-in, /shop/join, /shop/sign-out
POST /shop/token    {"token": …}: what the panel asks for before the last one ends

GET  /shop/<slug>/partners/<brand>                      a brand's own page, where the tenant has brands
POST /shop/<slug>/partners/<brand>/code, link, book, cancel

That is the demo's first tenant; each of them is at `/shop/<slug>`, with the same below it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from kit.errors import Refusal
from settings import Settings
from web import cors
from web.shop import brand_pages, pages
from web.shop.asking import ShopError
from web.shop.basket import Basket, bill
from web.shop.brand_routes import Brands
from web.shop.catalogue import CURRENCY
from web.shop.counter import BASKET, CUSTOMER, FIRST, NAME, Counter, answer, find, read_form, read_number
from web.shop.covers import cover
from web.shop.guerdon import Account, Guerdon, Reserved
from web.shop.stores import GOODS
from web.static import BuiltFiles

log = structlog.get_logger("shop")

ASSETS = Path(__file__).parent / "assets"


def shop_routes(settings: Settings) -> list[BaseRoute]:
    """The shop at `/shop` for the demo's tenant, of which `demo.json` in the data dir tells; none in production."""
    if settings.production:
        return []
    demo = settings.data_dir / "demo.json"
    shop, brands = Shop(demo), Brands(demo)
    shown = {
        "": shop.shelf, "/cart": shop.cart, "/sign-in": shop.people, "/account": shop.account, "/club": shop.club,
        "/partners/{brand}": brands.look, "/partners/{brand}/office": brands.office,
        "/partners/{brand}/statements/{id}.{form}": brands.statement,
    }  # fmt: skip
    done = {
        "/cart": shop.put, "/checkout": shop.checkout, "/return": shop.give_back, "/sign-in": shop.sign_in,
        "/join": shop.join, "/sign-out": shop.sign_out, "/token": shop.token,
        "/partners/{brand}/code": brands.code, "/partners/{brand}/link": brands.link,
        "/partners/{brand}/book": brands.book, "/partners/{brand}/cancel": brands.cancel,
        "/partners/{brand}/unlink": brands.unlink, "/partners/{brand}/perk": brands.perk,
        "/partners/{brand}/convert": brands.convert, "/partners/{brand}/undo": brands.undo,
        "/partners/{brand}/redeem": brands.redeem,
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


class Shop:
    """The handlers. A customer is whom the cookie names: this is a demo, in which everybody may be anybody."""

    def __init__(self, demo: Path) -> None:
        self._demo = demo

    async def shelf(self, request: Request) -> Response:
        """All that is on sale; the brands, where there are some."""
        at = self._at(request)
        visit, _ = await at.visit(request)
        if not at.store.brands:
            return answer(pages.shelf(visit))
        membership = await at.membership(request) if visit.customer else None
        return answer(brand_pages.club(visit, await membership.brands() if membership else frozenset()))

    async def cart(self, request: Request) -> Response:
        """The basket. Its order number is made here, so that an order sent twice is one order."""
        at = self._at(request)
        if at.store.brands:
            return at.to()
        visit, account = await at.visit(request)
        order = f"W-{token_hex(4).upper()}"
        return answer(pages.cart(visit, account, order, request.query_params.get("code", "").strip()[:64]))

    async def people(self, request: Request) -> Response:
        """Whom one can be."""
        at = self._at(request)
        visit, _ = await at.visit(request)
        return answer(pages.sign_in(visit, await at.guerdon(request).customers()))

    async def account(self, request: Request) -> Response:
        """The customer's orders."""
        at = self._at(request)
        if at.store.brands:
            return at.to()
        visit, account = await at.visit(request)
        if account is None:
            return at.to("/sign-in")
        return answer(pages.account(visit, account, request.query_params.get("placed", "")))

    async def club(self, request: Request) -> Response:
        """What members have besides points, where there is something."""
        at = self._at(request)
        visit, _ = await at.visit(request)
        return answer(pages.club(visit)) if at.store.club else at.to()

    async def put(self, request: Request) -> Response:
        """Put something into the basket, or say how many there are to be."""
        at, form = self._at(request), await read_form(request)
        basket, sku = at.basket(request), form.get("sku", "")
        given = form.get("pieces")
        pieces = read_number(given) if given is not None else basket.pieces.get(sku, 0) + 1
        return at.keep(at.to("/cart" if given is not None else ""), BASKET, str(basket.changed(sku, pieces)))

    async def checkout(self, request: Request) -> Response:
        """Place the order: set points aside, tell of the purchase, spend them."""
        at, form = self._at(request), await read_form(request)
        basket, order = at.basket(request), form.get("order", "")
        account = await at.account(request)
        if account is None or not basket.count or NAME.fullmatch(order) is None:
            return at.to("/cart")
        try:
            points = read_number(form.get("points"))
            await _place(at.guerdon(request), account, basket, order, form.get("code", ""), points)
        except Refusal as refusal:
            return at.to(f"/cart?notice={refusal.code}")
        return at.keep(at.to(f"/account?placed={quote(order)}"), BASKET, "")

    async def give_back(self, request: Request) -> Response:
        """Return a piece of an order; what it earned goes with it."""
        at, form = self._at(request), await read_form(request)
        account = await at.account(request)
        order = next((one for one in account.orders if one.id == form.get("order")), None) if account else None
        line = next((one for one in order.lines if one.id == form.get("line")), None) if order else None
        nth = read_number(form.get("nth"))
        if account is None or order is None or line is None or not 1 <= nth <= line.pieces:
            return at.to("/account")
        try:
            await at.guerdon(request).returned(account.customer.id, order.id, line.id, nth)
        except Refusal as refusal:
            return at.to(f"/account?notice={refusal.code}")
        return at.to("/account?notice=RETURNED")

    async def sign_in(self, request: Request) -> Response:
        """Be one of the customers."""
        at, customer = self._at(request), (await read_form(request)).get("customer", "")
        if NAME.fullmatch(customer) is None or await at.guerdon(request).account(customer) is None:
            return at.to("/sign-in")
        return at.keep(at.onwards(request), CUSTOMER, customer)

    async def join(self, request: Request) -> Response:
        """Be somebody new."""
        at, name = self._at(request), (await read_form(request)).get("name", "").strip()[:60]
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
        return find(self._demo, request)


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
            return answer(pages.closed(str(error)), 503)

    return guarded


async def _cover(request: Request) -> Response:
    record = GOODS.get(request.path_params["sku"])
    if record is None:
        raise HTTPException(404, "There is no such article.")
    return Response(cover(record), headers={"cache-control": "public, max-age=86400"}, media_type="image/svg+xml")
