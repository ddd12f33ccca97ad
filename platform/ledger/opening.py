"""Open a new unit's system accounts with it, so that no batch has to look for one that is not there yet."""

from __future__ import annotations

from kit import clock
from kit.ids import new_id
from kit.setbased import Insert
from ledger.state import UnitId
from tenants.scope import TenantId

SYSTEM_ACCOUNTS = ("expired", "issued", "spent")


async def open_unit(tenant: TenantId, unit: UnitId) -> None:
    """Make the accounts that points of this unit come from and go to; those that are there stay."""
    now = clock.now()
    await _INSERT([(tenant, new_id(), unit, owner, "available", now) for owner in SYSTEM_ACCOUNTS])


_INSERT = Insert(
    "account", tenant_id="uuid", id="uuid", unit_id="uuid", owner="text", book="text", created_at="instant",
    suffix="ON CONFLICT (tenant_id, unit_id, owner, book) DO NOTHING",
)  # fmt: skip
