"""Statements: a settlement as lines of text that its partner can work out again (`checking`), with their hash.

    # Guerdon statement 1
    program,…  partner,…  settlement,…  currency,…  period,…  carried_in,…  amount,…  due,…  carried_out,…    head
    # line,…                                                                              a heading, then lines
    # entry,…                                                                             a heading, then entries
    # sha256 <hex>                                                             of all bytes before this line

UTF-8, LF, cells as CSV quotes them. Amounts are micros from the partner's side: below zero is what it owes. What is in
it never changes, so it is the same bytes whenever it is asked for: names, which may change, are not.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC

from kit import db
from kit.ids import encode
from programs.coalition.models import Partner
from programs.coalition.settlement_views import SettlementView
from programs.coalition.terms import micros_of_minor
from programs.models import Program
from tenants import scope

TITLE = "# Guerdon statement 1"
LINES = "# line,kind,terms,original_on,entries,points,amount_micros"
ENTRIES = (
    "# entry,id,booked_on,effective_at,kind,terms,points,price_micros,amount_micros,reference,original,original_on"
)
HASH = "# sha256 "
ENTRY_PREFIX = "cle"
PAGE_ENTRIES = 2_000
_FORMULA = tuple("=+-@＝＋－＠")  # spreadsheets take the wide ones for formulas, too
_SHAPELESS = re.compile(
    "[\0-\x1f\x7f-\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u3000\ud800-\uf8ff\ufeff\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000f0000-\U0010ffff]"
)
"""Controls, marks of direction, spaces other than the plain one, and what has no meaning of its own: named one by one,
since what is printable is another question in each version of Python, and a statement stays the same bytes."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the statement beside the settlement: names, and the unit's decimals."""

    operator: str
    program: str
    partner: str
    points: str
    scale: int
    digest: str


async def pieces(settlement: SettlementView) -> AsyncIterator[str]:
    """The statement of a settlement, in pieces of up to 2,000 lines."""
    digest = hashlib.sha256()
    async for piece in _pieces(settlement):
        digest.update(piece.encode())
        yield piece
    yield f"{HASH}{digest.hexdigest()}\n"


async def digest(settlement: SettlementView) -> str:
    """The hash (SHA-256, hex) that the statement of a settlement ends with."""
    made = hashlib.sha256()
    async for piece in _pieces(settlement):
        made.update(piece.encode())
    return made.hexdigest()


async def _pieces(settlement: SettlementView) -> AsyncIterator[str]:
    async with scope.reading():
        partner = await Partner.get(id=settlement.partner_id)
        program = await Program.get(id=settlement.program_id)
    yield head(settlement, program.slug, partner.slug)
    after = (settlement.first_day, "")
    while rows := await _entries(settlement, after):
        yield "".join(_entry(row) for row in rows)
        after = (rows[-1]["booked_on"], rows[-1]["id"])


def head(settlement: SettlementView, program: str, partner: str) -> str:
    """All of a statement before its entries; the program and the partner by their slugs."""
    s = settlement
    return "".join((
        f"{TITLE}\n", row("program", program), row("partner", partner), row("settlement", s.number),
        row("currency", s.currency, micros_of_minor(s.currency)), row("period", s.period, s.first_day, s.last_day),
        row("carried_in", s.carried_in), row("amount", s.amount), row("minimum_due", s.minimum_due),
        row("due", s.due), row("carried_out", s.carried_out), f"{LINES}\n",
        *(
            row("line", each.kind, each.terms_number, each.original_on, each.entries, each.points, each.amount)
            for each in s.lines
        ),
        f"{ENTRIES}\n",
    ))  # fmt: skip


def row(*cells: object) -> str:
    """A line of cells as CSV quotes them: numbers plain, nothing for None."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(["" if cell is None else str(cell) for cell in cells])
    return buffer.getvalue()


def text(value: str | None) -> str | None:
    """Somebody's text as a cell: on one line, and no formula for the spreadsheet that opens it."""
    if value is None:
        return None
    shown = _SHAPELESS.sub(" ", value)
    return f"'{shown}" if shown.lstrip(" ").startswith(_FORMULA) else shown


def _entry(entry: db.Row) -> str:
    sign = 1 if entry["credit"] == "partner" else -1
    at, original = db.instant(entry["effective_at"]).astimezone(UTC), entry["original_id"]
    return row(
        "entry", encode(ENTRY_PREFIX, entry["id"]), entry["booked_on"],
        at.isoformat(timespec="microseconds"), entry["kind"], entry["number"], sign * entry["points"], entry["price"],
        sign * entry["amount"], text(entry["reference"]),
        original and encode(ENTRY_PREFIX, original), entry["original_on"],
    )  # fmt: skip


async def _entries(settlement: SettlementView, after: tuple[str, str]) -> Sequence[db.Row]:
    """The next entries of a settlement by their day and id; those that it sums up are never changed or joined."""
    s, (day, id_) = settlement, after
    async with scope.reading():
        return await db.rows(
            _ENTRIES, scope.tenant_id(), s.partner_id, s.currency, day, s.last_day, id_ or _FIRST, PAGE_ENTRIES
        )


_FIRST = "00000000-0000-0000-0000-000000000000"
_ENTRIES = """
SELECT e.id, e.booked_on, e.effective_at, e.kind, e.credit, e.points, e.price, e.amount, e.reference, e.original_id,
       e.original_on, t.number
FROM clearing_entry e LEFT JOIN partner_terms t ON t.tenant_id = e.tenant_id AND t.id = e.terms_id
WHERE e.tenant_id = $1 AND e.partner_id = $2 AND e.currency = $3 AND e.booked_on BETWEEN $4 AND $5
  AND (e.booked_on > $4 OR e.id > $6) AND e.kind <> 'payment' AND (e.debit = 'partner' OR e.credit = 'partner')
ORDER BY e.booked_on, e.id LIMIT $7"""
