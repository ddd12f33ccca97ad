"""Replays of drafts over what happened."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, row_level_security

REPLAYS = Ddl(
    """CREATE TABLE program_replay (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, version_id {uuid} NOT NULL,
        number {int} NOT NULL, since {instant} NOT NULL, until {instant} NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'cancelled', 'failed')),
        rules TEXT NOT NULL, attempts {int} NOT NULL, activities {int} NOT NULL, played {int} NOT NULL,
        result TEXT, asked_at {instant} NOT NULL, asked_by TEXT NOT NULL, finished_at {instant},
        PRIMARY KEY (tenant_id, id), CHECK (state <> 'done' OR result IS NOT NULL)) {strict}""",
    "CREATE INDEX program_replay_open ON program_replay (tenant_id, asked_at) WHERE state IN ('waiting', 'running')",
    "CREATE INDEX program_replay_closed ON program_replay (tenant_id, finished_at) WHERE finished_at IS NOT NULL",
)

TENANT_TABLES = ("program_replay",)


class Migration(Base):
    """What is asked of a replay, and what came of it."""

    dependencies = [("guerdon", "0011_occasions")]
    operations = [REPLAYS, row_level_security(*TENANT_TABLES)]
