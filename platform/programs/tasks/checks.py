"""What parsed rules of a task program must still fulfil: among themselves, and against the tenant."""

from collections.abc import Iterator, Mapping

from programs import gifts
from programs.activity import CORRECTIONS, is_activity_kind
from programs.findings import Finding, RulesContext
from programs.gifts import PointsGift, RewardGift
from programs.metrics import Earned, Spend, Times
from programs.tasks.rules import (
    Behaviour,
    Calendar,
    CalendarPeriod,
    Every,
    FromOffer,
    Lifetime,
    OnActivity,
    OnSegment,
    OrdersFrom,
    PerWindow,
    RollingDays,
    Step,
    StreakPeriod,
    Task,
    TasksRules,
)

_SHORTEST = {CalendarPeriod.DAY: 1, CalendarPeriod.WEEK: 7, CalendarPeriod.MONTH: 28, CalendarPeriod.YEAR: 365}
"""The days that each has at least."""
REWARD_TIMES_MAX = 100
"""How often one window of a task may give a reward of the catalogue: each is a code of its own."""


def find(rules: TasksRules, context: RulesContext) -> tuple[Finding, ...]:
    """Give every finding on these rules; none means they may be published."""
    return tuple(_findings(rules, context))


def _findings(rules: TasksRules, context: RulesContext) -> Iterator[Finding]:
    if rules.unit not in context.units:
        yield Finding("unit", "unknown_value", "there is no such unit", rules.unit)
    yield from _unique("tasks", [(task.id, task.name) for task in rules.tasks])
    yield from _unique("badges", [(badge.id, badge.name) for badge in rules.badges])
    badges = {badge.id for badge in rules.badges}
    for place, task in enumerate(rules.tasks):
        yield from _task(f"tasks[{place}]", task, badges, context)
    yield from _loops(rules)


def _unique(path: str, named: list[tuple[str, str]]) -> Iterator[Finding]:
    seen: dict[str, set[str]] = {"id": set(), "name": set()}
    for place, pair in enumerate(named):
        for field, value in zip(("id", "name"), pair, strict=True):
            if value in seen[field]:
                yield Finding(f"{path}[{place}].{field}", "duplicate", f"another one has this {field}", value)
            seen[field].add(value)


def _task(path: str, task: Task, badges: set[str], context: RulesContext) -> Iterator[Finding]:
    for index, step in enumerate(task.steps):
        yield from _behaviour(f"{path}.steps[{index}].behaviour", step.behaviour, context)
        yield from _streak(f"{path}.steps[{index}]", step, task)
    yield from _start(f"{path}.start", task, context)
    yield from _repeat(f"{path}.repeat", task)
    yield from gifts.findings(task.rewards, f"{path}.rewards", context)
    if task.badge is not None and task.badge not in badges:
        yield Finding(f"{path}.badge", "unknown_value", "there is no such badge", task.badge)
    for name, given, known in (("tiers", task.tiers, context.tiers), ("segments", task.segments, context.segments)):
        for index, value in enumerate(given):
            if known is not None and value not in known:
                yield Finding(f"{path}.{name}[{index}]", "unknown_value", f"there is no such {name[:-1]}", value)


def _behaviour(path: str, behaviour: Behaviour, context: RulesContext) -> Iterator[Finding]:
    match behaviour:
        case Spend(currency) | OrdersFrom(currency=currency) if currency not in context.currencies:
            yield Finding(f"{path}.currency", "unknown_value", "there is no such currency", currency)
        case Earned(unit) if unit not in context.units:
            yield Finding(f"{path}.unit", "unknown_value", "there is no such unit", unit)
        case Times(kind):
            yield from _kind(f"{path}.kind", kind)
        case _:
            pass


def _kind(path: str, kind: str) -> Iterator[Finding]:
    if not is_activity_kind(kind) or kind in CORRECTIONS:
        yield Finding(path, "unknown_value", "there is no such kind of activity", kind)


def _streak(path: str, step: Step, task: Task) -> Iterator[Finding]:
    if step.streak is None:
        return
    days = step.streak.length * (7 if step.streak.period is StreakPeriod.WEEK else 1)
    match task.window:
        case Calendar(period):
            has: int | None = _SHORTEST[period]
        case FromOffer(length):
            has = length
        case RollingDays():
            message = "a streak has days of its own: give the task another window"
            yield Finding(f"{path}.streak", "contradiction", message)
            return
        case Lifetime():
            has = None
    if has is not None and has < days:
        message = f"needs {days} days, and the window has {has}"
        yield Finding(f"{path}.streak.length", "contradiction", message, str(step.streak.length), str(has))


def _start(path: str, task: Task, context: RulesContext) -> Iterator[Finding]:
    match task.start:
        case OnActivity(kind):
            yield from _kind(f"{path}.kind", kind)
        case OnSegment(segment) if context.segments is not None and segment not in context.segments:
            yield Finding(f"{path}.segment", "unknown_value", "there is no such segment", segment)
        case _:
            pass


def _repeat(path: str, task: Task) -> Iterator[Finding]:
    match task.repeat:
        case PerWindow() if isinstance(task.window, Lifetime):
            yield Finding(path, "contradiction", "a lifetime has one window: say once, or every")
        case Every(times_max):
            if len(task.steps) > 1:
                yield Finding(path, "contradiction", "only one step can be done again and again")
            if isinstance(task.window, RollingDays):
                yield Finding(path, "contradiction", "the rest cannot be carried on in a window that rolls on")
            if task.steps[0].streak is not None and isinstance(task.window, Lifetime):
                yield Finding(path, "contradiction", "streaks are done again within a calendar's piece or some days")
            rewards = any(isinstance(gift, RewardGift) for gift in task.rewards)
            if rewards and (times_max is None or times_max > REWARD_TIMES_MAX):
                value = None if times_max is None else str(times_max)
                message = "rewards of the catalogue need a bound"
                yield Finding(f"{path}.times_max", "out_of_range", message, value, f"1 … {REWARD_TIMES_MAX}")
        case _:
            pass


def _loops(rules: TasksRules) -> Iterator[Finding]:
    """Points that are given for points of the same unit, at once or by way of other tasks."""
    leads: dict[str, set[str]] = {}
    for task in rules.tasks:
        given = set(gifts.units_of(task.rewards))
        for unit in _earned(task):
            leads.setdefault(unit, set()).update(given)
    for place, task in enumerate(rules.tasks):
        for index, gift in enumerate(task.rewards):
            if isinstance(gift, PointsGift) and any(_reaches(leads, gift.unit, unit) for unit in _earned(task)):
                message = "feeds what the task counts: a loop of grants"
                yield Finding(f"tasks[{place}].rewards[{index}].unit", "loop", message, gift.unit)


def _earned(task: Task) -> set[str]:
    return {step.behaviour.unit for step in task.steps if isinstance(step.behaviour, Earned)}


def _reaches(leads: Mapping[str, set[str]], unit: str, target: str) -> bool:
    seen, next_ = set[str](), {unit}
    while next_:
        if target in next_:
            return True
        seen |= next_
        next_ = {found for each in next_ for found in leads.get(each, ())} - seen
    return False
