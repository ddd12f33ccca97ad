"""What parsed points rules must still fulfil: among themselves, and against the tenant's units and currencies."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from programs import cel, factor
from programs.activity import CORRECTIONS, is_activity_kind
from programs.clawback import Clawback
from programs.documents import shown
from programs.findings import Finding, RulesContext
from programs.gifts import PointsGift
from programs.gifts import finding as gift_finding
from programs.points.rules import (
    POINTS_MAX,
    Cap,
    CapCounts,
    Conditions,
    Conversion,
    EarningRule,
    EndOfMonth,
    Expiry,
    FixedDate,
    MonthsAfterEarning,
    Multiplier,
    NeverExpires,
    PendingDays,
    PerAmount,
    PerItem,
    PerVisit,
    PointsPayment,
    PointsRules,
    QuantityBreaks,
    RewardEarn,
)

AMOUNT_PROBED = 10**9
"""An order this large (in minor units) must not overflow a balance by any one rule."""

SHORTEST_MONTH = 28
_DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def find(rules: PointsRules, context: RulesContext) -> tuple[Finding, ...]:
    """Give every finding on these rules; none means they may be published."""
    return tuple(_findings(rules, context))


def blank_rule(index: int) -> dict[str, object]:
    """Give a rule document on which there is no finding, to stand in the place of one that does not parse."""
    return {"id": f"unreadable-{index}", "name": "unreadable", "earn": {"type": "fixed", "points": 1}}


def _findings(rules: PointsRules, context: RulesContext) -> Iterator[Finding]:
    if rules.unit not in context.units:
        yield _unknown("unit", rules.unit, "unit")
    yield from _unique("rules", [rule.id for rule in rules.rules], ".id")
    for index, rule in enumerate(rules.rules):
        yield from _rule(f"rules[{index}]", rule, context)
    yield from _caps("caps", rules.caps)
    yield from _expiry(rules.expiry, context)
    yield from _waiting(rules)
    if rules.clawback is Clawback.NEGATIVE and rules.unit in context.shared:
        message = "a coalition shares these points: none that nobody has paid for may be owed"
        yield Finding("clawback", "contradiction", message, rules.clawback.value, Clawback.CLAMP.value)
    if rules.payment is not None:
        yield from _payment(rules.payment, context)
    if rules.transfers is not None and rules.transfers.maximum_per_day < rules.transfers.minimum:
        low, high = str(rules.transfers.minimum), str(rules.transfers.maximum_per_day)
        yield Finding("transfers.maximum_per_day", "contradiction", "lies below minimum", high, low)
    if rules.conversion is not None:
        yield from _conversion(rules, rules.conversion, context)


def _conversion(rules: PointsRules, conversion: Conversion, context: RulesContext) -> Iterator[Finding]:
    yield from gift_finding(conversion.gift, "conversion.gift", context)
    if isinstance(conversion.gift, PointsGift) and conversion.gift.unit == rules.unit:
        message = "points would turn into points of the same unit"
        yield Finding("conversion.gift.unit", "contradiction", message, conversion.gift.unit)
    elif isinstance(conversion.gift, PointsGift) and _leads_back(conversion.gift.unit, rules.unit, context):
        message = f"other programs turn these points into {rules.unit} again: a loop of grants"
        yield Finding("conversion.gift.unit", "loop", message, conversion.gift.unit)
    if rules.pending is not None:
        yield Finding("conversion", "contradiction", "points that have to wait first cannot turn by themselves")


def _leads_back(unit: str, target: str, context: RulesContext) -> bool:
    """Whether points of a unit come to be those of the target, at once or by way of others."""
    seen, next_ = set[str](), {unit}
    while next_ and target not in next_:
        seen |= next_
        next_ = {into for each in next_ for into in context.turns.get(each, ())} - seen
    return bool(next_)


def _rule(path: str, rule: EarningRule, context: RulesContext) -> Iterator[Finding]:
    for index, kind in enumerate(rule.on):
        if not is_activity_kind(kind):
            yield _unknown(f"{path}.on[{index}]", kind, "kind of activity")
        elif kind in CORRECTIONS:
            message = "corrects an order, so it is reversed by reference and earns nothing"
            yield Finding(f"{path}.on[{index}]", "contradiction", message, kind)
    yield from _unique(f"{path}.on", rule.on)
    yield from _earn(f"{path}.earn", rule, context)
    yield from _conditions(f"{path}.conditions", rule, context)
    yield from _caps(f"{path}.caps", rule.caps)


def _earn(path: str, rule: EarningRule, context: RulesContext) -> Iterator[Finding]:
    match rule.earn:
        case PerAmount(points, per, currency):
            yield from _currency(f"{path}.currency", currency, context)
            if points * AMOUNT_PROBED // per > POINTS_MAX:
                message = "so many points for so little would overflow a balance"
                yield Finding(f"{path}.points", "overflow", message, str(points), str(POINTS_MAX))
        case PerItem(points) if points > POINTS_MAX // 1_000_000:
            message = "so many points an item would overflow a balance"
            yield Finding(f"{path}.points", "overflow", message, str(points), str(POINTS_MAX // 1_000_000))
        case PerVisit() if not {"visit", "check_in"} >= set(rule.on):
            yield Finding(f"{path}.type", "contradiction", "earns on visit and check_in only: say so in `on`")
        case QuantityBreaks(breaks):
            yield from _unique(f"{path}.breaks", [str(step.quantity) for step in breaks], ".quantity")
        case Multiplier() as multiplier:
            yield from _multiplier(path, multiplier)
        case RewardEarn(reward):
            if context.rewards is not None and reward not in context.rewards:
                yield _unknown(f"{path}.reward", reward, "reward")
            if any(cap.counts is CapCounts.POINTS for cap in rule.caps):
                yield Finding(f"{path}.type", "contradiction", "gives no points: cap how many times instead")
        case _:
            return


def _multiplier(path: str, multiplier: Multiplier) -> Iterator[Finding]:
    yield from factor.find(f"{path}.factor", multiplier.factor, allow_below_one=multiplier.allow_below_one)


def _conditions(path: str, rule: EarningRule, context: RulesContext) -> Iterator[Finding]:
    conditions = rule.conditions
    yield from _amounts(path, rule)
    if conditions.currency is not None:
        yield from _currency(f"{path}.currency", conditions.currency, context)
    yield from _unique(f"{path}.weekdays", [str(day) for day in conditions.weekdays])
    yield from _hours(path, conditions)
    first, last = conditions.starts_on, conditions.ends_on
    if first is not None and last is not None and last < first:
        yield Finding(f"{path}.ends_on", "contradiction", "lies before starts_on", last.isoformat(), first.isoformat())
    yield from _known(f"{path}.segments", conditions.segments, context.segments, "segment")
    if conditions.tier_program is None:
        yield from _known(f"{path}.tiers", conditions.tiers, context.tiers, "tier")
    problem = None if conditions.when is None else cel.problem(conditions.when)
    if problem is not None:
        where = "" if problem.column is None else f"column {problem.column}: "
        yield Finding(f"{path}.when", "expression", where + problem.message, shown(conditions.when or ""))


def _amounts(path: str, rule: EarningRule) -> Iterator[Finding]:
    low, high, currency = rule.conditions.minimum_amount, rule.conditions.maximum_amount, rule.conditions.currency
    if (low is not None or high is not None) and currency is None:
        yield Finding(f"{path}.currency", "missing", "an amount needs its currency")
    if low is not None and high is not None and high < low:
        yield Finding(f"{path}.maximum_amount", "contradiction", "lies below minimum_amount", str(high), str(low))
    if isinstance(rule.earn, PerAmount) and currency is not None and currency != rule.earn.currency:
        yield Finding(
            f"{path}.currency", "contradiction", "differs from what is earned on", currency, rule.earn.currency
        )


def _hours(path: str, conditions: Conditions) -> Iterator[Finding]:
    windows = [(*hours.minutes(), index) for index, hours in enumerate(conditions.hours)]
    for start, end, index in windows:
        if end <= start:
            message = "must end after it starts; a window over midnight is two windows"
            yield Finding(f"{path}.hours[{index}]", "contradiction", message)
    in_order = sorted(windows)
    for (_, end, _), (start, _, index) in pairwise(in_order):
        if start < end:
            yield Finding(f"{path}.hours[{index}]", "overlap", "overlaps another window")


def _caps(path: str, caps: tuple[Cap, ...]) -> Iterator[Finding]:
    seen: set[tuple[str, str, str]] = set()
    for index, cap in enumerate(caps):
        kind = (cap.counts, cap.period, cap.per)
        if kind in seen:
            yield Finding(f"{path}[{index}]", "duplicate", "there is already a cap of this kind and period")
        seen.add(kind)


def _expiry(expiry: Expiry, context: RulesContext) -> Iterator[Finding]:
    never = [index for index, policy in enumerate(expiry.policies) if isinstance(policy, NeverExpires)]
    if never and len(expiry.policies) > 1:
        message = "never stands alone: the earliest policy wins"
        yield Finding(f"expiry.policies[{never[0]}]", "contradiction", message)
    for index, policy in enumerate(expiry.policies):
        if isinstance(policy, FixedDate) and policy.day > _DAYS_OF_MONTH[policy.month - 1]:
            longest = str(_DAYS_OF_MONTH[policy.month - 1])
            yield Finding(f"expiry.policies[{index}].day", "out_of_range", "no such day", str(policy.day), longest)
    yield from _unique("expiry.warn_days", [str(days) for days in expiry.warn_days])
    if expiry.tier_program is None:
        yield from _known("expiry.exempt_tiers", expiry.exempt_tiers, context.tiers, "tier")


def _waiting(rules: PointsRules) -> Iterator[Finding]:
    if not isinstance(rules.pending, PendingDays):
        return
    for index, policy in enumerate(rules.expiry.policies):
        by_months = policy if isinstance(policy, MonthsAfterEarning | EndOfMonth) else None
        if by_months is not None and by_months.months * SHORTEST_MONTH <= rules.pending.days:
            message = "points could expire before they become available"
            yield Finding(
                f"expiry.policies[{index}].months",
                "contradiction",
                message,
                str(by_months.months),
                str(rules.pending.days),
            )


def _payment(payment: PointsPayment, context: RulesContext) -> Iterator[Finding]:
    yield from _currency("payment.currency", payment.currency, context)
    if payment.maximum is not None and payment.maximum < payment.minimum:
        message = "lies below minimum"
        yield Finding("payment.maximum", "contradiction", message, str(payment.maximum), str(payment.minimum))
    if payment.worth * payment.multiple % payment.points:
        message = "such a multiple of points would pay a part of a minor unit"
        yield Finding("payment.multiple", "contradiction", message, str(payment.multiple), str(payment.points))


def _currency(path: str, currency: str, context: RulesContext) -> Iterator[Finding]:
    if currency not in context.currencies:
        yield _unknown(path, currency, "currency")


def _known(path: str, names: Sequence[str], known: frozenset[str] | None, noun: str) -> Iterator[Finding]:
    if known is not None:
        yield from (_unknown(f"{path}[{index}]", name, noun) for index, name in enumerate(names) if name not in known)


def _unique(path: str, names: Sequence[str], suffix: str = "") -> Iterator[Finding]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Finding(f"{path}[{index}]{suffix}", "duplicate", "is there already", shown(name))


def _unknown(path: str, value: str, noun: str) -> Finding:
    return Finding(path, "unknown_value", f"there is no such {noun}", shown(value))
