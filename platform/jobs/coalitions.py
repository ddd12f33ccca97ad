"""Coalitions: following the ledger, so that what partners owe is known soon after it came about; settling with them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from jobs.job import Worked
from jobs.points import sweep
from jobs.run import Lease
from kit import clock, db
from programs.coalition import breakage, following, settlements

FOLLOW_DUE = (
    "SELECT b.recorded_at FROM coalition c JOIN batch b ON b.tenant_id = c.tenant_id "
    "AND (c.followed_to IS NULL OR b.id > c.followed_to) WHERE c.tenant_id = x.tenant_id ORDER BY b.id LIMIT 1"
)
# Who is new is looked at at once: that is due since it began.
SETTLE_DUE = (
    "COALESCE((SELECT CASE WHEN p.look_at < p.created_at THEN p.created_at ELSE p.look_at END FROM partner p "
    "WHERE p.tenant_id = x.tenant_id AND p.look_at <= x.now ORDER BY p.look_at LIMIT 1), "
    "(SELECT CASE WHEN c.look_at < c.created_at THEN c.created_at ELSE c.look_at END FROM coalition c "
    "WHERE c.tenant_id = x.tenant_id AND c.look_at <= x.now ORDER BY c.look_at LIMIT 1))"
)


async def settle(lease: Lease) -> Worked:
    """Close the periods that end on the earliest day, and months of breakage, each in a chunk of its own.

    Who is due is found outside of chunks: that moves nothing that a worker which lost its lease may not.
    """
    handled = 0
    for partner in await settlements.due():
        if lease.stopping():
            return Worked(handled, True)
        handled += await _chunk(lease, partial(settlements.close, partner))
    for coalition in await breakage.due():
        handled += await _chunk(lease, partial(breakage.estimate, coalition))
    return Worked(handled, handled > 0)


async def _chunk(lease: Lease, step: Callable[[], Awaitable[int]]) -> int:
    async def attempt() -> int:
        with clock.pinned(clock.now()):  # one instant for the whole chunk
            async with lease.chunk() as chunk:
                chunk.handled = await step()
        return chunk.handled

    return await db.retrying(attempt)


follow = sweep(following.follow_some, following.CHUNK_BATCHES)
