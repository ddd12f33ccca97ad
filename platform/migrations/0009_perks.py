"""Perks: what members used of them."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, row_level_security

PERKS = Ddl(
    """CREATE TABLE perk_use (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        perk TEXT {c} NOT NULL, perk_set TEXT {c} NOT NULL, period TEXT {c} NOT NULL,
        most {int} CHECK (most > 0), cost_amount {int} CHECK (cost_amount >= 0),
        cost_currency TEXT CHECK (length(cost_currency) = 3), order_reference TEXT {c},
        state TEXT NOT NULL CHECK (state IN ('used', 'cancelled')), used_at {instant} NOT NULL, closed_at {instant},
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, program_id) REFERENCES program (tenant_id, id),
        CHECK ((state = 'cancelled') = (closed_at IS NOT NULL)),
        CHECK ((cost_amount IS NULL) = (cost_currency IS NULL))) {strict}""",
    "CREATE INDEX perk_use_by_member ON perk_use (tenant_id, member_id, id)",
    """CREATE INDEX perk_use_counted ON perk_use (tenant_id, member_id, program_id, perk, period)
        WHERE state = 'used'""",
    """CREATE INDEX perk_use_by_order ON perk_use (tenant_id, order_reference)
        WHERE state = 'used' AND order_reference IS NOT NULL""",
    "CREATE INDEX perk_use_by_program ON perk_use (tenant_id, program_id, used_at) WHERE state = 'used'",
)

TENANT_TABLES = ("perk_use",)


class Migration(Base):
    """What members used of their perks."""

    dependencies = [("guerdon", "0008_games")]
    operations = [PERKS, row_level_security(*TENANT_TABLES)]
