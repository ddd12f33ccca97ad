"""A tenant to work for, and another whose members must never be seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from kit import clock
from members.inputs import MemberInput
from members.service import upsert
from tenants import scope
from tenants.models import Tenant
from tenants.scope import TenantId

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CANARY = "canary"


async def make_tenant(slug: str) -> TenantId:
    with scope.unscoped("test"):
        async with scope.writing():
            tenant = await Tenant.create(slug=slug, name=slug, zone="Europe/Berlin", currency="EUR", created_at=NOON)
    return TenantId(tenant.id)


@pytest.fixture
async def other(database: object) -> TenantId:
    """Another tenant, with one member of the external id `canary` and the name Canary."""
    tenant = await make_tenant("other")
    with scope.of(tenant):
        await upsert(MemberInput(external_id=CANARY, name="Canary", email="canary@example.com", tags=["canary"]))
    return tenant


@pytest.fixture
async def tenant(database: object, other: TenantId) -> AsyncIterator[TenantId]:
    """The scope of a tenant of whom there is no member yet, at noon."""
    tenant = await make_tenant("shop")
    with scope.of(tenant), clock.pinned(NOON):
        yield tenant
