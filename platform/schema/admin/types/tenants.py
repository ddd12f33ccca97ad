"""Tenants, the people and keys that act for them, and what they did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import orjson
import strawberry

from schema.shared.declare import enum, field, output
from schema.shared.ids import AUDIT, INVITATION, KEY, MEMBER, PARTNER, STAFF, TENANT, Node, show_named
from schema.shared.values import Attribute
from tenants import audit, keys, profile, sessions, staff
from tenants.principals import Kind, Principal
from tenants.profile import TenantView
from tenants.roles import Action, PartnerScope, Role
from tenants.tokens import KeyKind


class ActorKind(StrEnum):
    """Who can act."""

    STAFF = "staff"
    KEY = "key"
    MEMBER = "member"
    SYSTEM = "system"


enum(Action, {action.name: f"May {action.value}." for action in Action}, description="What a role lets one do.")
enum(Role, {
    "OWNER": "May do everything.",
    "ADMIN": "Everything but what concerns owners.",
    "MANAGER": "Programs, rewards and members.",
    "SUPPORT": "Members and their points.",
    "ANALYST": "Reads.",
}, description="What somebody is to a tenant, or what a key may do.")  # fmt: skip
enum(KeyKind, {
    "SECRET": "For the merchant's servers; begins with `gsk_`.",
    "PUBLISHABLE": "For pages; begins with `gpk_`; can do nothing by itself but show.",
    "PARTNER": "For a partner of a coalition; begins with `gpt_`.",
}, description="What a key is for.")  # fmt: skip
enum(ActorKind, {
    "STAFF": "A person of the merchant's.",
    "KEY": "A server with a key.",
    "MEMBER": "A member.",
    "SYSTEM": "Guerdon itself, such as a job.",
})  # fmt: skip


@output
class Actor:
    """Who did something."""

    kind: ActorKind = field(description="What they are.")
    id: strawberry.ID | None = field(description="Their id; null for the system.")
    name: str | None = field(description="Their name, if they still have one here.")


@output
class Tenant(Node):
    """A merchant, or its sandbox: a tenant of its own with the same staff and a clock that can be moved."""

    slug: str = field(description="Its name in addresses.")
    name: str = field(description="Its name.")
    zone: str = field(description="The IANA time zone that its days go by.")
    currency: str = field(description="The ISO 4217 code of its main currency.")
    is_sandbox: bool = field(description="Whether it is a sandbox.")
    twin_id: strawberry.ID | None = field(description="Of a tenant its sandbox, of a sandbox its tenant.")
    now: datetime = field(description="What time it is there: in a sandbox the clock can be ahead.")
    activity_days_back: int = field(description="How many days ago an activity may have happened when it is recorded.")
    created_at: datetime = field(description="Since when it is here.")


@output
class TenantAccess:
    """A tenant that somebody may switch to."""

    tenant: Tenant = field(description="The tenant.")
    role: Role = field(description="What they are there.")


@output
class Viewer:
    """Who asks: a person of the staff, or a key."""

    actor: Actor = field(description="Who.")
    email: str | None = field(description="The address that a person signs in with.")
    tenant: Tenant = field(description="The tenant that they work for now.")
    role: Role = field(description="What they are there.")
    actions: list[Action] = field(description="What they may do there.")
    tenants: list[TenantAccess] = field(description="The tenants that a person may switch to, this one included.")


@output
class StaffMember(Node):
    """A person who signs in to the console."""

    email: str = field(description="The address that they sign in with.")
    name: str = field(description="Their name.")
    role: Role = field(description="What they are to this tenant.")
    joined_at: datetime = field(description="Since when.")


@output
class StaffInvitation:
    """A role offered to an e-mail address."""

    id: strawberry.ID = field(description="Its id; `staffRemove` takes it back.")
    email: str = field(description="The address.")
    role: Role = field(description="The role.")
    created_at: datetime = field(description="Since when.")
    expires_at: datetime = field(description="Until when it can be accepted.")


@output
class ApiKey(Node):
    """A key; its secret was shown once."""

    kind: KeyKind = field(description="What it is for.")
    name: str = field(description="What the merchant calls it.")
    hint: str = field(description="What may be shown of it.")
    role: Role | None = field(description="What a secret key may do; null for all others.")
    origins: list[str] = field(description="Of a publishable key the pages that may use it.")
    partner_id: strawberry.ID | None = field(description="Of a partner's key whose it is.")
    scopes: list[PartnerScope] = field(description="What a partner's key may do.")
    created_at: datetime = field(description="Since when.")
    last_used_at: datetime | None = field(description="When it was last used, to about a minute.")
    expires_at: datetime | None = field(description="Until when it can be used; null: no end.")
    revoked_at: datetime | None = field(description="Since when it is revoked.")
    rotated_from_id: strawberry.ID | None = field(description="The key that it takes the place of.")


@output
class AuditEntry(Node):
    """Something that somebody did."""

    actor: Actor = field(description="Who.")
    action: str = field(description="What, such as `program.publish`.")
    target: str = field(description="On what.")
    details: list[Attribute] = field(description="More of it, without personal data.")
    recorded_at: datetime = field(description="When.")


def show_tenant(tenant: TenantView) -> Tenant:
    """A tenant in the schema."""
    return Tenant(
        id=TENANT.show(tenant.id), slug=tenant.slug, name=tenant.name, zone=tenant.zone, currency=tenant.currency,
        is_sandbox=tenant.sandbox, twin_id=TENANT.show_or_none(tenant.twin), now=tenant.now,
        activity_days_back=tenant.activity_days_back, created_at=tenant.created_at,
    )  # fmt: skip


def show_key(key: keys.Key) -> ApiKey:
    """A key in the schema."""
    return ApiKey(
        id=KEY.show(key.id), kind=key.kind, name=key.name, hint=key.hint, role=key.role, origins=list(key.origins),
        partner_id=PARTNER.show_or_none(key.partner_id), scopes=list(key.scopes),
        created_at=key.created_at, last_used_at=key.last_used_at, expires_at=key.expires_at,
        revoked_at=key.revoked_at, rotated_from_id=KEY.show_or_none(key.rotated_from),
    )  # fmt: skip


def show_colleague(colleague: staff.Colleague) -> StaffMember:
    """Somebody of the staff in the schema."""
    return StaffMember(
        id=STAFF.show(colleague.id), email=colleague.email, name=colleague.name, role=colleague.role,
        joined_at=colleague.joined_at,
    )  # fmt: skip


def show_invitation(invitation: staff.Invitation) -> StaffInvitation:
    """An invitation in the schema."""
    return StaffInvitation(
        id=INVITATION.show(invitation.id), email=invitation.email, role=invitation.role,
        created_at=invitation.created_at, expires_at=invitation.expires_at,
    )  # fmt: skip


def show_actor(actor: str, names: Mapping[str, str]) -> Actor:
    """Who did something, from `staff:<id>`, `key:<id>`, `member:<id>` or `system`."""
    kind, _, id_ = actor.partition(":")
    prefix = {"staff": STAFF, "key": KEY, "member": MEMBER}.get(kind)
    if prefix is None:
        return Actor(kind=ActorKind.SYSTEM, id=None, name=None)
    return Actor(kind=ActorKind(kind), id=prefix.show(id_), name=names.get(actor))


async def show_actors(actors: Iterable[str | None]) -> dict[str, Actor]:
    """Likewise many, with their names, in as many statements as there are kinds."""
    wanted = {actor for actor in actors if actor is not None}
    names = await profile.names(wanted)
    return {actor: show_actor(actor, names) for actor in wanted}


async def show_audit(entries: Sequence[audit.Entry]) -> dict[str, AuditEntry]:
    """Entries of the audit log in the schema, by id."""
    actors = await show_actors(entry.actor for entry in entries)
    return {
        entry.id: AuditEntry(
            id=AUDIT.show(entry.id), actor=actors[entry.actor], action=entry.action, target=show_named(entry.target),
            details=[Attribute(name=name, value=_detail(value)) for name, value in entry.details.items()],
            recorded_at=entry.recorded_at,
        )
        for entry in entries
    }  # fmt: skip


def _detail(value: object) -> str | int | float | bool:
    if isinstance(value, str):
        return show_named(value)
    return value if isinstance(value, int | float) else orjson.dumps(value).decode()


async def show_viewer(principal: Principal, tenant: TenantView) -> Viewer:
    """Who asks, and where else they could work."""
    kind, name, email, access = ActorKind.KEY, None, None, []
    id_ = KEY.show(principal.id)
    if principal.kind is Kind.STAFF:
        person = await profile.person(principal.id)
        kind, id_, name, email = ActorKind.STAFF, STAFF.show(principal.id), person.name, person.email
        places = {place.tenant: place.role for place in await sessions.places(principal.id)}
        shown = {found.id: show_tenant(found) for found in await profile.of(list(places))}
        access = [TenantAccess(tenant=shown[place], role=role) for place, role in places.items()]
    assert principal.role is not None, "who comes to this endpoint has a role"
    return Viewer(
        actor=Actor(kind=kind, id=id_, name=name), email=email, tenant=show_tenant(tenant), role=principal.role,
        actions=[action for action in Action if action in principal.actions], tenants=access,
    )  # fmt: skip
