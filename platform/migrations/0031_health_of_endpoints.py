"""How the endpoints of webhooks fare: one that fails backs off as a whole, and what waits is found by endpoint."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, across_tenants

# `try_at`: from when on something is sent there, ahead while it is paused. `apart`: see `jobs.deliver`.
HEALTH = Ddl(
    "ALTER TABLE webhook_endpoint ADD COLUMN failures {int} NOT NULL DEFAULT 0",
    "ALTER TABLE webhook_endpoint ADD COLUMN failing_since {instant}",
    "ALTER TABLE webhook_endpoint ADD COLUMN last_success_at {instant}",
    "ALTER TABLE webhook_endpoint ADD COLUMN try_at {instant} NOT NULL DEFAULT '2000-01-01 00:00:00+00:00'",
    "ALTER TABLE webhook_endpoint ADD COLUMN apart {bool} NOT NULL DEFAULT {false}",
    "ALTER TABLE webhook_endpoint ADD COLUMN disabled_reason TEXT "
    "CHECK (disabled_reason IN ('gone', 'failing', 'operator'))",
    "CREATE INDEX webhook_endpoint_open ON webhook_endpoint (tenant_id, apart, try_at) WHERE disabled_at IS NULL",
    "DROP INDEX delivery_waiting",
    "CREATE INDEX delivery_waiting ON delivery (tenant_id, endpoint_id, due_at) WHERE state = 'waiting'",
)

GONE = across_tenants(
    ("webhook_endpoint",), "UPDATE webhook_endpoint SET disabled_reason = 'gone' WHERE disabled_at IS NOT NULL"
)

TENANT_TABLES: tuple[str, ...] = ()


class Migration(Base):
    """Health of endpoints."""

    dependencies = [("guerdon", "0030_rewards_at_partners")]
    operations = [HEALTH, *GONE]
