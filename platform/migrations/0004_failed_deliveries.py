"""Deliveries that failed, the latest first: a list that is looked at by hand."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl

TENANT_TABLES: tuple[str, ...] = ()


class Migration(Base):
    """An index that is written only when a delivery is given up."""

    dependencies = [("guerdon", "0003_relayed_events")]
    operations = [Ddl("CREATE INDEX delivery_failed ON delivery (tenant_id, id) WHERE state = 'failed'")]
