"""Tiers that rest while their members do nothing."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl

DORMANCY = Ddl(
    "ALTER TABLE tier_standing ADD COLUMN rest TEXT CHECK (rest IN ('warned', 'frozen', 'closed'))",
    "ALTER TABLE tier_standing ADD COLUMN rest_at {instant}",
)

TENANT_TABLES = ()


class Migration(Base):
    """What tiers keep of members who do nothing."""

    dependencies = [("guerdon", "0016_referrals")]
    operations = [DORMANCY]
