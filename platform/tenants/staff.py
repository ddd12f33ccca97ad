"""A shop's staff: who they are, inviting, changing roles, removing. Signing in is `tenants.sessions`.

A sandbox shares the staff of its tenant; they are managed there, so that a sandbox's key cannot let anybody in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kit import clock, db
from kit.errors import Refusal
from kit.ids import new_id
from kit.passwords import hash_password
from tenants import attempts, audit, principals, scope, sessions, tokens
from tenants.roles import Action, Role, require, require_role
from tenants.scope import TenantId
from tenants.sessions import SignedIn
from tenants.signup import add_person, add_role, check_new_password, checked_email, checked_name

INVITATION_LIFETIME = timedelta(days=7)
STAFF_MAX = 200  # invited ones too, per tenant


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody on the staff."""

    id: str
    name: str
    email: str
    role: Role
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """A role offered to an address, not taken yet."""

    id: str
    email: str
    role: Role
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation just made; `token` is for the link that is sent, and shown now only."""

    invitation: Invitation
    token: str


async def listed() -> Sequence[Colleague]:
    """The staff, in the order they joined. Raises `Forbidden`."""
    require(Action.READ_STAFF)
    async with scope.reading():
        found = await db.rows(
            "SELECT s.id, s.name, s.email, r.role, r.created_at FROM tenant t "
            "JOIN staff_role r ON r.tenant_id = coalesce(t.sandbox_of, t.id) JOIN staff s ON s.id = r.staff_id "
            "WHERE t.id = $1 ORDER BY r.created_at, r.id LIMIT $2", scope.tenant_id(), STAFF_MAX,
        )  # fmt: skip
    return [
        Colleague(row["id"], row["name"], row["email"], Role(row["role"]), db.instant(row["created_at"]))
        for row in found
    ]


async def invitations() -> Sequence[Invitation]:
    """The invitations still open, oldest first. Raises `Forbidden`."""
    require(Action.READ_STAFF)
    async with scope.reading():
        found = await db.rows(
            "SELECT i.* FROM tenant t JOIN staff_invitation i ON i.tenant_id = coalesce(t.sandbox_of, t.id) "
            "WHERE t.id = $1 AND i.accepted_at IS NULL AND i.expires_at > $2 ORDER BY i.created_at, i.id LIMIT $3",
            scope.tenant_id(), clock.now(), STAFF_MAX,
        )  # fmt: skip
    return [_invitation(row) for row in found]


async def invite(email: str, role: Role) -> NewInvitation:
    """Offer a role to an address; an open offer to it is replaced.

    Raises `Forbidden`, also for a role above one's own; `Refusal` INVALID_EMAIL, ALREADY_STAFF, LIMIT_REACHED,
    SANDBOX_STAFF.
    """
    require(Action.WRITE_STAFF)
    require_role(role)
    address, token, now = checked_email(email), tokens.new_token(), clock.now()
    async with scope.writing():
        tenant = await _locked_tenant()
        if await db.rows(
            "SELECT 1 FROM staff_role r JOIN staff s ON s.id = r.staff_id WHERE r.tenant_id = $1 AND s.email = $2",
            tenant, address,
        ):  # fmt: skip
            raise Refusal("ALREADY_STAFF", "This person is on the staff already.", ("email",))
        await db.execute(
            "DELETE FROM staff_invitation WHERE tenant_id = $1 AND accepted_at IS NULL "
            "AND (email = $2 OR expires_at <= $3)", tenant, address, now,
        )  # fmt: skip
        await _check_room(tenant)
        (row,) = await db.rows(
            "INSERT INTO staff_invitation (id, tenant_id, email, role, token_hash, invited_by, created_at, expires_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *", new_id(), tenant, address, role.value,
            tokens.hashed(token), principals.current().id, now, now + INVITATION_LIFETIME,
        )  # fmt: skip
        await audit.record("staff.invited", f"invitation:{row['id']}", {"role": role})
    return NewInvitation(_invitation(row), token)


async def accept(token: str, name: str, password: str, address: str | None) -> SignedIn:
    """Take an invitation and sign in: with a new account, or, if the address has one, with its password (no new name).

    Raises `Refusal` INVITATION_INVALID (unknown, taken and expired alike), INVALID, WEAK_PASSWORD; `Unauthenticated`
    for a known address with another password; `kit.errors.Throttled`.
    """
    invited = await _open_invitation(token)
    email: str = invited["email"]
    with scope.unscoped("whether the address has an account"):
        async with scope.reading():
            known = await db.rows("SELECT id FROM staff WHERE email = $1", email)
    if known:
        staff_id, password_hash = await sessions.check_password(email, password, address), None
    else:
        await attempts.count_sign_up(address)
        name = checked_name(name, "name")
        check_new_password(password, email)
        staff_id, password_hash = new_id(), await hash_password(password)
    with scope.of(TenantId(invited["tenant_id"]), actor=f"staff:{staff_id}"):
        async with scope.writing():
            # Conditional, so that a link opened twice lets one in.
            taken = await db.execute(
                "UPDATE staff_invitation SET accepted_at = $1 WHERE id = $2 AND accepted_at IS NULL",
                clock.now(), invited["id"],
            )  # fmt: skip
            if not taken:
                raise _no_invitation()
            if password_hash is not None:
                await add_person(staff_id, email, name, password_hash)
            await add_role(staff_id, Role(invited["role"]))
            await audit.record("staff.joined", f"staff:{staff_id}", {"role": invited["role"]})
            return await sessions.begin(staff_id)


async def change_role(staff_id: str, role: Role) -> None:
    """Give somebody another role; theirs and the new one must not be above one's own, and one owner must remain.

    Raises `Forbidden`; `Refusal` NOT_FOUND, LAST_OWNER, SANDBOX_STAFF.
    """
    require(Action.WRITE_STAFF)
    require_role(role)
    async with scope.writing():
        tenant = await _locked_tenant()
        before = await _role_of(tenant, staff_id)
        if before is role:
            return
        await _check_owner_remains(tenant, before)
        await db.execute(
            "UPDATE staff_role SET role = $1 WHERE tenant_id = $2 AND staff_id = $3", role.value, tenant, staff_id
        )
        await audit.record("staff.role_changed", f"staff:{staff_id}", {"from": before, "to": role})


async def remove(staff_id: str) -> None:
    """Take somebody off the staff, sandbox and all; their sessions here end at once. Keys stay: see `tenants.keys`.

    Raises `Forbidden`; `Refusal` NOT_FOUND, LAST_OWNER, SANDBOX_STAFF.
    """
    require(Action.WRITE_STAFF)
    async with scope.writing():
        tenant = await _locked_tenant()
        before = await _role_of(tenant, staff_id)
        await _check_owner_remains(tenant, before)
        await db.execute("DELETE FROM staff_role WHERE tenant_id = $1 AND staff_id = $2", tenant, staff_id)
        await db.execute(
            "DELETE FROM session WHERE staff_id = $1 AND tenant_id IN "
            "(SELECT id FROM tenant WHERE id = $2 OR sandbox_of = $2)", staff_id, tenant,
        )  # fmt: skip
        await audit.record("staff.removed", f"staff:{staff_id}", {"role": before})


async def withdraw_invitation(invitation_id: str) -> None:
    """Take an open invitation back. Raises `Forbidden`; `Refusal` NOT_FOUND, SANDBOX_STAFF."""
    require(Action.WRITE_STAFF)
    async with scope.writing():
        tenant = await _locked_tenant()
        gone = await db.execute(
            "DELETE FROM staff_invitation WHERE tenant_id = $1 AND id = $2 AND accepted_at IS NULL",
            tenant, invitation_id,
        )  # fmt: skip
        if not gone:
            raise Refusal("NOT_FOUND", "There is no such invitation.", ("id",))
        await audit.record("staff.invitation_withdrawn", f"invitation:{invitation_id}")


async def _locked_tenant() -> TenantId:
    """The scope's tenant, its staff locked: two owners who remove each other must take turns."""
    tenant = scope.tenant_id()
    (row,) = await db.rows("UPDATE tenant SET name = name WHERE id = $1 RETURNING sandbox_of", tenant)
    if row["sandbox_of"] is not None:
        raise Refusal("SANDBOX_STAFF", "A sandbox shares the staff of its shop: manage them there.")
    return tenant


async def _role_of(tenant: TenantId, staff_id: str) -> Role:
    found = await db.rows(
        "SELECT role FROM staff_role WHERE tenant_id = $1 AND staff_id = $2", tenant, staff_id
    )  # fmt: skip
    if not found:
        raise Refusal("NOT_FOUND", "There is no such person on the staff.", ("id",))
    role = Role(found[0]["role"])
    require_role(role)
    return role


async def _check_owner_remains(tenant: TenantId, leaving: Role) -> None:
    if leaving is not Role.OWNER:
        return
    (row,) = await db.rows(
        "SELECT count(*) AS n FROM staff_role WHERE tenant_id = $1 AND role = $2", tenant, Role.OWNER.value
    )
    if row["n"] <= 1:
        raise Refusal("LAST_OWNER", "A shop needs an owner: make somebody else one first.", ("id",))


async def _check_room(tenant: TenantId) -> None:
    (row,) = await db.rows(
        "SELECT (SELECT count(*) FROM staff_role WHERE tenant_id = $1) + "
        "(SELECT count(*) FROM staff_invitation WHERE tenant_id = $1 AND accepted_at IS NULL) AS n", tenant,
    )  # fmt: skip
    if row["n"] >= STAFF_MAX:
        raise Refusal("LIMIT_REACHED", f"A shop has at most {STAFF_MAX} people on its staff.")


async def _open_invitation(token: str) -> db.Row:
    with scope.unscoped("an invitation names its tenant"):
        async with scope.reading():
            found = await db.rows(
                "SELECT id, tenant_id, email, role FROM staff_invitation "
                "WHERE token_hash = $1 AND accepted_at IS NULL AND expires_at > $2", tokens.hashed(token), clock.now(),
            )  # fmt: skip
    if not found:
        raise _no_invitation()
    return found[0]


def _no_invitation() -> Refusal:
    return Refusal("INVITATION_INVALID", "This invitation is not valid (any more): ask for a new one.", ("token",))


def _invitation(row: Mapping[str, Any]) -> Invitation:
    return Invitation(
        row["id"], row["email"], Role(row["role"]), db.instant(row["created_at"]), db.instant(row["expires_at"])
    )
