"""The table of donations."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class Donation(TenantScoped):
    """Points that a member gave to a cause, with what they were worth and what the merchant added.

    `cause_name` is what it was called then. `matched_period` is that of the cause's cap that counted `matched`, if
    one did; `matched_in_total` says whether the cap of all causes did.
    """

    program_id = IdField()
    member_id = IdField()
    unit_id = IdField()
    cause = fields.TextField()
    cause_name = fields.TextField()
    number = fields.TextField()
    points = fields.BigIntField()
    value = fields.BigIntField()
    matched = fields.BigIntField()
    currency = fields.TextField()
    state = fields.TextField()
    matched_period = fields.TextField(null=True)
    matched_in_total = fields.BooleanField()
    transfer_id = IdField()
    note = fields.TextField(null=True)
    donated_at = fields.DatetimeField()
    cancelled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "donation"
        unique_together = (("tenant_id", "number"), ("tenant_id", "transfer_id"))
