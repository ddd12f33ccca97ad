"""What a brand's own server asks of Guerdon: the partner API over HTTP with the partner's key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kit.errors import Refusal
from web.shop.asking import Endpoint, Statement, accepted
from web.shop.catalogue import CURRENCY, Record


@dataclass(frozen=True, slots=True)
class Entry:
    """A change of the guest's points; `order` is one of the brand's own."""

    at: datetime
    kind: str
    points: int
    order: str | None


@dataclass(frozen=True, slots=True)
class Perk:
    """A perk that the guest can use here, `left` times more (None: any number)."""

    offer: str
    name: str
    left: int | None


@dataclass(frozen=True, slots=True)
class Reward:
    """Something that so many knots buy here."""

    id: str
    name: str
    about: str
    points: int
    in_stock: bool


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a customer got for knots: a code, and what is to be done with it."""

    customer: str | None
    name: str
    code: str
    instructions: str


@dataclass(frozen=True, slots=True)
class Guest:
    """A member as the brand knows them. What they did not consent to is None."""

    link: str
    consent: frozenset[str]
    name: str | None
    points: int | None
    tier: str | None
    entries: tuple[Entry, ...] | None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a purchase would earn, how many points may pay for it at most, and what is due if `points` do."""

    earns: int
    points_most: int
    points: int
    due: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """`own` points of the brand's that became `points` of the club's (`inward`), or the other way."""

    id: str
    customer: str | None
    inward: bool
    own: int
    points: int
    undone: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """A settlement with the brand: `due` cents above zero are paid to it, below zero by it."""

    id: str
    number: int
    first_day: date
    last_day: date
    state: str
    due: int


@dataclass(frozen=True, slots=True)
class Office:
    """What the brand's own people see: what it owes (micros; below zero: is owed), and its settlements, newest first.

    `prepaid` are the points left of its blocks, `credit` what it may owe still in micros; None where that is unbounded.
    """

    owed: int
    prepaid: int | None
    credit: int | None
    settled: tuple[Settled, ...]


class Partner:
    """The partner API at `address`, for the brand whose key this is."""

    def __init__(self, address: str, key: str) -> None:
        self._api = Endpoint(f"{address}/graphql/partner", {"authorization": f"Bearer {key}"})

    async def guest(self, customer: str) -> Guest | None:
        """The member who is this customer of the brand's; none if it knows none."""
        found = (await self._api.ask(_GUEST, customer=customer))["memberByCustomer"]
        if found is None:
            return None
        entries, tiers = found["entries"], found["tiers"] or ()
        return Guest(
            found["id"], frozenset(found["consent"]), found["name"],
            None if found["balance"] is None else found["balance"]["available"],
            next((tier["name"] for tier in tiers if tier["name"]), None),
            None if entries is None else tuple(map(_entry, entries["nodes"])),
        )  # fmt: skip

    async def perks(self, guest: Guest) -> tuple[Perk, ...]:
        """What the guest can use here besides points; nothing unless they let their tier be seen."""
        found = (await self._api.ask(_PERKS, link=guest.link))["memberOffers"] or ()
        return tuple(Perk(each["offer"], each["name"], each["left"]) for each in found)

    async def use(self, guest: Guest, offer: str, key: str) -> None:
        """Give the guest a perk, once per key. Raises `Refusal`."""
        await self._api.do(_USE, input={"idempotencyKey": f"perk:{key}", "link": guest.link, "offer": offer})

    async def rewards(self) -> tuple[Reward, ...]:
        """What can be had here for knots."""
        found = (await self._api.ask(_REWARDS))["rewards"]["nodes"]
        return tuple(
            Reward(each["id"], each["name"], each["description"], each["points"], each["inStock"]) for each in found
        )

    async def redeem(self, guest: Guest, reward: str, order: str) -> str:
        """Give the guest a reward for their knots, once per order; its redemption. Raises `Refusal`."""
        given = {"idempotencyKey": f"reserve:{order}", "link": guest.link, "reward": reward, "orderId": order}
        held: dict[str, Any] = (await self._api.do(_RESERVE, input=given))["redemption"]
        await self._api.do(_CONFIRM, input={"idempotencyKey": f"confirm:{order}", "id": held["id"]})
        return str(held["id"])

    async def ticket(self, redemption: str) -> Ticket | None:
        """What was had for knots by a redemption; none for anything else."""
        found = (await self._api.ask(_TICKET, id=redemption))["node"]
        if not found or not found["voucher"]:
            return None
        terms = found["reward"]["terms"]["partnerReward"] or {"instructions": ""}
        return Ticket(found["customerId"], found["reward"]["name"], found["voucher"]["code"], terms["instructions"])

    async def link(self, code: str, customer: str) -> None:
        """Get to know the member whose code this is. Raises `Refusal`."""
        given = {"idempotencyKey": f"link:{customer}:{code}", "member": {"code": code}, "customerId": customer}
        await self._api.do(_LINK, input=given)

    async def unlink(self, guest: Guest) -> None:
        """Know the guest no longer. Raises `Refusal`."""
        await self._api.do(_UNLINK, input={"idempotencyKey": f"unlink:{guest.link}", "link": guest.link})

    async def offer(self, guest: Guest, record: Record, points: int) -> Offer:
        """What it would come to for this guest if so many points pay. Raises `Refusal`."""
        cart = {"link": guest.link, "cart": {"currency": CURRENCY, "lines": [_line(record)]}}
        most = max(1, record.cents if guest.points is None else guest.points)
        found = await self._api.ask(
            _QUOTES, most={**cart, "points": most}, chosen={**cart, "points": points} if points else cart
        )  # fmt: skip
        chosen = accepted(found["chosen"])["quote"]
        try:
            usable = (accepted(found["most"])["quote"]["redeem"] or {"points": 0})["points"]
        except Refusal:
            usable = 0  # fewer than can be used
        used = (chosen["redeem"] or {"points": 0})["points"]
        return Offer(sum(each["amount"] for each in chosen["earns"]), usable, used, chosen["amountDue"])

    async def convert(self, guest: Guest, inward: bool, amount: int, key: str) -> Conversion:
        """Make so many points of the brand's own the club's (`inward`), or of the club's its own. Raises `Refusal`."""
        what = {"ownPoints": amount} if inward else {"points": amount}
        given = {"idempotencyKey": f"convert:{key}", "link": guest.link, **what}
        return _conversion((await self._api.do(_IN if inward else _OUT, input=given))["conversion"])

    async def conversion(self, id_: str) -> Conversion | None:
        """A conversion of the brand's by its id; none for anything else."""
        found = (await self._api.ask(_CONVERSION, id=id_))["node"]
        return _conversion(found) if found else None

    async def undo(self, id_: str) -> Conversion:
        """Take a conversion back. Raises `Refusal`."""
        given = {"idempotencyKey": f"undo:{id_}", "id": id_}
        return _conversion((await self._api.do(_UNDO, input=given))["conversion"])

    async def office(self) -> Office:
        """What the brand's own people want to know."""
        found = await self._api.ask(_OFFICE)
        me, room = found["me"], found["me"]["room"] or {}
        return Office(
            sum(each["owedMicros"] for each in me["positions"] if each["currency"] == CURRENCY),
            room.get("prepaidPoints"), room.get("creditMicros"), tuple(map(_settled, found["settlements"]["nodes"])),
        )  # fmt: skip

    async def statement(self, id_: str, form: str) -> Statement | None:
        """A settlement's statement, `csv` or `pdf`; none if it is not the brand's."""
        found = (await self._api.ask(_STATEMENT, id=id_))["settlement"]
        return None if found is None else await self._api.fetch(f"{found['statementPath']}.{form}")

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


def _conversion(node: Mapping[str, Any]) -> Conversion:
    return Conversion(
        node["id"], node["customerId"], node["direction"] == "IN", node["ownPoints"], node["points"],
        node["undoneAt"] is not None,
    )  # fmt: skip


def _settled(node: Mapping[str, Any]) -> Settled:
    return Settled(
        node["id"], node["number"], date.fromisoformat(node["firstDay"]), date.fromisoformat(node["lastDay"]),
        node["state"], node["due"],
    )  # fmt: skip


_GUEST = """query ($customer: String!) { memberByCustomer(customerId: $customer) {
  id consent name balance { available } tiers { name } entries(first: 6) { nodes { at kind points orderId } }
} }"""

_LINK = """mutation ($input: MemberLinkInput!) {
  memberLink(input: $input) { userErrors { code field message } }
}"""

_UNLINK = """mutation ($input: MemberUnlinkInput!) {
  memberUnlink(input: $input) { userErrors { code field message } }
}"""

_PERKS = """query ($link: ID!) { memberOffers(linkedId: $link) { offer name left } }"""

_USE = """mutation ($input: PartnerOfferUseInput!) {
  partnerOfferUse(input: $input) { userErrors { code field message } }
}"""

_REWARDS = """{ rewards(first: 20) { nodes { id name description points inStock } } }"""

_TICKET = """query ($id: ID!) { node(id: $id) { ... on Redemption {
  customerId voucher { code } reward { name terms { partnerReward { instructions } } }
} } }"""

_QUOTES = """query ($most: PartnerQuoteInput!, $chosen: PartnerQuoteInput!) {
  most: partnerQuote(input: $most) { quote { redeem { points } } userErrors { code field message } }
  chosen: partnerQuote(input: $chosen) {
    quote { earns { amount } redeem { points } amountDue } userErrors { code field message }
  }
}"""

_CONVERTED = "id customerId direction ownPoints points undoneAt"

_IN = f"""mutation ($input: PartnerConvertInInput!) {{
  partnerConvertIn(input: $input) {{ conversion {{ {_CONVERTED} }} userErrors {{ code field message }} }}
}}"""

_OUT = f"""mutation ($input: PartnerConvertOutInput!) {{
  partnerConvertOut(input: $input) {{ conversion {{ {_CONVERTED} }} userErrors {{ code field message }} }}
}}"""

_UNDO = f"""mutation ($input: PartnerConvertUndoInput!) {{
  partnerConvertUndo(input: $input) {{ conversion {{ {_CONVERTED} }} userErrors {{ code field message }} }}
}}"""

_CONVERSION = f"""query ($id: ID!) {{ node(id: $id) {{ ... on PartnerConversion {{ {_CONVERTED} }} }} }}"""

_OFFICE = """{
  me { positions { currency owedMicros } room { prepaidPoints creditMicros } }
  settlements(first: 12) { nodes { id number firstDay lastDay state due } }
}"""

_STATEMENT = """query ($id: ID!) { settlement(id: $id) { statementPath } }"""

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
