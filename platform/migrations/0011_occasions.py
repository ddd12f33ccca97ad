"""Members' dependants, and the days of a year on which something is to be celebrated."""

from tortoise.migrations.migration import Migration as Base

from kit.ddl import Ddl, row_level_security

DEPENDANTS = Ddl(
    """CREATE TABLE member_dependant (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, member_id {uuid} NOT NULL, kind TEXT {c} NOT NULL,
        name TEXT {c} NOT NULL, birthday {date},
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, member_id, kind, name),
        FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id)) {strict}""",
    """CREATE TABLE occasion_mark (
        tenant_id {uuid} NOT NULL, id {uuid} NOT NULL, through {date} NOT NULL, occasion TEXT NOT NULL,
        after_id {uuid} NOT NULL, next_at {instant} NOT NULL,
        PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id)) {strict}""",
)

# The month and day as a number, 31 December is 1231; of joining, in UTC: the job looks at the days around it too.
DAYS_SQLITE = Ddl(
    *(
        f"CREATE INDEX {table}_by_day ON {table} (tenant_id, "
        f"CAST(substr({column}, 6, 2) || substr({column}, 9, 2) AS INTEGER), id)"
        for table, column in (("member_profile", "birthday"), ("member_dependant", "birthday"), ("member", "joined_at"))
    ),
    only="sqlite",
)
DAYS_POSTGRES = Ddl(
    *(
        f"CREATE INDEX {table}_by_day ON {table} (tenant_id, "
        f"(CAST(EXTRACT(MONTH FROM {day}) * 100 + EXTRACT(DAY FROM {day}) AS int)), id)"
        for table, day in (
            ("member_profile", "birthday"), ("member_dependant", "birthday"), ("member", "(joined_at AT TIME ZONE 'UTC')"),
        )
    ),
    only="postgres",
)  # fmt: skip

TENANT_TABLES = ("member_dependant", "occasion_mark")


class Migration(Base):
    """Dependants, and how far birthdays and anniversaries were celebrated."""

    dependencies = [("guerdon", "0010_giving")]
    operations = [DEPENDANTS, DAYS_SQLITE, DAYS_POSTGRES, row_level_security(*TENANT_TABLES)]
