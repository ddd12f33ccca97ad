"""Tables of points programs."""

from __future__ import annotations

from tortoise import fields

from kit.fields import IdField
from tenants.scope import TenantScoped


class PointsConversion(TenantScoped):
    """Points that turned themselves into a gift by `transfer_id`; `given` is the JSON of what was given for them."""

    program_id = IdField()
    member_id = IdField()
    transfer_id = IdField()
    points = fields.BigIntField()
    given = fields.TextField()
    undone = fields.BooleanField()
    converted_at = fields.DatetimeField()

    class Meta:
        table = "points_conversion"
        unique_together = (("tenant_id", "transfer_id"),)
