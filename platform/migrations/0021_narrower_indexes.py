"""Lists of who has what in another order of columns, so that nothing else is read by them."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl

# PostgreSQL takes columns for independent and cannot know that all rows of a program are one tenant's: of an index that
# begins with both it thought that they find a row or two, and read through all of a program's for one member's.
LISTS = Ddl(
    "DROP INDEX tier_standing_by_program",
    "CREATE INDEX tier_standing_by_tier ON tier_standing (tenant_id, tier, program_id, member_id)",
    "DROP INDEX member_task_by_task",
    "CREATE INDEX member_task_by_task ON member_task (tenant_id, task, state, program_id, id)",
)

TENANT_TABLES: tuple[str, ...] = ()


class Migration(Base):
    """The same lists, page by page."""

    dependencies = [("guerdon", "0020_late_birthdays")]
    operations = [LISTS]
