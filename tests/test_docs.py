"""The pages say what the code does: settings, error codes, and the five minutes of the README."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path

import httpx
import orjson
import pytest
from pydantic_settings import BaseSettings

from schema.admin.schema import schema as admin
from schema.limits import Limits
from schema.partner.schema import schema as partner
from schema.shared.errors import CODES
from schema.storefront.schema import schema as storefront
from settings import Settings
from tests.cases.conftest import configured, http
from tests.conftest import DatabaseUrls
from web.errors import Code

__all__ = ["configured", "http"]

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*) \|$", re.MULTILINE)


def test_settings_are_listed() -> None:
    listed = dict(ROW.findall((DOCS / "settings.md").read_text()))
    assert listed == {**described(Settings), **described(Limits)}


def described(settings: type[BaseSettings]) -> dict[str, str]:
    """Each setting's variable, with its default and what it is."""
    prefix = settings.model_config["env_prefix"]
    return {
        f"{prefix}{name.upper()}": f"{default(field.default)} | {escaped(field.description or '')}"
        for name, field in settings.model_fields.items()
    }


def escaped(text: str) -> str:
    """A description as a table's cell: it is neither a column's end nor HTML."""
    return text.replace("|", "·").replace("<", r"\<")


def default(value: object) -> str:
    """A default as the page writes it."""
    if value is None:
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def test_error_codes_are_listed() -> None:
    page = (DOCS / "errors.md").read_text()
    sections = dict(re.findall(r"^## ([\w ]+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert {code for code, _ in ROW.findall(sections["At the top"])} == {code.value for code in Code}
    assert dict(ROW.findall(sections["Codes"])) == CODES
    for api, schema in (("Admin", admin), ("Storefront", storefront), ("Partner", partner)):
        rows = re.findall(r"^\| `([a-z]\w+)` \| `(.*)` \|$", sections[api], re.MULTILINE)
        assert {operation: codes.split("`, `") for operation, codes in rows} == codes_of(schema)


def codes_of(schema: object) -> dict[str, list[str]]:
    """The codes of each operation that may refuse, by its name."""
    types = schema._schema.type_map  # type: ignore[attr-defined]  # either schema
    return {
        f"{name[0].lower()}{name[1:]}".removesuffix("ErrorCode"): list(found.values)
        for name, found in sorted(types.items())
        if name.endswith("ErrorCode")
    }


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's commands use curl")
async def test_the_five_minutes_of_the_readme(
    http: httpx.AsyncClient, database_urls: DatabaseUrls, tmp_path: Path
) -> None:
    """Every command of the section is run as it stands there, against the real application."""
    section = (ROOT / "README.md").read_text().split("## In five minutes\n")[1].split("\n## ")[0]
    blocks = re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    answers = re.findall(r"^```json\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    command = tmp_path / ".venv" / "bin" / "guerdon"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -c "import cli; cli.main()" "$@"\n')
    command.chmod(0o755)
    script = "set -euo pipefail\n" + "".join(blocks).replace("localhost:8000", http.base_url.netloc.decode())
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", script, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={
            **os.environ, "PYTHONPATH": str(ROOT / "platform"), "GUERDON_DATABASE_URL": database_urls.url,
            "NO_PROXY": "*", "COLUMNS": "200",
        },
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, err.decode()) == (0, ""), out.decode()
    told = [{"data": orjson.loads(line)["data"]} for line in out.decode().splitlines()]
    assert len(told) == len(answers) and told
    for answer, shown in zip(told, answers, strict=True):
        assert matches(answer, orjson.loads(shown)), answer


def matches(answer: object, shown: object) -> bool:
    """Whether an answer is the one shown, in which `…` stands for what differs each time."""
    if isinstance(shown, dict):
        return (
            isinstance(answer, dict)
            and answer.keys() == shown.keys()
            and all(matches(answer[name], shown[name]) for name in shown)
        )
    if isinstance(shown, list):
        return isinstance(answer, list) and len(answer) == len(shown) and all(map(matches, answer, shown))
    if isinstance(shown, str) and "…" in shown:
        return isinstance(answer, str) and re.fullmatch(".*".join(map(re.escape, shown.split("…"))), answer) is not None
    return answer == shown
