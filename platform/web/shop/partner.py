"""What a brand's own server asks of Guerdon: the partner API over HTTP with the partner's key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kit.errors import Refusal
from web.shop.asking import Endpoint, accepted
from web.shop.catalogue import CURRENCY, Record


@dataclass(frozen=True, slots=True)
class Entry:
    """A change of the guest's points; `order` is one of the brand's own."""

    at: datetime
    kind: str
    points: int
    order: str | None


@dataclass(frozen=True, slots=True)
class Guest:
    """A member as the brand knows them. What they did not consent to is None."""

    link: str
    name: str | None
    points: int | None
    entries: tuple[Entry, ...] | None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a purchase would earn, and how many points may pay for it at most."""

    earns: int
    points_most: int


class Partner:
    """The partner API at `address`, for the brand whose key this is."""

    def __init__(self, address: str, key: str) -> None:
        self._api = Endpoint(f"{address}/graphql/partner", {"authorization": f"Bearer {key}"})

    async def guest(self, customer: str) -> Guest | None:
        """The member who is this customer of the brand's; none if it knows none."""
        found = (await self._api.ask(_GUEST, customer=customer))["memberByCustomer"]
        if found is None:
            return None
        entries = found["entries"]
        return Guest(
            found["id"], found["name"], None if found["balance"] is None else found["balance"]["available"],
            None if entries is None else tuple(map(_entry, entries["nodes"])),
        )  # fmt: skip

    async def link(self, code: str, customer: str) -> None:
        """Get to know the member whose code this is. Raises `Refusal`."""
        given = {"idempotencyKey": f"link:{customer}:{code}", "member": {"code": code}, "customerId": customer}
        await self._api.do(_LINK, input=given)

    async def offer(self, guest: Guest, record: Record) -> Offer:
        """What it would come to for this guest. Raises `Refusal`."""
        cart = {"link": guest.link, "cart": {"currency": CURRENCY, "lines": [_line(record)]}}
        points = record.cents if guest.points is None else guest.points
        found = await self._api.ask(_QUOTES, plain=cart, paid={**cart, "points": max(1, points)})
        earns = sum(each["amount"] for each in accepted(found["plain"])["quote"]["earns"])
        try:
            most = (accepted(found["paid"])["quote"]["redeem"] or {"points": 0})["points"]
        except Refusal:
            most = 0  # fewer than can be used
        return Offer(earns, most)

    async def book(self, guest: Guest, order: str, record: Record, points: int) -> None:
        """Sell it, in part for points. Sent again it changes nothing. Raises `Refusal`, and then nothing is spent."""
        paid = await self._reserve(guest, order, record.cents, points) if points else None
        worth = paid["value"]["amount"] if paid is not None else 0
        tenders = [{"kind": "POINTS", "amount": worth}, {"kind": "CARD", "amount": record.cents - worth}]
        purchase = {
            "orderId": order, "currency": CURRENCY, "lines": [_line(record)],
            "tenders": [each for each in tenders if each["amount"]],
        }  # fmt: skip
        try:
            await self._record(f"order:{order}", guest, {"purchase": purchase})
        except Refusal:
            if paid is not None:
                await self._api.do(_CANCEL, input={"idempotencyKey": f"cancel:{order}", "id": paid["id"]})
            raise
        if paid is not None:
            await self._api.do(_CONFIRM, input={"idempotencyKey": f"confirm:{order}", "id": paid["id"]})

    async def cancel(self, guest: Guest, order: str) -> None:
        """Cancel an order: what it earned goes, and what paid for it comes back. Raises `Refusal`."""
        await self._record(f"cancelled:{order}", guest, {"cancel": {"orderId": order}})

    async def _reserve(self, guest: Guest, order: str, cents: int, points: int) -> dict[str, Any]:
        given = {"idempotencyKey": f"reserve:{order}", "link": guest.link, "points": points, "orderId": order,
                 "orderTotal": cents, "currency": CURRENCY}  # fmt: skip
        found: dict[str, Any] = (await self._api.do(_RESERVE, input=given))["redemption"]
        return found

    async def _record(self, key: str, guest: Guest, activity: Mapping[str, Any]) -> None:
        given = {"idempotencyKey": key, "link": guest.link, "activity": activity, "channel": "web"}
        await self._api.do(_RECORD, input=given)


def _line(record: Record) -> dict[str, Any]:
    return {"id": record.sku, "sku": record.sku, "amount": record.cents, "categories": list(record.categories)}


def _entry(node: Mapping[str, Any]) -> Entry:
    return Entry(datetime.fromisoformat(node["at"]), node["kind"], node["points"], node["orderId"])


_GUEST = """query ($customer: String!) { memberByCustomer(customerId: $customer) {
  id name balance { available } entries(first: 6) { nodes { at kind points orderId } }
} }"""

_LINK = """mutation ($input: MemberLinkInput!) {
  memberLink(input: $input) { userErrors { code field message } }
}"""

_QUOTES = """query ($plain: PartnerQuoteInput!, $paid: PartnerQuoteInput!) {
  plain: partnerQuote(input: $plain) { quote { earns { amount } } userErrors { code field message } }
  paid: partnerQuote(input: $paid) { quote { redeem { points } } userErrors { code field message } }
}"""

_RECORD = """mutation ($input: PartnerRecordActivityInput!) {
  partnerRecordActivity(input: $input) { userErrors { code field message } }
}"""

_RESERVE = """mutation ($input: PartnerRedeemReserveInput!) { partnerRedeemReserve(input: $input) {
  redemption { id points value { amount } } userErrors { code field message }
} }"""

_CONFIRM = """mutation ($input: PartnerRedeemConfirmInput!) {
  partnerRedeemConfirm(input: $input) { userErrors { code field message } }
}"""

_CANCEL = """mutation ($input: PartnerRedeemCancelInput!) {
  partnerRedeemCancel(input: $input) { userErrors { code field message } }
}"""
