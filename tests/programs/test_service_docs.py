"""docs/programs.md and docs/quotes.md say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from programs import quote, quote_token, service, units, versions

ROOT = Path(__file__).parents[2]
PROGRAMS = (ROOT / "docs" / "programs.md").read_text()
QUOTES = (ROOT / "docs" / "quotes.md").read_text()


def code(*names: str) -> str:
    return "\n".join((ROOT / "platform" / "programs" / f"{name}.py").read_text() for name in names)


def documented(text: str) -> set[str]:
    rows = text.partition("## Refusals")[2]
    return {found for cell in re.findall(r"^\| (`[A-Z_`, ]+`) \|", rows, re.MULTILINE) for found in _codes(cell)}


def _codes(cell: str) -> list[str]:
    return re.findall(r"[A-Z_]+", cell)


def test_every_code_of_programs_is_explained_and_no_other() -> None:
    text = code("units", "service", "versions", "replay", "checking")
    raised = re.findall(r'Refusal\(\s*"([A-Z_]+)"|__init__\("([A-Z_]+)"', text)
    assert documented(PROGRAMS) == {first or second for first, second in raised}


def test_every_code_of_quotes_is_explained() -> None:
    raised = set(re.findall(r'Refusal\(\s*"([A-Z_]+)"', code("quote", "quote_token")))
    others = {"ERASED", "ENDED", "OUT_OF_STOCK"}  # of members and rewards, passed on
    assert documented(QUOTES) == raised | others


def test_every_audited_action_is_named() -> None:
    text = code("units", "service", "versions", "replay")
    said = set(re.findall(r'"((?:unit|program)\.[a-z_]+)"', text))
    said |= {f"program.{what}" for what in re.findall(r'_tell\("([a-z_]+)"', text)}
    said |= {f"program.{what}" for what in re.findall(r'ProgramState\.[A-Z]+, "([a-z]+)"', text)}
    assert set(re.findall(r"`((?:unit|program)\.[a-z_]+)`", PROGRAMS.partition("Every verb")[2])) == said


def test_limits_are_those_of_the_code() -> None:
    assert f"`scale` (0–{units.SCALE_MAX})" in PROGRAMS
    assert f"{service.PROGRAMS_MAX} programs, {units.UNITS_MAX} units" in PROGRAMS
    assert f"at most {versions.RULES_BYTES_MAX // 1024} KiB" in PROGRAMS
    assert f"up to {versions.SCHEDULED_AHEAD_MAX.days} days ahead" in PROGRAMS
    assert f"for {quote_token.LIFETIME.total_seconds() // 60:.0f} minutes" in QUOTES
    assert f"the first {quote.REWARDS_MAX} of the catalogue" in QUOTES
