"""How much counters hold over spans of their periods: one statement for all kinds that ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kit import db
from kit.setbased import Columns

ALL = ""
Sums = Mapping[str, int]
"""What was counted, by the day (`day:2026-11-22`) that the period starts with; `ALL` of it where days do not matter."""


class Span(NamedTuple):
    """The counters of a name whose period lies from `low` on, and before `high`."""

    tenant: str
    program_id: str
    owner: str
    name: str
    low: str
    high: str
    by_day: bool = False


async def read(spans: Sequence[Span]) -> Sequence[Sums]:
    """The sums of each span, as they are stored now."""
    found: list[dict[str, int]] = [{} for _ in spans]
    if spans:
        asked = [(place, *span[:-1], int(span.by_day)) for place, span in enumerate(spans)]
        for row in await db.rows(_SUMS.format(source=_ASKED.source()), _ASKED.payload(asked)):
            found[row["place"]][row["day"]] = int(row["used"])
    return found


_ASKED = Columns(
    place="int", tenant_id="uuid", program_id="uuid", owner="text", name="text", low="text", high="text", by_day="int"
)  # fmt: skip

_SUMS = """
SELECT x.place, CASE WHEN x.by_day = 1 THEN substr(c.period, 1, 14) ELSE '' END AS day, sum(c.used) AS used
FROM {source} AS x
JOIN counter c ON c.tenant_id = x.tenant_id AND c.program_id = x.program_id AND c.owner = x.owner AND c.name = x.name
    AND c.period >= x.low AND c.period < x.high
WHERE c.used > 0 GROUP BY 1, 2"""
