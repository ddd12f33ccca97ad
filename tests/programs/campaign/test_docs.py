"""docs/kinds/campaign.md says what the code does: its example is run, its table is complete."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import httpx
import orjson

from programs.campaign.rules import CampaignRules
from tests.cases.conftest import OpenShop, configured, http, open_shop
from tests.test_docs import matches

__all__ = ["configured", "http", "open_shop"]

DOC = (Path(__file__).parents[3] / "docs" / "kinds" / "campaign.md").read_text("utf-8")


async def test_the_example_answers_what_it_says(open_shop: OpenShop, http: httpx.AsyncClient) -> None:
    merchant = (await open_shop()).live
    blocks = re.findall(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
    assert len(blocks) == DOC.count("```graphql") == 5
    programs: dict[str, str] = {}
    for query, shown in blocks:
        answer = await merchant.ask(query, **{name: programs[name] for name in re.findall(r"\$(\w+):", query)})
        assert matches(answer, orjson.loads(shown)), answer
        for name in ("points", "campaign"):
            programs.setdefault(name, answer.get(name, {}).get("program", {}).get("id", ""))


def test_every_field_of_the_rules_is_told() -> None:
    table = DOC[DOC.index("## The rules") : DOC.index("## An example")]
    told = [
        name for cell in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE) for name in cell.strip("`").split("`, `")
    ]
    assert told == [field.name for field in fields(CampaignRules) if field.name != "format"]
