"""Sign-in to the console: a password becomes a session, whose opaque token is stored as its hash.

Credentials live by the real clock: a sandbox's moved clock ends no session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kit import clock, db
from kit.errors import Forbidden, Refusal, Unauthenticated
from kit.ids import new_id
from kit.passwords import Verdict, verify_password
from kit.text import normalise_email
from tenants import attempts, audit, scope, tokens
from tenants.principals import SESSION_IDLE
from tenants.roles import Role
from tenants.scope import TenantId

SESSIONS_MAX = 50  # per person; the oldest go first
PLACES_MAX = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just begun; `token` is for the cookie and shown nowhere else."""

    token: str
    expires_at: datetime
    staff_id: str
    tenant: TenantId


@dataclass(frozen=True, slots=True)
class Place:
    """A tenant that a person can work for; a sandbox names its tenant, whose roles it shares."""

    tenant: TenantId
    slug: str
    name: str
    role: Role
    sandbox_of: TenantId | None


async def sign_in(email: str, password: str, address: str | None) -> SignedIn:
    """Begin a session, in the shop joined first; `address` is the client's, for counting tries.

    Raises `Unauthenticated` (alike, and after as long, for a wrong password and an unknown e-mail), `Forbidden` if the
    person has no shop left, `kit.errors.Throttled`.
    """
    staff_id = await check_password(email, password, address)
    where = await places(staff_id)
    if not where:
        raise Forbidden("You are no longer on the staff of any shop.")
    with scope.of(where[0].tenant, actor=f"staff:{staff_id}"):
        async with scope.writing():
            signed_in = await begin(staff_id)
            await audit.record("staff.signed_in", f"staff:{staff_id}")
    return signed_in


async def sign_out(token: str) -> None:
    """End a session; a token of none does nothing."""
    with scope.unscoped("a session is ended by its token alone"):
        async with scope.writing():
            await db.execute("DELETE FROM session WHERE token_hash = $1", tokens.hashed(token))


async def switch_tenant(token: str, tenant: TenantId) -> Place:
    """Go on in another shop, or in a sandbox and back. Raises `Unauthenticated`; `Refusal` NOT_FOUND."""
    token_hash, now = tokens.hashed(token), clock.now()
    with scope.unscoped("the session's tenant is what changes"):
        async with scope.writing():
            found = await db.rows(
                "SELECT staff_id FROM session WHERE token_hash = $1 AND expires_at > $2", token_hash, now
            )
            if not found:
                raise Unauthenticated("You are not signed in.")
            for place in await places(found[0]["staff_id"]):
                if place.tenant == tenant:
                    await db.execute("UPDATE session SET tenant_id = $1 WHERE token_hash = $2", tenant, token_hash)
                    return place
    raise Refusal("NOT_FOUND", "There is no such shop.", ("tenant",))


async def places(staff_id: str) -> Sequence[Place]:
    """Where a person can work: live shops in the order they joined, then the sandboxes."""
    with scope.unscoped("asked across tenants, by the person"):
        async with scope.reading():
            found = await db.rows(
                "SELECT t.id, t.slug, t.name, t.sandbox_of, r.role FROM staff_role r "
                "JOIN tenant t ON t.id = r.tenant_id OR t.sandbox_of = r.tenant_id WHERE r.staff_id = $1 "
                "ORDER BY CASE WHEN t.sandbox_of IS NULL THEN 0 ELSE 1 END, r.created_at, r.id LIMIT $2",
                staff_id, PLACES_MAX,
            )  # fmt: skip
    return [Place(TenantId(row["id"]), row["slug"], row["name"], Role(row["role"]), row["sandbox_of"]) for row in found]


async def begin(staff_id: str) -> SignedIn:
    """Begin a session in the scope's tenant, in the transaction under way, without asking for a password."""
    token, now = tokens.new_token(), clock.now()
    end = now + SESSION_IDLE
    await db.execute(
        "DELETE FROM session WHERE staff_id = $1 AND (expires_at <= $2 OR id IN "
        "(SELECT id FROM session WHERE staff_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1000 OFFSET $3))",
        staff_id, now, SESSIONS_MAX - 1,
    )  # fmt: skip
    await db.execute(
        "INSERT INTO session (id, token_hash, staff_id, tenant_id, created_at, seen_at, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $5, $6)", new_id(), tokens.hashed(token), staff_id, scope.tenant_id(), now, end,
    )  # fmt: skip
    return SignedIn(token, end, staff_id, scope.tenant_id())


async def check_password(email: str, password: str, address: str | None) -> str:
    """The id of the person whose password this is, its hash brought up to date. Raises as `sign_in` does."""
    known_form = normalise_email(email) or ""
    await attempts.count_sign_in(known_form or email, address)
    with scope.unscoped("sign-in is asked before the tenant is known"):
        async with scope.reading():
            found = await db.rows("SELECT id, password_hash FROM staff WHERE email = $1", known_form)
        stored = found[0]["password_hash"] if found else None
        verdict = await verify_password(password, stored)
        if not verdict.right:
            raise Unauthenticated("The e-mail or the password is wrong.")
        await attempts.forgive_account(known_form)
        staff_id: str = found[0]["id"]
        await _keep_upgraded(staff_id, stored, verdict)
    return staff_id


async def _keep_upgraded(staff_id: str, stored: str | None, verdict: Verdict) -> None:
    if verdict.upgraded_hash is None:
        return
    async with scope.writing():
        await db.execute(
            "UPDATE staff SET password_hash = $1 WHERE id = $2 AND password_hash = $3",
            verdict.upgraded_hash, staff_id, stored,
        )  # fmt: skip
