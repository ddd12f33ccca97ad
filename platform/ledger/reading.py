"""Balances and entries, now or as of any instant. Reads leave out lots that are due, so a late job never shows them.

`as_of` is effective time (an expiry is effective when its lot was due); `known_at` is recorded time, and nothing later
is known then: `as_of` is at most `known_at`. What time does (expiring, maturing, the end of a hold) was known from the
day the points were earned or held, whenever the job that wrote it ran.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kit import db
from kit.setbased import Columns
from ledger.state import UnitId
from tenants import scope


@dataclass(frozen=True, slots=True)
class Expiring:
    """`amount` can be spent until `at` (exclusive)."""

    at: datetime
    amount: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What somebody has of one unit, in its smallest part; `available` may be below zero only by a deficit."""

    unit_id: UnitId
    available: int = 0
    pending: int = 0
    held: int = 0
    deficit: int = 0
    schedule: tuple[Expiring, ...] = ()
    lapses_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A transfer as a member's history shows it: `amount` signed from the member's side, `after` the balance then."""

    id: str
    kind: str
    reason: str
    unit_id: UnitId
    book: str
    amount: int
    after: int
    seq: int
    activity_id: str | None
    reverses_id: str | None
    effective_at: datetime
    recorded_at: datetime
    note: str | None


async def balances(
    members: Sequence[str], *, as_of: datetime | None = None, known_at: datetime | None = None
) -> dict[str, tuple[Balance, ...]]:
    """Each member's balances by unit, in one statement for all; a member without entries has none."""
    found = await owned([f"member:{member}" for member in members], as_of=as_of, known_at=known_at)
    return {member: found[f"member:{member}"] for member in members}


async def owned(
    names: Sequence[str], *, as_of: datetime | None = None, known_at: datetime | None = None
) -> dict[str, tuple[Balance, ...]]:
    """The same by the names of accounts' owners: `member:<id>`, `gift_card:<id>`."""
    tenant = scope.tenant_id()
    owners = _OWNERS.payload([(tenant, name) for name in names])
    if as_of is None and known_at is None:
        found = await db.rows(_NOW.format(owners=_OWNERS.source(1)), owners, scope.now())
        lots = await db.rows(_SCHEDULE.format(owners=_OWNERS.source(1)), owners, scope.now())
        return _fold(names, found, lots)
    known = known_at or scope.now()
    found = await db.rows(_AS_OF.format(owners=_OWNERS.source(1)), owners, min(as_of or known, known), known)
    return _fold(names, found, [])


KINDS = ("now", "hold", "post", "void")
MOVING = ("now", "post")
"""The kinds of entry that change what a member has; holds and voids only set aside and let go."""


async def entries(
    member: str, *, unit: UnitId | None = None, before: str | None = None, first: int = 25,
    kinds: Sequence[str] = KINDS,
) -> list[LedgerEntry]:  # fmt: skip
    """A member's entries of these kinds, newest first; `before` is the last id seen. At most 101."""
    tenant = scope.tenant_id()
    wanted = ", ".join(f"'{kind}'" for kind in kinds if kind in KINDS)
    found = await db.rows(
        _ENTRIES.format(side="debit", sign="-", kinds=wanted) + " UNION ALL "
        + _ENTRIES.format(side="credit", sign="", kinds=wanted)
        + " ORDER BY id DESC LIMIT $5",
        tenant, f"member:{member}", unit, before, min(first, 101),
    )  # fmt: skip
    return [_entry(row) for row in found]


_OWNERS = Columns(tenant_id="uuid", owner="text")

_NOW = """
    SELECT a.owner, a.unit_id, a.book, a.posted, a.held, a.deficit, a.lapses_at,
        COALESCE((SELECT sum(l.remaining) FROM lot l WHERE l.tenant_id = a.tenant_id AND l.account_id = a.id
            AND l.remaining > 0 AND (l.expires_at <= $2 OR a.lapses_at <= $2)), 0) AS due
    FROM {owners} AS x JOIN account a ON a.tenant_id = x.tenant_id AND a.owner = x.owner"""

# A lot ends by its own date, or by the account's lapse if that is sooner.
_SCHEDULE = """
    SELECT a.owner, a.unit_id, CASE WHEN l.expires_at IS NULL OR a.lapses_at < l.expires_at THEN a.lapses_at
        ELSE l.expires_at END AS ends_at, sum(l.remaining) AS amount
    FROM {owners} AS x JOIN account a ON a.tenant_id = x.tenant_id AND a.owner = x.owner
    JOIN lot l ON l.tenant_id = a.tenant_id AND l.account_id = a.id
    WHERE l.remaining > 0 AND (l.expires_at IS NOT NULL OR a.lapses_at IS NOT NULL) AND a.book = 'available'
        AND (l.expires_at IS NULL OR l.expires_at > $2) AND (a.lapses_at IS NULL OR a.lapses_at > $2)
    GROUP BY a.owner, a.unit_id, ends_at ORDER BY ends_at"""

# Time's own work counts by its date if the earning behind it was known.
_COUNTS = """t.tenant_id = a.tenant_id AND t.kind IN ('now', 'post') AND t.effective_at <= $2
    AND (t.recorded_at <= $3 OR (t.reason IN ('expire', 'mature') AND EXISTS (
        SELECT 1 FROM lot_use u JOIN lot l ON l.tenant_id = u.tenant_id AND l.id = u.lot_id
        JOIN transfer o ON o.tenant_id = l.tenant_id AND o.id = COALESCE(l.origin_id, l.transfer_id)
        WHERE u.tenant_id = t.tenant_id AND u.transfer_id = t.id AND o.recorded_at <= $3)))"""

_AS_OF = f"""
    SELECT a.owner, a.unit_id, a.book, 0 AS deficit, a.lapses_at,
        COALESCE((SELECT sum(t.amount) FROM transfer t WHERE t.credit = a.id AND {_COUNTS}), 0)
        - COALESCE((SELECT sum(t.amount) FROM transfer t WHERE t.debit = a.id AND {_COUNTS}), 0) AS posted,
        COALESCE((SELECT sum(t.amount) FROM transfer t JOIN hold h ON h.tenant_id = t.tenant_id AND h.id = t.id
            WHERE t.tenant_id = a.tenant_id AND t.debit = a.id AND t.kind = 'hold' AND t.effective_at <= $2
            AND t.recorded_at <= $3 AND h.ends_at > $2 AND NOT EXISTS (
                SELECT 1 FROM transfer r WHERE r.tenant_id = t.tenant_id AND r.hold_id = t.id
                AND r.effective_at <= $2 AND r.recorded_at <= $3)), 0) AS held,
        COALESCE((SELECT sum(l.remaining) FROM lot l
            JOIN transfer c ON c.tenant_id = l.tenant_id AND c.id = l.transfer_id
            WHERE l.tenant_id = a.tenant_id AND l.account_id = a.id AND l.remaining > 0
            AND (l.expires_at <= $2 OR a.lapses_at <= $2) AND c.effective_at <= $2 AND c.recorded_at <= $3), 0) AS due
    FROM {{owners}} AS x JOIN account a ON a.tenant_id = x.tenant_id AND a.owner = x.owner"""

# Maturing moves between a member's own books: one line of history, in the book it came to.
_ENTRIES = """
    SELECT t.id AS id, t.kind, t.reason, t.unit_id, a.book, {sign}t.amount AS amount, t.{side}_after AS after_,
        t.{side}_seq AS seq, t.activity_id, t.reverses_id, t.effective_at, t.recorded_at, t.note
    FROM account a JOIN transfer t ON t.tenant_id = a.tenant_id AND t.{side} = a.id
    WHERE a.tenant_id = $1 AND a.owner = $2 AND (CAST($3 AS TEXT) IS NULL OR CAST(a.unit_id AS TEXT) = $3)
        AND (CAST($4 AS TEXT) IS NULL OR CAST(t.id AS TEXT) < $4)
        AND t.kind IN ({kinds}) AND NOT ('{side}' = 'debit' AND t.reason = 'mature')"""


def _fold(names: Sequence[str], found: Sequence[db.Row], lots: Sequence[db.Row]) -> dict[str, tuple[Balance, ...]]:
    schedules: dict[tuple[str, str], list[Expiring]] = {}
    for row in lots:
        expiring = Expiring(db.instant(row["ends_at"]), int(row["amount"]))
        schedules.setdefault((row["owner"], row["unit_id"]), []).append(expiring)
    sums: dict[tuple[str, str], dict[str, int]] = {}
    lapses: dict[tuple[str, str], datetime | None] = {}
    for row in found:
        key = (row["owner"], row["unit_id"])
        total = sums.setdefault(key, {"available": 0, "pending": 0, "held": 0, "deficit": 0})
        held = int(row["held"])
        total[row["book"]] += int(row["posted"]) - held - int(row["due"])
        total["held"] += held
        total["deficit"] += int(row["deficit"])
        if row["book"] == "available":
            lapses[key] = db.instant_or_none(row["lapses_at"])
    answer: dict[str, tuple[Balance, ...]] = {}
    for name in names:
        own = [key for key in sums if key[0] == name]
        answer[name] = tuple(
            Balance(UnitId(key[1]), **sums[key], schedule=tuple(schedules.get(key, ())), lapses_at=lapses.get(key))
            for key in sorted(own)
        )
    return answer


def _entry(row: db.Row) -> LedgerEntry:
    return LedgerEntry(
        row["id"], row["kind"], row["reason"], row["unit_id"], row["book"], row["amount"], row["after_"], row["seq"],
        row["activity_id"], row["reverses_id"], db.instant(row["effective_at"]), db.instant(row["recorded_at"]),
        row["note"],
    )  # fmt: skip
