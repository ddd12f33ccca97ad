"""Points that turned themselves into gifts."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, row_level_security

CONVERSIONS = Ddl(
    """CREATE TABLE points_conversion (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        transfer_id {uuid} NOT NULL, points {int} NOT NULL CHECK (points > 0), given TEXT NOT NULL,
        undone {bool} NOT NULL, converted_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, transfer_id)) {strict}""",
    "CREATE INDEX points_conversion_by_member ON points_conversion (tenant_id, member_id, program_id, id)",
)

TENANT_TABLES = ("points_conversion",)


class Migration(Base):
    """What points programs keep of members."""

    dependencies = [("guerdon", "0012_replays")]
    operations = [CONVERSIONS, row_level_security(*TENANT_TABLES)]
