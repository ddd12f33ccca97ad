"""Everything that is verified of a tenant: the ledger's equations, and what programs keep beside it."""

from __future__ import annotations

from ledger import verify as ledger
from ledger.findings import Finding
from programs.coalition import own_recount
from programs.coalition import recount as coalition
from programs.tasks import recount as tasks
from programs.tiered import recount as tiered
from tenants import scope
from tenants.scope import TenantId


async def verify(tenant: TenantId, full: bool) -> tuple[Finding, ...]:
    """Every row that breaks an equation, at most 100 per check; what can only be counted again, in a full run."""
    findings = await ledger.verify(tenant, full)
    if not full:
        return findings
    with scope.of(tenant):
        kept = (*await tiered.verify(), *await tasks.verify(), *await coalition.verify(), *await own_recount.verify())
    return (*findings, *kept)
