"""Work for a tenant other than the one that asks: on its clock, and with no permission of who asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from kit import db
from tenants import scope
from tenants.roles import permitting
from tenants.scope import TenantId


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another tenant, and how far its clock is ahead (in a sandbox)."""

    tenant: TenantId
    offset: timedelta
    sandbox: bool

    @contextmanager
    def entered(self, actor: str = "system") -> Iterator[None]:
        """Its scope, inside the block; that the one who asks may see what is done there is the caller's to know."""
        with scope.of(self.tenant, self.offset, actor), permitting(frozenset()):
            yield


async def find(tenant: TenantId) -> Elsewhere | None:
    """The tenant of this id, if there is one. To be asked before a transaction, whose first word is a write."""
    with scope.unscoped("the clock of another tenant"):
        async with scope.reading():
            found = await db.rows("SELECT clock_offset_us, sandbox_of FROM tenant WHERE id = $1", tenant)
    if not found:
        return None
    offset = timedelta(microseconds=found[0]["clock_offset_us"])
    return Elsewhere(tenant, offset, found[0]["sandbox_of"] is not None)
