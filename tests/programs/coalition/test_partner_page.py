"""docs/partner-api.md: each command is run as it stands there, with a partner's key, and answers what the page says."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from pathlib import Path

import httpx
import orjson
import pytest

from tests.cases.conftest import OpenShop, configured, http, open_shop
from tests.programs.coalition.test_docs import PARTNERS, blocks, told
from tests.test_docs import matches

__all__ = ["configured", "http", "open_shop"]

PAGE = (Path(__file__).parents[3] / "docs" / "partner-api.md").read_text("utf-8")
KEY = """mutation ($partner: ID!) { partnerKeyCreate(input: {partner: $partner, name: "Shop",
  scopes: [READ, EARN, BURN, SETTLE]}) { secret userErrors { message } } }"""


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page's commands use curl")
async def test_each_command_answers_what_the_page_says(open_shop: OpenShop, http: httpx.AsyncClient) -> None:
    merchant = (await open_shop()).live
    known = await told(merchant)
    (consent, _), *_ = blocks(PARTNERS, 6)
    await merchant.ask(consent)
    key = (await merchant.ask(KEY, partner=known["air"]))["partnerKeyCreate"]["secret"]
    commands = "".join(re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
    answers = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    script = "set -euo pipefail\n" + commands.replace("localhost:8000", http.base_url.netloc.decode())
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", script, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "KEY": key, "NO_PROXY": "*"},
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, err.decode()) == (0, ""), out.decode()
    shown = [orjson.loads(answer) for answer in answers]
    said = [{"data": orjson.loads(line)["data"]} for line in out.decode().splitlines()]
    assert len(said) == len(shown)
    for answer, expected in zip(said, shown, strict=True):
        assert matches(answer, expected), answer
