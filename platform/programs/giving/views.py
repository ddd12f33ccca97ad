"""Donations and causes as the rest of the house sees them, and how they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from kit import db
from kit.ids import is_id
from kit.setbased import Columns
from ledger.state import TransferId, UnitId
from members.views import MemberId
from programs import rulebooks
from programs.decision import CounterKey, ProgramId
from programs.giving import terms
from programs.giving.compiled import CompiledCause, counted_by
from programs.giving.terms import Terms
from tenants import scope

DonationId = NewType("DonationId", str)

PAGE_MAX = 101  # a page of 100 and the one that tells whether there is another


class DonationState(StrEnum):
    """Whether a donation stands, or its points went back."""

    MADE = "made"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DonationView:
    """`points` given to a cause, worth `value` minor units of `currency`, to which the merchant added `matched`.

    `counted_by` are the counters of caps that counted what was added.
    """

    id: DonationId
    number: str
    program_id: ProgramId
    member_id: MemberId
    unit_id: UnitId
    cause: str
    cause_name: str
    points: int
    value: int
    matched: int
    currency: str
    state: DonationState
    note: str | None
    transfer_id: TransferId
    donated_at: datetime
    cancelled_at: datetime | None
    counted_by: tuple[CounterKey, ...]


@dataclass(frozen=True, slots=True)
class CauseView:
    """A cause of a program that runs, and what was raised for it, of its present unit and currency."""

    terms: Terms
    cause: CompiledCause
    donations: int
    points: int
    value: int
    matched: int

    def open_at(self, now: datetime) -> bool:
        """Tell whether it takes donations."""
        return self.cause.begun(now) and not self.cause.ended(now)


async def causes(program: ProgramId | None = None) -> list[CauseView]:
    """The causes of all giving programs that run, or of one, in the order of the rules, with what was raised."""
    async with scope.reading():
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
        known = [each for each in terms.running(rules, scope.now()) if program in (None, each.program_id)]
        asked = [
            (each.program_id, cause, each.unit, each.compiled.rules.currency)
            for each in known
            for cause in each.compiled.causes
        ]
        found = await db.rows(_RAISED.format(asked=_CAUSES.source(2)), scope.tenant_id(), _CAUSES.payload(asked))
    raised = {(row["program_id"], row["cause"]): row for row in found}
    return [
        CauseView(each, cause, *_sums(raised.get((each.program_id, id_))))
        for each in known
        for id_, cause in each.compiled.causes.items()
    ]


async def donations(ids: Sequence[str]) -> dict[DonationId, DonationView]:
    """The donations of these ids that this tenant has; others are missing from the answer."""
    known = [(id_,) for id_ in ids if is_id(id_)]
    if not known:
        return {}
    async with scope.reading():
        found = await db.rows(_BY_IDS.format(ids=_IDS.source(2)), scope.tenant_id(), _IDS.payload(known))
    return {row["id"]: _donation(row) for row in found}


async def page_of_donations(
    *, member: MemberId | None = None, cause: str | None = None, after: DonationId | None = None, first: int = 50
) -> list[DonationView]:
    """The latest first: `first` (at most 101) beyond the id `after`, all or a member's or cause's."""
    if not all(is_id(id_) for id_ in (member, after) if id_ is not None):
        return []
    params: list[object] = [scope.tenant_id(), max(0, min(first, PAGE_MAX))]
    where = ""
    for condition, value in (("member_id =", member), ("cause =", cause), ("id <", after)):
        if value is not None:
            params.append(value)
            where += f" AND {condition} ${len(params)}"
    async with scope.reading():
        found = await db.rows(
            f"SELECT * FROM donation WHERE tenant_id = $1{where} ORDER BY id DESC LIMIT $2", *params
        )  # fmt: skip
    return [_donation(row) for row in found]


_IDS = Columns(id="uuid")
_CAUSES = Columns(program_id="uuid", cause="text", unit_id="uuid", currency="text")

_BY_IDS = "SELECT d.* FROM {ids} AS x JOIN donation d ON d.tenant_id = $1 AND d.id = x.id"

_RAISED = """
SELECT d.program_id, d.cause, count(*) AS donations, sum(d.points) AS points, sum(d.value) AS value,
    sum(d.matched) AS matched
FROM {asked} AS x JOIN donation d ON d.tenant_id = $1 AND d.program_id = x.program_id AND d.cause = x.cause
    AND d.state = 'made' AND d.currency = x.currency AND d.unit_id = x.unit_id
GROUP BY d.program_id, d.cause"""


def _sums(row: db.Row | None) -> tuple[int, int, int, int]:
    if row is None:
        return 0, 0, 0, 0
    return int(row["donations"]), int(row["points"]), int(row["value"]), int(row["matched"])


def _donation(row: db.Row) -> DonationView:
    return DonationView(
        id=row["id"], number=row["number"], program_id=row["program_id"], member_id=row["member_id"],
        unit_id=row["unit_id"], cause=row["cause"], cause_name=row["cause_name"], points=row["points"],
        value=row["value"], matched=row["matched"], currency=row["currency"], state=DonationState(row["state"]),
        note=row["note"], transfer_id=row["transfer_id"], donated_at=db.instant(row["donated_at"]),
        cancelled_at=db.instant_or_none(row["cancelled_at"]),
        counted_by=counted_by(
            row["program_id"], row["cause"], row["matched_period"], in_total=bool(row["matched_in_total"])
        ),
    )  # fmt: skip
