"""Tables of payments: which provider a tenant has, and what the sandbox provider knows."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class PaymentAccount(TenantScoped):
    """A tenant's account with a provider, its secrets sealed; new payments go to the one chosen last."""

    provider = fields.TextField()
    secrets = fields.TextField(null=True)
    chosen_at = fields.DatetimeField()

    class Meta:
        table = "payment_account"
        unique_together = (("tenant_id", "provider"),)


class SandboxPayment(TenantScoped):
    """What the sandbox provider knows of a page, a charge or a refund (of the payment `of_id`)."""

    key = fields.TextField()
    kind = fields.TextField()
    of_id = IdField(null=True)
    amount = fields.BigIntField()
    currency = fields.TextField()
    description = fields.TextField(null=True)
    return_url = fields.TextField(null=True)
    status = fields.TextField()
    method = fields.TextField(null=True)
    reason = fields.TextField(null=True)
    refunded = fields.BigIntField(default=0)
    created_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "sandbox_payment"
        unique_together = (("tenant_id", "key"),)
