"""What time does to points: the ledger's sweeps as jobs, in the order in which they would have happened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from jobs.job import Work, Worked
from jobs.run import Lease
from kit import clock, db
from ledger import sweeps
from programs import occasions
from programs.referral import service as referral
from programs.stored_value import service as stored_value
from programs.tasks import service as tasks
from programs.tiered import raising, resting
from programs.tiered import service as tiered
from rewards import granting, redemptions
from tenants import scope

ROWS_MAX = 1000
OCCASIONS_MAX = 500

MATURE_DUE = (
    "SELECT l.matures_at FROM lot l WHERE l.tenant_id = x.tenant_id AND l.remaining > 0 AND l.matures_at <= x.now "
    "ORDER BY l.matures_at LIMIT 1"
)
REDEMPTIONS_DUE = (
    "SELECT r.ends_at FROM redemption r WHERE r.tenant_id = x.tenant_id AND r.state = 'reserved' "
    "AND r.ends_at <= x.now ORDER BY r.ends_at LIMIT 1"
)
PAYMENTS_DUE = (
    "SELECT p.ends_at FROM payment p WHERE p.tenant_id = x.tenant_id AND p.state = 'authorized' "
    "AND p.ends_at <= x.now ORDER BY p.ends_at LIMIT 1"
)
HOLDS_DUE = (
    "SELECT h.ends_at FROM hold h WHERE h.tenant_id = x.tenant_id AND h.state = 'open' AND h.ends_at <= x.now "
    "ORDER BY h.ends_at LIMIT 1"
)
# By a lot's own end, else by the account's lapse; the second as the sweep itself asks.
EXPIRE_DUE = (
    "COALESCE((SELECT l.expires_at FROM lot l WHERE l.tenant_id = x.tenant_id AND l.remaining > 0 "
    "AND l.expires_at <= x.now ORDER BY l.expires_at LIMIT 1), "
    "(SELECT a.lapses_at FROM account a WHERE a.tenant_id = x.tenant_id AND a.lapses_at <= x.now "
    "AND a.posted + a.deficit > a.held ORDER BY a.lapses_at LIMIT 1))"
)
GRANTS_DUE = (
    "SELECT g.tried_at FROM reward_grant g WHERE g.tenant_id = x.tenant_id AND g.state = 'owed' "
    "ORDER BY g.tried_at LIMIT 1"
)
OCCASIONS_DUE = (
    "COALESCE((SELECT o.next_at FROM occasion_mark o WHERE o.tenant_id = x.tenant_id AND o.next_at <= x.now), "
    "(SELECT x.now FROM program p WHERE p.tenant_id = x.tenant_id AND p.state = 'live' "
    "AND NOT EXISTS (SELECT 1 FROM occasion_mark o WHERE o.tenant_id = x.tenant_id) LIMIT 1))"
)
TASKS_DUE = (
    "SELECT r.ends_at FROM member_task r WHERE r.tenant_id = x.tenant_id AND r.state IN ('offered', 'active') "
    "AND r.ends_at <= x.now ORDER BY r.ends_at LIMIT 1"
)
DORMANT_DUE = (
    "SELECT x.now FROM program p WHERE p.tenant_id = x.tenant_id AND p.kind = 'tiered' AND p.state = 'live' LIMIT 1"
)
RAISES_DUE = (
    "SELECT r.closed_at FROM reward w JOIN redemption r ON r.tenant_id = w.tenant_id AND r.reward_id = w.id "
    "AND r.state = 'confirmed' WHERE w.tenant_id = x.tenant_id AND w.kind = 'tier_raise' AND NOT EXISTS "
    "(SELECT 1 FROM tier_raise t WHERE t.tenant_id = r.tenant_id AND t.id = r.id) LIMIT 1"
)
LOWER_DUE = (
    "SELECT x.now FROM tier_raise t JOIN redemption r ON r.tenant_id = t.tenant_id AND r.id = t.id "
    "AND (r.state = 'cancelled' OR (r.points > 0 AND r.points_returned = r.points)) "
    "WHERE t.tenant_id = x.tenant_id AND t.state = 'raised' AND t.ended_at IS NULL AND t.until > x.now LIMIT 1"
)
TIERS_DUE = (
    "SELECT s.review_at FROM tier_standing s WHERE s.tenant_id = x.tenant_id AND s.review_at <= x.now "
    "ORDER BY s.review_at LIMIT 1"
)

REFERRALS_DUE = (
    "SELECT r.look_at FROM referral r WHERE r.tenant_id = x.tenant_id AND r.look_at <= x.now ORDER BY r.look_at LIMIT 1"
)


def sweep(step: Callable[[int], Awaitable[int]], rows_max: int = ROWS_MAX) -> Work:
    """A job whose chunk is one call of `step(limit)`, which answers how many rows it dealt with."""

    async def work(lease: Lease) -> Worked:
        async def attempt() -> int:
            # One instant for the whole chunk: what its parts take for due is the same.
            with clock.pinned(clock.now()):
                async with lease.chunk() as chunk:
                    chunk.handled = await step(rows_max)
            return chunk.handled

        handled = await db.retrying(attempt)
        return Worked(handled, handled >= rows_max)

    return work


async def release_holds(limit: int) -> int:
    """Let go of holds that have ended; those of redemptions and payments go with theirs, so these come first.

    While one is still open after its end, because somebody works on it, no hold is let go.
    """
    still_open = await db.rows(_STILL_OPEN, scope.tenant_id(), scope.now())
    return 0 if still_open else await sweeps.release_due_holds(limit)


_STILL_OPEN = """
SELECT 1 FROM redemption WHERE tenant_id = $1 AND state = 'reserved' AND ends_at <= $2
UNION ALL SELECT 1 FROM payment WHERE tenant_id = $1 AND state = 'authorized' AND ends_at <= $2 LIMIT 1"""

mature = sweep(sweeps.mature_due)
expire_redemptions = sweep(redemptions.expire_due)
expire_payments = sweep(stored_value.expire_due)
give_owed = sweep(granting.give_owed)
celebrate = sweep(occasions.celebrate_due, OCCASIONS_MAX)
rest_tiers = sweep(resting.rest_due, resting.RESTED_MAX)
raise_tiers = sweep(raising.raise_due, raising.RAISED_MAX)
lower_tiers = sweep(raising.lower_due, raising.RAISED_MAX)
review_tiers = sweep(tiered.review_due)
expire_tasks = sweep(tasks.expire_due)
settle_referrals = sweep(referral.settle_due, 1)
expire = sweep(sweeps.expire_due)
release = sweep(release_holds)
