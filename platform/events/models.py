"""Tables of the outbox."""

from __future__ import annotations

from datetime import UTC, datetime

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class Event(TenantScoped):
    """Something that happened; `kind` as `points.earned`, `body` the JSON that a webhook carries.

    `partner_id`: the partner of a coalition that is told of it, too.
    """

    kind = fields.TextField()
    subject = fields.TextField()
    body = fields.TextField()
    recorded_at = fields.DatetimeField()
    relayed = fields.BooleanField(default=False)
    partner_id = IdField(null=True)

    class Meta:
        table = "event"


class WebhookEndpoint(TenantScoped):
    """Where a tenant wants its events, or a partner of its coalition those about it; one each.

    `kinds` is a JSON list, empty for all. How it fares: `connect.health`.
    """

    url = fields.TextField()
    kinds = fields.TextField()
    secret_generation = fields.BigIntField(default=1)
    created_at = fields.DatetimeField()
    rotated_at = fields.DatetimeField(null=True)
    disabled_at = fields.DatetimeField(null=True)
    partner_id = IdField(null=True)
    failures = fields.BigIntField(default=0)
    failing_since = fields.DatetimeField(null=True)
    last_success_at = fields.DatetimeField(null=True)
    try_at = fields.DatetimeField(default=datetime(2000, 1, 1, tzinfo=UTC))
    apart = fields.BooleanField(default=False)
    disabled_reason = fields.TextField(null=True)

    class Meta:
        table = "webhook_endpoint"
        unique_together = (("tenant_id", "partner_id"),)


class Delivery(TenantScoped):
    """One event on its way to one endpoint; tried again with growing waits until it arrives or fails for good.

    `partner_id`: the partner whose endpoint it is.
    """

    event_id = IdField()
    endpoint_id = IdField()
    state = fields.TextField()
    attempt = fields.BigIntField(default=0)
    recorded_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    status = fields.BigIntField(null=True)
    error = fields.TextField(null=True)
    closed_at = fields.DatetimeField(null=True)
    partner_id = IdField(null=True)

    class Meta:
        table = "delivery"
        unique_together = (("tenant_id", "event_id", "endpoint_id"),)
