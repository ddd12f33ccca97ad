"""Sign-up: a tenant, its owner, its sandbox twin, and keys to begin with, in one transaction."""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from dataclasses import dataclass, replace
from functools import lru_cache

from kit import clock, db
from kit.errors import Forbidden, Refusal, Unauthenticated
from kit.ids import new_id
from kit.money import EXPONENTS
from kit.passwords import hash_password, objection
from kit.text import normalise_email
from settings import settings
from tenants import attempts, audit, keys, scope, sessions, tokens
from tenants.keys import NewKey
from tenants.roles import Role
from tenants.scope import TenantId
from tenants.sessions import SignedIn
from tenants.tokens import KeyKind

NAME_CHARACTERS_MAX = 200
SLUG_CHARACTERS_MAX = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """What a merchant fills in: `zone` an IANA name as Europe/Berlin, `currency` an ISO 4217 code as EUR."""

    shop: str
    zone: str
    currency: str
    name: str
    email: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedUp:
    """What came of it; the keys' texts are shown now and never again."""

    tenant: TenantId
    slug: str
    sandbox: TenantId
    session: SignedIn
    secret_key: NewKey
    publishable_key: NewKey
    sandbox_secret_key: NewKey
    sandbox_publishable_key: NewKey


async def sign_up(form: SignUp, address: str | None) -> SignedUp:
    """Let anybody create a tenant, unless `GUERDON_SIGNUP_OPEN` says no; `address` is the client's, for counting.

    Raises `Forbidden`, `kit.errors.Throttled`, and what `create` raises.
    """
    if not settings().signup_open:
        raise Forbidden("Sign-up is closed here.")
    form = _checked(form)
    await attempts.count_sign_up(address)
    return await create(form, address)


async def create(form: SignUp, address: str | None = None) -> SignedUp:
    """Create a tenant and its owner: a new person, or one whose e-mail and password these are.

    Raises `Refusal` INVALID, INVALID_ZONE, INVALID_CURRENCY, INVALID_EMAIL, WEAK_PASSWORD, EMAIL_TAKEN; its field is
    the one of `SignUp`.
    """
    form = _checked(form)
    staff_id, password_hash = await _person(form, address)
    live, twin = TenantId(new_id()), TenantId(new_id())
    with scope.spanning((live, twin), "sign-up makes a tenant and its sandbox"):
        async with scope.writing():
            if password_hash is not None:
                await add_person(staff_id, form.email, form.name, password_hash)
            slug = await _add_tenant(live, form, _slug(form.shop), None)
            await _add_tenant(twin, form, f"{slug}-sandbox", live)
            with scope.of(live, actor=f"staff:{staff_id}"):
                await add_role(staff_id, Role.OWNER)
                await audit.record("tenant.created", f"tenant:{live}", {"slug": slug})
                secret, publishable = await _add_keys(sandbox=False)
                session = await sessions.begin(staff_id)
            with scope.of(twin, actor=f"staff:{staff_id}"):
                await audit.record("tenant.created", f"tenant:{twin}", {"sandbox_of": live})
                test_secret, test_publishable = await _add_keys(sandbox=True)
    return SignedUp(
        tenant=live, slug=slug, sandbox=twin, session=session, secret_key=secret, publishable_key=publishable,
        sandbox_secret_key=test_secret, sandbox_publishable_key=test_publishable,
    )  # fmt: skip


async def add_person(staff_id: str, email: str, name: str, password_hash: str) -> None:
    """Write a person, in the transaction under way. Raises `Refusal` EMAIL_TAKEN."""
    added = await db.execute(
        "INSERT INTO staff (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (email) DO NOTHING", staff_id, email, name, password_hash, clock.now(),
    )  # fmt: skip
    if not added:
        raise _email_taken()


async def add_role(staff_id: str, role: Role) -> bool:
    """Give a person a role for the scope's tenant, in the transaction under way; `False` if they have one."""
    added = await db.execute(
        "INSERT INTO staff_role (id, tenant_id, staff_id, role, created_at) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (tenant_id, staff_id) DO NOTHING",
        new_id(), scope.tenant_id(), staff_id, role.value, clock.now(),
    )  # fmt: skip
    return added == 1


def checked_name(text: str, field: str) -> str:
    """A name without the spaces around it. Raises `Refusal` INVALID."""
    name = " ".join(text.split())
    if not 0 < len(name) <= NAME_CHARACTERS_MAX or any(unicodedata.category(letter)[0] == "C" for letter in name):
        raise Refusal("INVALID", f"Use 1 to {NAME_CHARACTERS_MAX} visible characters.", (field,))
    return name


def checked_email(text: str) -> str:
    """An address in its stored form. Raises `Refusal` INVALID_EMAIL."""
    email = normalise_email(text)
    if email is None:
        raise Refusal("INVALID_EMAIL", "This is not an e-mail address.", ("email",))
    return email


def checked_zone(name: str) -> str:
    """An IANA time zone's name as it is. Raises `Refusal` INVALID_ZONE."""
    if name not in _zones():
        raise Refusal("INVALID_ZONE", "Name the time zone as in Europe/Berlin.", ("zone",))
    return name


def checked_currency(code: str) -> str:
    """An ISO 4217 code as it is. Raises `Refusal` INVALID_CURRENCY."""
    if code not in EXPONENTS:
        raise Refusal("INVALID_CURRENCY", "Name the currency by its ISO code, as EUR.", ("currency",))
    return code


def check_new_password(password: str, email: str) -> None:
    """Raises `Refusal` WEAK_PASSWORD with what is missing."""
    said = objection(password, email)
    if said is not None:
        raise Refusal("WEAK_PASSWORD", said, ("password",))


async def _person(form: SignUp, address: str | None) -> tuple[str, str | None]:
    """The owner's id, and the password's hash if they are new."""
    with scope.unscoped("whether the address has an account"):
        async with scope.reading():
            known = await db.rows("SELECT 1 FROM staff WHERE email = $1", form.email)
    if not known:
        return new_id(), await hash_password(form.password)
    try:
        return await sessions.check_password(form.email, form.password, address), None
    except Unauthenticated:
        raise _email_taken() from None


def _email_taken() -> Refusal:
    return Refusal("EMAIL_TAKEN", "There is an account with this e-mail, and another password.", ("email",))


def _checked(form: SignUp) -> SignUp:
    shop, name, email = checked_name(form.shop, "shop"), checked_name(form.name, "name"), checked_email(form.email)
    checked_zone(form.zone)
    checked_currency(form.currency)
    check_new_password(form.password, email)
    return replace(form, shop=shop, name=name, email=email)


@lru_cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _slug(shop: str) -> str:
    """A name for addresses: `Café Müller & Söhne` is `cafe-muller-sohne`."""
    plain = unicodedata.normalize("NFKD", shop).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_CHARACTERS_MAX].strip("-") or "shop"


async def _add_tenant(tenant: TenantId, form: SignUp, wanted: str, sandbox_of: TenantId | None) -> str:
    """Write a tenant under the wanted slug, or under one like it that is free."""
    numbered = [f"{wanted}-{number}" for number in range(2, 6)]
    for slug in (wanted, *numbered, f"{wanted}-{tokens.hashed(tenant)[:12]}"):
        added = await db.execute(
            "INSERT INTO tenant (id, slug, name, zone, currency, sandbox_of, created_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (slug) DO NOTHING",
            tenant, slug, form.shop, form.zone, form.currency, sandbox_of, clock.now(),
        )  # fmt: skip
        if added:
            return slug
    raise AssertionError("a random slug is taken")


async def _add_keys(*, sandbox: bool) -> tuple[NewKey, NewKey]:
    secret = await keys.insert(KeyKind.SECRET, "Server", Role.ADMIN, (), sandbox=sandbox)
    publishable = await keys.insert(KeyKind.PUBLISHABLE, "Shop", Role.ADMIN, (), sandbox=sandbox)
    return secret, publishable
