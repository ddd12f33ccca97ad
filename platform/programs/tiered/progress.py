"""What an activity counts towards tiers: for each metric a counter of the member's local day (DESIGN §5, progress).

A counter's use is kept with its shares per line, like a cap's, so that a refund takes back exactly what came from the
lines that came back; and a tier can be counted again from the days, whatever its window (promise 9).
"""

from programs.activity import Activity, ActivityKind
from programs.decision import CounterKey, CounterOwner, CounterUse, Movement
from programs.lines import counted
from programs.tiered.compiled import CompiledTiers, MetricKey
from programs.tiered.rules import Balance, Earned, Metric, Orders, Pieces, Spend, Times

Shares = dict[str, int]


def counters(tiers: CompiledTiers, activity: Activity) -> tuple[CounterKey, ...]:
    """Name the counters that this activity may add to."""
    return tuple(
        _key(tiers, key, activity) for key, metric in tiers.metrics.items() if _is_about(metric, activity.kind)
    )


def progress(
    tiers: CompiledTiers, activity: Activity, movements: tuple[Movement, ...]
) -> tuple[CounterUse, ...]:  # fmt: skip
    """Count an activity, given what it led to in the other programs."""
    uses = []
    for key, metric in tiers.metrics.items():
        if _is_about(metric, activity.kind):
            amount, shares = _counted(tiers, metric, activity, movements)
            if amount:
                uses.append(CounterUse(_key(tiers, key, activity), amount, shares))
    return tuple(uses)


def _is_about(metric: Metric, kind: str) -> bool:
    match metric:
        case Balance():
            return False
        case Earned():
            return True
        case Times(of):
            return kind == of
        case Spend() | Orders() | Pieces():
            return kind == ActivityKind.PURCHASE


def _counted(
    tiers: CompiledTiers, metric: Metric, activity: Activity, movements: tuple[Movement, ...]
) -> tuple[int, Shares]:  # fmt: skip
    match metric:
        case Spend(currency):
            return _spent(tiers, activity) if currency == activity.currency else (0, {})
        case Pieces(tags):
            return _sum({line.id: line.quantity for line in activity.lines if not set(tags).isdisjoint(line.tags)})
        case Earned(unit):
            return _earned([movement for movement in movements if movement.unit == unit])
        case Orders() | Times():
            return 1, {}
        case Balance():
            return 0, {}


def _spent(tiers: CompiledTiers, activity: Activity) -> tuple[int, Shares]:
    base = tiers.rules.base
    order = counted(activity.lines, activity.tenders, base, tiers.line_kinds, tiers.tenders_left_out)
    return _sum({line.line.id: line.amount * order.numerator // order.denominator for line in order.lines})


def _earned(movements: list[Movement]) -> tuple[int, Shares]:
    shares: Shares = {}
    for movement in movements:
        for line, points in movement.shares.items():
            shares[line] = shares.get(line, 0) + points
    return sum(movement.amount for movement in movements), shares


def _sum(shares: Shares) -> tuple[int, Shares]:
    counts = {line: amount for line, amount in shares.items() if amount}
    return sum(counts.values()), counts


def _key(tiers: CompiledTiers, metric: MetricKey, activity: Activity) -> CounterKey:
    day = tiers.day(activity.occurred_at)
    return CounterKey(tiers.facts.program_id, CounterOwner.MEMBER, metric, f"day:{day.isoformat()}")
