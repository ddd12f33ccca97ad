"""Replays of drafts: one at a time for a tenant, in memory, to its end; the row says how far it is."""

from __future__ import annotations

import structlog

from jobs.job import Worked
from jobs.run import Lease, LeaseLost
from programs import replay
from programs.replay import ReplayId
from programs.replay_run import Run

log = structlog.get_logger("jobs")

SECONDS_BETWEEN_NOTES = 1.0

REPLAY_DUE = (
    "SELECT r.asked_at FROM program_replay r WHERE r.tenant_id = x.tenant_id AND r.state IN ('waiting', 'running') "
    "ORDER BY r.asked_at LIMIT 1"
)


async def play(lease: Lease) -> Worked:
    """Play the replay that waits longest. One that cannot be played fails by itself, and stops no other."""
    async with lease.chunk():
        found = await replay.claim()
    if found is None:
        return Worked(0)
    try:
        handled = await _play(lease, found)
    except LeaseLost:
        raise
    except Exception as error:
        log.error("replay.failed", replay=found, exc_info=error)
        async with lease.chunk():
            await replay.fail(found)
        return Worked(1, more=True)
    return Worked(handled, more=True)


async def _play(lease: Lease, found: ReplayId) -> int:
    run: Run = await replay.opened(found)
    while not run.over:
        before = run.played
        await run.play(SECONDS_BETWEEN_NOTES)
        async with lease.chunk() as chunk:
            chunk.handled = run.played - before
            if not await replay.note(found, run):
                return run.played  # cancelled
            if lease.stopping() and not run.over:
                await replay.put_back(found)
                return run.played
    async with lease.chunk():
        await replay.close(found, run)
    return max(1, run.played)
