"""Members' tasks in a replay: what `state` does with rows, done in memory by the same rules. Pure.

Tasks that begin by themselves or with an activity are played. Nobody claims or assigns any in a replay, and who was in
which segment then is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from programs.days import end_of_day
from programs.decision import CounterKey
from programs.gifts import PointsGift
from programs.player import DidTask, Gave, Given, GivenReward, Played
from programs.tasks import running
from programs.tasks.compiled import CompiledTask, CompiledTasks, CounterName
from programs.tasks.progress import DAY_CHARACTERS, bounds, period
from programs.tasks.rules import OnActivity, PerWindow
from programs.tasks.running import Counts, Within


@dataclass(frozen=True, slots=True)
class _Run:
    """A task, once: how often it was done within its time, and when each time. `triggered` says that an activity began
    it.
    """

    task: CompiledTask
    within: Within
    triggered: bool = False
    times: int = 0
    done_at: tuple[datetime, ...] = ()

    def covers(self, at: datetime) -> bool:
        """Whether an instant lies in its time."""
        _, starts_at, ends_at = self.within
        return (starts_at is None or starts_at <= at) and (ends_at is None or at < ends_at)


@dataclass(slots=True)
class _Place:
    """A member: their runs by the rules `tasks`, and what counts by period."""

    tasks: CompiledTasks
    joined_at: datetime
    runs: dict[tuple[str, str], _Run] = field(default_factory=dict)
    counted: dict[CounterName, dict[str, int]] = field(default_factory=dict)

    def of(self, task: CompiledTask) -> list[_Run]:
        """The runs of a task."""
        return [run for run in self.runs.values() if run.task.rules.id == task.rules.id]


class TaskPlayer:
    """The tasks of one program's members."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}

    def before(self, played: Played) -> Gave:
        """Time alone gives and takes nothing."""
        self._place(played)
        return ()

    def count(self, member_id: str, key: CounterKey, amount: int) -> None:
        """Add to what was counted at an instant."""
        if key.name.startswith("task:"):
            counted = self._places[member_id].counted.setdefault(CounterName(key.name), {})
            counted[key.period] = counted.get(key.period, 0) + amount

    def after(self, played: Played, *, corrected: bool) -> Gave:
        """Move the member's tasks after something was decided, or taken back."""
        place, gave = self._place(played), list[Given | GivenReward | DidTask]()
        for run in list(_begun(place, played.at)):
            place.runs.setdefault((run.task.rules.id, run.within.name), run)
        for key, run in list(place.runs.items()):
            if corrected or run.covers(played.at):
                gave += _look(place, key, run, played.at, corrected=corrected)
        return tuple(gave)

    def tier(self, member_id: str) -> str | None:
        """No tasks make a tier."""
        return None

    def members(self) -> tuple[tuple[str, datetime], ...]:
        """All that something happened to."""
        return tuple((member_id, place.joined_at) for member_id, place in self._places.items())

    def copy(self) -> TaskPlayer:
        """One to go on from here, while this one goes another way."""
        other = TaskPlayer()
        other._places = {
            member_id: replace(
                place, runs=dict(place.runs), counted={name: dict(found) for name, found in place.counted.items()}
            )
            for member_id, place in self._places.items()
        }
        return other

    def _place(self, played: Played) -> _Place:
        """The member's place, by the rules that count then; of tasks that are no longer there nothing more becomes."""
        place = self._places.setdefault(played.member_id, _Place(played.compiled, played.joined_at))
        if place.tasks is not played.compiled:
            place.tasks, tasks = played.compiled, played.compiled.tasks
            place.runs = {
                key: replace(run, task=tasks[key[0]]) for key, run in place.runs.items() if key[0] in tasks
            }  # fmt: skip
        return place


def _begun(place: _Place, at: datetime) -> Iterator[_Run]:
    """What the member has, or what just now began, at an instant."""
    tasks = place.tasks
    for task in tasks.tasks.values():
        own = place.of(task)
        if any(run.covers(at) for run in own) or (task.once and any(run.times for run in own)):
            continue
        triggered = place.counted.get(task.trigger, {}).get(period(tasks, at), 0) if task.trigger is not None else 0
        if isinstance(task.rules.start, OnActivity) and triggered > 0 and not (task.once and own):
            ends_at = running.ends_at(task, at, tasks.zone)
            yield _Run(task, Within(f"on:{period(tasks, at)}", at, ends_at), triggered=True)
        within = running.within(task, tasks.day(at), tasks.day(place.joined_at), tasks.zone)
        if within is not None:
            yield _Run(task, within)


def _look(
    place: _Place, key: tuple[str, str], run: _Run, at: datetime, *, corrected: bool
) -> Iterator[Given | GivenReward | DidTask]:  # fmt: skip
    """See how often a run is done now; what that gives, or takes back."""
    if run.task.once and not run.times and any(other.times for other in place.of(run.task)):
        return
    found = running.outcome(run.task, _counts(place, run)) if _stands(place, run) else running.Outcome(0)
    times = found.times if corrected else max(found.times, run.times)
    within = run.within
    if times > run.times and found.done_on is not None and isinstance(run.task.rules.repeat, PerWindow):
        end = end_of_day(found.done_on, place.tasks.zone)
        following = _Run(run.task, Within(place.tasks.day(end).isoformat(), end, None))
        within = within._replace(ends_at=end)
        if not run.triggered:
            place.runs.setdefault((key[0], following.within.name), following)
    done_at = run.done_at[:times] + (at,) * (times - run.times)
    place.runs[key] = replace(run, times=times, within=within, done_at=done_at)
    yield from (DidTask(key[0], when, 1) for when in done_at[run.times :])
    yield from (DidTask(key[0], when, -1) for when in run.done_at[times:])
    for gift in run.task.rules.rewards if times != run.times else ():
        if isinstance(gift, PointsGift):
            yield Given(gift.unit, gift.points * (times - run.times))
        else:
            yield GivenReward(gift.reward, times - run.times)


def _stands(place: _Place, run: _Run) -> bool:
    """Whether the activity that began it is still there."""
    if not run.triggered or run.task.trigger is None or run.within.starts_at is None:
        return True
    return place.counted.get(run.task.trigger, {}).get(period(place.tasks, run.within.starts_at), 0) > 0


def _counts(place: _Place, run: _Run) -> Counts:
    low, high = bounds(place.tasks, run.within.starts_at, run.within.ends_at, after_start=run.triggered)
    return {
        step.counter: _by_day(place.counted.get(step.counter, {}), low, high) for step in run.task.steps
    }  # fmt: skip


def _by_day(counted: Mapping[str, int], low: str, high: str) -> dict[date, int]:
    days: dict[date, int] = {}
    for of, amount in counted.items():
        if low <= of < high:
            day = date.fromisoformat(of[4:DAY_CHARACTERS])
            days[day] = days.get(day, 0) + amount
    return days
