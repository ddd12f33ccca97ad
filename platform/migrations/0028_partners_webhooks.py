"""Webhooks of partners: endpoints of their own, and which partner an event and a delivery are of."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl

OWN = "CREATE UNIQUE INDEX webhook_endpoint_own ON webhook_endpoint (tenant_id) WHERE partner_id IS NULL"

EVENTS = Ddl(
    "ALTER TABLE event ADD COLUMN partner_id {uuid}",
    "ALTER TABLE delivery ADD COLUMN partner_id {uuid}",
    "CREATE INDEX delivery_by_partner ON delivery (tenant_id, partner_id, id) WHERE partner_id IS NOT NULL",
)

POSTGRES = Ddl(
    "ALTER TABLE webhook_endpoint ADD COLUMN partner_id uuid",
    "ALTER TABLE webhook_endpoint DROP CONSTRAINT webhook_endpoint_tenant_id_key",
    "ALTER TABLE webhook_endpoint ADD UNIQUE (tenant_id, partner_id)",
    "ALTER TABLE webhook_endpoint ADD FOREIGN KEY (tenant_id, partner_id) REFERENCES partner (tenant_id, id)",
    OWN,
    only="postgres",
)

# SQLite changes no constraint: the table is made anew.
SQLITE = Ddl(
    """CREATE TABLE webhook_endpoint_2 (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, url TEXT NOT NULL, kinds TEXT NOT NULL, secret_generation {int} NOT NULL,
        created_at {instant} NOT NULL, rotated_at {instant}, disabled_at {instant}, partner_id {uuid},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, partner_id),
        FOREIGN KEY (tenant_id, partner_id) REFERENCES partner (tenant_id, id)) {strict}""",
    "INSERT INTO webhook_endpoint_2 SELECT *, NULL FROM webhook_endpoint",
    "DROP TABLE webhook_endpoint",
    "ALTER TABLE webhook_endpoint_2 RENAME TO webhook_endpoint",
    OWN,
    only="sqlite",
)

TENANT_TABLES: tuple[str, ...] = ()


class Migration(Base):
    """One endpoint for the operator, and one for each partner."""

    dependencies = [("guerdon", "0027_exchange")]
    operations = [EVENTS, POSTGRES, SQLITE]
