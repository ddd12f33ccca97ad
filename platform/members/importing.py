"""Members from a CSV file: every line is checked first, and if one is wrong nothing is written at all.

The first line names the columns: `external_id` (needed), `name`, `email`, `phone`, `birthday` and `joined_at` (ISO
8601), `locale`, `tags` (separated by `;`, added to those there are), `attribute.<name>`, `consent.<purpose>` (yes or
no). An empty cell leaves the member's value as it is. A cell has no line break in it, so an open quote spoils one line.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from kit.errors import Refusal
from members.inputs import ConsentInput, MemberInput, checked
from members.service import UPSERTS_MAX, MemberRef, resolve_many, upsert_many
from tenants import audit, scope

ERRORS_MAX = 1000


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A sound line: its number (the first is 1) and the member in it."""

    line: int
    member: MemberInput


@dataclass(frozen=True, slots=True)
class CsvError:
    """What is wrong with a line, and in which column; `None` if the line as a whole."""

    line: int
    column: str | None
    message: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or with `dry_run` would do. `errors` are the first 1,000 of `errors_total`."""

    rows: int
    created: int
    existing: int
    errors: tuple[CsvError, ...]
    errors_total: int


async def import_csv(path: Path, *, dry_run: bool = False) -> ImportReport:
    """Upsert the members of a UTF-8 file, 500 in a transaction. Errors found by the check: nothing is written.

    The limits of tags and attributes are tested again with what a member already has; a line that breaks them then is
    reported and left out, the others stand. Importing a file again changes nothing.
    """
    report = _check(path)
    if report.errors:
        return report
    errors: list[CsvError] = []
    created = 0
    for rows in _chunks(path):
        if dry_run:
            found = await resolve_many([MemberRef(external_id=str(row.member.external_id)) for row in rows])
            created += sum(member is None for member in found.values())
            continue
        for row, answer in zip(rows, await upsert_many([row.member for row in rows]), strict=True):
            if isinstance(answer, Refusal):
                errors.append(_error(row.line, answer))
            else:
                created += answer.created
    done = replace(
        report, created=created, existing=report.rows - created - len(errors), errors=tuple(errors[:ERRORS_MAX]),
        errors_total=len(errors),
    )  # fmt: skip
    if not dry_run:
        async with scope.writing():
            await audit.record("members.imported", "members", {"created": done.created, "existing": done.existing})
    return done


def read_csv(lines: Iterable[str], now: datetime) -> Iterator[CsvRow | CsvError]:
    """Read a file line by line: a row, or each error of a line; the rest is read on. Each external id once."""
    numbered = enumerate(lines, start=1)
    number, header = next(numbered, (1, ""))
    columns = _cells(header.removeprefix("\ufeff"))
    if isinstance(columns, str):
        yield CsvError(number, None, columns)
        return
    if wrong := list(_wrong_columns(columns, now)):
        yield from wrong
        return
    seen: dict[str, int] = {}
    for number, text in numbered:
        if not text.strip():
            continue
        cells = _cells(text)
        if isinstance(cells, str):
            yield CsvError(number, None, cells)
        elif len(cells) != len(columns):
            yield CsvError(number, None, f"{len(cells)} cells, but the first line names {len(columns)} columns.")
        else:
            yield from _row(number, dict(zip(columns, cells, strict=True)), seen, now)


class _Cell(Exception):
    """A cell is not what its column holds."""


def _row(number: int, cells: Mapping[str, str], seen: dict[str, int], now: datetime) -> Iterator[CsvRow | CsvError]:
    given: dict[str, Any] = {}
    broken = []
    for column, text in cells.items():
        try:
            if text:
                _put(given, column, text)
        except _Cell as error:
            broken.append(CsvError(number, column, str(error)))
    member, problems = checked(MemberInput(**given), now)
    broken += [_error(number, problem) for problem in problems]
    external_id = cells["external_id"]
    if external_id in seen:
        broken.append(CsvError(number, "external_id", f"It stands on line {seen[external_id]} already."))
    elif external_id:
        seen[external_id] = number
    if broken:
        yield from broken
    else:
        yield CsvRow(number, member)


def _put(given: dict[str, Any], column: str, text: str) -> None:
    kind, _, name = column.partition(".")
    if kind == "attribute":
        given.setdefault("attributes", {})[name] = text
    elif kind == "consent":
        given.setdefault("consents", []).append(ConsentInput(name, _yes(text), "import"))
    elif column == "tags":
        given["add_tags"] = [tag for tag in map(str.strip, text.split(";")) if tag]
    else:
        given[column] = _PLAIN[column](text)


def _yes(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise _Cell("Write yes or no.")
    return text.lower() == "yes"


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _Cell("Write a date as 1990-02-28.") from None


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _Cell("Write an instant as 2026-01-31T12:00:00Z.") from None


_PLAIN: Mapping[str, Callable[[str], object]] = {
    "external_id": str, "name": str, "email": str, "phone": str, "locale": str,
    "birthday": _date, "joined_at": _instant,
}  # fmt: skip


def _wrong_columns(columns: list[str], now: datetime) -> Iterator[CsvError]:
    if "external_id" not in columns:
        yield CsvError(1, "external_id", "This column is missing.")
    for place, column in enumerate(columns):
        if column in columns[:place]:
            yield CsvError(1, column, "This column stands here twice.")
        elif (message := _wrong_column(column, now)) is not None:
            yield CsvError(1, column, message)


def _wrong_column(column: str, now: datetime) -> str | None:
    if column in _PLAIN or column == "tags":
        return None
    if not column.startswith(("attribute.", "consent.")):
        return "There is no such column."
    sample: dict[str, Any] = {"external_id": "sample"}
    _put(sample, column, "yes")
    problems = checked(MemberInput(**sample), now)[1]
    return problems[0].message if problems else None


def _cells(line: str) -> list[str] | str:
    """The cells of a line, or what is wrong with it."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], strict=True), [])]
    except csv.Error as error:
        return f"This is not CSV: {error}."


def _error(line: int, problem: Refusal) -> CsvError:
    kind, *rest = problem.field
    column = {"add_tags": "tags", "attributes": f"attribute.{rest[0]}" if rest else None}.get(kind, kind)
    return CsvError(line, column, problem.message)


def _check(path: Path) -> ImportReport:
    rows, total = 0, 0
    errors: list[CsvError] = []
    for item in _read(path):
        if isinstance(item, CsvRow):
            rows += 1
            continue
        total += 1
        if total <= ERRORS_MAX:
            errors.append(item)
    return ImportReport(rows, 0, 0, tuple(errors), total)


def _chunks(path: Path) -> Iterator[list[CsvRow]]:
    sound = (item for item in _read(path) if isinstance(item, CsvRow))
    while chunk := list(islice(sound, UPSERTS_MAX)):
        yield chunk


def _read(path: Path) -> Iterator[CsvRow | CsvError]:
    # What is not UTF-8 becomes lone surrogates, which the check of the cell refuses.
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
        yield from read_csv(lines, scope.now())
