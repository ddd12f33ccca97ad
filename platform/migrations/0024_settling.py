"""Settling: when each partner's period is looked at, when it left, how far breakage was estimated."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl

# Who is new is looked at at once.
LOOK_AT = "look_at {instant} NOT NULL DEFAULT '2000-01-01 00:00:00+00:00'"

SETTLING = Ddl(
    f"ALTER TABLE partner ADD COLUMN {LOOK_AT}",
    "ALTER TABLE partner ADD COLUMN left_on TEXT {c}",
    "CREATE INDEX partner_by_look ON partner (tenant_id, look_at)",
    f"ALTER TABLE coalition ADD COLUMN {LOOK_AT}",
    "ALTER TABLE coalition ADD COLUMN estimated_to TEXT {c}",
    "CREATE INDEX coalition_by_look ON coalition (tenant_id, look_at)",
    "ALTER TABLE settlement ADD COLUMN minimum_due {int} NOT NULL DEFAULT 0 CHECK (minimum_due >= 0)",
    "CREATE INDEX settlement_by_partner ON settlement (tenant_id, partner_id, id)",
    "CREATE INDEX settlement_by_day ON settlement (tenant_id, program_id, last_day)",
)

TENANT_TABLES = ()


class Migration(Base):
    """What is settled, and when."""

    dependencies = [("guerdon", "0023_coalition")]
    operations = [SETTLING]
