"""Tables of tiered programs."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class TierStanding(TenantScoped):
    """The tier that a member has in a program: `body` is the JSON of `state.Stored`; looked at again at `review_at`."""

    program_id = IdField()
    member_id = IdField()
    body = fields.TextField()
    review_at = fields.DatetimeField(null=True)
    revision = fields.BigIntField()

    class Meta:
        table = "tier_standing"
        unique_together = (("tenant_id", "program_id", "member_id"),)


class TierChange(TenantScoped):
    """How a member came into a tier: append-only; `to_tier` null is none, `until` the end of it (exclusive)."""

    program_id = IdField()
    member_id = IdField()
    from_tier = fields.TextField(null=True)
    to_tier = fields.TextField(null=True)
    reason = fields.TextField()
    until = fields.DatetimeField(null=True)
    activity_id = IdField(null=True)
    note = fields.TextField(null=True)
    effective_at = fields.DatetimeField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "tier_change"
