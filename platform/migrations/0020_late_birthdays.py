"""When a dependant's birthday was told of, so that one told of late can still be celebrated."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl

TOLD = Ddl("ALTER TABLE member_dependant ADD COLUMN told_at {instant}")

TENANT_TABLES = ()


class Migration(Base):
    """Since when the house knows a dependant's birthday."""

    dependencies = [("guerdon", "0019_rosters")]
    operations = [TOLD]
