"""Guerdon itself on a port of the loopback interface, and a merchant who signed up there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from schema.export import SCHEMAS
from tests.schema.refusal_paths import strays
from web.main import ADMIN, STOREFRONT

PASSWORD = "correct horse battery staple 9"
GRAPHQL = "application/graphql-response+json"

Data = dict[str, Any]


@dataclass(frozen=True)
class Api:
    """One endpoint, asked with one credential."""

    client: httpx.AsyncClient
    path: str
    headers: Mapping[str, str]

    async def answer(self, query: str, /, **variables: Any) -> Data:
        """The whole answer."""
        body = {"query": query, "variables": variables}
        response = await self.client.post(self.path, json=body, headers={"accept": GRAPHQL, **self.headers})
        found: Data = response.json()
        assert strays(SCHEMAS[self.path.rpartition("/")[2]]._schema, query, found) == [], strays(
            SCHEMAS[self.path.rpartition("/")[2]]._schema, query, found
        )
        return found

    async def ask(self, query: str, **variables: Any) -> Data:
        """The data of an answer without errors."""
        answer = await self.answer(query, **variables)
        assert "errors" not in answer, answer["errors"]
        found: Data = answer["data"]
        return found

    async def do(self, query: str, **variables: Any) -> Data:
        """The one payload of a mutation (or quote) that refused nothing."""
        payload = await self.payload(query, **variables)
        assert payload["userErrors"] == [], payload["userErrors"]
        return payload

    async def refused(self, query: str, **variables: Any) -> list[tuple[str, list[str]]]:
        """The codes and fields of a mutation that refused."""
        payload = await self.payload(query, **variables)
        return [(error["code"], error["field"]) for error in payload["userErrors"]]

    async def payload(self, query: str, **variables: Any) -> Data:
        """The one payload of a mutation."""
        (payload,) = (await self.ask(query, **variables)).values()
        found: Data = payload
        return found


@dataclass(frozen=True)
class Shop:
    """A merchant: who signed up, and their keys."""

    client: httpx.AsyncClient
    session: Data

    @property
    def keys(self) -> dict[str, str]:
        """The keys that sign-up showed."""
        found: dict[str, str] = self.session["keys"]
        return found

    @property
    def admin(self) -> Api:
        """The admin endpoint, asked by the merchant's server."""
        return self.admin_by(self.keys["secretKey"])

    @property
    def sandbox(self) -> Api:
        """The same for the sandbox."""
        return self.admin_by(self.keys["sandboxSecretKey"])

    def admin_by(self, key: str) -> Api:
        """The admin endpoint, asked with this key."""
        return Api(self.client, ADMIN, {"authorization": f"Bearer {key}"})

    def storefront(self, token: str | None = None, *, sandbox: bool = False) -> Api:
        """The storefront, asked by a page of the shop's, for a customer if there is a token."""
        customer = {} if token is None else {"authorization": f"Bearer {token}"}
        key = self.keys["sandboxPublishableKey" if sandbox else "publishableKey"]
        return Api(self.client, STOREFRONT, {"x-guerdon-key": key, **customer})


async def signed_up(client: httpx.AsyncClient, name: str = "Records") -> Shop:
    """A new merchant; the client keeps no cookie, so that keys alone say who asks."""
    form = {
        "shop": name, "zone": "Europe/Berlin", "currency": "EUR", "name": "Ada",
        "email": f"owner@{name.lower()}.example", "password": PASSWORD,
    }  # fmt: skip
    response = await client.post("/auth/sign-up", json=form)
    assert response.status_code == 200, response.text
    client.cookies.clear()
    return Shop(client, response.json())


# -- a points program --------------------------------------------------------------------------------------------------

UNIT = """mutation ($slug: String! = "points") {
  unitUpsert(input: {slug: $slug, name: "point", namePlural: "points"}) { unit { id slug } userErrors { code field } }
}"""
CREATE = """mutation ($input: ProgramCreateInput!) {
  programCreate(input: $input) {
    program { id slug state summary draft { id number } live { number } }
    findings { path code } userErrors { code field }
  }
}"""
PUBLISH = """mutation ($id: ID!) {
  programPublish(input: {id: $id}) {
    program { id state live { number } draft { number } } findings { path code } userErrors { code field }
  }
}"""
MEMBER = """mutation ($input: MemberUpsertInput!) {
  memberUpsert(input: $input) { member { id externalId name state } userErrors { code field } }
}"""
RECORD = """mutation ($input: RecordActivityInput!) {
  recordActivity(input: $input) {
    activity { id key kind state orderId lines { id amount } }
    decision { movements { amount state reason after unit { slug } } explanation { code text before after } }
    balances { available pending held unit { slug } expiries { amount lastDay } }
    userErrors { code field message }
  }
}"""
RULES = {
    "points": {
        "unit": "points",
        "rules": [
            {
                "id": "base", "name": "Points per euro",
                "earn": {"perAmount": {"points": 1, "per": 100, "currency": "EUR"}},
            }
        ],
        "expiry": {"policies": [{"monthsAfterEarning": {"months": 12}}]},
        "payment": {"points": 1, "worth": 1, "currency": "EUR", "maximumSharePercent": 50},
    }
}  # fmt: skip


async def points_program(api: Api, rules: Mapping[str, Any] = RULES) -> str:
    """A live points program; answers its id."""
    await api.do(UNIT)
    made = await api.do(CREATE, input={"slug": "club", "name": "Club", "rules": rules})
    await api.do(PUBLISH, id=made["program"]["id"])
    found: str = made["program"]["id"]
    return found


def purchase(key: str, amount: int, member: str = "c-1", order: str | None = None) -> Data:
    """An order of one line."""
    lines = [{"id": "1", "amount": amount}]
    order_of = {"orderId": order or key, "currency": "EUR", "lines": lines}
    return {"idempotencyKey": key, "member": {"externalId": member}, "activity": {"purchase": order_of}}
