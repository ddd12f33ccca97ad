"""What is kept for a time only: sessions that ended, results of commands, closed runs, replays, deliveries, events.

An event goes after its deliveries, which can be sent again as long as they are there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from jobs.job import Worked
from jobs.run import Lease
from kit import clock, db
from tenants import scope

RESULTS_KEPT = timedelta(days=90)
RUNS_KEPT = timedelta(days=90)
REPLAYS_KEPT = timedelta(days=60)
DELIVERIES_KEPT = timedelta(days=30)
EVENTS_KEPT = timedelta(days=60)
ROWS_MAX = 1000

PRUNE_DUE = """SELECT x.now WHERE
    EXISTS (SELECT 1 FROM session s WHERE s.expires_at <= x.clock AND s.tenant_id = x.tenant_id)
    OR EXISTS (SELECT 1 FROM command c
        WHERE c.tenant_id = x.tenant_id AND c.result IS NOT NULL AND c.recorded_at <= x.days_ago_90)
    OR EXISTS (SELECT 1 FROM job_run r WHERE r.tenant_id = x.tenant_id AND r.finished_at <= x.days_ago_90)
    OR EXISTS (SELECT 1 FROM program_replay p WHERE p.tenant_id = x.tenant_id AND p.finished_at <= x.now_60_back)
    OR EXISTS (SELECT 1 FROM delivery d WHERE d.tenant_id = x.tenant_id AND d.closed_at <= x.days_ago_30)
    OR EXISTS (SELECT 1 FROM event e WHERE e.tenant_id = x.tenant_id AND e.relayed AND e.recorded_at <= x.now_60_back
        AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.tenant_id = e.tenant_id AND d.event_id = e.id))"""


async def prune(lease: Lease) -> Worked:
    """At most `ROWS_MAX` of each kind in a chunk."""
    now = clock.now()
    async with lease.chunk() as chunk:
        counts = [
            await _sessions(now),
            await _results(now - RESULTS_KEPT),
            await _closed("job_run", "finished_at", now - RUNS_KEPT),
            await _closed("program_replay", "finished_at", scope.now() - REPLAYS_KEPT),
            await _closed("delivery", "closed_at", now - DELIVERIES_KEPT),
            await _events(scope.now() - EVENTS_KEPT),
        ]
        chunk.handled = sum(counts)
    return Worked(sum(counts), max(counts) == ROWS_MAX)


async def _sessions(ended_by: datetime) -> int:
    return await db.execute(
        "DELETE FROM session WHERE id IN "
        "(SELECT id FROM session WHERE tenant_id = $1 AND expires_at <= $2 ORDER BY expires_at LIMIT $3)",
        scope.tenant_id(), ended_by, ROWS_MAX,
    )  # fmt: skip


async def _results(recorded_by: datetime) -> int:
    """The key stays for ever: a repeat after this is refused rather than done again."""
    return await db.execute(
        "UPDATE command SET result = NULL WHERE tenant_id = $1 AND id IN (SELECT id FROM command "
        "WHERE tenant_id = $1 AND result IS NOT NULL AND recorded_at <= $2 ORDER BY recorded_at LIMIT $3)",
        scope.tenant_id(), recorded_by, ROWS_MAX,
    )  # fmt: skip


async def _events(recorded_by: datetime) -> int:
    """By the tenant's clock, which is the one that dated them. Those that are not relayed yet stay."""
    return await db.execute(
        "DELETE FROM event WHERE tenant_id = $1 AND id IN (SELECT e.id FROM event e "
        "WHERE e.tenant_id = $1 AND e.relayed AND e.recorded_at <= $2 "
        "AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.tenant_id = e.tenant_id AND d.event_id = e.id) "
        "ORDER BY e.recorded_at LIMIT $3)",
        scope.tenant_id(), recorded_by, ROWS_MAX,
    )  # fmt: skip


async def _closed(table: str, column: str, closed_by: datetime) -> int:
    return await db.execute(
        f"DELETE FROM {table} WHERE tenant_id = $1 AND id IN (SELECT id FROM {table} "
        f"WHERE tenant_id = $1 AND {column} <= $2 ORDER BY {column} LIMIT $3)",
        scope.tenant_id(), closed_by, ROWS_MAX,
    )  # fmt: skip
