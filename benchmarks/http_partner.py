"""A partner's question for a member's balance over HTTP, beside the storefront's `me` of the same member."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import httpx
import orjson

from benchmarks.core import check, opened
from benchmarks.figures import Measured
from benchmarks.http_me import PURCHASES, QUERY, ask_many, token_by
from benchmarks.rounds import alternate
from benchmarks.servers import Urls, folder, in_own_process
from benchmarks.serving import Server, guerdon
from benchmarks.shop import Shop, id_of, purchase, seed
from members.views import MemberId
from programs import service, versions
from programs.coalition import links, partners
from programs.coalition.links import LinkConsent
from programs.intake import record
from programs.records import MemberRef
from tenants import keys, scope
from tenants.roles import ACTIONS, PartnerScope, Role, permitting

CUSTOMER = "card-17"
BALANCE = """
query Balance {
  memberByCustomer(customerId: "card-17") {
    id name linkedAt
    balance { unit { name } available pending held expiries { amount lastDay } }
  }
}"""
TERMS = {"currency": "USD", "issue_price": 10_000, "reimbursement_price": 8_000}


async def balance() -> Measured:
    """Answers per second with 32 connections from one SQLite file: the partner's, then the shopper's."""
    with folder() as path:
        url = f"sqlite:///{path / 'guerdon.sqlite3'}"
        shop, key = await asyncio.to_thread(in_own_process, _prepare, url)
        async with guerdon(url, path, "development") as server:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
                shopper = {"authorization": f"Bearer {await token_by(client, shop)}",
                           "x-guerdon-key": shop.publishable_key}  # fmt: skip
                partner = {"authorization": f"Bearer {key}"}
                asked = {
                    "partner": ("/graphql/partner", BALANCE, partner, path / "partner.json"),
                    "me": ("/graphql/storefront", QUERY, shopper, path / "me.json"),
                }
                for endpoint, query, headers, shown in asked.values():
                    await _keep(client, endpoint, query, headers, shown)
            return await alternate(
                lambda: _per_second(server, *asked["partner"]), lambda: _per_second(server, *asked["me"]), "/s"
            )


async def _keep(client: httpx.AsyncClient, endpoint: str, query: str, headers: dict[str, str], shown: Path) -> None:
    """What it answers, which all answers are held against: both tell of the points that were earned."""
    answer = await client.post(endpoint, json={"query": query}, headers=headers)
    assert '"available":' in answer.text and "errors" not in answer.json(), answer.text
    await asyncio.to_thread(shown.write_bytes, orjson.dumps({"data": answer.json()["data"]}))


async def _per_second(server: Server, endpoint: str, query: str, headers: dict[str, str], shown: Path) -> float:
    body = orjson.dumps({"query": query})
    return await asyncio.to_thread(in_own_process, ask_many, server.port, endpoint, body, headers, shown)


def _prepare(url: str) -> tuple[Shop, str]:
    return asyncio.run(_fill(url))


async def _fill(url: str) -> tuple[Shop, str]:
    """A merchant with a coalition, whose first member has bought a few times and is linked; and the partner's key."""
    async with opened(Urls(url, url)):
        (shop,) = await seed(1)
        member = id_of(shop.number, 0)
        for _ in range(PURCHASES):
            item = purchase(shop, Random(0))  # noqa: S311  # no secret
            check(await record(type(item)(item.tenant, MemberRef(member), item.activity, item.now)))
        with scope.of(shop.tenant), permitting(ACTIONS[Role.OWNER]):
            rules = {"format": 1, "unit": "points"}
            made = await service.create(
                service.CreateInput(name="Friends", kind="coalition", unit="points", rules=rules)
            )
            await versions.publish(made.id)
            partner = await partners.create(made.id, "brand", "Brand")
            partner = await partners.save_terms(partner.id, TERMS)
            code = await links.make_code(MemberId(member), [LinkConsent.BALANCE, LinkConsent.PROFILE_NAME])
            await links.link_by_code("link", partner, code.code, CUSTOMER)
            key = await keys.create_for_partner(partner.id, "Till", [PartnerScope.READ])
        return shop, key.text
