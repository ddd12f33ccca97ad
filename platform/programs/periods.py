"""Calendar periods that caps and budgets count in, and their names on a local day (the tenant's, not that of UTC)."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache


class Period(StrEnum):
    """How long a cap counts before it starts again: local calendar periods; weeks are ISO weeks."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    LIFETIME = "lifetime"


LIFETIME = "lifetime"
AFTER = "~"
"""Sorts behind whatever the name of a period goes on with."""


@lru_cache(maxsize=4096)
def period_keys(day: date) -> Mapping[Period, str]:
    """Name the periods a local day lies in: `day:2026-11-21`, `week:2026-W47`, `month:2026-11`, `year:2026`."""
    year, week, _ = day.isocalendar()
    return {
        Period.DAY: f"day:{day.isoformat()}",
        Period.WEEK: f"week:{year:04}-W{week:02}",
        Period.MONTH: f"month:{day.year:04}-{day.month:02}",
        Period.YEAR: f"year:{day.year:04}",
        Period.LIFETIME: LIFETIME,
    }
