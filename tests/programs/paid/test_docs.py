"""docs/kinds/paid.md says what the code does: its example is run, its tables are complete."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import httpx
import orjson

from connect.payments.sandbox import CARDS
from programs.paid.errors import PaidErrorCode
from programs.paid.life import State
from programs.paid.rules import PaidRules
from tests.cases.conftest import OpenShop, configured, http, open_shop
from tests.test_docs import matches

__all__ = ["configured", "http", "open_shop"]

DOC = (Path(__file__).parents[3] / "docs" / "kinds" / "paid.md").read_text("utf-8")


async def test_the_example_answers_what_it_says(open_shop: OpenShop, http: httpx.AsyncClient) -> None:
    merchant = (await open_shop()).live
    blocks = re.findall(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
    assert len(blocks) == DOC.count("```graphql") == 7
    ids: dict[str, str] = {}
    for query, shown in blocks:
        answer = await merchant.ask(query, **{name: ids[name] for name in re.findall(r"\$(\w+):", query)})
        assert matches(answer, orjson.loads(shown)), answer
        for name, noun in (
            ("points", "program"), ("vip", "program"), ("joined", "membership"), ("bought", "memberPass"),
        ):  # fmt: skip
            found = answer.get(name, {}).get(noun)
            if found is not None and "id" in found:
                ids[name] = found["id"]


def _told(section: str, following: str) -> list[str]:
    part = DOC[DOC.index(f"## {section}\n") : DOC.index(f"## {following}\n") if following else len(DOC)]
    return re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)


def test_every_field_state_and_code_is_told() -> None:
    shown = [field.name for field in fields(PaidRules) if field.name != "format"]
    assert _told("The rules", "A membership's life") == shown
    assert _told("A membership's life", "Money") == [state.value for state in State]
    assert _told("Errors", "") == [code.value for code in PaidErrorCode]


def test_every_test_card_is_told() -> None:
    rows = re.findall(r"^\| ([\d ]{19}) \| `(\w+)` \|", DOC, re.MULTILINE)
    assert {number.replace(" ", ""): method for number, method in rows} == CARDS
