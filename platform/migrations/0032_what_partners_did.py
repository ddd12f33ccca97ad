"""What happened at a partner is found by when it was recorded; what was cleared with it by its kind, and its own side."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, across_tenants

OWN = "debit = 'partner' OR credit = 'partner'"

HAPPENED = Ddl(
    "CREATE INDEX activity_by_partner_at ON activity (tenant_id, partner_id, recorded_at, id)"
    " WHERE partner_id IS NOT NULL",
    "DROP INDEX redemption_by_partner",
    "CREATE INDEX redemption_by_partner ON redemption (tenant_id, partner_id, reserved_at, id)"
    " WHERE partner_id IS NOT NULL",
    "DROP INDEX partner_conversion_by_partner",
    "CREATE INDEX partner_conversion_by_partner ON partner_conversion (tenant_id, partner_id, converted_at, id)",
)

USED = Ddl("ALTER TABLE partner_perk_use ADD COLUMN used_at {instant} NOT NULL DEFAULT '2000-01-01 00:00:00+00:00'")
SINCE = across_tenants(
    ("perk_use", "partner_perk_use"),
    "UPDATE partner_perk_use SET used_at = (SELECT u.used_at FROM perk_use u"
    " WHERE u.tenant_id = partner_perk_use.tenant_id AND u.id = partner_perk_use.id)",
)
USES = Ddl(
    "DROP INDEX partner_perk_use_by_partner",
    "CREATE INDEX partner_perk_use_by_partner ON partner_perk_use (tenant_id, partner_id, used_at, id)",
)

CLEARED = Ddl(
    "CREATE INDEX clearing_entry_by_kind ON clearing_entry (tenant_id, partner_id, kind, currency, booked_on, id)",
    f"CREATE INDEX clearing_entry_own ON clearing_entry (tenant_id, partner_id, currency, booked_on, id) WHERE {OWN}",
)

TENANT_TABLES = ()


class Migration(Base):
    """Lists of what partners did."""

    dependencies = [("guerdon", "0031_health_of_endpoints")]
    operations = [HAPPENED, USED, *SINCE, USES, CLEARED]
