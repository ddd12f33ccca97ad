"""Members that became one, and the accounts that came after theirs."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl

MERGING = Ddl(
    "ALTER TABLE account ADD COLUMN successor TEXT {c}",
    "CREATE INDEX member_merged ON member (tenant_id, merged_into) WHERE merged_into IS NOT NULL",
)

TENANT_TABLES = ()


class Migration(Base):
    """Whose points go on under another name."""

    dependencies = [("guerdon", "0014_more_of_tiers")]
    operations = [MERGING]
