"""Settlements as they are shown: one with its lines, pages of them, and what the partners of a coalition come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from kit import db
from kit.errors import Refusal
from kit.ids import is_id
from kit.setbased import Columns
from programs.coalition.entries import EntryKind
from programs.coalition.errors import CoalitionErrorCode
from programs.coalition.models import Settlement
from programs.coalition.partners import PartnerId
from programs.decision import ProgramId
from tenants import scope

PAGE_MAX = 101

SettlementId = NewType("SettlementId", str)


class SettlementState(StrEnum):
    """How far a settlement is: drafted by the job, approved by the operator, paid."""

    DRAFT = "draft"
    APPROVED = "approved"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class SettlementLine:
    """Entries of one kind and version of the terms, added up: points in their smallest part, amount in micros.

    From the partner's side: below zero is what it owes. `original_on`: the day of what these adjust.
    """

    position: int
    kind: EntryKind
    terms_number: int | None
    original_on: str | None
    entries: int
    points: int
    amount: int


@dataclass(frozen=True, slots=True)
class SettlementView:
    """What a partner and the operator owe each other for some days. Micros, but `due` and `minimum_due` in minor units.

    `due` above zero: the operator pays. `carried_in + amount` is due in whole minor units, if it is at least the
    minimum; `carried_out` is the rest.
    """

    id: SettlementId
    program_id: ProgramId
    partner_id: PartnerId
    number: int
    currency: str
    period: str
    first_day: str
    last_day: str
    state: SettlementState
    carried_in: int
    amount: int
    minimum_due: int
    due: int
    carried_out: int
    entries: int
    statement_hash: str | None
    drafted_at: datetime
    approved_at: datetime | None
    approved_by: str | None
    paid_at: datetime | None
    paid_by: str | None
    payment_reference: str | None
    lines: tuple[SettlementLine, ...]


@dataclass(frozen=True, slots=True)
class NettingView:
    """All settlements of a coalition in a currency that end within some days, in minor units.

    `receivable` is what partners owe, `payable` what is owed to them, `net` their side of it and `operator` the other:
    the two add up to zero.
    """

    currency: str
    settlements: int
    receivable: int
    payable: int

    @property
    def net(self) -> int:
        """What partners get, all together."""
        return self.payable - self.receivable

    @property
    def operator(self) -> int:
        """What the operator gets."""
        return self.receivable - self.payable


async def get(settlement: SettlementId) -> SettlementView:
    """The settlement of this id. Raises `Refusal` NOT_FOUND, for another tenant's alike."""
    async with scope.reading():
        row = await Settlement.get_or_none(id=settlement) if is_id(settlement) else None
        if row is None:
            raise settlement_not_found()
        return (await views([row]))[0]


async def page(
    *,
    program: ProgramId | None = None,
    partner: PartnerId | None = None,
    state: SettlementState | None = None,
    before: SettlementId | None = None,
    first: int = 50,
) -> list[SettlementView]:
    """Settlements, the newest first: `first` (at most 101) of those beyond `before`."""
    if not all(is_id(id_) for id_ in (program, partner, before) if id_ is not None):
        return []
    async with scope.reading():
        wanted = Settlement.all()
        if program is not None:
            wanted = wanted.filter(program_id=program)
        if partner is not None:
            wanted = wanted.filter(partner_id=partner)
        if state is not None:
            wanted = wanted.filter(state=state.value)
        if before is not None:
            wanted = wanted.filter(id__lt=before)
        return await views(await wanted.order_by("-id").limit(max(0, min(first, PAGE_MAX))))


async def netting(program: ProgramId, first_day: date, last_day: date) -> list[NettingView]:
    """What the settlements come to whose last day is one of these, by currency."""
    if not is_id(program):
        return []
    async with scope.reading():
        rows = await db.rows(_NETTING, scope.tenant_id(), program, first_day.isoformat(), last_day.isoformat())
    return [NettingView(row["currency"], row["settlements"], row["receivable"], row["payable"]) for row in rows]


async def views(rows: Sequence[Settlement]) -> list[SettlementView]:
    """Settlements with their lines, within the transaction or read under way."""
    lines: dict[str, list[SettlementLine]] = {row.id: [] for row in rows}
    asked = _IDS.payload([(id_,) for id_ in lines])
    for line in await db.rows(_LINES.format(ids=_IDS.source(2)), scope.tenant_id(), asked):
        lines[line["settlement_id"]].append(
            SettlementLine(
                line["position"], EntryKind(line["kind"]), line["number"], line["original_on"], line["entries"],
                line["points"], line["amount"],
            )
        )  # fmt: skip
    return [
        SettlementView(
            SettlementId(row.id), ProgramId(row.program_id), PartnerId(row.partner_id), row.number, row.currency,
            row.period, row.first_day, row.last_day, SettlementState(row.state), row.carried_in, row.amount,
            row.minimum_due, row.due, row.carried_out, row.entries, row.statement_hash, row.drafted_at,
            row.approved_at, row.approved_by, row.paid_at, row.paid_by, row.payment_reference, tuple(lines[row.id]),
        )
        for row in rows
    ]  # fmt: skip


def settlement_not_found() -> Refusal:
    """No such settlement; another tenant's answers exactly the same."""
    return Refusal(CoalitionErrorCode.NOT_FOUND, "There is no such settlement.", ("settlement",))


_IDS = Columns(id="uuid")
_LINES = """
SELECT l.settlement_id, l.position, l.kind, t.number, l.original_on, l.entries, l.points, l.amount FROM {ids} AS x
JOIN settlement_line l ON l.tenant_id = $1 AND l.settlement_id = x.id
LEFT JOIN partner_terms t ON t.tenant_id = l.tenant_id AND t.id = l.terms_id ORDER BY l.settlement_id, l.position"""
_NETTING = """
SELECT currency, COUNT(*) AS settlements, CAST(SUM(CASE WHEN due < 0 THEN -due ELSE 0 END) AS BIGINT) AS receivable,
       CAST(SUM(CASE WHEN due > 0 THEN due ELSE 0 END) AS BIGINT) AS payable
FROM settlement WHERE tenant_id = $1 AND program_id = $2 AND last_day BETWEEN $3 AND $4
GROUP BY currency ORDER BY currency"""
