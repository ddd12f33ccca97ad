"""What is done on a brand's own page. Its server has the partner's key and nothing else; a code comes from the club."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kit.errors import Refusal
from web.shop import brand_pages
from web.shop.brands import Brand
from web.shop.counter import NAME, Counter, address, answer, find, read_form, read_number
from web.shop.partner import Guest, Partner


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where a request came to: a brand of a club, with its own way to Guerdon."""

    club: Counter
    brand: Brand
    partner: Partner

    def to(self, query: str = "") -> Response:
        """Lead back to the brand's page."""
        return self.club.to(f"/partners/{self.brand.slug}" + (f"?{query}" if query else ""))

    def customer(self, request: Request) -> str:
        """What the brand calls who is there; empty for a guest of the club."""
        member = self.club.customer(request)
        return self.brand.customer(member) if member else ""

    async def guest(self, request: Request) -> Guest | None:
        """The member who is there, if the brand knows them."""
        customer = self.customer(request)
        return await self.partner.guest(customer) if customer else None


class Brands:
    """The handlers."""

    def __init__(self, demo: Path) -> None:
        self._demo = demo

    async def look(self, request: Request) -> Response:
        """The brand's page, perhaps with something chosen, or just bought."""
        at = self._at(request)
        guest = await at.guest(request)
        record = at.brand.goods.get(request.query_params.get("offer", "")) if guest else None
        offer = await at.partner.offer(guest, record) if guest and record else None
        placed = request.query_params.get("placed", "")
        order = f"{at.brand.prefix}-{token_hex(4).upper()}"
        shown = brand_pages.Shown(
            at.brand, guest, record=record, offer=offer, order=order, placed=placed if NAME.fullmatch(placed) else ""
        )
        return await self._page(request, at, shown)

    async def code(self, request: Request) -> Response:
        """Have the club make a code, by which this brand may see what is ticked."""
        at, form = self._at(request), await read_form(request)
        if not at.customer(request):
            return at.to()
        try:
            membership = await at.club.membership(request)
            code = await membership.code([name for name in brand_pages.CONSENTS if name in form])
        except Refusal as refusal:
            return at.to(f"notice={refusal.code}")
        return await self._page(request, at, brand_pages.Shown(at.brand, await at.guest(request), code=code))

    async def link(self, request: Request) -> Response:
        """Get to know the member whose code this is."""
        at, form = self._at(request), await read_form(request)
        customer = at.customer(request)
        if not customer:
            return at.to()
        try:
            await at.partner.link(form.get("code", "").strip()[:20], customer)
        except Refusal as refusal:
            return at.to(f"notice={refusal.code}")
        return at.to("notice=LINKED")

    async def book(self, request: Request) -> Response:
        """Sell something to a member, in part for points."""
        at, form = self._at(request), await read_form(request)
        guest, order = await at.guest(request), form.get("order", "")
        record = at.brand.goods.get(form.get("sku", ""))
        if guest is None or record is None or NAME.fullmatch(order) is None:
            return at.to()
        try:
            await at.partner.book(guest, order, record, read_number(form.get("points")))
        except Refusal as refusal:
            return at.to(f"offer={record.sku}&notice={refusal.code}")
        return at.to(f"placed={quote(order)}")

    async def cancel(self, request: Request) -> Response:
        """Cancel an order of the brand's."""
        at, form = self._at(request), await read_form(request)
        guest, order = await at.guest(request), form.get("order", "")
        if guest is None or NAME.fullmatch(order) is None:
            return at.to()
        try:
            await at.partner.cancel(guest, order)
        except Refusal as refusal:
            return at.to(f"notice={refusal.code}")
        return at.to("notice=CANCELLED")

    async def _page(self, request: Request, at: _Desk, shown: brand_pages.Shown) -> Response:
        visit, _ = await at.club.visit(request)
        return answer(brand_pages.brand(visit, shown))

    def _at(self, request: Request) -> _Desk:
        """The brand that the address names. Raises 404 for one that is not there."""
        club, slug = find(self._demo, request), request.path_params["brand"]
        brand = club.store.brands.get(slug)
        key = next((one["key"] for one in club.tenant.get("partners", ()) if one["slug"] == slug), None)
        if brand is None or key is None:
            raise HTTPException(404, "There is no such brand.")
        return _Desk(club, brand, Partner(address(request), key))
