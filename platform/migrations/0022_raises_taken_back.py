"""Tiers that rewards raised end when the reward is taken back."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl

RAISES = Ddl(
    "ALTER TABLE tier_raise ADD COLUMN ended_at {instant}",
    "CREATE INDEX tier_raise_open ON tier_raise (tenant_id, id) WHERE state = 'raised' AND ended_at IS NULL",
)

TENANT_TABLES: tuple[str, ...] = ()


class Migration(Base):
    """When a raise was taken back."""

    dependencies = [("guerdon", "0021_narrower_indexes")]
    operations = [RAISES]
