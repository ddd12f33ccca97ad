"""Relayed events by their age, for pruning."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl

TENANT_TABLES: tuple[str, ...] = ()


class Migration(Base):
    """An index that is written when an event is relayed, never when it happens."""

    dependencies = [("guerdon", "0002_stored_value")]
    operations = [Ddl("CREATE INDEX event_relayed ON event (tenant_id, recorded_at) WHERE relayed")]
