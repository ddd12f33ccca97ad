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
from tests.cases.conftest import OpenShop, configured, http, open_shop
from tests.test_docs import matches

__all__ = ["configured", "http", "open_shop"]

DOC = (Path(__file__).parents[3] / "docs" / "kinds" / "coalition.md").read_text("utf-8")
EXAMPLE = DOC[DOC.index("## An example") : DOC.index("## Settlement and statements")]


async def test_the_example_answers_what_it_says(open_shop: OpenShop, http: httpx.AsyncClient) -> None:
    merchant = (await open_shop()).live
    blocks = re.findall(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```", EXAMPLE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == EXAMPLE.count("```graphql") == 3
    known: dict[str, str] = {}
    for query, shown in blocks:
        answer = await merchant.ask(query, **{name: known[name] for name in re.findall(r"\$(\w+):", query)})
        assert matches(answer, orjson.loads(shown)), answer
        for name, payload in answer.items():
            made = payload.get("program") or payload.get("partner") or {}
            known.setdefault(name, made["id"]) if "id" in made else None


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
