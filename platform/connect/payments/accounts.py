"""Which provider a tenant's payments go to: the sandbox until it has set up another."""

from __future__ import annotations

from connect.payments.sandbox import Sandbox
from kit import db
from programs.paid import provider
from programs.paid.provider import Find, Provider
from settings import Settings
from tenants import scope

SANDBOX = "sandbox"


def connect(settings: Settings) -> None:
    """Tell this process where payment providers are; web and worker do when they start."""
    provider.connect(find_in(settings.public_url, production=settings.production))


def find_in(base_url: str, *, production: bool) -> Find:
    """Where this process finds tenants' providers; `base_url` is our own address.

    In production nobody's memberships are paid with test cards, but for tenants that are sandboxes.
    """

    async def find(name: str | None) -> Provider | None:
        async with scope.reading():
            account = await _account(name)
            name = name or (SANDBOX if account is None else account["provider"])
            if name == SANDBOX:
                return None if production and not await _is_sandbox() else Sandbox(base_url)
        return None

    return find


async def _account(name: str | None) -> db.Row | None:
    rows = await db.rows(_ACCOUNT, scope.tenant_id(), name)
    return rows[0] if rows else None


async def _is_sandbox() -> bool:
    rows = await db.rows("SELECT 1 FROM tenant WHERE id = $1 AND sandbox_of IS NOT NULL", scope.tenant_id())
    return bool(rows)


_ACCOUNT = """
SELECT provider, secrets FROM payment_account WHERE tenant_id = $1 AND provider = COALESCE($2, provider)
ORDER BY chosen_at DESC LIMIT 1"""
