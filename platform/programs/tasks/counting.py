"""How much was done in the time of each run: summed up from the counters, with what a batch has changed of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from programs.counters import CounterRef, CounterValue
from programs.periods import AFTER
from programs.sums import ALL, Span, Sums
from programs.tasks import running
from programs.tasks.compiled import CompiledTask, CounterName
from programs.tasks.progress import DAY_CHARACTERS, bounds, period
from programs.tasks.rows import Member, Run
from programs.tasks.running import DAY, Counts

Owner = tuple[str, str, str]


class Counted:
    """The counters of a batch, which are locked, beside what is stored of the others."""

    def __init__(self) -> None:
        self._of: dict[Owner, list[tuple[CounterRef, CounterValue]]] = {}
        self._asked: list[_Asked] = []

    def spans(self, members: Iterable[Member]) -> Sequence[Span]:
        """Name what is to be known of the time of each run, as far as it matters now."""
        self._asked = [
            asked for member in members for run in member.runs.values() for asked in _asked(member, run)
        ]  # fmt: skip
        return [asked.span for asked in self._asked]

    def take(
        self, members: Iterable[Member], counters: Mapping[CounterRef, CounterValue], found: Sequence[Sums]
    ) -> None:  # fmt: skip
        """Take in what is stored of these spans, and the batch's own counters."""
        for ref, value in counters.items():
            self._of.setdefault((ref.tenant, ref.program_id, ref.owner), []).append((ref, value))
        for asked, sums in zip(self._asked, found, strict=True):
            asked.note(sums)
        for member in members:
            for run in member.runs.values():
                run.seen = running.total(run.counted)
                run.shown = running.progress(run.task, run.counted, run.times, member.today)

    def counts(self, member: Member, run: Run) -> Counts:
        """How much was done by now."""
        names, by_day = {step.counter for step in run.task.steps}, _by_day(run)
        counts = {name: dict(days) for name, days in run.counted.items()}
        low, high = _bounds(member, run)
        for ref, change in self._changes(run):
            if ref.name in names and low <= ref.period < high:
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


class _Asked(NamedTuple):
    """What is to be known of a run: how often what `began` it did, or how much was counted for it."""

    run: Run
    span: Span
    began: bool = False

    def note(self, sums: Sums) -> None:
        """Take in what was found."""
        if self.began:
            self.run.triggers = sums.get(ALL, 0)
        elif sums:
            days = {date.fromisoformat(day.removeprefix("day:")) if day else date.min: n for day, n in sums.items()}
            self.run.counted[CounterName(self.span.name)] = days


def _owner(run: Run) -> Owner:
    """Whose counters are counted."""
    return run.who.tenant, run.who.program_id, f"member:{run.who.member_id}"


def _by_day(run: Run) -> bool:
    """Whether it matters on which day something was done."""
    return run.task.days_around != 0


def _bounds(member: Member, run: Run) -> tuple[str, str]:
    """Between which periods a run counts: what triggered it does not."""
    return bounds(member.tasks, run.starts_at, run.ends_at, after_start=run.trigger_counter is not None)


def _asked(member: Member, run: Run) -> Iterator[_Asked]:
    """The counters of a run's steps, between the periods that matter now, and its trigger's alone."""
    low, high = _bounds(member, run)
    for name, all_of_it in _names(run.task).items():
        bounds = (low, high) if all_of_it else _around(member, run, low, high)
        yield _Asked(run, Span(*_owner(run), name, *bounds, by_day=_by_day(run)))
    if run.trigger_counter is not None and run.starts_at is not None:
        at = period(member.tasks, run.starts_at)
        yield _Asked(run, Span(*_owner(run), run.trigger_counter, at, at + AFTER), began=True)


def _names(task: CompiledTask) -> dict[CounterName, bool]:
    """The counters of a task's steps, and whether all of the time matters."""
    names: dict[CounterName, bool] = {}
    for step in task.steps:
        whole = task.days_around is None or (step.rules.streak is None and task.rolling is None)
        names[step.counter] = whole or names.get(step.counter, False)
    return names


def _around(member: Member, run: Run, low: str, high: str) -> tuple[str, str]:
    around = (run.task.days_around or 0) * DAY
    instants = [*member.moments, *([] if run.done_at is None else [run.done_at])]
    days = sorted(map(member.tasks.day, instants))
    return (
        max(low, f"day:{(days[0] - around).isoformat()}"),
        min(high, f"day:{(days[-1] + around + DAY).isoformat()}"),
    )
