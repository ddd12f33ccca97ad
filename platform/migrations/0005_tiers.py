"""Tiers: what each member has, and how that came about."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, append_only, row_level_security

TIERS = Ddl(
    """CREATE TABLE tier_standing (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        body TEXT NOT NULL, review_at {instant}, revision {int} NOT NULL CHECK (revision > 0),
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, program_id, member_id)) {strict}""",
    "CREATE INDEX tier_standing_by_member ON tier_standing (tenant_id, member_id)",
    "CREATE INDEX tier_standing_due ON tier_standing (tenant_id, review_at) WHERE review_at IS NOT NULL",
    """CREATE TABLE tier_change (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        from_tier TEXT {c}, to_tier TEXT {c},
        reason TEXT NOT NULL CHECK (
            reason IN ('joined', 'reached', 'kept', 'lost', 'taken_back', 'set', 'set_ended')),
        until {instant}, activity_id {uuid}, note TEXT, effective_at {instant} NOT NULL, recorded_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id)) {strict}""",
    "CREATE INDEX tier_change_by_member ON tier_change (tenant_id, member_id, program_id, id)",
)

TENANT_TABLES = ("tier_standing", "tier_change")


class Migration(Base):
    """What tiered programs keep of members."""

    dependencies = [("guerdon", "0004_failed_deliveries")]
    operations = [TIERS, row_level_security(*TENANT_TABLES), *append_only("tier_change")]
