"""On PostgreSQL less to do for each row that a member's first purchase writes, and names of facts compared by bytes."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl

# A row of these is looked for by its member first, and seldom by its program alone: one index does for both. SQLite
# cannot put the columns of a table's UNIQUE in another order.
BY_MEMBER = Ddl(
    "ALTER TABLE tier_standing ADD UNIQUE (tenant_id, member_id, program_id)",
    "ALTER TABLE tier_standing DROP CONSTRAINT tier_standing_tenant_id_program_id_member_id_key",
    "DROP INDEX tier_standing_by_member",
    "ALTER TABLE member_task ADD UNIQUE (tenant_id, member_id, program_id, task, run)",
    "ALTER TABLE member_task DROP CONSTRAINT member_task_tenant_id_program_id_member_id_task_run_key",
    "DROP INDEX member_task_by_member",
    only="postgres",
)

# Members are never deleted, and whoever writes a fact locks its member to see that they are not erased: the foreign key
# looked the same row up again. Facts are found by ranges of names (`tier:` to `tier;`), which other collations than
# that of bytes may put in another order.
FACTS = Ddl(
    "ALTER TABLE member_fact DROP CONSTRAINT member_fact_tenant_id_member_id_fkey",
    'ALTER TABLE member_fact ALTER COLUMN name TYPE TEXT COLLATE "C"',
    only="postgres",
)

TENANT_TABLES: tuple[str, ...] = ()


class Migration(Base):
    """Fewer indexes to write and rows to look up."""

    dependencies = [("guerdon", "0024_settling")]
    operations = [BY_MEMBER, FACTS]
