"""What an activity counts towards tasks: for each behaviour a counter of the instant (decision 0015).

A counter's use is kept with its shares per line, so that a refund takes back exactly what came from the lines that came
back. Its period starts with the local day, so that days can be told apart, and goes on with the instant, so that what
came before a task began is told from what came after.
"""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from programs import metrics
from programs.activity import Activity, ActivityKind
from programs.days import local_day
from programs.decision import CounterKey, CounterOwner, CounterUse, Movement
from programs.kind import Standing
from programs.metrics import Shares
from programs.periods import AFTER
from programs.tasks.compiled import CompiledTasks, CounterName, is_for
from programs.tasks.rules import Behaviour, OrdersFrom

DAY_CHARACTERS = len("day:2026-11-22")


def counters(tasks: CompiledTasks, activity: Activity) -> tuple[CounterKey, ...]:
    """Name the counters that this activity may add to."""
    return tuple([
        _key(tasks, name, activity)
        for name, (behaviour, _) in tasks.behaviours.items()
        if _is_about(behaviour, activity.kind)
    ])  # fmt: skip


def progress(
    tasks: CompiledTasks, activity: Activity, standing: Standing, movements: tuple[Movement, ...]
) -> tuple[CounterUse, ...]:  # fmt: skip
    """Count an activity, given what it led to in the other programs, for the tasks that the member may do."""
    uses = []
    for name, (behaviour, task) in tasks.behaviours.items():
        if _is_about(behaviour, activity.kind) and (task is None or is_for(task, standing)):
            amount, shares = _count(behaviour, activity, movements, tasks)
            if amount:
                once = isinstance(behaviour, metrics.Whole | OrdersFrom)
                uses.append(CounterUse(_key(tasks, name, activity), amount, shares, once))
    return tuple(uses)


def period(tasks: CompiledTasks, at: datetime) -> str:
    """Give the period that counts an instant: `day:2026-11-22/2026-11-22T08:30:00.000000+00:00`; they sort by time."""
    return _period(at, tasks.facts.zone)


@lru_cache(maxsize=4096)  # asked for again at each step of an activity
def _period(at: datetime, zone: tzinfo) -> str:
    return f"day:{local_day(at, zone).isoformat()}/{at.astimezone(UTC).isoformat(timespec='microseconds')}"


def bounds(
    tasks: CompiledTasks, starts_at: datetime | None, ends_at: datetime | None, *, after_start: bool
) -> tuple[str, str]:  # fmt: skip
    """Give the period from which a time lasts, or the first after its start, and the one before which it ends."""
    low = "day:" if starts_at is None else period(tasks, starts_at)
    high = f"day:{AFTER}" if ends_at is None else period(tasks, ends_at)
    return low + AFTER if after_start and starts_at is not None else low, high


def instant_of(period_: str) -> datetime:
    """Give the instant that a period counts."""
    return datetime.fromisoformat(period_[DAY_CHARACTERS + 1 :])


def _is_about(behaviour: Behaviour, kind: str) -> bool:
    if isinstance(behaviour, OrdersFrom):
        return kind == ActivityKind.PURCHASE
    return metrics.is_about(behaviour, kind)


def _count(
    behaviour: Behaviour, activity: Activity, movements: tuple[Movement, ...], tasks: CompiledTasks
) -> tuple[int, Shares]:
    if isinstance(behaviour, OrdersFrom):
        large = activity.currency == behaviour.currency and metrics.spent(activity, tasks.base)[0] >= behaviour.minimum
        return int(large), {}
    return metrics.count(behaviour, activity, movements, tasks.base)


def _key(tasks: CompiledTasks, name: CounterName, activity: Activity) -> CounterKey:
    return CounterKey(tasks.facts.program_id, CounterOwner.MEMBER, name, period(tasks, activity.occurred_at))
