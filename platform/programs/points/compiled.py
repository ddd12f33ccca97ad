"""Points rules made ready for deciding: grouped by kind of activity, selectors as frozen sets, rates as integers.

All amounts while deciding are integers in parts of a point: `scale` parts make one (times the order's own denominator,
see `programs.lines.Counted`). `scale` is the least common multiple of the rules' `per`, times `grain`, the product of
the multipliers' denominators; so each multiplication in turn divides without a rest as long as cells start as multiples
of the grain.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import Enum
from functools import lru_cache, partial
from math import gcd, lcm, prod

from programs.activity import Activity, Line, LineKind, TenderKind
from programs.decision import CounterKey, ExplanationValue, GivenOnce, RuleId
from programs.kind import Standing, VersionFacts
from programs.lines import CountedLine
from programs.periods import period_keys
from programs.points.conditions import Check, checks
from programs.points.counters import Limit, program_limits, rule_limits
from programs.points.expiry import expires_at, lapses_at
from programs.points.rules import (
    CapCounts,
    Earn,
    EarningRule,
    Expiry,
    Fixed,
    Items,
    Multiplier,
    PerAmount,
    PerItem,
    PerOrder,
    PerVisit,
    PointsRules,
    QuantityBreaks,
    RewardEarn,
    Selector,
)
from programs.shares import split

Selects = Callable[[Line], bool]
Inputs = tuple[tuple[str, ExplanationValue], ...]
Gives = Callable[[list[CountedLine], int, int], list[int]]
"""Parts of a point for each selected line, from the lines and the order's paid fraction (numerator, denominator)."""


class Role(Enum):
    """In which phase a rule acts."""

    BASE = "base"
    MULTIPLIER = "multiplier"
    BONUS = "bonus"
    REWARD = "reward"


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """An earning rule ready for one kind of activity.

    `gives` is None for a multiplier, which has `times` and `over` (its factor in lowest terms) instead. `whole` is what
    an activity without lines gets, in parts of a point; None if the rule needs lines. `selects` is None for all lines.
    `reward` is the slug of what a rule of that role gives; `tenders` the payments by whose part of the order it gives.
    `once` names a rule that gives for an order as a whole, and so nothing more for what amendments add.
    """

    id: RuleId
    name: str
    role: Role
    inputs: Inputs
    checks: tuple[Check, ...]
    selects: Selects | None
    minimum: int | None
    maximum: int | None
    currency: str | None
    points_limits: tuple[Limit, ...]
    times_limits: tuple[Limit, ...]
    gives: Gives | None
    whole: int | None
    times: int = 1
    over: int = 1
    reward: str = ""
    tenders: frozenset[TenderKind] | None = None
    once: GivenOnce | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The rules for one kind of activity, in order, by phase, and every limit they and the program have."""

    base: tuple[CompiledRule, ...]
    multipliers: tuple[CompiledRule, ...]
    bonuses: tuple[CompiledRule, ...]
    rewards: tuple[CompiledRule, ...]
    scale: int
    grain: int
    limits: tuple[Limit, ...]
    by_tender: bool


@dataclass(frozen=True, slots=True)
class Ends:
    """When points earned on a local day expire and lapse, and that as inputs of an explanation."""

    expires_at: datetime | None = None
    lapses_at: datetime | None = None
    inputs: Inputs = ()


NO_ENDS = Ends()


@dataclass(frozen=True, slots=True)
class CompiledPoints:
    """One version of a points program, ready to decide; made by `compile_rules`."""

    facts: VersionFacts
    rules: PointsRules
    groups: dict[str, Group]
    line_kinds: frozenset[LineKind]
    tenders_left_out: frozenset[TenderKind]
    exempt_tiers: frozenset[str]
    points_limits: tuple[Limit, ...]
    times_limits: tuple[Limit, ...]
    ends: Callable[[date], Ends]

    def counters(self, activity: Activity) -> tuple[CounterKey, ...]:
        """Name the counters of all caps that could matter for this activity."""
        group = self.groups.get(activity.kind)
        if group is None or not group.limits:
            return ()
        periods = period_keys(self.local(activity).date())
        return tuple(limit.key(self.facts.program_id, periods) for limit in group.limits)

    def local(self, activity: Activity) -> datetime:
        """Give when it happened, in the tenant's zone."""
        return activity.occurred_at.astimezone(self.facts.zone)

    def exempt(self, standing: Standing) -> bool:
        """Tell whether this member's tier keeps points from expiring."""
        if not self.exempt_tiers:
            return False
        return not self.exempt_tiers.isdisjoint(self.facts.tiers(standing, self.rules.expiry.tier_program))


def compile_rules(rules: PointsRules, facts: VersionFacts) -> CompiledPoints:
    """Prepare valid rules for deciding."""
    limits = program_limits(rules.caps)
    kinds = dict.fromkeys(kind for rule in rules.rules for kind in rule.on)
    return CompiledPoints(
        facts=facts,
        rules=rules,
        groups={kind: _group([rule for rule in rules.rules if kind in rule.on], limits, facts) for kind in kinds},
        line_kinds=rules.base.line_kinds(),
        tenders_left_out=rules.base.tenders_left_out(),
        exempt_tiers=frozenset(rules.expiry.exempt_tiers),
        points_limits=_counting(limits, CapCounts.POINTS),
        times_limits=_counting(limits, CapCounts.TIMES),
        ends=lru_cache(maxsize=1024)(partial(_ends, rules.expiry, facts.zone)),
    )


def _ends(expiry: Expiry, zone: tzinfo, earned_on: date) -> Ends:
    expires, lapses = expires_at(expiry, earned_on, zone), lapses_at(expiry, earned_on, zone)
    told = (("expires_at", expires), ("lapses_at", lapses))
    return Ends(expires, lapses, tuple((name, at.astimezone(zone).isoformat()) for name, at in told if at is not None))


def _group(rules: list[EarningRule], program: tuple[Limit, ...], facts: VersionFacts) -> Group:
    grain = prod(_factor(rule.earn)[1] for rule in rules if isinstance(rule.earn, Multiplier))
    scale = lcm(*(rule.earn.per for rule in rules if isinstance(rule.earn, PerAmount))) * grain
    compiled = [_compile_rule(rule, scale, grain, facts) for rule in rules]
    own = tuple(limit for rule in compiled for limit in (*rule.points_limits, *rule.times_limits))
    return Group(
        base=tuple(rule for rule in compiled if rule.role is Role.BASE),
        multipliers=tuple(rule for rule in compiled if rule.role is Role.MULTIPLIER),
        bonuses=tuple(rule for rule in compiled if rule.role is Role.BONUS),
        rewards=tuple(rule for rule in compiled if rule.role is Role.REWARD),
        scale=scale,
        grain=grain,
        limits=(*program, *own),
        by_tender=any(rule.tenders is not None for rule in compiled),
    )


def _compile_rule(rule: EarningRule, scale: int, grain: int, facts: VersionFacts) -> CompiledRule:
    earn, conditions = rule.earn, rule.conditions
    limits = rule_limits(rule.id, rule.caps, conditions.first_time_only)
    times, over = _factor(earn)
    return CompiledRule(
        id=RuleId(rule.id),
        name=rule.name,
        role=_role(earn),
        inputs=_inputs(earn),
        checks=checks(conditions, facts),
        selects=_selects(rule.items),
        minimum=conditions.minimum_amount,
        maximum=conditions.maximum_amount,
        currency=earn.currency if isinstance(earn, PerAmount) else conditions.currency,
        points_limits=_counting(limits, CapCounts.POINTS),
        times_limits=_counting(limits, CapCounts.TIMES),
        gives=_gives(earn, scale, grain),
        whole=earn.points * scale if isinstance(earn, PerOrder | PerVisit | Fixed) else None,
        once=_once(rule, facts),
        times=times,
        over=over,
        reward=earn.reward if isinstance(earn, RewardEarn) else "",
        tenders=frozenset(conditions.tenders) if conditions.tenders and isinstance(earn, PerAmount) else None,
    )


def _once(rule: EarningRule, facts: VersionFacts) -> GivenOnce | None:
    whole = isinstance(rule.earn, PerOrder | PerVisit | Fixed | RewardEarn)
    return GivenOnce(facts.program_id, RuleId(rule.id)) if whole else None


def _role(earn: Earn) -> Role:
    match earn:
        case Multiplier():
            return Role.MULTIPLIER
        case Fixed():
            return Role.BONUS
        case RewardEarn():
            return Role.REWARD
        case _:
            return Role.BASE


def _inputs(earn: Earn) -> Inputs:
    """Give what the explanation says of the rule itself; the facts of the order are added when deciding."""
    match earn:
        case PerAmount(points, per, currency):
            return (("earn", earn.TYPE), ("points", points), ("per", per), ("currency", currency))
        case Multiplier(factor):
            return (("earn", earn.TYPE), ("factor", factor))
        case QuantityBreaks():
            return (("earn", earn.TYPE),)
        case RewardEarn(reward):
            return (("earn", earn.TYPE), ("reward", reward))
        case PerItem(points) | PerOrder(points) | PerVisit(points) | Fixed(points):
            return (("earn", earn.TYPE), ("points", points))


def _gives(earn: Earn, scale: int, grain: int) -> Gives | None:
    match earn:
        case PerAmount(points, per):
            rate = points * (scale // per)
            return lambda lines, numerator, _: [line.amount * numerator * rate for line in lines]
        case PerItem(points):
            return lambda lines, _, denominator: [line.line.quantity * points * scale * denominator for line in lines]
        case PerOrder(points) | PerVisit(points) | Fixed(points):
            whole = points * (scale // grain)
            return lambda lines, _, denominator: _spread(whole * denominator, [line.amount for line in lines], grain)
        case QuantityBreaks():
            return _gives_breaks(earn, scale // grain, grain)
        case Multiplier() | RewardEarn():
            return None


def _gives_breaks(earn: QuantityBreaks, grains_per_point: int, grain: int) -> Gives:
    highest_first = sorted(((step.quantity, step.points) for step in earn.breaks), reverse=True)

    def gives(lines: list[CountedLine], _: int, denominator: int) -> list[int]:
        quantities = [line.line.quantity for line in lines]
        pieces = sum(quantities)
        points = next((points for quantity, points in highest_first if pieces >= quantity), 0)
        return _spread(points * grains_per_point * denominator, quantities, grain)

    return gives


def _spread(grains: int, weights: list[int], grain: int) -> list[int]:
    return [share * grain for share in split(grains, weights)]


def _selects(items: Items) -> Selects | None:
    if not items.include and not items.exclude:
        return None
    if not items.exclude:
        return _carries(items.include)
    excluded = _carries(items.exclude)
    if not items.include:
        return lambda line: not excluded(line)
    included = _carries(items.include)
    return lambda line: included(line) and not excluded(line)


def _carries(selector: Selector) -> Selects:
    skus, kinds = frozenset(selector.skus), frozenset(selector.kinds)
    categories, tags = frozenset(selector.categories), frozenset(selector.tags)
    if not (kinds or categories or tags):  # by far the most usual
        return lambda line: line.sku in skus
    return lambda line: (
        line.sku in skus
        or line.kind in kinds
        or not categories.isdisjoint(line.categories)
        or not tags.isdisjoint(line.tags)
    )


def _factor(earn: Earn) -> tuple[int, int]:
    if not isinstance(earn, Multiplier):
        return 1, 1
    times, over = earn.fraction()
    common = gcd(times, over)
    return times // common, over // common


def _counting(limits: tuple[Limit, ...], counts: CapCounts) -> tuple[Limit, ...]:
    return tuple(limit for limit in limits if limit.cap.counts is counts)
