"""`guerdon verify`: every equation of the ledger, set-based, in one snapshot of a tenant.

An incremental run looks at what changed since the last clean one: the batches that were not sealed then, the accounts
they touched and all that hangs on these. A full run looks at everything, and at every hash.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kit import clock, db
from kit.ids import new_id
from ledger.checks import ACCOUNTS, CHECKS, FULL_TOTALS, KEYS, ROWS_MAX, TOTALS, TOUCHED, narrowed
from ledger.findings import Finding
from ledger.kind_checks import KIND_KEYS
from ledger.save import batch_hash, canonical_line
from ledger.sealing import check_seals
from ledger.snapshot import Snapshot, snapshot
from ledger.state import NewTransfer
from tenants import scope
from tenants.scope import TenantId

RESULTS_KEPT = timedelta(days=89)
"""A command's result is kept 90 days; one day is left to the job that prunes."""
LATE = timedelta(days=1)
"""No transaction is open for longer: what it wrote is seen by the run after next."""
TOUCHED_MAX = 5_000
BATCHES_AT_ONCE = 5_000
TRANSFERS_AT_ONCE = 20_000


async def verify(tenant: TenantId, full: bool) -> tuple[Finding, ...]:
    """Every row that breaks an equation, at most 100 per check; empty if all is well.

    After a clean run it is remembered up to which seal all was looked at.
    """
    clean = _NOTHING if full else await _last_clean(tenant)
    async with snapshot(tenant, whole=full) as view:
        findings = await _equations(view, tenant, full, clean)
        findings += await check_seals(view, tenant, clean.seal_number)
        findings += await _check_batches(view, tenant, clean.seal_number)
        head = await view.rows("SELECT max(number) AS number FROM seal WHERE tenant_id = $1", tenant)
    if not findings:
        await _remember(tenant, head[0]["number"] or 0)
    return tuple(findings)


async def _equations(view: Snapshot, tenant: TenantId, full: bool, clean: _Clean) -> list[Finding]:
    queries: list[tuple[str, str, tuple[object, ...]]] = []
    touched = None if full else await _touched(view, tenant, clean.seal_number)
    for name, sql in CHECKS.items():
        params = (tenant,) if touched is None else (tenant, ACCOUNTS.payload(touched))
        queries.append((name, narrowed(sql, full=touched is None), params))
    for name, sql in {**TOTALS, **(FULL_TOTALS if full else {})}.items():
        queries.append((name, f"{sql} LIMIT {ROWS_MAX}", (tenant,)))
    younger = (tenant, id_floor(clean.recorded_at - LATE), clock.now() - RESULTS_KEPT)
    for name, sql in {**KEYS, **KIND_KEYS}.items():
        queries.append((name, f"{sql} LIMIT {ROWS_MAX}", younger[: 3 if "$3" in sql else 2 if "$2" in sql else 1]))
    return [
        Finding(name, str(row["id"]), row["detail"])
        for name, sql, params in queries
        for row in await view.rows(sql, *params)
    ]


async def _touched(view: Snapshot, tenant: TenantId, since: int) -> list[tuple[str]] | None:
    """The accounts to look at; `None` if they are so many that looking at everything once is faster."""
    rows = await view.rows(TOUCHED, tenant, since, TOUCHED_MAX + 1)
    return None if len(rows) > TOUCHED_MAX else [(row["id"],) for row in rows]


def id_floor(at: datetime) -> str:
    """No id made after `at` is smaller: ids are UUIDv7, their first 48 bits are milliseconds."""
    ms = f"{int(at.timestamp() * 1000):012x}"
    return f"{ms[:8]}-{ms[8:]}-7000-8000-000000000000"


# -- hashes ------------------------------------------------------------------------------------------------------------


async def _check_batches(view: Snapshot, tenant: TenantId, since: int) -> list[Finding]:
    """Each batch has the transfers it was written with, column for column."""
    findings: list[Finding] = []
    async for batches in _groups(view, tenant, since):
        lines = await _lines(view, tenant, min(batches), max(batches))
        for batch, (count, digest) in batches.items():
            own = lines.get(batch, [])
            if len(own) != count:
                findings.append(Finding("batch_count", batch, f"{len(own)} transfers, written {count}"))
            elif batch_hash(own) != digest:
                findings.append(Finding("batch_hash", batch, "a transfer was changed"))
        if len(findings) >= ROWS_MAX:
            break
    return findings[:ROWS_MAX]


async def _groups(view: Snapshot, tenant: TenantId, since: int) -> AsyncIterator[dict[str, tuple[int, str]]]:
    """The batches to look at, in order of their ids, so many at a time that their transfers fit in memory."""
    last = "00000000-0000-0000-0000-000000000000"
    while True:
        rows = await view.rows(
            "SELECT b.id, b.transfers, b.hash FROM batch b LEFT JOIN seal s ON s.tenant_id = b.tenant_id "
            "AND s.id = b.seal_id WHERE b.tenant_id = $1 AND b.id > $2 AND (b.seal_id IS NULL OR s.number > $3) "
            "ORDER BY b.id LIMIT $4",
            tenant, last, since, BATCHES_AT_ONCE,
        )  # fmt: skip
        group: dict[str, tuple[int, str]] = {}
        size = 0
        for row in rows:
            group[row["id"]] = (row["transfers"], row["hash"])
            size += row["transfers"]
            if size >= TRANSFERS_AT_ONCE:
                yield group
                group, size = {}, 0
        if group:
            yield group
        if len(rows) < BATCHES_AT_ONCE:
            return
        last = rows[-1]["id"]


_COLUMNS = NewTransfer._fields


async def _lines(view: Snapshot, tenant: TenantId, first: str, last: str) -> dict[str, list[bytes]]:
    """The canonical lines of the transfers of these batches, by batch."""
    rows = await view.rows(
        f"SELECT {', '.join(_COLUMNS)}, batch_id FROM transfer "
        "WHERE tenant_id = $1 AND batch_id >= $2 AND batch_id <= $3 ORDER BY batch_id, id",
        tenant, first, last,
    )  # fmt: skip
    lines: dict[str, list[bytes]] = {}
    as_read = db.dialect() == "postgres"
    for row in rows:
        values = list(row.values()) if as_read else list(row)
        lines.setdefault(values.pop(), []).append(canonical_line(values))
    return lines


# -- what was clean before ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Clean:
    seal_number: int
    recorded_at: datetime


_NOTHING = _Clean(0, datetime(2000, 1, 1, tzinfo=UTC))


async def _last_clean(tenant: TenantId) -> _Clean:
    with scope.of(tenant):
        async with scope.reading():
            rows = await db.rows("SELECT seal_number, recorded_at FROM verification WHERE tenant_id = $1", tenant)
    return _Clean(rows[0]["seal_number"], db.instant(rows[0]["recorded_at"])) if rows else _NOTHING


async def _remember(tenant: TenantId, seal_number: int) -> None:
    with scope.of(tenant):
        async with scope.writing():
            await db.execute(
                "INSERT INTO verification (tenant_id, id, seal_number, recorded_at) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT (tenant_id) DO UPDATE SET seal_number = excluded.seal_number, "
                "recorded_at = excluded.recorded_at",
                tenant, new_id(), seal_number, clock.now(),
            )  # fmt: skip
