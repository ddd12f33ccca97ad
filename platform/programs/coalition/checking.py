"""Checks a statement by itself: whoever has the file can work out everything in it again, without a database.

Each entry is points times price; each line is the sum of its entries; what is due follows from the lines and what was
carried; and the hash at the end is that of all before it.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from kit.errors import InvalidId
from kit.ids import decode
from kit.money import EXPONENTS
from programs.coalition.entries import EntryKind
from programs.coalition.statements import ENTRIES, ENTRY_PREFIX, HASH, LINES, TITLE, row
from programs.coalition.terms import due_of, micros_of_minor

FINDINGS_MAX = 100
_HASH_LINE = re.compile(rf"{HASH}[0-9a-f]{{64}}")
_HEAD = {
    "program": 1, "partner": 1, "settlement": 1, "currency": 2, "period": 3, "carried_in": 1, "amount": 1,
    "minimum_due": 1, "due": 1, "carried_out": 1,
}  # fmt: skip
"""The rows of the head in their order, each with how many cells follow its name."""
_LINES_FROM = len(_HEAD) + 3
KINDS = frozenset(kind.value for kind in EntryKind) - {EntryKind.PAYMENT.value}
_SAVED_AGAIN = "a program has saved the file in its own way, take it from where it came"
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class StatementFinding:
    """What is wrong with a line of a statement, counted from 1."""

    line: int
    message: str


Key = tuple[str, str, str]
"""Kind, number of the terms (or nothing), and the day of what is adjusted (or nothing)."""


@dataclass(slots=True)
class _Sum:
    entries: int = 0
    points: int = 0
    amount: int = 0


class _Wrong(ValueError):
    """What is wrong with the line being read."""


def check(file: bytes) -> list[StatementFinding]:
    """Give what is wrong with a statement, in the order of its lines, at most 100; nothing if all of it is right."""
    if file.startswith(codecs.BOM_UTF8):
        return [StatementFinding(1, f"this begins with a byte order mark: {_SAVED_AGAIN}")]
    if (place := file.find(b"\r\n")) >= 0:
        return [StatementFinding(file.count(b"\n", 0, place) + 1, f"this ends with CR LF, not with LF: {_SAVED_AGAIN}")]
    try:
        content = file.decode()
    except UnicodeDecodeError as error:
        return [StatementFinding(file.count(b"\n", 0, error.start) + 1, "this is not UTF-8")]
    lines = content.split("\n")
    if lines.pop() != "" or not lines or not _HASH_LINE.fullmatch(lines[-1]):
        return [StatementFinding(max(1, len(lines)), f"a statement ends with a line `{HASH}…`, and nothing after it")]
    statement = _Statement()
    for number, line in enumerate(lines[:-1], 1):
        statement.read(number, line)
    statement.conclude(len(lines))
    counted = hashlib.sha256(file[: -len(lines[-1].encode()) - 1]).hexdigest()
    if lines[-1] != f"{HASH}{counted}":
        statement.findings.append(StatementFinding(len(lines), f"the hash of what is before it is {counted}"))
    return sorted(statement.findings, key=lambda each: each.line)[:FINDINGS_MAX]


@dataclass(slots=True)
class _Statement:
    """What was read: the head by its names, what lines say and where, what their entries come to, what is wrong."""

    head: dict[str, list[str]] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)
    said: dict[Key, tuple[int, _Sum]] = field(default_factory=dict)
    counted: dict[Key, _Sum] = field(default_factory=dict)
    findings: list[StatementFinding] = field(default_factory=list)
    in_entries: bool = False
    last: tuple[str, str] = ("", "")

    def read(self, number: int, line: str) -> None:
        """Read a line, in its place."""
        try:
            if number == 1:
                _is(line, TITLE)
            elif number < _LINES_FROM - 1:
                self._head(number, line)
            elif number == _LINES_FROM - 1:
                _is(line, LINES)
            elif self.in_entries:
                self._entry(line)
            elif line.startswith("line,"):
                self._line(number, line)
            else:
                _is(line, ENTRIES)
                self.in_entries = True
        except _Wrong as error:
            self.findings.append(StatementFinding(number, str(error)))

    def conclude(self, number: int) -> None:
        """Compare lines with their entries, and what is due with lines; `number`: of the line after all that."""
        if not self.in_entries:
            self.findings.append(StatementFinding(number, f"before it comes `{ENTRIES}`"))
        for key, (at, said) in self.said.items():
            counted = self.counted.get(key, _Sum())
            if said != counted:
                message = f"its entries are {counted.entries}, with {counted.points} points, {counted.amount} micros"
                self.findings.append(StatementFinding(at, message))
        for key in sorted(self.counted.keys() - self.said.keys()):
            self.findings.append(StatementFinding(number, f"no line sums up entries of {' '.join(filter(None, key))}"))
        if self.head.keys() == _HEAD.keys():
            self._totals()

    def _totals(self) -> None:
        total = sum(said.amount for _, said in self.said.values())
        if self._number("amount") != total:
            self.findings.append(StatementFinding(self.at["amount"], f"the lines come to {total}"))
        of_minor, carried = int(self.head["currency"][1]), self._number("carried_in") + self._number("amount")
        due = due_of(carried, of_minor, self._number("minimum_due"))
        if self._number("due") != due:
            self.findings.append(StatementFinding(self.at["due"], f"{carried} micros make {due} due"))
        rest = carried - self._number("due") * of_minor
        if self._number("carried_out") != rest:
            self.findings.append(StatementFinding(self.at["carried_out"], f"{rest} micros are left"))

    def _number(self, name: str) -> int:
        return int(self.head[name][0])

    def _head(self, number: int, line: str) -> None:
        name = list(_HEAD)[number - 2]
        cells = _cells(line, name, _HEAD[name])
        if name in ("settlement", "carried_in", "amount", "minimum_due", "due", "carried_out"):
            _number(cells[0])
        elif name == "currency":
            if cells[0] not in EXPONENTS or cells[1] != str(micros_of_minor(cells[0])):
                raise _Wrong("there is no such currency, or a minor unit of it has other micros")
        elif name == "period" and _day(cells[1]) > _day(cells[2]):
            raise _Wrong("the period ends before it begins")
        self.head[name], self.at[name] = cells, number

    def _line(self, number: int, line: str) -> None:
        kind, terms, original_on, entries, points, amount = _cells(line, "line", 6)
        key = _kind(kind), _terms(terms), original_on and _day(original_on)
        if key in self.said:
            raise _Wrong(f"line {self.said[key][0]} is of the same")
        self.said[key] = number, _Sum(_number(entries), _number(points), _number(amount))

    def _entry(self, line: str) -> None:
        id_, booked_on, effective_at, kind, terms, *numbers, _, original, original_on = _cells(line, "entry", 11)
        points, price, amount = map(_number, numbers)
        first, last = self.head.get("period", ["", "", ""])[1:]
        adjusted = original_on if original_on and _day(original_on) < first else ""
        counted = self.counted.setdefault((_kind(kind), _terms(terms), adjusted), _Sum())
        counted.entries += 1
        counted.points += points
        counted.amount += amount
        _id(id_)
        _instant(effective_at)
        if original:
            _id(original)
        if not first <= _day(booked_on) <= last:
            raise _Wrong(f"{booked_on} is no day of the period")
        if (booked_on, id_) <= self.last:
            raise _Wrong("entries are in the order of days and ids")
        self.last = booked_on, id_
        if points and amount != points * price:
            raise _Wrong(f"{points} points at {price} micros are {points * price}")


def _is(line: str, expected: str) -> None:
    if line != expected:
        raise _Wrong(f"here stands `{expected}`")


def _cells(line: str, name: str, count: int) -> list[str]:
    """The cells after a line's name, written as a statement writes them."""
    try:
        cells = next(csv.reader([line]), [])
    except csv.Error as error:
        raise _Wrong(f"these are no cells: {error}") from error
    if cells[:1] != [name] or len(cells) != count + 1 or row(*cells) != f"{line}\n":
        raise _Wrong(f"here stands `{name}` with {count} more cells")
    return cells[1:]


def _number(cell: str) -> int:
    if not _NUMBER.fullmatch(cell):
        raise _Wrong(f"{cell!r} is no whole number")
    return int(cell)


def _day(cell: str) -> str:
    try:
        right = date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        right = False
    if not right:
        raise _Wrong(f"{cell!r} is no day")
    return cell


def _instant(cell: str) -> None:
    try:
        right = datetime.fromisoformat(cell).astimezone(UTC).isoformat(timespec="microseconds") == cell
    except (ValueError, OverflowError):
        right = False
    if not right:
        raise _Wrong(f"{cell!r} is no instant in UTC")


def _kind(cell: str) -> str:
    if cell not in KINDS:
        raise _Wrong(f"there are no entries called {cell!r}")
    return cell


def _terms(cell: str) -> str:
    if cell and _number(cell) < 1:
        raise _Wrong("versions of terms have numbers from 1 on")
    return cell


def _id(cell: str) -> None:
    try:
        decode(ENTRY_PREFIX, cell)
    except InvalidId as error:
        raise _Wrong(f"{cell!r} is no id of an entry") from error
