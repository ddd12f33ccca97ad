"""docs/kinds/coalition.md says what the code does: its example is run, its tables are complete."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import httpx
import orjson

from programs.coalition.entries import Account, EntryKind
from programs.coalition.errors import CoalitionErrorCode
from programs.coalition.rules import CoalitionRules
from programs.coalition.terms import Terms
from schema.partner.mutation import Mutation
from schema.partner.query import Query
from schema.shared.declare import NEEDS
from schema.shared.naming import camel
from tests.cases.conftest import OpenShop, configured, http, open_shop
from tests.cases.merchant import Merchant
from tests.test_docs import matches
from web.main import PARTNER

__all__ = ["configured", "http", "open_shop"]

DOC = (Path(__file__).parents[3] / "docs" / "kinds" / "coalition.md").read_text("utf-8")
EXAMPLE = DOC[DOC.index("## An example") : DOC.index("## What partners can do")]
REWARDS = DOC[DOC.index("## Rewards that partners give") : DOC.index("## Fraud")]
PARTNERS = DOC[DOC.index("## What partners can do") : DOC.index("## Settlement and statements")]


async def test_the_example_answers_what_it_says(open_shop: OpenShop) -> None:
    await told((await open_shop()).live)


async def test_the_partners_example_answers_what_it_says(open_shop: OpenShop, http: httpx.AsyncClient) -> None:
    merchant = (await open_shop()).live
    known = await told(merchant)
    found = blocks(PARTNERS, 6)
    for number, (query, shown) in enumerate(found):
        asked = {name: known[name] for name in re.findall(r"\$(\w+):", query)}
        if number == 0:
            answer = await merchant.ask(query)
        else:
            headers = {"authorization": f"Bearer {known['secret']}"}
            response = await http.post(PARTNER, json={"query": query, "variables": asked}, headers=headers)
            answer = response.json()["data"]
        assert matches(answer, orjson.loads(shown)), answer
        for payload in answer.values():
            for noun, name in (("member", "link"), ("redemption", "redemption")):
                if "id" in (payload.get(noun) or {}):
                    known[name] = payload[noun]["id"]


async def test_the_rewards_example_answers_what_it_says(open_shop: OpenShop) -> None:
    merchant = (await open_shop()).live
    await told(merchant)
    ((query, shown),) = blocks(REWARDS, 1)
    assert matches(await merchant.ask(query), orjson.loads(shown))


def blocks(section: str, number: int) -> list[tuple[str, str]]:
    found = re.findall(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    assert len(found) == section.count("```graphql") == number
    return found


async def told(merchant: Merchant) -> dict[str, str]:
    """The example's answers, and what they name: ids, and the partner's key."""
    known: dict[str, str] = {}
    for query, shown in blocks(EXAMPLE, 3):
        answer = await merchant.ask(query, **{name: known[name] for name in re.findall(r"\$(\w+):", query)})
        assert matches(answer, orjson.loads(shown)), answer
        for name, payload in answer.items():
            made = payload.get("program") or payload.get("partner") or {}
            known.setdefault(name, made["id"]) if "id" in made else None
            known |= {"secret": payload["secret"]} if "secret" in payload else {}
    return known


def names(section: str, until: str | None = None) -> list[str]:
    """What the first columns of a section's tables name."""
    table = DOC[DOC.index(section) : None if until is None else DOC.index(until)]
    return [
        name for cell in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE) for name in cell.strip("`").split("`, `")
    ]


def test_every_field_of_rules_and_terms_is_told() -> None:
    assert names("## The rules", "## Partners") == [
        each.name for each in fields(CoalitionRules) if each.name != "format"
    ]
    assert names("## Partners and", "## What is cleared") == [
        each.name for each in fields(Terms) if each.name != "format"
    ]


def test_every_account_and_kind_of_entry_is_told() -> None:
    assert names("## What is cleared", "## An example") == [*Account, *EntryKind]


def test_every_code_of_a_refusal_is_told() -> None:
    assert names("## Codes of refusals") == [*CoalitionErrorCode]


def test_every_operation_is_told_with_its_scope() -> None:
    rows = re.findall(r"^\| (?:none of them|`(read|earn|burn|settle)`) \| (.*) \|$", PARTNERS, re.MULTILINE)
    told_of = {scope: set(re.findall(r"`(\w+)`", cell)) - {"me", "read"} for scope, cell in rows}
    needed: dict[str, set[str]] = {}
    for root in (Query, Mutation):
        for each in root.__strawberry_definition__.fields:  # type: ignore[union-attr]  # strawberry added it
            needed.setdefault(each.metadata[NEEDS] or "", set()).add(camel(each.python_name))
    assert told_of == {**needed, "": needed[""] - {"me", "node"}}
