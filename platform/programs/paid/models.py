"""Tables of paid programs: memberships with what happened to them, charges, passes with their uses, dividends."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class Membership(TenantScoped):
    """A member's plan in a program: `life.Life` in columns. One at a time; those that ended stay.

    `look_at` is when time asks for something next, `dividend_at` when the next dividend may be due.
    """

    program_id = IdField()
    member_id = IdField()
    plan = fields.TextField()
    state = fields.TextField()
    currency = fields.TextField()
    provider = fields.TextField(null=True)
    method = fields.TextField(null=True)
    term = fields.BigIntField()
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField(null=True)
    anchor_at = fields.DatetimeField()
    anchor_terms = fields.BigIntField()
    paid = fields.BigIntField()
    paid_at = fields.DatetimeField(null=True)
    paid_until = fields.DatetimeField(null=True)
    days_given = fields.BooleanField()
    declined_at = fields.DatetimeField(null=True)
    tries = fields.BigIntField()
    charging = fields.BooleanField()
    joined_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    look_at = fields.DatetimeField(null=True)
    dividend_at = fields.DatetimeField(null=True)
    revision = fields.BigIntField()

    class Meta:
        table = "membership"


class MembershipChange(TenantScoped):
    """What happened to a membership: append-only. `revision` is the membership's then, `charge_id` what paid for it."""

    membership_id = IdField()
    member_id = IdField()
    revision = fields.BigIntField()
    kind = fields.TextField()
    plan = fields.TextField()
    state = fields.TextField()
    term = fields.BigIntField()
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField(null=True)
    charge_id = IdField(null=True)
    effective_at = fields.DatetimeField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "membership_change"
        unique_together = (("tenant_id", "membership_id", "revision"),)


class Charge(TenantScoped):
    """Money asked for, or given back: written before the provider is asked, closed once with what it said.

    `key` is what it is for, once: a renewal's names the term and the try. `page` is the provider's own page for it,
    `of_id` the charge that a refund gives back.
    """

    key = fields.TextField()
    purpose = fields.TextField()
    program_id = IdField()
    member_id = IdField()
    membership_id = IdField(null=True)
    pass_id = IdField(null=True)
    of_id = IdField(null=True)
    item = fields.TextField()
    amount = fields.BigIntField()
    credit = fields.BigIntField()
    currency = fields.TextField()
    provider = fields.TextField()
    method = fields.TextField(null=True)
    return_url = fields.TextField(null=True)
    page = fields.TextField(null=True)
    page_url = fields.TextField(null=True)
    state = fields.TextField()
    reference = fields.TextField(null=True)
    reason = fields.TextField(null=True)
    refunded = fields.BigIntField()
    tries = fields.BigIntField()
    created_at = fields.DatetimeField()
    ask_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "charge"
        unique_together = (("tenant_id", "key"),)


class MemberPass(TenantScoped):
    """A pass that a member bought: `visits` of it in all (None: any number), `used` so far."""

    program_id = IdField()
    member_id = IdField()
    pass_slug = fields.TextField()
    state = fields.TextField()
    price = fields.BigIntField()
    currency = fields.TextField()
    visits = fields.BigIntField(null=True)
    used = fields.BigIntField()
    refundable = fields.BooleanField()
    charge_id = IdField()
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "member_pass"
        unique_together = (("tenant_id", "charge_id"),)


class PassUse(TenantScoped):
    """A visit on a pass: append-only."""

    pass_id = IdField()
    number = fields.BigIntField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "pass_use"
        unique_together = (("tenant_id", "pass_id", "number"),)


class Dividend(TenantScoped):
    """What a member got for what they paid in a year: append-only; `transfer_id` null if it came to nothing."""

    program_id = IdField()
    member_id = IdField()
    year = fields.BigIntField()
    spent = fields.BigIntField()
    points = fields.BigIntField()
    transfer_id = IdField(null=True)
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "dividend"
        unique_together = (("tenant_id", "program_id", "member_id", "year"),)
