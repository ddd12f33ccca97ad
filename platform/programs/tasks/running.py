"""When a task is done: windows, streaks, how often, how far. Pure: what was counted is handed in by day.

What a task is counted over is a run of it: its window once, or what a claim, a trigger or an assignment began.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from programs.days import end_of_day, start_of_day
from programs.tasks.compiled import CompiledStep, CompiledTask, CounterName
from programs.tasks.rules import (
    Automatic,
    Calendar,
    CalendarPeriod,
    Every,
    FromOffer,
    StreakPeriod,
)

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
Counts = Mapping[CounterName, Mapping[date, int]]
"""How much was counted on each local day; all of it on `date.min` where days are not told apart."""


class TaskState(StrEnum):
    """Where a member is with a task."""

    OFFERED = "offered"
    ACTIVE = "active"
    DONE = "done"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Began(StrEnum):
    """How it began."""

    AUTOMATIC = "automatic"
    CLAIMED = "claimed"
    TRIGGERED = "triggered"
    ASSIGNED = "assigned"


class Within(NamedTuple):
    """A run's name among those of a task and a member, and its time: until before `ends_at`; None: without bound."""

    name: str
    starts_at: datetime | None
    ends_at: datetime | None


class Outcome(NamedTuple):
    """How often a task was done, and for a rolling window the last day of the one in which it was."""

    times: int
    done_on: date | None = None


class StepProgress(NamedTuple):
    """How far a step is: `has` of `target`; of a streak the days or weeks that it has lasted by now."""

    has: int
    target: int

    @property
    def met(self) -> bool:
        """Whether that is enough."""
        return self.has >= self.target


# -- time --------------------------------------------------------------------------------------------------------------


def within(task: CompiledTask, day: date, joined_on: date, zone: ZoneInfo) -> Within | None:
    """Give the run of a task that begins by itself that a local day lies in, but for the later ones of a rolling
    window; None if there is none.
    """
    window = task.rules.window
    if not isinstance(task.rules.start, Automatic):
        return None
    if isinstance(window, Calendar):
        first, last = _piece(window.period, day)
        return Within(first.isoformat(), start_of_day(first, zone), end_of_day(last, zone))
    if isinstance(window, FromOffer):
        last = joined_on + window.days * DAY
        return Within("joined", None, end_of_day(last, zone)) if day <= last else None
    return Within("first", None, None)


def ends_at(task: CompiledTask, began_at: datetime, zone: ZoneInfo) -> datetime | None:
    """Give the end (exclusive) of a run that a claim, a trigger or an assignment began; None: it has none."""
    day, window = began_at.astimezone(zone).date(), task.rules.window
    if isinstance(window, Calendar):
        return end_of_day(_piece(window.period, day)[1], zone)
    return end_of_day(day + window.days * DAY, zone) if isinstance(window, FromOffer) else None


def _piece(period: CalendarPeriod, day: date) -> tuple[date, date]:
    match period:
        case CalendarPeriod.DAY:
            return day, day
        case CalendarPeriod.WEEK:
            monday = day - day.weekday() * DAY
            return monday, monday + 6 * DAY
        case CalendarPeriod.MONTH:
            return day.replace(day=1), (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY
        case CalendarPeriod.YEAR:
            return date(day.year, 1, 1), date(day.year, 12, 31)


# -- what is done ------------------------------------------------------------------------------------------------------


def outcome(task: CompiledTask, counts: Counts) -> Outcome:
    """Tell how often a task is done by what was counted over its run."""
    if task.rolling is not None:
        return _rolled(task, task.rolling, counts)
    times = min(_times(task, step, counts.get(step.counter, {})) for step in task.steps)
    return Outcome(times if task.times_max is None else min(times, task.times_max))


def _rolled(task: CompiledTask, length: int, counts: Counts) -> Outcome:
    days = sorted({day for step in task.steps for day in counts.get(step.counter, {})})
    for day in days:
        window = (day - (length - 1) * DAY, day)
        if all(_sum(counts.get(step.counter, {}), *window) >= step.rules.target for step in task.steps):
            return Outcome(1, day)
    return Outcome(0)


def _times(task: CompiledTask, step: CompiledStep, counted: Mapping[date, int]) -> int:
    if step.rules.streak is not None:
        length = step.rules.streak.length
        times = sum(in_a_row // length for in_a_row, _ in _streaks(step, counted))
    else:
        times = sum(counted.values()) // step.rules.target
    return times if isinstance(task.rules.repeat, Every) else min(times, 1)


def total(counts: Counts) -> int:
    """Give all that was counted."""
    return sum(sum(days.values()) for days in counts.values())


def progress(task: CompiledTask, counts: Counts, times: int, today: date) -> tuple[StepProgress, ...]:
    """Tell how far each step is today; where a task is done again and again, what is carried to the next time."""
    return tuple(_progress(task, step, counts.get(step.counter, {}), times, today) for step in task.steps)


def _progress(
    task: CompiledTask, step: CompiledStep, counted: Mapping[date, int], times: int, today: date
) -> StepProgress:  # fmt: skip
    if step.rules.streak is not None:
        length, one = step.rules.streak.length, _one(step)
        current = next((n for n, last in _streaks(step, counted) if last >= _place(step, today) - one), 0)
        finished = times > 0 and not isinstance(task.rules.repeat, Every)
        return StepProgress(length if finished else current, length)
    if task.rolling is not None:
        has = _sum(counted, today - (task.rolling - 1) * DAY, today)
        return StepProgress(max(has, step.rules.target) if times else has, step.rules.target)
    carried = times * step.rules.target if isinstance(task.rules.repeat, Every) else 0
    return StepProgress(max(0, sum(counted.values()) - carried), step.rules.target)


def _streaks(step: CompiledStep, counted: Mapping[date, int]) -> Iterator[tuple[int, date]]:
    """Each streak's length and its last day, or the Monday of its last week."""
    sums: dict[date, int] = {}
    for day, amount in counted.items():
        sums[_place(step, day)] = sums.get(_place(step, day), 0) + amount
    return _rows(sorted(place for place, amount in sums.items() if amount >= step.rules.target), _one(step))


def _rows(places: Iterable[date], one: timedelta) -> Iterator[tuple[int, date]]:
    length, last = 0, None
    for place in places:
        if last is not None and place != last + one:
            yield length, last
            length = 0
        length, last = length + 1, place
    if last is not None:
        yield length, last


def _place(step: CompiledStep, day: date) -> date:
    return day if _one(step) == DAY else day - day.weekday() * DAY


def _one(step: CompiledStep) -> timedelta:
    weekly = step.rules.streak is not None and step.rules.streak.period is StreakPeriod.WEEK
    return WEEK if weekly else DAY


def _sum(counted: Mapping[date, int], first: date, last: date) -> int:
    return sum(amount for day, amount in counted.items() if first <= day <= last)


def state(task: CompiledTask, began: Began, times: int, *, over: bool, begun: bool) -> TaskState:
    """Give a run's state: done `times` times, its time `over` or not, something of it `begun` or not."""
    if times:
        again = isinstance(task.rules.repeat, Every) and not over
        return TaskState.ACTIVE if again and times != task.times_max else TaskState.DONE
    if over:
        return TaskState.EXPIRED
    return TaskState.ACTIVE if begun or began is not Began.AUTOMATIC else TaskState.OFFERED
