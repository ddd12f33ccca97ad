"""What is counted of members who have a plan: orders by the day, and what was paid by the year, net of what came back.

A use keeps its shares per line, so that a refund takes back exactly its part (decision 0014): an order that came back
whole is no use of the plan, and brings no dividend.
"""

from programs.activity import Activity, ActivityKind
from programs.decision import CounterKey, CounterOwner, CounterUse
from programs.lines import counted
from programs.paid.compiled import CompiledPaid

ORDERS = "paid:orders"
SPENT = "paid:spent"


def counters(paid: CompiledPaid, activity: Activity) -> tuple[CounterKey, ...]:
    """Name the counters that this activity may add to."""
    if activity.kind != ActivityKind.PURCHASE:
        return ()
    orders = _orders(paid, activity)
    return (orders, _spent(paid, activity)) if _pays_dividend(paid, activity) else (orders,)


def count(paid: CompiledPaid, activity: Activity) -> tuple[CounterUse, ...]:
    """Count a purchase of a member who has a plan."""
    if activity.kind != ActivityKind.PURCHASE:
        return ()
    uses = [CounterUse(_orders(paid, activity), 1)]
    if _pays_dividend(paid, activity):
        order = counted(activity.lines, activity.tenders, paid.rules.base, paid.line_kinds, paid.tenders_left_out)
        amounts = {each.line.id: each.amount * order.numerator // order.denominator for each in order.lines}
        shares = {line: amount for line, amount in amounts.items() if amount}
        if total := sum(shares.values()):
            uses.append(CounterUse(_spent(paid, activity), total, shares))
    return tuple(uses)


def _pays_dividend(paid: CompiledPaid, activity: Activity) -> bool:
    return paid.rules.dividend is not None and paid.rules.dividend.currency == activity.currency


def _orders(paid: CompiledPaid, activity: Activity) -> CounterKey:
    day = paid.day(activity.occurred_at).isoformat()
    return CounterKey(paid.facts.program_id, CounterOwner.MEMBER, ORDERS, f"day:{day}")


def _spent(paid: CompiledPaid, activity: Activity) -> CounterKey:
    year = paid.day(activity.occurred_at).year
    return CounterKey(paid.facts.program_id, CounterOwner.MEMBER, SPENT, f"year:{year}")
