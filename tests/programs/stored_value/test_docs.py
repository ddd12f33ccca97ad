"""docs/kinds/stored-value.md says what the code does: its example is run, its tables are complete."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import orjson

from programs.stored_value.errors import StoredValueErrorCode
from programs.stored_value.rules import StoredValueRules
from tests.cases.conftest import OpenShop, configured, http, open_shop
from tests.test_docs import matches

__all__ = ["configured", "http", "open_shop"]

DOC = (Path(__file__).parents[3] / "docs" / "kinds" / "stored-value.md").read_text("utf-8")


async def test_the_example_answers_what_it_says(open_shop: OpenShop, http: httpx.AsyncClient) -> None:
    merchant = (await open_shop()).live
    blocks = re.findall(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
    assert len(blocks) == DOC.count("```graphql") == 8
    known: dict[str, str] = {}
    for query, shown in blocks:
        asked = {name: known[name] for name in re.findall(r"\$(\w+):", query)}
        answer = await merchant.ask(query, **asked)
        assert matches(answer, orjson.loads(shown)), answer
        note(answer, known)


def note(answer: Any, known: dict[str, str]) -> None:
    """Keep the ids and codes that later steps use, by the names that the page gives their variables."""
    for name, value in answer.items():
        if name == "code":
            known["code"] = value
        if isinstance(value, dict):
            if name in ("payment", "program") and "id" in value:
                known[name] = value["id"]
            note(value, known)


def test_every_field_of_the_rules_is_told() -> None:
    table = DOC[DOC.index("## The rules") : DOC.index("## An example")]
    told = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert told == [field.name for field in fields(StoredValueRules) if field.name != "format"]


def test_every_code_of_a_refusal_is_told() -> None:
    table = DOC[DOC.index("## Codes of refusals") :]
    assert re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE) == [code.value for code in StoredValueErrorCode]
