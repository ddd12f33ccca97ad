"""How often members have done tasks: what programs of tasks keep of it, and what they tell within a batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime

from kit import db
from kit.setbased import Columns
from ledger.book import Book
from programs.days import end_of_day, start_of_day
from programs.store import Done, Who
from programs.tiered.compiled import CompiledTiers, MetricKey
from programs.tiered.rows import Row
from programs.tiered.rules import TasksDone
from programs.tiered.windows import Days

_EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class TasksOfMembers:
    """How often the members of a batch did the tasks that their tiers go by."""

    def __init__(self) -> None:
        self._stored: dict[tuple[Who, Days, str], int] = {}
        self._heard: list[tuple[Who, Done]] = []

    async def load(self, rows: Iterable[Row]) -> None:
        """Read how often they were done over the days that matter to these rows."""
        places = [
            (row.who, days, task, *_span(row.tiers, days))
            for row in rows for _, task in _tasks(row.tiers) for days in row.totals
        ]  # fmt: skip
        if not places:
            return
        asked = [
            (n, who.tenant, who.member_id, task, first, end) for n, (who, _, task, first, end) in enumerate(places)
        ]
        for found in await db.rows(_DONE.format(source=_ASKED.source()), _ASKED.payload(asked)):
            who, days, task, _, _ = places[found["place"]]
            self._stored[who, days, task] = int(found["times"])

    def hear(self, who: Who, done: Sequence[Done], book: Book) -> None:
        """Take in what a program of tasks has just settled for a member."""
        for each in done:
            book.add(self._heard, (who, each))

    def totals(self, row: Row, days: Days) -> Iterator[tuple[MetricKey, int]]:
        """How often each task counts over some days, by now."""
        for key, task in _tasks(row.tiers):
            heard = (
                each.times
                for who, each in self._heard
                if (who.tenant, who.member_id, each.task) == (row.who.tenant, row.who.member_id, task)
                and days.first <= row.tiers.day(each.at) <= days.last
            )
            yield key, self._stored.get((row.who, days, task), 0) + sum(heard)


def _tasks(tiers: CompiledTiers) -> Iterator[tuple[MetricKey, str]]:
    return ((key, metric.task) for key, metric in tiers.metrics.items() if isinstance(metric, TasksDone))


def _span(tiers: CompiledTiers, days: Days) -> tuple[datetime, datetime]:
    """From the instant at which the first day starts until before the one at which the last is over."""
    if days.first == date.min:
        return _EVER
    return start_of_day(days.first, tiers.zone), end_of_day(days.last, tiers.zone)


_ASKED = Columns(
    place="int", tenant_id="uuid", member_id="uuid", task="text", first="instant", end_at="instant"
)  # fmt: skip

_DONE = """
SELECT x.place, sum(c.times) AS times FROM {source} AS x
JOIN task_completion c ON c.tenant_id = x.tenant_id AND c.member_id = x.member_id AND c.task = x.task
    AND c.effective_at >= x.first AND c.effective_at < x.end_at
GROUP BY x.place"""
