"""Tables of the jobs."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class JobRun(TenantScoped):
    """One run of one job for one tenant, under a lease whose attempt number fences a late worker off.

    At most one run of a job is open (waiting or running); `failures` counts those in a row, `progress` is JSON.
    """

    name = fields.TextField()
    run_key = fields.TextField()
    state = fields.TextField()
    due_at = fields.DatetimeField()
    lease_until = fields.DatetimeField(null=True)
    attempt = fields.BigIntField(default=0)
    failures = fields.BigIntField(default=0)
    started_at = fields.DatetimeField(null=True)
    finished_at = fields.DatetimeField(null=True)
    progress = fields.TextField(default="{}")
    error = fields.TextField(null=True)

    class Meta:
        table = "job_run"
        unique_together = (("tenant_id", "name", "run_key"),)


class ExpiryWarning(TenantScoped):
    """A member was told that `amount` expires at `expires_at`, so many days before."""

    account_id = IdField()
    expires_at = fields.DatetimeField()
    days_before = fields.BigIntField()
    amount = fields.BigIntField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "expiry_warning"
        unique_together = (("tenant_id", "account_id", "expires_at", "days_before"),)
