"""Tables of referrals: codes, who invited whom, and the points that followed."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class ReferralCode(TenantScoped):
    """A member's code in a program, made when it is first asked for."""

    program_id = IdField()
    member_id = IdField()
    code = fields.TextField()

    class Meta:
        table = "referral_code"
        unique_together = (("tenant_id", "code"), ("tenant_id", "program_id", "member_id"))


class Referral(TenantScoped):
    """A friend who came by a member's code; a friend comes once to a program.

    `signs` say that both look like one person (`email,phone`), `reason` why it was rejected, `capped` that the referrer
    got nothing. `grants` is a JSON list of the keys of rewards that were granted. `look_at` is when something may have
    to be done about it.
    """

    program_id = IdField()
    referrer_id = IdField()
    friend_id = IdField()
    state = fields.TextField()
    signs = fields.TextField(null=True)
    reason = fields.TextField(null=True)
    note = fields.TextField(null=True)
    capped = fields.BooleanField(default=False)
    order_reference = fields.TextField(null=True)
    grants = fields.TextField(null=True)
    claimed_at = fields.DatetimeField()
    qualified_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    look_at = fields.DatetimeField(null=True)

    class Meta:
        table = "referral"
        unique_together = (("tenant_id", "program_id", "friend_id"),)


class ReferralGift(TenantScoped):
    """Points that a referral brought to one of its sides."""

    referral_id = IdField()
    side = fields.TextField()
    unit_id = IdField()
    points = fields.BigIntField()
    transfer_id = IdField()

    class Meta:
        table = "referral_gift"
        unique_together = (("tenant_id", "transfer_id"),)
