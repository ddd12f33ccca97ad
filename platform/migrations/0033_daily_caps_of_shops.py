"""How many of its own points a shop lets be converted on a day, and how many were."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl

CAPS = Ddl(
    "ALTER TABLE participation ADD COLUMN daily_cap {int} CHECK (daily_cap > 0)",
    # Of the local day `counted_on`: own points that came from the coalition, and that went to it.
    "ALTER TABLE participation ADD COLUMN counted_on TEXT {c}",
    "ALTER TABLE participation ADD COLUMN came {int} NOT NULL DEFAULT 0 CHECK (came >= 0)",
    "ALTER TABLE participation ADD COLUMN went {int} NOT NULL DEFAULT 0 CHECK (went >= 0)",
)

TENANT_TABLES: tuple[str, ...] = ()


class Migration(Base):
    """Daily caps of shops that take part in coalitions."""

    dependencies = [("guerdon", "0032_what_partners_did")]
    operations = [CAPS]
