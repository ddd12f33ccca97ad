"""What the shop's own server asks of Guerdon: the admin API over HTTP with the secret key, as any merchant's would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from web.shop.asking import Endpoint
from web.shop.catalogue import CURRENCY

CUSTOMERS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who can be signed in; `points` are what they can spend, in words."""

    id: str
    name: str
    points: str


@dataclass(frozen=True, slots=True)
class Reward:
    """A reward that a customer's code stands for; `used` once an order named the code."""

    redemption_id: str
    name: str
    code: str
    terms: Mapping[str, Any]
    used: bool


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Records of an order: so many, for so many cents after discount, of which so many were returned."""

    id: str
    sku: str | None
    kind: str
    pieces: int
    cents: int
    returned: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order that was placed."""

    id: str
    at: datetime
    lines: tuple[OrderLine, ...]
    points: int


@dataclass(frozen=True, slots=True)
class Account:
    """A customer with what the shop shows of them; orders, latest first."""

    customer: Customer
    available: int
    orders: tuple[Order, ...]
    rewards: tuple[Reward, ...]


@dataclass(frozen=True, slots=True)
class Reserved:
    """Points set aside as payment of an order."""

    redemption_id: str
    points: int
    cents: int


class Guerdon:
    """The admin API of a tenant of the demo at `address`; the shop speaks of points of the unit with this slug."""

    def __init__(self, address: str, secret_key: str, unit: str) -> None:
        self._admin = Endpoint(f"{address}/graphql/admin", {"authorization": f"Bearer {secret_key}"})
        self._unit = unit

    async def customers(self) -> list[Customer]:
        """Some of those who have the most points."""
        found = await self._admin.ask(_CUSTOMERS)
        nodes = [node for node in found["members"]["nodes"] if node["externalId"] and node["name"]]
        nodes.sort(key=lambda node: _available(node, self._unit), reverse=True)
        return [_customer(node, self._unit) for node in nodes[:CUSTOMERS_SHOWN]]

    async def account(self, customer: str) -> Account | None:
        """A customer with their orders and rewards; none if there is no such customer."""
        node = (await self._admin.ask(_ACCOUNT, customer=customer))["member"]
        if node is None or node["state"] != "ACTIVE":
            return None
        entries = node["timeline"]["nodes"]
        done = [entry for entry in entries if (entry["activity"] or {}).get("state") == "DECIDED"]
        used = {code for entry in done for code in entry["activity"]["codes"]}
        rewards = tuple(
            Reward(one["id"], one["reward"]["name"], code, one["reward"]["terms"], code in used)
            for one in node["redemptions"]["nodes"]
            if one["reward"] and one["voucher"] and one["state"] == "CONFIRMED"
            for code in [one["voucher"]["code"]]
        )
        available = _available(node, self._unit)
        return Account(_customer(node, self._unit), available, _orders(done, self._unit), rewards)

    async def join(self, customer: str, name: str) -> None:
        """Make a member of somebody new. Raises `Refusal`."""
        await self._admin.do(_JOIN, input={"externalId": customer, "name": name, "tags": ["demo shop"]})

    async def token(self, customer: str) -> str:
        """A token with which the pages may ask for this customer for five minutes. Raises `Refusal`."""
        token: str = (await self._admin.do(_SIGN, customer=customer))["token"]
        return token

    async def reserve(self, customer: str, order: str, points: int, cents: int) -> Reserved:
        """Set points aside as payment of an order of `cents`. Raises `Refusal`."""
        payment = {"points": points, "orderId": order, "orderTotal": cents, "currency": CURRENCY}
        given = {
            "idempotencyKey": f"reserve:{order}",
            "member": {"externalId": customer},
            "redeem": {"payment": payment},
        }
        found = (await self._admin.do(_RESERVE, input=given))["redemption"]
        return Reserved(found["id"], found["points"], found["value"]["amount"])

    async def confirm(self, reserved: Reserved, order: str) -> None:
        """Spend what was set aside, now that the order is placed. Raises `Refusal`."""
        given = {"idempotencyKey": f"confirm:{order}", "id": reserved.redemption_id, "orderId": order}
        await self._admin.do(_CONFIRM, input=given)

    async def release(self, reserved: Reserved, order: str) -> None:
        """Let go of what was set aside, since there is no order. Raises `Refusal`."""
        await self._admin.do(_CANCEL, input={"idempotencyKey": f"cancel:{order}", "id": reserved.redemption_id})

    async def bought(self, customer: str, purchase: Mapping[str, Any]) -> None:
        """Tell of an order. Telling of it again changes nothing. Raises `Refusal`."""
        await self._record(f"order:{purchase['orderId']}", customer, {"purchase": purchase})

    async def returned(self, customer: str, order: str, line: str, nth: int) -> None:
        """Tell that the `nth` record of a line came back. Telling of it again changes nothing. Raises `Refusal`."""
        refund = {"orderId": order, "lines": [{"lineId": line, "quantity": 1}]}
        await self._record(f"return:{order}:{line}:{nth}", customer, {"refund": refund})

    async def _record(self, key: str, customer: str, activity: Mapping[str, Any]) -> None:
        given = {"idempotencyKey": key, "member": {"externalId": customer}, "activity": activity}
        await self._admin.do(_RECORD, input={**given, "source": "demo-shop", "channel": "web"})


def _customer(node: Mapping[str, Any], slug: str) -> Customer:
    balance = next((one for one in node["balances"] if one["unit"]["slug"] == slug), None)
    if balance is None:
        return Customer(node["externalId"], node["name"] or "Guest", "no points yet")
    unit = balance["unit"]
    name = unit["name"] if balance["available"] == 1 else unit["namePlural"]
    return Customer(node["externalId"], node["name"] or "Guest", f"{balance['available']:,} {name}")


def _available(node: Mapping[str, Any], slug: str) -> int:
    return sum(balance["available"] for balance in node["balances"] if balance["unit"]["slug"] == slug)


def _orders(entries: list[dict[str, Any]], unit: str) -> tuple[Order, ...]:
    """The orders among what happened, with what came back of them since."""
    returned: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        said, _, rest = entry["activity"]["key"].partition(":")
        if said == "return" and rest.count(":") == 2:
            order, line, _ = rest.split(":")
            returned[order, line] += 1
    return tuple(
        Order(
            entry["activity"]["orderId"],
            datetime.fromisoformat(entry["at"]),
            tuple(
                _line(line, returned[entry["activity"]["orderId"], line["id"]]) for line in entry["activity"]["lines"]
            ),
            sum(
                change["available"] + change["pending"] for change in entry["changes"] if change["unit"]["slug"] == unit
            ),
        )
        for entry in entries
        if entry["activity"]["kind"] == "purchase"
    )


def _line(line: Mapping[str, Any], returned: int) -> OrderLine:
    cents = line["amount"] - line["discount"]
    return OrderLine(line["id"], line["sku"], line["kind"], line["quantity"], cents, returned)


_CUSTOMERS = """query { members(first: 100) { nodes {
  externalId name balances { available unit { slug name namePlural } }
} } }"""

_ACCOUNT = """query ($customer: String!) { member(externalId: $customer) {
  externalId name state
  balances { available unit { slug name namePlural } }
  timeline(first: 50) { nodes { at changes { unit { slug } available pending } activity {
    key kind state orderId codes lines { id sku kind quantity amount discount }
  } } }
  redemptions(first: 50) { nodes { id state voucher { code } reward { name terms {
    amountOff { amount { amount } minimumOrder { amount } }
    percentOff { percent atMost { amount } minimumOrder { amount } }
    freeShipping { minimumOrder { amount } }
    freeProduct { sku }
  } } } }
} }"""

_JOIN = "mutation ($input: MemberUpsertInput!) { memberUpsert(input: $input) { userErrors { code field message } } }"

_SIGN = """mutation ($customer: String!) {
  customerTokenCreate(input: {member: {externalId: $customer}}) { token userErrors { code field message } }
}"""

_RECORD = """mutation ($input: RecordActivityInput!) {
  recordActivity(input: $input) { userErrors { code field message } }
}"""

_RESERVE = """mutation ($input: RedemptionReserveInput!) { redemptionReserve(input: $input) {
  redemption { id points value { amount } } userErrors { code field message }
} }"""

_CONFIRM = """mutation ($input: RedemptionConfirmInput!) {
  redemptionConfirm(input: $input) { userErrors { code field message } }
}"""

_CANCEL = """mutation ($input: RedemptionCancelInput!) {
  redemptionCancel(input: $input) { userErrors { code field message } }
}"""
