"""docs/kinds/tasks.md says what the code does: its example is run, its tables are complete."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import httpx
import orjson
import pytest

from programs.tasks.errors import TaskErrorCode
from programs.tasks.rules import Task, TasksRules
from tests.cases.conftest import OpenShop, configured, http, open_shop
from tests.test_docs import matches

__all__ = ["configured", "http", "open_shop"]

DOC = (Path(__file__).parents[3] / "docs" / "kinds" / "tasks.md").read_text("utf-8")


async def test_the_example_answers_what_it_says(open_shop: OpenShop, http: httpx.AsyncClient) -> None:
    merchant = (await open_shop()).live
    blocks = re.findall(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
    assert len(blocks) == DOC.count("```graphql") == 5
    program = ""
    for query, shown in blocks:
        answer = await merchant.ask(query, **({"tasks": program} if "$tasks" in query else {}))
        assert matches(answer, orjson.loads(shown)), answer
        program = program or answer["tasks"]["program"]["id"]


@pytest.mark.parametrize(
    ("heading", "shape"), [("| field | what it says |", TasksRules), ("| field of a task | what it says |", Task)]
)
def test_every_field_of_the_rules_is_told(heading: str, shape: type) -> None:
    table = DOC[DOC.index(heading) :].split("\n\n", 1)[0]
    told = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert told == [field.name for field in fields(shape) if field.name not in ("format", "id", "name")]


def test_every_refusal_is_told() -> None:
    table = DOC[DOC.index("## Refusals") :]
    assert set(re.findall(r"`([A-Z_]+)`", table)) == set(TaskErrorCode)
