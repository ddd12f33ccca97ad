"""What partners of a coalition exchange: points of their own for shared ones, and perks that one has the other give."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, row_level_security

MAX = 2**53 - 1

CONVERSIONS = Ddl(
    # By the id of the transfer that moved the points.
    f"""CREATE TABLE partner_conversion (
        tenant_id {{uuid}} NOT NULL, id {{uuid}} NOT NULL, partner_id {{uuid}} NOT NULL, member_id {{uuid}} NOT NULL,
        direction TEXT {{c}} NOT NULL CHECK (direction IN ('in', 'out')),
        own_points {{int}} NOT NULL CHECK (own_points BETWEEN 1 AND {MAX}),
        points {{int}} NOT NULL CHECK (points BETWEEN 1 AND {MAX}), converted_at {{instant}} NOT NULL,
        undone_at {{instant}}, PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, id) REFERENCES transfer (tenant_id, id),
        FOREIGN KEY (tenant_id, partner_id) REFERENCES partner (tenant_id, id)) {{strict}}""",
    "CREATE INDEX partner_conversion_by_member ON partner_conversion (tenant_id, member_id, id)",
    "CREATE INDEX partner_conversion_by_partner ON partner_conversion (tenant_id, partner_id, id)",
)

PERKS = Ddl(
    # By the id of the use, which says whether it was given back.
    """CREATE TABLE partner_perk_use (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, partner_id {uuid} NOT NULL, bearer_id {uuid} NOT NULL,
        offer TEXT {c} NOT NULL, paid_entry_id {uuid}, got_entry_id {uuid}, PRIMARY KEY (tenant_id, id),
        CHECK ((paid_entry_id IS NULL) = (got_entry_id IS NULL)),
        FOREIGN KEY (tenant_id, id) REFERENCES perk_use (tenant_id, id),
        FOREIGN KEY (tenant_id, partner_id) REFERENCES partner (tenant_id, id),
        FOREIGN KEY (tenant_id, bearer_id) REFERENCES partner (tenant_id, id)) {strict}""",
    "CREATE INDEX partner_perk_use_by_partner ON partner_perk_use (tenant_id, partner_id, id)",
)

TENANT_TABLES = ("partner_conversion", "partner_perk_use")


class Migration(Base):
    """What partners exchange."""

    dependencies = [("guerdon", "0026_key_uses")]
    operations = [CONVERSIONS, PERKS, row_level_security(*TENANT_TABLES)]
