"""docs/kinds/game.md says what the code does: its example is run, its tables are complete."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import orjson

from programs.game.errors import GameErrorCode
from programs.game.rules import GameRules
from tests.cases.conftest import OpenShop, configured, http, open_shop
from tests.test_docs import matches

__all__ = ["configured", "http", "open_shop"]

DOC = (Path(__file__).parents[3] / "docs" / "kinds" / "game.md").read_text("utf-8")


async def test_the_example_answers_what_it_says(open_shop: OpenShop, http: httpx.AsyncClient) -> None:
    merchant = (await open_shop()).live
    blocks = re.findall(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
    assert len(blocks) == DOC.count("```graphql") == 4
    known: dict[str, Any] = {}
    for query, shown in blocks:
        answer = await merchant.ask(query, **{name: known[name] for name in re.findall(r"\$(\w+):", query)})
        assert matches(answer, orjson.loads(shown)), answer
        if "wheel" in answer:
            known["wheel"] = answer["wheel"]["program"]["id"]
        if "gamePlay" in answer:
            known["play"] = answer["gamePlay"]["play"]["id"]
            assert answer["gameSeedRotate"]["seed"]["commitment"] != answer["gamePlay"]["play"]["commitment"]


def test_every_field_of_the_rules_is_told() -> None:
    table = DOC[DOC.index("## The rules") : DOC.index("## Proof")]
    told = [name for row in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)]
    assert told == [field.name for field in fields(GameRules) if field.name != "format"]


def test_every_code_of_games_is_told() -> None:
    table = DOC[DOC.index("## What is refused") : DOC.index("## An example")]
    told = {code for row in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE) for code in re.findall(r"`(\w+)`", row)}
    assert told == {code.value for code in GameErrorCode} - {"INVALID", "NOT_FOUND"}
