"""Rewards that are given, not bought, and which codes the shop has taken."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, row_level_security

GRANTS = Ddl(
    """CREATE TABLE reward_grant (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, key TEXT {c} NOT NULL, member_id {uuid} NOT NULL,
        reward TEXT {c} NOT NULL, reason TEXT NOT NULL, program_id {uuid}, activity_id {uuid},
        state TEXT NOT NULL CHECK (state IN ('owed', 'given', 'taken_back', 'kept')), granted_at {instant} NOT NULL,
        tried_at {instant} NOT NULL, closed_at {instant},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, key)) {strict}""",
    "CREATE INDEX reward_grant_by_member ON reward_grant (tenant_id, member_id, id)",
    "CREATE INDEX reward_grant_owed ON reward_grant (tenant_id, tried_at, id) WHERE state = 'owed'",
    "ALTER TABLE voucher ADD COLUMN used_at {instant}",
    "ALTER TABLE voucher ADD COLUMN used_reference TEXT {c}",
)

TENANT_TABLES = ("reward_grant",)


class Migration(Base):
    """What programs give of the catalogue, and codes that the shop has taken."""

    dependencies = [("guerdon", "0005_tiers")]
    operations = [GRANTS, row_level_security(*TENANT_TABLES)]
