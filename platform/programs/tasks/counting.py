"""How much was done in the time of each run: summed up from the counters, with what a batch has changed of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from kit import db
from kit.setbased import Columns
from programs.counters import CounterRef, CounterValue
from programs.tasks import running
from programs.tasks.compiled import CompiledTask, CounterName
from programs.tasks.progress import AFTER, DAY_CHARACTERS, bounds, period
from programs.tasks.rows import Member, Run
from programs.tasks.running import DAY, Counts

Owner = tuple[str, str, str]


class Counted:
    """The counters of a batch, which are locked, beside what is stored of the others."""

    def __init__(self) -> None:
        self._of: dict[Owner, list[tuple[CounterRef, CounterValue]]] = {}

    async def load(self, members: Iterable[Member], counters: Mapping[CounterRef, CounterValue]) -> None:
        """Read how much is stored of the time of each run, as far as it matters now."""
        for ref, value in counters.items():
            self._of.setdefault((ref.tenant, ref.program_id, ref.owner), []).append((ref, value))
        runs = [(member, run) for member in members for run in member.runs.values()]
        asked = [
            (place, *_owner(run), *asked, int(_by_day(run)))
            for place, (member, run) in enumerate(runs)
            for asked in _asked(member, run)
        ]
        if asked:
            for row in await db.rows(_COUNTED.format(source=_ASKED.source()), _ASKED.payload(asked)):
                _note(runs[row["place"]][1], row)
        for member, run in runs:
            run.seen = running.total(run.counted)
            run.shown = running.progress(run.task, run.counted, run.times, member.today)

    def counts(self, member: Member, run: Run) -> Counts:
        """How much was done by now."""
        names, by_day = {step.counter for step in run.task.steps}, _by_day(run)
        counts = {name: dict(days) for name, days in run.counted.items()}
        low, high = _bounds(member, run)
        for ref, change in self._changes(run):
            if ref.name in names and low < ref.period < high:
                day = date.fromisoformat(ref.period[4:DAY_CHARACTERS]) if by_day else date.min
                days = counts.setdefault(CounterName(ref.name), {})
                days[day] = days.get(day, 0) + change
        return counts

    def triggered(self, member: Member, run: Run) -> int:
        """How many of the activities that began a run are still there; 1 for what no activity began."""
        if run.trigger_counter is None or run.starts_at is None:
            return 1
        name, at = run.trigger_counter, period(member.tasks, run.starts_at)
        return run.triggers + sum(change for ref, change in self._changes(run) if (ref.name, ref.period) == (name, at))

    def _changes(self, run: Run) -> Iterator[tuple[CounterRef, int]]:
        known: Sequence[tuple[CounterRef, CounterValue]] = self._of.get(_owner(run), ())
        return ((ref, value.used - (value.was or 0)) for ref, value in known if value.used != (value.was or 0))


def _note(run: Run, row: db.Row) -> None:
    if row["alone"]:
        run.triggers = int(row["used"])
        return
    day = date.fromisoformat(row["day"].removeprefix("day:")) if row["day"] else date.min
    run.counted.setdefault(CounterName(row["name"]), {})[day] = int(row["used"])


def _owner(run: Run) -> Owner:
    """Whose counters are counted."""
    return run.who.tenant, run.who.program_id, f"member:{run.who.member_id}"


def _by_day(run: Run) -> bool:
    """Whether it matters on which day something was done."""
    return running.days_around(run.task) != 0


def _bounds(member: Member, run: Run) -> tuple[str, str]:
    """Between which periods a run counts: what triggered it does not."""
    return bounds(member.tasks, run.starts_at, run.ends_at, after_start=run.trigger_counter is not None)


def _asked(member: Member, run: Run) -> Iterator[tuple[str, str, str, int]]:
    """The counters of a run's steps, between the periods that matter now, and its trigger's alone."""
    low, high = _bounds(member, run)
    for name, all_of_it in _names(run.task).items():
        yield name, *((low, high) if all_of_it else _around(member, run, low, high)), 0
    if run.trigger_counter is not None and run.starts_at is not None:
        at = period(member.tasks, run.starts_at)
        yield run.trigger_counter, at[:-1], at + AFTER, 1


def _names(task: CompiledTask) -> dict[CounterName, bool]:
    """The counters of a task's steps, and whether all of the time matters."""
    names: dict[CounterName, bool] = {}
    for step in task.steps:
        whole = running.days_around(task) is None or (step.rules.streak is None and task.rolling is None)
        names[step.counter] = whole or names.get(step.counter, False)
    return names


def _around(member: Member, run: Run, low: str, high: str) -> tuple[str, str]:
    around = (running.days_around(run.task) or 0) * DAY
    instants = [*member.moments, *([] if run.done_at is None else [run.done_at])]
    days = sorted(map(member.tasks.day, instants))
    return (
        max(low, f"day:{(days[0] - around).isoformat()}"),
        min(high, f"day:{(days[-1] + around + DAY).isoformat()}"),
    )


_ASKED = Columns(
    place="int", tenant_id="uuid", program_id="uuid", owner="text", name="text", low="text", high="text", alone="int",
    by_day="int",
)  # fmt: skip

_COUNTED = """
SELECT x.place, x.alone, c.name, CASE WHEN x.by_day = 1 THEN substr(c.period, 1, 14) ELSE '' END AS day,
       sum(c.used) AS used
FROM {source} AS x
JOIN counter c ON c.tenant_id = x.tenant_id AND c.program_id = x.program_id AND c.owner = x.owner AND c.name = x.name
    AND c.period > x.low AND c.period < x.high
WHERE c.used > 0 GROUP BY 1, 2, 3, 4"""
