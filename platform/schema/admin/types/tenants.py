"""Tenants, the people and keys that act for them, and what they did."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import strawberry

from schema.shared.declare import enum, field, output
from schema.shared.ids import Node
from schema.shared.values import Attribute
from tenants.roles import Action, Role


class KeyKind(StrEnum):
    """What a key is for."""

    SECRET = "secret"  # noqa: S105  # no secret, its name
    PUBLISHABLE = "publishable"


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
})  # fmt: skip
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
    role: Role | None = field(description="What it may do; null for a publishable key.")
    origins: list[str] = field(description="Of a publishable key the pages that may use it.")
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


@output
class WebhookEndpoint:
    """Where events are sent, signed as Standard Webhooks says."""

    url: str = field(description="The address.")
    kinds: list[str] = field(description="The kinds of event that are sent, such as `points.earned`; none: all.")
    created_at: datetime = field(description="Since when.")
    disabled_at: datetime | None = field(description="Since when nothing is sent.")
