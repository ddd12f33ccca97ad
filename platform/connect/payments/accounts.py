"""Which provider a tenant's payments go to: the sandbox until it has set up another; its secrets are kept sealed.

Secrets are encrypted with a key that is derived from the root key and the tenant: a copy of the database alone charges
nobody. What was paid with one provider stays with it when another is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from cryptography.fernet import Fernet, InvalidToken

from connect.payments.sandbox import Sandbox
from kit import db
from kit.errors import Refusal
from kit.ids import new_id
from kit.secrets import derive, root_key
from programs.paid import provider
from programs.paid.provider import Find, Provider, Unavailable
from settings import Settings
from tenants import audit, scope
from tenants.roles import Action, require

SANDBOX, STRIPE = "sandbox", "stripe"
SECRET_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class StripeKeys:
    """What Stripe's dashboard shows: the secret (or a restricted) key, and the webhook endpoint's signing secret."""

    secret_key: str
    webhook_secret: str


def connect(settings: Settings) -> None:
    """Tell this process where payment providers are; web and worker do when they start."""
    root = root_key(settings.secret_key, settings.data_dir)
    provider.connect(find_in(root, settings.public_url, production=settings.production))


def find_in(root: bytes, base_url: str, *, production: bool) -> Find:
    """Where this process finds tenants' providers; `base_url` is our own address.

    In production nobody's memberships are paid with test cards, but for tenants that are sandboxes.
    """

    async def find(name: str | None) -> Provider | None:
        async with scope.reading():
            row = await _account(name)
            wanted = name or (SANDBOX if row is None else row["provider"])
            if wanted == SANDBOX:
                return None if production and not await _is_sandbox() else Sandbox(base_url)
        if row is None or wanted != STRIPE:
            return None
        from connect.payments.stripe import Stripe  # 15 MB and most of a second: for those who need it

        keys = unseal(root, row["secrets"])
        return Stripe(keys.secret_key, keys.webhook_secret)

    return find


async def chosen() -> str | None:
    """The name of the provider that the tenant's new payments go to; None if there is none."""
    found = await provider.provider_of()
    return None if found is None else found.name


async def choose(root: bytes, keys: StripeKeys | None) -> str:
    """Let new payments go to Stripe with these keys, or back to the sandbox (None); the provider's name.

    Raises `Forbidden`, and `Refusal` INVALID.
    """
    require(Action.WRITE_SETTINGS)
    if keys is not None:
        _check(keys)
    name, now = SANDBOX if keys is None else STRIPE, scope.now()
    secrets = None if keys is None else seal(root, keys)
    async with scope.writing():
        await db.execute(_CHOOSE, scope.tenant_id(), new_id(), name, secrets, now)
        await audit.record("payment_provider.set", f"tenant:{scope.tenant_id()}", {"provider": name})
    return name


def seal(root: bytes, keys: StripeKeys) -> str:
    """Encrypt keys for the scope's tenant."""
    text = orjson.dumps({"secret_key": keys.secret_key, "webhook_secret": keys.webhook_secret})
    return _box(root).encrypt(text).decode()


def unseal(root: bytes, sealed: str) -> StripeKeys:
    """Read what `seal` wrote. Raises `Unavailable` after the root key was changed: the keys must be set again."""
    try:
        return StripeKeys(**orjson.loads(_box(root).decrypt(sealed.encode())))
    except InvalidToken as error:
        raise Unavailable("the provider's keys were sealed under another root key") from error


def _check(keys: StripeKeys) -> None:
    for name, value, prefixes in (
        ("secretKey", keys.secret_key, ("sk_", "rk_")), ("webhookSecret", keys.webhook_secret, ("whsec_",)),
    ):  # fmt: skip
        if not (value.startswith(prefixes) and len(value) <= SECRET_CHARACTERS_MAX and value.isascii()):
            raise Refusal("INVALID", f"This begins with {' or '.join(prefixes)}.", ("stripe", name))


def _box(root: bytes) -> Fernet:
    return Fernet(derive(root, "payments", scope.tenant_id()) + "=")


async def _account(name: str | None) -> db.Row | None:
    rows = await db.rows(_ACCOUNT, scope.tenant_id(), name)
    return rows[0] if rows else None


async def _is_sandbox() -> bool:
    rows = await db.rows("SELECT 1 FROM tenant WHERE id = $1 AND sandbox_of IS NOT NULL", scope.tenant_id())
    return bool(rows)


_ACCOUNT = """
SELECT provider, secrets FROM payment_account WHERE tenant_id = $1 AND provider = COALESCE($2, provider)
ORDER BY chosen_at DESC LIMIT 1"""

_CHOOSE = """
INSERT INTO payment_account (tenant_id, id, provider, secrets, chosen_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, provider) DO UPDATE SET secrets = excluded.secrets, chosen_at = excluded.chosen_at"""
