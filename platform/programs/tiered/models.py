"""Tables of tiered programs."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class TierStanding(TenantScoped):
    """The tier that a member has in a program, with how they came to it: `body` is JSON that `rows` reads.

    Looked at again at `review_at`; `tier` null is none, `rest` says since `rest_at` that
    its member did nothing for long.
    """

    program_id = IdField()
    member_id = IdField()
    body = fields.TextField()
    tier = fields.TextField(null=True)
    rest = fields.TextField(null=True)
    rest_at = fields.DatetimeField(null=True)
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


class TierRaise(TenantScoped):
    """A redemption (under its id) that raised its member to a tier until an instant, or `refused`: it could not.

    `ended_at` says since when it raises nobody any more, because it was taken back.
    """

    program_id = IdField(null=True)
    member_id = IdField()
    tier = fields.TextField()
    until = fields.DatetimeField()
    state = fields.TextField()
    recorded_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "tier_raise"
