"""Tiers: which one a standing is in as a column, tiers that rewards raise, and tiers that rest."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, append_only, row_level_security

REASONS = (
    "reason IN ('joined', 'reached', 'kept', 'lost', 'taken_back', 'set', 'set_ended', 'frozen', 'closed', 'reopened')"
)

TIERS = Ddl(
    "ALTER TABLE tier_standing ADD COLUMN tier TEXT {c}",
    "CREATE INDEX tier_standing_by_program ON tier_standing (tenant_id, program_id, tier)",
    """CREATE TABLE tier_raise (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid}, member_id {uuid} NOT NULL,
        tier TEXT {c} NOT NULL, until {instant} NOT NULL, state TEXT NOT NULL CHECK (state IN ('raised', 'refused')),
        recorded_at {instant} NOT NULL, PRIMARY KEY (tenant_id, id)) {strict}""",
    "CREATE INDEX tier_raise_by_member ON tier_raise (tenant_id, member_id, id)",
)

# The owner, too, sees only rows of the transaction's tenants: for once all of them.
POSTGRES = Ddl(
    "ALTER TABLE tier_standing NO FORCE ROW LEVEL SECURITY",
    "UPDATE tier_standing SET tier = body::json -> 'held' ->> 'tier'",
    "ALTER TABLE tier_standing FORCE ROW LEVEL SECURITY",
    "ALTER TABLE tier_change DROP CONSTRAINT tier_change_reason_check",
    f"ALTER TABLE tier_change ADD CONSTRAINT tier_change_reason_check CHECK ({REASONS})",
    only="postgres",
)

# SQLite changes no constraint: the table is made anew.
SQLITE = Ddl(
    "UPDATE tier_standing SET tier = body ->> '$.held.tier'",
    f"""CREATE TABLE tier_change_2 (
        tenant_id {{uuid}} NOT NULL, id {{uuid}} NOT NULL, program_id {{uuid}} NOT NULL, member_id {{uuid}} NOT NULL,
        from_tier TEXT {{c}}, to_tier TEXT {{c}}, reason TEXT NOT NULL CHECK ({REASONS}),
        until {{instant}}, activity_id {{uuid}}, note TEXT, effective_at {{instant}} NOT NULL,
        recorded_at {{instant}} NOT NULL, PRIMARY KEY (tenant_id, id)) {{strict}}""",
    "INSERT INTO tier_change_2 SELECT * FROM tier_change",
    "DROP TABLE tier_change",
    "ALTER TABLE tier_change_2 RENAME TO tier_change",
    "CREATE INDEX tier_change_by_member ON tier_change (tenant_id, member_id, program_id, id)",
    only="sqlite",
)

TENANT_TABLES = ("tier_raise",)


class Migration(Base):
    """What more tiered programs keep of members."""

    dependencies = [("guerdon", "0013_conversions")]
    operations = [TIERS, POSTGRES, SQLITE, append_only("tier_change")[0], row_level_security(*TENANT_TABLES)]
