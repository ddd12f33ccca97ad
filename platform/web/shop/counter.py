"""Where a request came to: one of the demo's shops, with who is there, what they carry, and Guerdon behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.shop.asking import ShopError
from web.shop.basket import Basket
from web.shop.guerdon import Account, Guerdon
from web.shop.markup import Html
from web.shop.membership import Membership
from web.shop.pages import Visit
from web.shop.stores import RECORD_SHOP, STORES, Store

BASKET, CUSTOMER = "shop_basket", "shop_customer"
FIRST = "/shop"
NAME = re.compile(r"[\w.:-]{1,64}")


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
        return name if NAME.fullmatch(name) else ""

    def guerdon(self, request: Request) -> Guerdon:
        """Guerdon, as this shop may ask it."""
        return Guerdon(address(request), self.tenant["secretKey"], self.store.unit)

    async def membership(self, request: Request) -> Membership:
        """The customer on the storefront. Raises `Refusal` for a guest."""
        token = await self.guerdon(request).token(self.customer(request))
        return Membership(address(request), self.tenant["publishableKey"], token)

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
        if self.store.brands:
            return self.to()
        return self.to("/cart" if self.basket(request).count else "/account")

    def keep(self, response: Response, name: str, value: str) -> Response:
        """Set a cookie of this shop's, or delete it."""
        own = name + self.suffix
        if value:
            response.set_cookie(own, value, max_age=30 * 86_400, path=self.base, httponly=True, samesite="lax")
        else:
            response.delete_cookie(own, path=self.base, httponly=True, samesite="lax")
        return response


def address(request: Request) -> str:
    """Where Guerdon is: where this very request came in, and never what `Host` says, since secret keys go there."""
    host, port = request.scope["server"]
    return f"http://{host}:{port}"


def find(demo: Path, request: Request) -> Counter:
    """The shop that the address names, the first one if it names none. Raises 404 for one that is not there."""
    try:
        tenants: list[dict[str, Any]] = json.loads(demo.read_text())["tenants"]
        first = tenants[0]
    except (OSError, ValueError, LookupError):
        raise ShopError("There is no demo to shop in: `make run` loads it.") from None
    slug = request.path_params.get("slug")
    tenant = next((one for one in tenants if one.get("slug") == slug), None) if slug is not None else first
    if tenant is None:
        raise HTTPException(404, "There is no such shop.")
    store = STORES.get(tenant.get("slug", ""), RECORD_SHOP)
    return Counter(tenant, store, FIRST, "") if slug is None else Counter(tenant, store, f"{FIRST}/{slug}", f"_{slug}")


async def read_form(request: Request) -> dict[str, str]:
    """What a form sends."""
    body = (await request.body())[:10_000].decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=20))


def read_number(text: str | None) -> int:
    """The number that a form's field holds; 0 if it is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0


def answer(page: Html, status: int = 200) -> Response:
    """A page, which is not kept."""
    return Response(page, status, {"cache-control": "no-store"}, media_type="text/html")
