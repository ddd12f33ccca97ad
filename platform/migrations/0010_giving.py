"""Giving: donations of points to causes."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, row_level_security

GIVING = Ddl(
    """CREATE TABLE donation (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        unit_id {uuid} NOT NULL, cause TEXT {c} NOT NULL, cause_name TEXT NOT NULL, number TEXT {c} NOT NULL,
        points {int} NOT NULL CHECK (points > 0), value {int} NOT NULL CHECK (value > 0),
        matched {int} NOT NULL CHECK (matched >= 0), currency TEXT {c} NOT NULL,
        state TEXT {c} NOT NULL CHECK (state IN ('made', 'cancelled')), matched_period TEXT {c},
        matched_in_total {bool} NOT NULL, transfer_id {uuid} NOT NULL, note TEXT, donated_at {instant} NOT NULL,
        cancelled_at {instant}, CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL)),
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, number), UNIQUE (tenant_id, transfer_id)) {strict}""",
    "CREATE INDEX donation_by_member ON donation (tenant_id, member_id, id)",
    # What was raised is summed up from the index alone.
    """CREATE INDEX donation_by_cause
        ON donation (tenant_id, program_id, cause, state, currency, unit_id, points, value, matched)""",
)

TENANT_TABLES = ("donation",)


class Migration(Base):
    """What members gave."""

    dependencies = [("guerdon", "0009_tasks")]
    operations = [GIVING, row_level_security(*TENANT_TABLES)]
