"""System accounts' totals. Nobody keeps them running, they would be the hottest rows: batches are added up later."""

from __future__ import annotations

from kit import db
from kit.setbased import Columns
from ledger.errors import Stale
from ledger.state import UnitId
from tenants import scope
from tenants.scope import TenantId

BATCHES_MAX = 5_000
_IDS = Columns(id="uuid")

LEGS = """
    SELECT t.tenant_id, t.batch_id, t.debit AS account, -t.amount AS change FROM transfer t
        WHERE t.tenant_id = $1 AND t.debit_seq IS NULL AND t.kind IN ('now', 'post')
    UNION ALL SELECT t.tenant_id, t.batch_id, t.credit, t.amount FROM transfer t
        WHERE t.tenant_id = $1 AND t.credit_seq IS NULL AND t.kind IN ('now', 'post')"""
"""What moved on system accounts: they alone keep no `seq`."""


async def roll_up(tenant: TenantId) -> int:
    """Add the batches not yet rolled up, at most 5,000, and answer how many they were. Raises `Stale`.

    Which batches are meant is claimed first, by a conditional update: of two that run at once, one is `Stale`.
    """
    with scope.of(tenant):
        async with scope.writing():
            batches = await db.rows(
                "SELECT id FROM batch WHERE tenant_id = $1 AND NOT rolled_up ORDER BY id LIMIT $2", tenant, BATCHES_MAX
            )
            if not batches:
                return 0
            ids = _IDS.payload([(row["id"],) for row in batches])
            chosen = f"(SELECT x.id FROM {_IDS.source(2)} AS x)"
            true = "true" if db.dialect() == "postgres" else "1"
            claimed = await db.execute(
                f"UPDATE batch SET rolled_up = {true} WHERE tenant_id = $1 AND NOT rolled_up AND id IN {chosen}",
                tenant, ids,
            )  # fmt: skip
            if claimed != len(batches):
                raise Stale("somebody else is rolling up")
            await db.execute(_ADD.format(chosen=chosen), tenant, ids)
            return claimed


async def system_balance(unit: UnitId, name: str) -> int:
    """What a system account of the scope's tenant has: what was rolled up, and the rest."""
    found = await db.rows(_BALANCE, scope.tenant_id(), unit, name)
    return int(found[0]["balance"]) if found else 0


_ADD = """
    UPDATE account AS a SET posted = a.posted + s.change FROM (
        SELECT g.account, sum(g.change) AS change FROM (
            SELECT t.debit AS account, -t.amount AS change FROM transfer t WHERE t.tenant_id = $1
                AND t.debit_seq IS NULL AND t.kind IN ('now', 'post') AND t.batch_id IN {chosen}
            UNION ALL SELECT t.credit, t.amount FROM transfer t WHERE t.tenant_id = $1
                AND t.credit_seq IS NULL AND t.kind IN ('now', 'post') AND t.batch_id IN {chosen}) AS g
        GROUP BY g.account) AS s
    WHERE a.tenant_id = $1 AND a.id = s.account"""

_BALANCE = f"""
    SELECT a.posted + COALESCE((SELECT sum(g.change) FROM ({LEGS}) AS g
        JOIN batch b ON b.tenant_id = g.tenant_id AND b.id = g.batch_id
        WHERE g.account = a.id AND NOT b.rolled_up), 0) AS balance
    FROM account a WHERE a.tenant_id = $1 AND a.unit_id = $2 AND a.owner = $3 AND a.book = 'available'"""
