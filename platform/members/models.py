"""Tables of members. What is personal is in rows that an erasure takes; the ledger knows the id only."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class Member(TenantScoped):
    """Somebody who takes part; `external_id` is the merchant's own id for them."""

    external_id = fields.TextField(null=True)
    state = fields.TextField(default="active")
    merged_into = IdField(null=True)
    joined_at = fields.DatetimeField()
    created_at = fields.DatetimeField()
    erased_at = fields.DatetimeField(null=True)

    class Meta:
        table = "member"
        unique_together = (("tenant_id", "external_id"),)


class MemberProfile(TenantScoped):
    """What is personal, one row per member under the member's id; `*_search` are normalised for range searches."""

    name = fields.TextField(null=True)
    email = fields.TextField(null=True)
    phone = fields.TextField(null=True)
    birthday = fields.DateField(null=True)
    locale = fields.TextField(null=True)
    attributes = fields.TextField(default="{}")
    name_search = fields.TextField(null=True)
    email_search = fields.TextField(null=True)
    phone_search = fields.TextField(null=True)
    updated_at = fields.DatetimeField()

    class Meta:
        table = "member_profile"


class MemberTag(TenantScoped):
    """A word the merchant put on a member."""

    member_id = IdField()
    tag = fields.TextField()

    class Meta:
        table = "member_tag"
        unique_together = (("tenant_id", "member_id", "tag"),)


class MemberConsent(TenantScoped):
    """A consent given or withdrawn; append-only, the last one counts."""

    member_id = IdField()
    purpose = fields.TextField()
    granted = fields.BooleanField()
    recorded_at = fields.DatetimeField()
    source = fields.TextField()

    class Meta:
        table = "member_consent"


class MemberDependant(TenantScoped):
    """Whom a member looks after: personal. `told_at` is when its birthday was told of last, if that is known."""

    member_id = IdField()
    kind = fields.TextField()
    name = fields.TextField()
    birthday = fields.DateField(null=True)
    told_at = fields.DatetimeField(null=True)

    class Meta:
        table = "member_dependant"
        unique_together = (("tenant_id", "member_id", "kind", "name"),)


class MemberFact(TenantScoped):
    """What a higher floor knows of a member (a tier, a segment), for lower floors to read; `value` is JSON."""

    member_id = IdField()
    name = fields.TextField()
    value = fields.TextField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "member_fact"
        unique_together = (("tenant_id", "member_id", "name"),)
