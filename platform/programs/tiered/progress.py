"""What an activity counts towards tiers: for each metric a counter of the member's local day (DESIGN §5, progress).

A counter's use is kept with its shares per line, like a cap's, so that a refund takes back exactly what came from the
lines that came back; and a tier can be counted again from the days, whatever its window (promise 9).
"""

from datetime import date
from functools import lru_cache

from programs import metrics
from programs.activity import Activity
from programs.decision import CounterKey, CounterOwner, CounterUse, Movement, ProgramId
from programs.tiered.compiled import CompiledTiers, MetricKey


def counters(tiers: CompiledTiers, activity: Activity) -> tuple[CounterKey, ...]:
    """Name the counters that this activity may add to."""
    return tuple([
        _key(tiers, key, activity) for key, metric in tiers.counted if metrics.is_about(metric, activity.kind)
    ])  # fmt: skip


def progress(
    tiers: CompiledTiers, activity: Activity, movements: tuple[Movement, ...]
) -> tuple[CounterUse, ...]:  # fmt: skip
    """Count an activity, given what it led to in the other programs."""
    uses = []
    for key, metric in tiers.counted:
        if metrics.is_about(metric, activity.kind):
            amount, shares = metrics.count(metric, activity, movements, tiers.base)
            if amount:
                once = isinstance(metric, metrics.Whole)
                uses.append(CounterUse(_key(tiers, key, activity), amount, shares, once))
    return tuple(uses)


def _key(tiers: CompiledTiers, metric: MetricKey, activity: Activity) -> CounterKey:
    return _key_of(tiers.facts.program_id, metric, tiers.day(activity.occurred_at))


@lru_cache(maxsize=4096)  # asked for again by each activity of the day
def _key_of(program: ProgramId, metric: MetricKey, day: date) -> CounterKey:
    return CounterKey(program, CounterOwner.MEMBER, metric, f"day:{day.isoformat()}")
