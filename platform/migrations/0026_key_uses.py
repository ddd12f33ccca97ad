"""What a key did is found by who acted."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl

USES = Ddl("CREATE INDEX audit_entry_by_actor ON audit_entry (tenant_id, actor, id)")

TENANT_TABLES: tuple[str, ...] = ()


class Migration(Base):
    """An index of the audit log by actor."""

    dependencies = [("guerdon", "0025_fewer_lookups_per_row")]
    operations = [USES]
