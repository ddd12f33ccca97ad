"""Rules of a task program made ready: each step by the name of its counters, each task by its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType
from zoneinfo import ZoneInfo

from programs.days import local_day
from programs.kind import Standing, VersionFacts
from programs.metrics import Base, Times, name_of
from programs.tasks.rules import (
    Behaviour,
    Every,
    OnActivity,
    Once,
    OrdersFrom,
    RollingDays,
    Step,
    Streak,
    StreakPeriod,
    Task,
    TasksRules,
)

CounterName = NewType("CounterName", str)
"""The name of a behaviour's counters, `task:orders`; tasks for some members have their own, `task:orders@quest`."""


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """A step with the name of its counters."""

    rules: Step
    counter: CounterName


@dataclass(frozen=True, slots=True)
class CompiledTask:
    """A task; `trigger` names the counters of the activities that begin it, if such do.

    `once` says that a member does it only once; `rolling` of how many days its window is, if that rolls on; `times_max`
    how often it can be done within a window; None: without end. `days_around` is how many days before and after a day
    what happened on it may matter with; 0: days need not be told apart; None: all of them may matter.
    """

    rules: Task
    steps: tuple[CompiledStep, ...]
    trigger: CounterName | None
    once: bool
    rolling: int | None
    times_max: int | None
    days_around: int | None

    def is_for(self, standing: Standing) -> bool:
        """Tell whether members of this standing do it."""
        return is_for(self.rules, standing)


@dataclass(frozen=True, slots=True)
class CompiledTasks:
    """One version of a task program, ready to decide; made by `compile_rules`.

    `behaviours` are all that is counted, each with the task whose members only it is counted for, if there is one.
    """

    facts: VersionFacts
    rules: TasksRules
    tasks: Mapping[str, CompiledTask]
    behaviours: Mapping[CounterName, tuple[Behaviour, Task | None]]
    badges: Mapping[str, str]
    base: Base

    @property
    def zone(self) -> ZoneInfo:
        """The zone that days go by."""
        assert isinstance(self.facts.zone, ZoneInfo)
        return self.facts.zone

    def day(self, at: datetime) -> date:
        """Give the local day of an instant."""
        return local_day(at, self.facts.zone)


def compile_rules(rules: TasksRules, facts: VersionFacts) -> CompiledTasks:
    """Prepare valid rules for deciding."""
    tasks = {task.id: _compiled(task) for task in rules.tasks}
    behaviours: dict[CounterName, tuple[Behaviour, Task | None]] = {}
    for task in tasks.values():
        whose = task.rules if _restricted(task.rules) else None
        for step in task.steps:
            behaviours[step.counter] = (step.rules.behaviour, whose)
        if task.trigger is not None and isinstance(task.rules.start, OnActivity):
            behaviours[task.trigger] = (Times(task.rules.start.kind), whose)
    badges = {badge.id: badge.name for badge in rules.badges}
    return CompiledTasks(facts, rules, tasks, behaviours, badges, Base.of(rules.base))


def is_for(task: Task, standing: Standing) -> bool:
    """Tell whether members of this standing do a task."""
    if task.tiers and set(standing.tiers.values()).isdisjoint(task.tiers):
        return False
    return not task.segments or not standing.segments.isdisjoint(task.segments)


def _compiled(task: Task) -> CompiledTask:
    start = task.start
    return CompiledTask(
        task,
        tuple(CompiledStep(step, _counter(step.behaviour, task)) for step in task.steps),
        _counter(Times(start.kind), task) if isinstance(start, OnActivity) else None,
        once=isinstance(task.repeat, Once),
        rolling=task.window.days if isinstance(task.window, RollingDays) else None,
        times_max=task.repeat.times_max if isinstance(task.repeat, Every) else 1,
        days_around=_days_around(task),
    )


def _days_around(task: Task) -> int | None:
    spans = [_span(step.streak) for step in task.steps if step.streak is not None]
    if spans and isinstance(task.repeat, Every):
        return None
    return max([*spans, task.window.days if isinstance(task.window, RollingDays) else 0])


def _span(streak: Streak) -> int:
    return 7 * (streak.length + 1) if streak.period is StreakPeriod.WEEK else streak.length


def name_of_behaviour(behaviour: Behaviour) -> str:
    """Give the name that a behaviour is counted under: `spend:USD`, `orders_from:5000:USD`."""
    if isinstance(behaviour, OrdersFrom):
        return f"{behaviour.TYPE}:{behaviour.minimum}:{behaviour.currency}"
    return name_of(behaviour)


def _counter(behaviour: Behaviour, task: Task) -> CounterName:
    name = name_of_behaviour(behaviour)
    return CounterName(f"task:{name}@{task.id}" if _restricted(task) else f"task:{name}")


def _restricted(task: Task) -> bool:
    return bool(task.tiers or task.segments)
