"""What keeps the ledger in order: system accounts rolled up, batches sealed, every equation checked."""

from __future__ import annotations

import structlog

from jobs.job import Worked
from jobs.points import sweep
from jobs.run import Hopeless, Lease
from ledger.rollup import roll_up
from ledger.sealing import seal
from programs.verify import verify
from tenants import scope

log = structlog.get_logger("jobs")

# A minute late, so that a busy tenant is rolled up in larger pieces.
ROLL_UP_DUE = (
    "SELECT b.recorded_at FROM batch b WHERE b.tenant_id = x.tenant_id AND NOT b.rolled_up "
    "AND b.recorded_at <= x.minute_ago ORDER BY b.id LIMIT 1"
)
SEAL_DUE = (
    "SELECT b.recorded_at FROM batch b WHERE b.tenant_id = x.tenant_id AND b.seal_id IS NULL ORDER BY b.id LIMIT 1"
)
VERIFY_DUE = "SELECT x.now FROM batch b WHERE b.tenant_id = x.tenant_id LIMIT 1"


class Unsound(Hopeless):
    """The ledger breaks an equation; the log names the rows, `guerdon verify` all of them."""


async def check(lease: Lease) -> Worked:
    """Verify what changed since the last clean run. Raises `Unsound`, which fails the day's run at once."""
    findings = await verify(scope.tenant_id(), full=False)
    for finding in findings:
        log.error("verify.finding", check=finding.check, row=finding.row, detail=finding.detail)
    if findings:
        raise Unsound(f"{len(findings)} findings, the first: {findings[0].check} {findings[0].row}")
    return Worked(1)


async def _roll_up(_limit: int) -> int:
    return await roll_up(scope.tenant_id())


async def _seal(_limit: int) -> int:
    made = await seal(scope.tenant_id())
    return 0 if made is None else made.batches


# Each takes what there is, up to a bound of its own, so any answer but 0 may mean more.
rolling_up = sweep(_roll_up, 1)
sealing = sweep(_seal, 1)
