"""Tables of stored value: what was paid with it, gift cards, and refunds to the balance."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class Payment(TenantScoped):
    """Money set aside for an order, then taken once, in whole or in part, or let go.

    `refunded` is what `refund` was asked to give back in all, `returned` what is back, by that or by refunds of the
    order; never more than was captured. Without a member only gift cards paid.
    """

    member_id = IdField(null=True)
    amount = fields.BigIntField()
    currency = fields.TextField()
    captured = fields.BigIntField(default=0)
    refunded = fields.BigIntField(default=0)
    returned = fields.BigIntField(default=0)
    state = fields.TextField()
    order_reference = fields.TextField(null=True)
    authorized_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "payment"


class PaymentLeg(TenantScoped):
    """What one source gives to a payment: the ledger's hold and, once captured, the transfer that took it."""

    payment_id = IdField()
    position = fields.BigIntField()
    source = fields.TextField()
    unit_id = IdField()
    gift_card_id = IdField(null=True)
    amount = fields.BigIntField()
    hold_id = IdField()
    transfer_id = IdField(null=True)
    captured = fields.BigIntField(default=0)
    returned = fields.BigIntField(default=0)

    class Meta:
        table = "payment_leg"
        unique_together = (("tenant_id", "payment_id", "position"),)


class GiftCard(TenantScoped):
    """A card whose money is on the account `gift_card:<id>`; its code and PIN are kept as hashes only.

    A card that was moved or disabled stays so; `moved_to` is the account that has its money now, and that what comes
    back to it later follows to.
    """

    program_id = IdField()
    unit_id = IdField()
    currency = fields.TextField()
    amount = fields.BigIntField()
    state = fields.TextField()
    code_hash = fields.TextField()
    last_characters = fields.TextField()
    pin_hash = fields.TextField(null=True)
    purchaser_id = IdField(null=True)
    order_reference = fields.TextField(null=True)
    previous_id = IdField(null=True)
    moved_to = fields.TextField(null=True)
    issued_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "gift_card"
        unique_together = (("tenant_id", "code_hash"),)


class BalanceCredit(TenantScoped):
    """An order that was paid otherwise, refunded to the member's balance, with a reason."""

    member_id = IdField()
    unit_id = IdField()
    amount = fields.BigIntField()
    currency = fields.TextField()
    order_reference = fields.TextField()
    reason = fields.TextField()
    transfer_id = IdField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "balance_credit"
        unique_together = (("tenant_id", "transfer_id"),)
