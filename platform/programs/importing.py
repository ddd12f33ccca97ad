"""Bring a shop's past in: purchases from a CSV file, in large transactions, each with its own answer.

Columns: `key`, `member` (the shop's id), `occurred_at` (an ISO instant, or a local date: then noon), `amount` (in the
currency's unit, 29.33) and `currency`; optional `kind` (default purchase), `order_id` (default the key), `line`,
`quantity`, `sku`, `category`, `discount`, `tax`, `business` (the line of business). Lines that follow each other with
the same key are one activity.
"""

from __future__ import annotations

import csv
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from itertools import groupby, islice
from pathlib import Path
from zoneinfo import ZoneInfo

from kit import db
from kit.errors import Refusal
from kit.ids import new_id
from kit.money import EXPONENTS
from kit.setbased import Insert
from programs import rulebooks
from programs.activity import MAIN_LINE, Activity, ActivityKind, Line, refusals
from programs.intake import record_batch
from programs.records import MemberRef, Submission
from tenants import scope

BATCH = 500
REMEMBERED_MAX = 20_000
"""Activities of the file that a dry run keeps in memory, so that later events of their orders find them."""

ERRORS_SHOWN_MAX = 100
REQUIRED = ("key", "member", "occurred_at", "amount", "currency")
OPTIONAL = ("kind", "order_id", "line", "quantity", "sku", "category", "discount", "tax", "business")


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong with a line of the file: `line` counts from 1, the header included."""

    line: int
    column: str | None
    message: str


@dataclass(slots=True)
class ImportReport:
    """What an import did. `errors` holds the first hundred of `errors_total`."""

    recorded: int = 0
    repeated: int = 0
    members_created: int = 0
    errors_total: int = 0
    errors: list[LineError] = field(default_factory=list)

    def wrong(self, line: int, column: str | None, message: str) -> None:
        """Count an error, and keep it if it is among the first."""
        self.errors_total += 1
        if len(self.errors) < ERRORS_SHOWN_MAX:
            self.errors.append(LineError(line, column, message))


@dataclass(frozen=True, slots=True)
class Row:
    """An activity and the line of the file it began on."""

    line: int
    member: str
    activity: Activity


async def import_csv(
    path: Path, *, dry_run: bool = False, create_members: bool = False, progress: Callable[[int], None] = lambda _: None
) -> ImportReport:
    """Record the activities of a CSV file for the scope's tenant; running it again changes nothing.

    Lines that are wrong are reported and left out; the rest goes in. With `create_members`, members that are not there
    are made. `dry_run` records each batch and takes it back, so that what only the database knows is reported too; an
    event finds what the file told of its order up to `REMEMBERED_MAX` activities before it. `progress` is told how many
    activities were dealt with so far.
    """
    report = ImportReport()
    async with scope.reading():
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = read_csv(file, rules.zone, report)
        work = _Rehearsal() if dry_run else record_rows
        done = 0
        while batch := list(islice(rows, BATCH)):
            await work(batch, report, create_members=create_members)
            done += len(batch)
            progress(done)
    return report


async def record_rows(rows: Sequence[Row], report: ImportReport, *, create_members: bool) -> None:
    """Record a batch in one transaction; what is refused is reported by its line.

    A key that comes again goes into a transaction of its own, where it is a repeat or other input under the key.
    """
    if create_members:
        report.members_created += await _create_members(rows)
    first: dict[str, Row] = {}
    again = [row for row in rows if first.setdefault(row.activity.key, row) is not row]
    await _record_once(list(first.values()), report)
    for row in again:
        await _record_once([row], report)


class _Rehearsal:
    """Records a batch and takes it back, after what earlier batches told of the same orders."""

    def __init__(self) -> None:
        self._orders: OrderedDict[str, list[Row]] = OrderedDict()
        self._count = 0

    async def __call__(self, rows: Sequence[Row], report: ImportReport, *, create_members: bool) -> None:
        orders = dict.fromkeys(row.activity.order_id or "" for row in rows)
        before = [row for order in orders for row in self._orders.get(order, ())]
        try:
            async with scope.writing():
                for start in range(0, len(before), BATCH):
                    await record_rows(before[start : start + BATCH], ImportReport(), create_members=create_members)
                await record_rows(rows, report, create_members=create_members)
                raise _TakenBack
        except _TakenBack:
            self._remember(rows)

    def _remember(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._orders.setdefault(row.activity.order_id or "", []).append(row)
            self._orders.move_to_end(row.activity.order_id or "")
        self._count += len(rows)
        while self._count > REMEMBERED_MAX:
            self._count -= len(self._orders.popitem(last=False)[1])


class _TakenBack(Exception):
    """Rolls a rehearsed batch back."""


async def _record_once(rows: Sequence[Row], report: ImportReport) -> None:
    tenant, now = scope.tenant_id(), scope.now()
    items = [Submission(tenant, MemberRef(external_id=row.member), row.activity, now, imported=True) for row in rows]
    answers = await db.retrying(lambda: record_batch(items))
    for row, answer in zip(rows, answers, strict=True):
        if isinstance(answer, Refusal):
            report.wrong(row.line, _column(answer.field), answer.message)
        elif isinstance(answer, Exception):
            raise answer
        elif answer.replayed:
            report.repeated += 1
        else:
            report.recorded += 1


def read_csv(lines: Iterable[str], zone: ZoneInfo, report: ImportReport) -> Iterator[Row]:
    """The activities of a CSV text; what is wrong goes into the report with its line and column."""
    reader = csv.DictReader(lines)
    header = reader.fieldnames or ()
    for missing in (name for name in REQUIRED if name not in header):
        report.wrong(1, missing, "This column is missing.")
    for unknown in (name for name in header if name not in REQUIRED + OPTIONAL):
        report.wrong(1, unknown, "There is no such column.")
    if report.errors_total:
        return
    numbered = ((reader.line_num, row) for row in reader)
    for _, group in groupby(numbered, key=lambda pair: pair[1]["key"]):
        row = _activity(list(group), zone, report)
        if row is not None:
            yield row


_INSERT_MEMBERS = Insert(
    "member", tenant_id="uuid", id="uuid", external_id="text", state="text", joined_at="instant",
    created_at="instant", suffix="ON CONFLICT (tenant_id, external_id) DO NOTHING",
)  # fmt: skip


async def _create_members(rows: Sequence[Row]) -> int:
    first: dict[str, datetime] = {}
    for row in rows:
        first[row.member] = min(row.activity.occurred_at, first.get(row.member, row.activity.occurred_at))
    tenant, now = scope.tenant_id(), scope.now()
    async with scope.writing():
        return await _INSERT_MEMBERS(
            [(tenant, new_id(), member, "active", joined, now) for member, joined in sorted(first.items())]
        )


_COLUMNS = {"id": "line", "order": "order_id", "occurredAt": "occurred_at"}


def _column(field: Sequence[str]) -> str | None:
    """The column that a refusal's field came from: `lines` is all of an order's, `lines.<which>` one line of it."""
    if field[:1] == ("lines",):
        return _COLUMNS.get(field[2], field[2]) if len(field) > 2 else "line" if len(field) == 2 else "amount"
    return _COLUMNS.get(field[0], field[0]) if field else None


class _Wrong(Exception):
    """A value that cannot be read: its column, and why."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


def _activity(group: list[tuple[int, dict[str, str]]], zone: ZoneInfo, report: ImportReport) -> Row | None:
    number, first = group[0]
    try:
        lines = tuple(_line(index, row) for index, (number, row) in enumerate(group, 1))
        number, first = group[0]
        kind = first.get("kind") or ActivityKind.PURCHASE.value
        activity = Activity(
            key=_text(first, "key"), kind=kind, member_id="", occurred_at=_instant(_text(first, "occurred_at"), zone),
            source="import", order_id=first.get("order_id") or first["key"], currency=_text(first, "currency"),
            lines=lines, line=first.get("business") or MAIN_LINE,
        )  # fmt: skip
        problems = refusals(activity, EXPONENTS)
        if problems:
            path = problems[0].field
            at = group[int(path[1])][0] if path[0] == "lines" and len(path) > 2 else number
            report.wrong(at, _column(path), problems[0].message)
            return None
        return Row(number, _text(first, "member"), activity)
    except _Wrong as wrong:
        report.wrong(number, wrong.column, str(wrong))
        return None


def _line(index: int, row: dict[str, str]) -> Line:
    return Line(
        id=row.get("line") or str(index), amount=_money(row, "amount"), sku=row.get("sku") or None,
        categories=(row["category"],) if row.get("category") else (), quantity=_count(row.get("quantity") or "1"),
        discount=_money(row, "discount"), tax=_money(row, "tax"),
    )  # fmt: skip


def _text(row: dict[str, str], column: str) -> str:
    value = (row.get(column) or "").strip()
    if not value or len(value) > 200:
        raise _Wrong(column, "Give 1 to 200 characters.")
    return value


def _money(row: dict[str, str], column: str) -> int:
    text = row.get(column) or ("" if column == "amount" else "0")
    exponent = EXPONENTS.get(row.get("currency") or "")
    if exponent is None:
        raise _Wrong("currency", "There is no such currency.")
    try:
        minor = Decimal(text).scaleb(exponent)
    except InvalidOperation:
        raise _Wrong(column, f"{text!r} is no amount; write it as 29.33.") from None
    if not minor.is_finite() or minor != minor.to_integral_value():
        raise _Wrong(column, f"{text} has more decimals than the currency.")
    return int(minor)


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise _Wrong("quantity", f"{text!r} is no count.")
    return int(text)


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        if len(text) <= 10:
            return datetime.combine(date.fromisoformat(text), time(12), zone).astimezone(UTC)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise _Wrong("occurred_at", f"{text!r} is no date; write 2026-01-31 or 2026-01-31T12:00:00Z.") from None
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)
