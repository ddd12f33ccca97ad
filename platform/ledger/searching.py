"""Entries of the ledger as they were written, newest first, found by member, unit, reason, activity or date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kit import db
from kit.ids import is_id
from kit.setbased import Columns
from tenants import scope

PAGE_MAX = 101  # a page of 100 and the one that tells whether there is another


@dataclass(frozen=True, slots=True)
class AccountSide:
    """One side of an entry: `owner` is `member:<id>` or a system account such as `issued`."""

    owner: str
    book: str


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """A transfer as it was written; `debit_after` and `credit_after` are None for system accounts."""

    id: str
    key: str
    kind: str
    reason: str
    unit_id: str
    amount: int
    debit: AccountSide
    credit: AccountSide
    debit_after: int | None
    credit_after: int | None
    hold_id: str | None
    reverses_id: str | None
    cause_key: str | None
    activity_id: str | None
    note: str | None
    effective_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Entries for which all of this holds; `recorded_until` is exclusive."""

    member_id: str | None = None
    unit_id: str | None = None
    reason: str | None = None
    activity_id: str | None = None
    recorded_from: datetime | None = None
    recorded_until: datetime | None = None


async def search(wanted: EntryFilter, *, before: str | None = None, first: int = 25) -> list[WrittenEntry]:
    """The latest entries first: `first` (at most 101) before the id `before`. Ids that are none find nothing."""
    given = (wanted.member_id, wanted.unit_id, wanted.activity_id, before)
    if not all(is_id(id_) for id_ in given if id_ is not None):
        return []
    params: list[object] = [scope.tenant_id()]
    conditions = list(_conditions(wanted, before, params))
    params.append(max(0, min(first, PAGE_MAX)))
    sql = f"{_ENTRIES} WHERE {' AND '.join(['t.tenant_id = $1', *conditions])} ORDER BY t.id DESC LIMIT ${len(params)}"
    async with scope.reading():
        return [_entry(row) for row in await db.rows(sql, *params)]


async def by_ids(ids: Sequence[str]) -> dict[str, WrittenEntry]:
    """The entries of these ids that this tenant has; others are missing from the answer. At most a page of ids."""
    known = [(id_,) for id_ in ids if is_id(id_)]
    if not known:
        return {}
    sql = f"{_ENTRIES} JOIN {_IDS.source(2)} AS x ON x.id = t.id WHERE t.tenant_id = $1"
    async with scope.reading():
        return {row["id"]: _entry(row) for row in await db.rows(sql, scope.tenant_id(), _IDS.payload(known))}


_IDS = Columns(id="uuid")

_ENTRIES = """
SELECT t.id, t.key, t.kind, t.reason, t.unit_id, t.amount, t.debit_after, t.credit_after, t.hold_id, t.reverses_id,
       t.cause_key, t.activity_id, t.note, t.effective_at, t.recorded_at,
       d.owner AS debit_owner, d.book AS debit_book, c.owner AS credit_owner, c.book AS credit_book
FROM transfer t
JOIN account d ON d.tenant_id = t.tenant_id AND d.id = t.debit
JOIN account c ON c.tenant_id = t.tenant_id AND c.id = t.credit"""


def _conditions(wanted: EntryFilter, before: str | None, params: list[object]) -> list[str]:
    conditions = []

    def add(condition: str, value: object) -> None:
        if value is not None:
            params.append(value)
            conditions.append(condition.format(f"${len(params)}"))

    if wanted.member_id is not None:
        # By the accounts' ids, so that the indexes on the two sides are used.
        own = "(SELECT id FROM account WHERE tenant_id = $1 AND owner = {0})"
        add(f"(t.debit IN {own} OR t.credit IN {own})", f"member:{wanted.member_id}")
    add("t.unit_id = {}", wanted.unit_id)
    add("t.reason = {}", wanted.reason)
    add("t.activity_id = {}", wanted.activity_id)
    add("t.recorded_at >= {}", wanted.recorded_from)
    add("t.recorded_at < {}", wanted.recorded_until)
    add("t.id < {}", before)
    return conditions


def _entry(row: db.Row) -> WrittenEntry:
    return WrittenEntry(
        row["id"], row["key"], row["kind"], row["reason"], row["unit_id"], row["amount"],
        AccountSide(row["debit_owner"], row["debit_book"]), AccountSide(row["credit_owner"], row["credit_book"]),
        row["debit_after"], row["credit_after"], row["hold_id"], row["reverses_id"], row["cause_key"],
        row["activity_id"], row["note"], db.instant(row["effective_at"]), db.instant(row["recorded_at"]),
    )  # fmt: skip
