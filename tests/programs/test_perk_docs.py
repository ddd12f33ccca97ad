"""docs/perks.md says what the code does: its example is run, its table is complete."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import httpx
import orjson

from programs.perks import Perk
from tests.cases.conftest import OpenShop, configured, http, open_shop
from tests.test_docs import matches

__all__ = ["configured", "http", "open_shop"]

DOC = (Path(__file__).parents[2] / "docs" / "perks.md").read_text("utf-8")


async def test_the_example_answers_what_it_says(open_shop: OpenShop, http: httpx.AsyncClient) -> None:
    merchant = (await open_shop()).live
    blocks = re.findall(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
    assert len(blocks) == DOC.count("```graphql") == 4
    club = None
    for query, shown in blocks:
        answer = await merchant.ask(query, **({"club": club} if "$club" in query else {}))
        assert matches(answer, orjson.loads(shown)), answer
        club = club or answer["club"]["program"]["id"]


def test_every_field_of_the_rules_is_told() -> None:
    table = DOC[DOC.index("## The rules") : DOC.index("## An example")]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [field.name for field in fields(Perk)]
