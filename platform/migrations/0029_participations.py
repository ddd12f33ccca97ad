"""Partners that are tenants of their own: invited by the operator, taking part, and what their members convert."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, row_level_security

MAX = 2**53 - 1

OPERATORS = Ddl(
    "ALTER TABLE partner ADD COLUMN own_tenant_id {uuid}",
    "ALTER TABLE partner_conversion ADD COLUMN own_tenant_id {uuid}",
    "ALTER TABLE partner_conversion ADD COLUMN own_transfer_id {uuid}",
    """CREATE TABLE partner_invitation (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, partner_id {uuid} NOT NULL, token_hash TEXT {c} NOT NULL,
        made_at {instant} NOT NULL, made_by TEXT NOT NULL, ends_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, token_hash), UNIQUE (tenant_id, partner_id),
        FOREIGN KEY (tenant_id, partner_id) REFERENCES partner (tenant_id, id)) {strict}""",
)

# Of the tenant that takes part. What it names of the operator's has no foreign key: it may live on another shard.
OWN = Ddl(
    """CREATE TABLE participation (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, operator_id {uuid} NOT NULL, partner_id {uuid} NOT NULL,
        unit_id {uuid}, months {int} CHECK (months BETWEEN 1 AND 120), joined_at {instant} NOT NULL, joined_by TEXT NOT NULL,
        ended_at {instant}, PRIMARY KEY (tenant_id, id), CHECK (operator_id <> tenant_id),
        FOREIGN KEY (tenant_id, unit_id) REFERENCES unit (tenant_id, id)) {strict}""",
    "CREATE UNIQUE INDEX participation_once ON participation (tenant_id, operator_id, partner_id) WHERE ended_at IS NULL",
    # By the id of the transfer that moved the tenant's own points; `conversion_id` is the operator's.
    f"""CREATE TABLE participation_conversion (
        tenant_id {{uuid}} NOT NULL, id {{uuid}} NOT NULL, participation_id {{uuid}} NOT NULL, conversion_id {{uuid}} NOT NULL,
        member_id {{uuid}} NOT NULL, direction TEXT {{c}} NOT NULL CHECK (direction IN ('in', 'out')),
        own_points {{int}} NOT NULL CHECK (own_points BETWEEN 1 AND {MAX}),
        points {{int}} NOT NULL CHECK (points BETWEEN 1 AND {MAX}), converted_at {{instant}} NOT NULL,
        undone_at {{instant}}, PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, id) REFERENCES transfer (tenant_id, id),
        FOREIGN KEY (tenant_id, participation_id) REFERENCES participation (tenant_id, id)) {{strict}}""",
    "CREATE INDEX participation_conversion_by_participation"
    " ON participation_conversion (tenant_id, participation_id, id)",
    "CREATE INDEX participation_conversion_by_member ON participation_conversion (tenant_id, member_id, id)",
)

TENANT_TABLES = ("partner_invitation", "participation", "participation_conversion")


class Migration(Base):
    """Partners that are tenants of their own."""

    dependencies = [("guerdon", "0028_partners_webhooks")]
    operations = [OPERATORS, OWN, row_level_security(*TENANT_TABLES)]
