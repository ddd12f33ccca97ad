"""The figures that are measured: what each must reach (`floor`) and what we want (`goal`), and who measures it."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the table. `unit` is `×` for a ratio to the limit; `higher` says which way is better."""

    name: str
    title: str
    unit: str
    floor: float
    goal: float
    higher: bool
    measure: str

    def reached(self, value: float) -> str:
        """`goal`, `floor` or `missed`."""
        for name, bound in (("goal", self.goal), ("floor", self.floor)):
            if value >= bound if self.higher else value <= bound:
                return name
        return "missed"


@dataclass(slots=True)
class Measured:
    """What came out: one value per round, whose median counts; `ours` and `limit` are the absolute figures behind."""

    rounds: list[float]
    ours: list[float] = field(default_factory=list)
    limit: list[float] = field(default_factory=list)
    absolute_unit: str = ""
    note: str = ""

    @property
    def value(self) -> float:
        """The median of the rounds."""
        return median(self.rounds)


FIGURES = (
    Figure("core-postgres", "Ledger core with full rows and real `decide`, 128 waiting, PostgreSQL", "×", 2.0, 2.5,
           True, "benchmarks.core:core_postgres"),
    Figure("alone-postgres", "The same alone: p50", "×", 1.4, 1.1, False, "benchmarks.core:alone_postgres"),
    Figure("core-sqlite", "The same on SQLite FULL, 128 waiting", "×", 1.5, 2.0, True, "benchmarks.core:core_sqlite"),
    Figure("http-postgres", "`recordActivity` over HTTP, 32 connections, PostgreSQL", "×", 0.3, 0.5, True,
           "benchmarks.http_record:http_postgres"),
    Figure("http-sqlite", "The same, SQLite FULL (against pgbench on PostgreSQL)", "×", 0.25, 0.4, True,
           "benchmarks.http_record:http_sqlite"),
    Figure("me", "`me` against a hand-written handler with the same SQL", "×", 0.2, 0.25, True,
           "benchmarks.http_me:me"),
    Figure("http-partner", "A member's balance asked for by a partner, against `me`", "×", 0.8, 1.0, True,
           "benchmarks.http_partner:balance"),
    Figure("decide", "`decide()` for a three-line order, ten rules", "µs", 150, 60, False,
           "benchmarks.deciding:deciding"),
    Figure("http-five-kinds", "`recordActivity` over HTTP with five kinds live, against points alone, PostgreSQL", "×",
           0.7, 0.85, True, "benchmarks.kinds:http_five_kinds"),
    Figure("decide-five-kinds", "`decide()` for a three-line order, ten rules and four kinds more", "µs", 300, 150,
           False, "benchmarks.kinds:deciding_five_kinds"),
    Figure("import", "CDNOW in full (69,659 purchases) by `guerdon import activities`", "/s", 2000, 4000, True,
           "benchmarks.importing:importing"),
    Figure("replay", "`programReplay` of a draft over CDNOW in full, points and tiers", "/s", 5000, 10000, True,
           "benchmarks.replaying:replaying"),
    Figure("verify", "`guerdon verify --full` on 1,000,000 transfers", "s", 180, 90, False,
           "benchmarks.verifying:verifying"),
    Figure("review-postgres", "The review of 100,000 members' tiers, PostgreSQL", "s", 60, 30, False,
           "benchmarks.reviewing:reviewing_postgres"),
    Figure("review-sqlite", "The same, SQLite", "s", 60, 30, False, "benchmarks.reviewing:reviewing_sqlite"),
    Figure("settle", "The settlement of 1,000,000 clearing entries of 50 partners, PostgreSQL", "s", 60, 10, False,
           "benchmarks.settling:settling"),
    Figure("settle-sql", "The same against bare SQL that sums the same rows", "×", 1.5, 1.2, False,
           "benchmarks.settling:settling_beside_sql"),
    Figure("memory", "RSS of a web process under load", "MB", 180, 130, False, "benchmarks.http_record:memory"),
)  # fmt: skip
