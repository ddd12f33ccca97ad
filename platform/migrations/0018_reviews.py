"""How much a member may do at once, and what waits for a person because it was more."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, row_level_security

REVIEWS = Ddl(
    "ALTER TABLE tenant ADD COLUMN activity_limits TEXT NOT NULL DEFAULT '[]'",
    """CREATE TABLE activity_review (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, state TEXT NOT NULL CHECK (
            state IN ('held', 'released', 'rejected')),
        explanation TEXT NOT NULL, held_at {instant} NOT NULL, closed_at {instant}, note TEXT,
        PRIMARY KEY (tenant_id, id)) {strict}""",
    "CREATE INDEX activity_review_held ON activity_review (tenant_id, id) WHERE state = 'held'",
)

TENANT_TABLES = ("activity_review",)


class Migration(Base):
    """Limits, and reviews under the activity's id."""

    dependencies = [("guerdon", "0017_dormancy")]
    operations = [REVIEWS, row_level_security(*TENANT_TABLES)]
