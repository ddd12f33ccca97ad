"""Who has a tier, a plan or a task, page by page, and a program's replays."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl

ROSTERS = Ddl(
    "DROP INDEX tier_standing_by_program",
    "CREATE INDEX tier_standing_by_program ON tier_standing (tenant_id, program_id, tier, member_id)",
    "DROP INDEX member_task_by_task",
    "CREATE INDEX member_task_by_task ON member_task (tenant_id, program_id, task, state, id)",
    "CREATE INDEX membership_by_plan ON membership (tenant_id, program_id, plan, id) WHERE state <> 'ended'",
    "CREATE INDEX program_replay_by_program ON program_replay (tenant_id, program_id, id)",
)


TENANT_TABLES: tuple[str, ...] = ()


class Migration(Base):
    """Each list in the order in which it is read."""

    dependencies = [("guerdon", "0018_reviews")]
    operations = [ROSTERS]
