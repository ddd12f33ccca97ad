"""docs/kinds/giving.md says what the code does: its example is run, its tables are complete."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import httpx
import orjson

from programs.giving.errors import GivingErrorCode
from programs.giving.rules import GivingRules
from tests.cases.conftest import OpenShop, configured, http, open_shop
from tests.test_docs import matches

__all__ = ["configured", "http", "open_shop"]

DOC = (Path(__file__).parents[3] / "docs" / "kinds" / "giving.md").read_text("utf-8")


async def test_the_example_answers_what_it_says(open_shop: OpenShop, http: httpx.AsyncClient) -> None:
    merchant = (await open_shop()).live
    blocks = re.findall(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
    assert len(blocks) == DOC.count("```graphql") == 4
    programs: dict[str, str] = {}
    for query, shown in blocks:
        asked = {name: programs[name] for name in re.findall(r"\$(\w+):", query)}
        answer = await merchant.ask(query, **asked)
        assert matches(answer, orjson.loads(shown)), answer
        for name in ("points", "giving"):
            programs.setdefault(name, answer.get(name, {}).get("program", {}).get("id", ""))


def test_every_field_of_the_rules_is_told() -> None:
    table = DOC[DOC.index("## The rules") : DOC.index("## An example")]
    told = [
        name for cell in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE) for name in cell.strip("`").split("`, `")
    ]
    assert told == [field.name for field in fields(GivingRules) if field.name != "format"]


def test_every_code_of_a_refusal_is_told() -> None:
    table = DOC[DOC.index("## Codes of refusals") :]
    assert re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE) == [code.value for code in GivingErrorCode]
