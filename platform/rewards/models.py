"""Tables of rewards."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class Reward(TenantScoped):
    """Something points buy; `terms` is JSON by kind (amount, percent, product), `audience` who may have it, `shops`
    where.

    `stock` is how many there are in all, `taken` how many are reserved or confirmed: to change one never races the
    other.
    """

    slug = fields.TextField()
    name = fields.TextField()
    description = fields.TextField()
    kind = fields.TextField()
    unit_id = IdField()
    points = fields.BigIntField()
    terms = fields.TextField()
    audience = fields.TextField()
    stock = fields.BigIntField(null=True)
    taken = fields.BigIntField(default=0)
    limit_per_member = fields.BigIntField(null=True)
    voucher_source = fields.TextField()
    image_url = fields.TextField(null=True)
    position = fields.BigIntField(default=0)
    starts_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)
    archived_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    shops = fields.TextField(default="own")

    class Meta:
        table = "reward"
        unique_together = (("tenant_id", "slug"),)


class RewardPartner(TenantScoped):
    """A partner of a coalition in whose shop a reward is redeemed; one in partners' shops without any is in all."""

    reward_id = IdField()
    partner_id = IdField()

    class Meta:
        table = "reward_partner"
        unique_together = (("tenant_id", "reward_id", "partner_id"),)


class Redemption(TenantScoped):
    """Points reserved for a reward, or as payment when `reward_id` is null; confirmed, cancelled or expired once.

    `partner_id`: it is with this partner of a coalition.
    """

    member_id = IdField()
    reward_id = IdField(null=True)
    unit_id = IdField()
    program_id = IdField(null=True)
    points = fields.BigIntField()
    state = fields.TextField()
    hold_id = IdField(null=True)
    transfer_id = IdField(null=True)
    order_reference = fields.TextField(null=True)
    value_amount = fields.BigIntField(null=True)
    value_currency = fields.TextField(null=True)
    terms = fields.TextField()
    points_returned = fields.BigIntField(default=0)
    reserved_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)
    partner_id = IdField(null=True)

    class Meta:
        table = "redemption"


class Voucher(TenantScoped):
    """A code of a reward: set aside with a reservation, issued once, in the transaction that took the points.

    `used_at` is when the shop took it, `used_reference` for which order.
    """

    reward_id = IdField()
    code = fields.TextField()
    state = fields.TextField()
    redemption_id = IdField(null=True)
    created_at = fields.DatetimeField()
    issued_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    used_at = fields.DatetimeField(null=True)
    used_reference = fields.TextField(null=True)

    class Meta:
        table = "voucher"
        unique_together = (("tenant_id", "code"), ("tenant_id", "redemption_id"))


class RewardGrant(TenantScoped):
    """A reward that a program gave without points; its id is that of its redemption, once it was given.

    `reward` is the slug; `tried_at` when it was last tried to give what is owed.
    """

    key = fields.TextField()
    member_id = IdField()
    reward = fields.TextField()
    reason = fields.TextField()
    program_id = IdField(null=True)
    activity_id = IdField(null=True)
    state = fields.TextField()
    granted_at = fields.DatetimeField()
    tried_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "reward_grant"
        unique_together = (("tenant_id", "key"),)
