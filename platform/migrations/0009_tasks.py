"""Tasks: what each member has to do, and what was done."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, append_only, row_level_security

TASKS = Ddl(
    """CREATE TABLE member_task (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        task TEXT {c} NOT NULL, run TEXT {c} NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('offered', 'active', 'done', 'expired', 'withdrawn')),
        began TEXT NOT NULL CHECK (began IN ('automatic', 'claimed', 'triggered', 'assigned')),
        starts_at {instant}, ends_at {instant}, times {int} NOT NULL CHECK (times >= 0), done_at {instant},
        activity_id {uuid}, revision {int} NOT NULL CHECK (revision > 0),
        CHECK (state <> 'done' OR times > 0), CHECK (state IN ('done', 'active') OR times = 0),
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, program_id, member_id, task, run)) {strict}""",
    "CREATE INDEX member_task_by_member ON member_task (tenant_id, member_id, program_id, ends_at)",
    "CREATE INDEX member_task_by_task ON member_task (tenant_id, program_id, task, state)",
    "CREATE INDEX member_task_due ON member_task (tenant_id, ends_at) WHERE state IN ('offered', 'active')",
    """CREATE TABLE task_completion (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, program_id {uuid} NOT NULL, member_id {uuid} NOT NULL,
        member_task_id {uuid} NOT NULL, task TEXT {c} NOT NULL, badge TEXT {c},
        first_time {int} NOT NULL CHECK (first_time > 0), last_time {int} NOT NULL CHECK (last_time >= first_time),
        times {int} NOT NULL CHECK (abs(times) = last_time - first_time + 1), gifts TEXT NOT NULL, activity_id {uuid},
        effective_at {instant} NOT NULL, recorded_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id)) {strict}""",
    "CREATE INDEX task_completion_by_member ON task_completion (tenant_id, member_id, program_id, task, effective_at)",
    "CREATE INDEX task_completion_by_run ON task_completion (tenant_id, member_task_id)",
)

TENANT_TABLES = ("member_task", "task_completion")


class Migration(Base):
    """What task programs keep of members."""

    dependencies = [("guerdon", "0009_perks")]
    operations = [TASKS, row_level_security(*TENANT_TABLES), *append_only("task_completion")]
