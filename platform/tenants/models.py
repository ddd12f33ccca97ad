"""Tables of tenants and of who acts for them. All but the last two are global: asked before a scope is known."""

from __future__ import annotations

from datetime import timedelta

from tortoise import Model, fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class Tenant(Model):
    """A merchant. `zone` is an IANA name, `currency` an ISO code; a sandbox names its tenant and may move its clock."""

    id = IdField(primary_key=True)
    slug = fields.TextField()
    name = fields.TextField()
    zone = fields.TextField()
    currency = fields.TextField()
    sandbox_of = IdField(null=True)
    clock_offset_us = fields.BigIntField(default=0)
    programs_revision = fields.BigIntField(default=0)
    token_generation = fields.BigIntField(default=1)
    activity_days_back = fields.BigIntField(default=730)
    activity_limits = fields.TextField(default="[]")
    created_at = fields.DatetimeField()

    class Meta:
        table = "tenant"
        unique_together = (("slug",), ("sandbox_of",))

    @property
    def clock_offset(self) -> timedelta:
        """How far this tenant's clock is ahead; zero but in a sandbox."""
        return timedelta(microseconds=self.clock_offset_us)


class Staff(Model):
    """A person who signs in to the console; one e-mail, any number of tenants."""

    id = IdField(primary_key=True)
    email = fields.TextField()
    name = fields.TextField()
    password_hash = fields.TextField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "staff"
        unique_together = (("email",),)


class StaffRole(Model):
    """What one person may do for one tenant."""

    id = IdField(primary_key=True)
    tenant_id = IdField()
    staff_id = IdField()
    role = fields.TextField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "staff_role"
        unique_together = (("tenant_id", "staff_id"),)


class StaffInvitation(Model):
    """A role offered to an e-mail address, taken by a one-time token stored as its hash."""

    id = IdField(primary_key=True)
    tenant_id = IdField()
    email = fields.TextField()
    role = fields.TextField()
    token_hash = fields.TextField()
    invited_by = IdField()
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    accepted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_invitation"
        unique_together = (("token_hash",),)


class Session(Model):
    """A sign-in to the console for one tenant; the cookie's token is stored as its hash."""

    id = IdField(primary_key=True)
    token_hash = fields.TextField()
    staff_id = IdField()
    tenant_id = IdField()
    created_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "session"
        unique_together = (("token_hash",),)


class ApiKey(Model):
    """A key of a tenant, stored as its SHA-256; `hint` is what may be shown of it, `origins` a JSON list.

    A partner's key is bound to `partner_id`, and may do what its `scopes`, a JSON list, say.
    """

    id = IdField(primary_key=True)
    tenant_id = IdField()
    kind = fields.TextField()
    name = fields.TextField()
    key_hash = fields.TextField()
    hint = fields.TextField()
    role = fields.TextField()
    origins = fields.TextField(default="[]")
    created_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)
    rotated_from = IdField(null=True)
    partner_id = IdField(null=True)
    scopes = fields.TextField(default="[]")

    class Meta:
        table = "api_key"
        unique_together = (("key_hash",),)


class AuditEntry(TenantScoped):
    """What somebody did; append-only. `details` is JSON without personal data."""

    actor = fields.TextField()
    action = fields.TextField()
    target = fields.TextField()
    details = fields.TextField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "audit_entry"


class Command(TenantScoped):
    """An idempotency key of any mutation but activities: its input's fingerprint, and the domain's result as JSON."""

    key = fields.TextField()
    name = fields.TextField()
    fingerprint = fields.TextField()
    result = fields.TextField(null=True)
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "command"
        unique_together = (("tenant_id", "key"),)
