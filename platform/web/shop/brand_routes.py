"""What is done on a brand's own page. Its server has the partner's key and nothing else; a code comes from the club."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kit.errors import Refusal
from web.shop import brand_office, brand_pages
from web.shop.brand_slip import CONSENTS
from web.shop.brands import Brand
from web.shop.counter import NAME, Counter, address, answer, find, read_form, read_number
from web.shop.own_points import Purse
from web.shop.partner import Guest, Partner

_GONE = frozenset({"NOT_FOUND", "NOT_ELIGIBLE", "ENDED", "OUT_OF_STOCK"})
"""Why a reward that was shown can no longer be had."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where a request came to: a brand of a club, with its own way to Guerdon."""

    club: Counter
    brand: Brand
    partner: Partner

    @property
    def path(self) -> str:
        """Where the brand's page is."""
        return f"{self.club.base}/partners/{self.brand.slug}"

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
        """The brand's page, perhaps with something chosen, or just done."""
        at, asked = self._at(request), request.query_params
        guest = await at.guest(request)
        shown = await self._shown(request, at, guest)
        record = at.brand.goods.get(asked.get("offer", "")) if guest else None
        if guest is None or record is None:
            return await self._page(request, at, shown)
        wanted = read_number(asked.get("points"))
        try:
            offer = await at.partner.offer(guest, record, wanted)
        except Refusal as refusal:
            return at.to(f"notice={refusal.code}")
        if wanted and not offer.points:
            return at.to(f"offer={record.sku}&notice=OUT_OF_RANGE")
        order = f"{at.brand.prefix}-{token_hex(4).upper()}"
        return await self._page(request, at, replace(shown, record=record, offer=offer, order=order))

    async def office(self, request: Request) -> Response:
        """What the brand's own people see: where it stands with the club, and its statements."""
        at = self._at(request)
        visit, _ = await at.club.visit(request)
        return answer(brand_office.office(visit, at.brand, await at.partner.office()))

    async def statement(self, request: Request) -> Response:
        """A statement of the brand's, which its server gets with the key."""
        at, named = self._at(request), request.path_params
        known = named["form"] in ("csv", "pdf") and NAME.fullmatch(named["id"])
        found = await at.partner.statement(named["id"], named["form"]) if known else None
        if found is None:
            raise HTTPException(404, "There is no such statement.")
        headers = {"content-disposition": found.disposition, "cache-control": "no-store"}
        return Response(found.content, media_type=found.media_type, headers=headers)

    async def code(self, request: Request) -> Response:
        """Have the club make a code, by which this brand may see what is ticked."""
        at, form = self._at(request), await read_form(request)
        if not at.customer(request):
            return at.to()
        try:
            membership = await at.club.membership(request)
            code = await membership.code([name for name in CONSENTS if name in form])
        except Refusal as refusal:
            return at.to(f"notice={refusal.code}")
        shown = await self._shown(request, at, await at.guest(request))
        return await self._page(request, at, replace(shown, code=code))

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

    async def unlink(self, request: Request) -> Response:
        """Know the guest no longer."""
        at = self._at(request)
        guest = await at.guest(request)
        if guest is None:
            return at.to()
        try:
            await at.partner.unlink(guest)
        except Refusal as refusal:
            return at.to(f"notice={refusal.code}")
        return at.to("notice=UNLINKED")

    async def perk(self, request: Request) -> Response:
        """Give the guest a perk that they have."""
        at, form = self._at(request), await read_form(request)
        guest, key = await at.guest(request), form.get("key", "")
        if guest is None or NAME.fullmatch(key) is None:
            return at.to()
        try:
            await at.partner.use(guest, form.get("offer", ""), key)
        except Refusal as refusal:
            return at.to(f"notice={refusal.code}")
        return at.to("notice=PERK_USED")

    async def redeem(self, request: Request) -> Response:
        """Give the guest a reward for knots; it goes by a number of the brand's own."""
        at, form = self._at(request), await read_form(request)
        guest, key = await at.guest(request), form.get("key", "")
        if guest is None or NAME.fullmatch(key) is None:
            return at.to()
        try:
            made = await at.partner.redeem(guest, form.get("reward", ""), f"{at.brand.prefix}-R-{key}")
        except Refusal as refusal:
            return at.to(f"notice={'REWARD_GONE' if refusal.code in _GONE else refusal.code}")
        return at.to(f"redeemed={quote(made)}")

    async def convert(self, request: Request) -> Response:
        """Make the brand's own points the club's, or the club's its own; its own system is a cookie."""
        at, form = self._at(request), await read_form(request)
        guest, own, key = await at.guest(request), at.brand.own, form.get("key", "")
        if guest is None or own is None or NAME.fullmatch(key) is None:
            return at.to()
        purse = Purse.of(request, own, at.customer(request))
        amount, inward = read_number(form.get("amount")), form.get("way") == "in"
        if inward and amount > purse.points:
            return at.to("notice=OWN_POINTS")
        if not inward and amount % own.rate:
            return at.to("notice=CONVERT_RANGE")
        try:
            made = await at.partner.convert(guest, inward, amount if inward else amount // own.rate, key)
        except Refusal as refusal:
            code = "CONVERT_RANGE" if refusal.code == "OUT_OF_RANGE" else refusal.code
            return at.to(f"notice={code}")
        return purse.changed(-made.own if inward else made.own, made.id).keep(
            at.to(f"converted={quote(made.id)}"), at.path
        )  # fmt: skip

    async def undo(self, request: Request) -> Response:
        """Take a conversion of the guest's back."""
        at, form = self._at(request), await read_form(request)
        own, customer = at.brand.own, at.customer(request)
        if not customer or own is None:
            return at.to()
        made = await at.partner.conversion(form.get("conversion", ""))
        if made is None or made.customer != customer:
            return at.to()
        try:
            await at.partner.undo(made.id)
        except Refusal as refusal:
            return at.to(f"notice=UNDO_{refusal.code}")
        purse = Purse.of(request, own, customer).changed(made.own if made.inward else -made.own, f"{made.id}-undone")
        return purse.keep(at.to("notice=UNDONE"), at.path)

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

    async def _shown(self, request: Request, at: _Desk, guest: Guest | None) -> brand_pages.Shown:
        """What is shown whatever was asked for."""
        asked, customer = request.query_params, at.customer(request)
        placed = asked.get("placed", "")
        made = await at.partner.conversion(asked["converted"]) if guest and "converted" in asked else None
        got = await at.partner.ticket(asked["redeemed"]) if guest and "redeemed" in asked else None
        return brand_pages.Shown(
            at.brand, guest,
            rewards=await at.partner.rewards() if guest else (),
            ticket=got if got is not None and got.customer == customer else None,
            perks=await at.partner.perks(guest) if guest else (),
            own_points=Purse.of(request, at.brand.own, customer).points if at.brand.own else 0,
            key=token_hex(8),
            placed=placed if NAME.fullmatch(placed) else "",
            converted=made if made is not None and made.customer == customer and not made.undone else None,
        )  # fmt: skip

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
