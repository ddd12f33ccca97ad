"""Rewards that are redeemed with partners of a coalition: in whose shops, and with which of them."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, row_level_security

REWARDS = Ddl(
    "ALTER TABLE reward ADD COLUMN shops TEXT NOT NULL DEFAULT 'own' CHECK (shops IN ('own', 'partners', 'both'))",
    # A reward in partners' shops that names none is in all of them.
    """CREATE TABLE reward_partner (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, reward_id {uuid} NOT NULL, partner_id {uuid} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, reward_id, partner_id),
        FOREIGN KEY (tenant_id, reward_id) REFERENCES reward (tenant_id, id),
        FOREIGN KEY (tenant_id, partner_id) REFERENCES partner (tenant_id, id)) {strict}""",
)

TENANT_TABLES = ("reward_partner",)


class Migration(Base):
    """In which shops a reward is redeemed."""

    dependencies = [("guerdon", "0029_participations")]
    operations = [REWARDS, row_level_security(*TENANT_TABLES)]
