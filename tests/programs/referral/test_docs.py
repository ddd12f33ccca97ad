"""docs/kinds/referral.md says what the code does: its example is run, its tables are complete."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import httpx
import orjson

from kit import clock
from programs.referral.errors import ReferralErrorCode
from programs.referral.rules import ReferralRules
from tests.cases.conftest import OpenShop, Wake, configured, http, open_shop, wake
from tests.test_docs import matches

__all__ = ["configured", "http", "open_shop", "wake"]

DOC = (Path(__file__).parents[3] / "docs" / "kinds" / "referral.md").read_text("utf-8")


async def test_the_example_answers_what_it_says(open_shop: OpenShop, http: httpx.AsyncClient, wake: Wake) -> None:
    merchant = (await open_shop()).live
    blocks = re.findall(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
    assert len(blocks) == DOC.count("```graphql") == 6
    known: dict[str, str] = {}
    for number, (query, shown) in enumerate(blocks):
        if number == 5:
            with clock.pinned(clock.now() + timedelta(days=15)):
                await wake()
        answer = await merchant.ask(query, **{name: known[name] for name in re.findall(r"\$(\w+):", query)})
        assert matches(answer, orjson.loads(shown)), answer
        if "friends" in answer:
            known["friends"] = answer["friends"]["program"]["id"]
        if "member" in answer:
            known["code"] = answer["member"]["referralCodes"][0]["code"]


def test_every_field_of_the_rules_is_told() -> None:
    table = DOC[DOC.index("## The rules") : DOC.index("## An example")]
    told = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert told == [field.name for field in fields(ReferralRules) if field.name != "format"]


def test_every_code_of_a_refusal_is_told() -> None:
    table = DOC[DOC.index("## Codes of refusals") :]
    assert re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE) == [code.value for code in ReferralErrorCode]
