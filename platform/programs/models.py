"""Tables of programs, of what happened, and of what it led to."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class Program(TenantScoped):
    """One program of one kind on one business line; its rules are in its versions.

    `pauses` is JSON, `[{"since", "until"}]`: when it did not decide; an archived one has a pause without end.
    """

    slug = fields.TextField()
    name = fields.TextField()
    kind = fields.TextField()
    line = fields.TextField()
    unit_id = IdField()
    state = fields.TextField()
    pauses = fields.TextField(default="[]")
    created_at = fields.DatetimeField()

    class Meta:
        table = "program"
        unique_together = (("tenant_id", "slug"),)


class ProgramVersion(TenantScoped):
    """Rules as they were saved; a published one is never changed, and was live from `live_from` until `live_until`."""

    program_id = IdField()
    number = fields.BigIntField()
    state = fields.TextField()
    rules = fields.TextField()
    note = fields.TextField(default="")
    live_from = fields.DatetimeField(null=True)
    live_until = fields.DatetimeField(null=True)
    saved_at = fields.DatetimeField()
    saved_by = fields.TextField()
    published_at = fields.DatetimeField(null=True)
    published_by = fields.TextField(null=True)
    restores = fields.BigIntField(null=True)

    class Meta:
        table = "program_version"
        unique_together = (("tenant_id", "program_id", "number"),)


class StoredActivity(TenantScoped):
    """What happened, as it was sent; a refund that came before its purchase waits as `parked`.

    `partner_id`: it happened at this partner of a coalition.
    """

    key = fields.TextField()
    fingerprint = fields.TextField()
    kind = fields.TextField()
    member_id = IdField()
    order_reference = fields.TextField(null=True)
    state = fields.TextField()
    occurred_at = fields.DatetimeField()
    recorded_at = fields.DatetimeField()
    source = fields.TextField()
    body = fields.TextField()
    partner_id = IdField(null=True)

    class Meta:
        table = "activity"
        unique_together = (("tenant_id", "key"),)


class StoredDecision(TenantScoped):
    """What an activity led to, under the activity's id: the result that a repeat answers, and its explanation."""

    result = fields.TextField()
    explanation = fields.TextField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "decision"


class PlacedOrder(TenantScoped):
    """An order by the shop's own reference; `body` is its state as JSON once an event corrected it (or came early)."""

    reference = fields.TextField()
    member_id = IdField()
    activity_id = IdField(null=True)
    revision = fields.BigIntField()
    body = fields.TextField(null=True)
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "placed_order"
        unique_together = (("tenant_id", "reference"),)


class Counter(TenantScoped):
    """How much of a cap, or of a first-time-only rule, is used in a period; `owner` is a member's or the program's."""

    program_id = IdField()
    owner = fields.TextField()
    name = fields.TextField()
    period = fields.TextField()
    used = fields.BigIntField()

    class Meta:
        table = "counter"
        unique_together = (("tenant_id", "program_id", "owner", "name", "period"),)


class PerkUse(TenantScoped):
    """A perk that a member used once, in a period of which it could be used `most` times (null: any number).

    `perk_set` is the tier or plan that it came with, the cost what one use cost then.
    """

    program_id = IdField()
    member_id = IdField()
    perk = fields.TextField()
    perk_set = fields.TextField()
    period = fields.TextField()
    most = fields.BigIntField(null=True)
    cost_amount = fields.BigIntField(null=True)
    cost_currency = fields.TextField(null=True)
    order_reference = fields.TextField(null=True)
    state = fields.TextField()
    used_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "perk_use"


class ActivityReview(TenantScoped):
    """An activity that was more than a limit allows, under its id: held, then released or rejected by a person."""

    state = fields.TextField()
    explanation = fields.TextField()
    held_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)
    note = fields.TextField(null=True)

    class Meta:
        table = "activity_review"


class OccasionMark(TenantScoped):
    """How far a tenant's calendar of birthdays and anniversaries was gone through; due again at `next_at`."""

    through = fields.DateField()
    occasion = fields.TextField()
    after_id = IdField()
    next_at = fields.DatetimeField()

    class Meta:
        table = "occasion_mark"
        unique_together = (("tenant_id",),)


class ProgramReplay(TenantScoped):
    """A version of a program's rules run over what happened; `rules` are those replayed, `result` JSON once done."""

    program_id = IdField()
    version_id = IdField()
    number = fields.BigIntField()
    since = fields.DatetimeField()
    until = fields.DatetimeField()
    state = fields.TextField()
    rules = fields.TextField()
    attempts = fields.BigIntField(default=0)
    activities = fields.BigIntField(default=0)
    played = fields.BigIntField(default=0)
    result = fields.TextField(null=True)
    asked_at = fields.DatetimeField()
    asked_by = fields.TextField()
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "program_replay"
