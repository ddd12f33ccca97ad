"""Tables of task programs."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class MemberTask(TenantScoped):
    """A task that a member has, once: from `starts_at` (null: from the beginning) until `ends_at` (exclusive).

    `run` tells one such time from another: a window's first day, the activity that began it. `times` is how often it
    was done, `done_at` when last; `activity_id` what began it.
    """

    program_id = IdField()
    member_id = IdField()
    task = fields.TextField()
    run = fields.TextField()
    state = fields.TextField()
    began = fields.TextField()
    starts_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)
    times = fields.BigIntField()
    done_at = fields.DatetimeField(null=True)
    activity_id = IdField(null=True)
    revision = fields.BigIntField()

    class Meta:
        table = "member_task"
        unique_together = (("tenant_id", "program_id", "member_id", "task", "run"),)


class TaskCompletion(TenantScoped):
    """That a task was done for the `first_time` to the `last_time` (`times` of it), or that this was undone (below 0).

    Append-only. `gifts` is the JSON of `rows.Gifts`; what is undone has the `effective_at` of what it takes back.
    """

    program_id = IdField()
    member_id = IdField()
    member_task_id = IdField()
    task = fields.TextField()
    badge = fields.TextField(null=True)
    first_time = fields.BigIntField()
    last_time = fields.BigIntField()
    times = fields.BigIntField()
    gifts = fields.TextField()
    activity_id = IdField(null=True)
    effective_at = fields.DatetimeField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "task_completion"
