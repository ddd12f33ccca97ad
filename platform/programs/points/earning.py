"""What an activity earns in a points program, phase by phase, each explained (DESIGN §5).

Eligible → base earning → multipliers → fixed bonuses → caps → rounding, once, at the end. Until then all amounts are
exact integers in parts of a point (see `compiled`), one cell per rule and line: so it can be told which line got what.
"""

from dataclasses import dataclass
from datetime import datetime
from math import prod

from programs.activity import Activity
from programs.decision import (
    ONCE_AN_ORDER,
    CounterUse,
    Decision,
    ExplanationCode,
    ExplanationLine,
    Movement,
    RewardEarned,
)
from programs.kind import ALONE, Modifier, Others, Standing
from programs.lines import CountedLine, counted
from programs.periods import period_keys
from programs.points.compiled import NO_ENDS, CompiledPoints, CompiledRule, Group, Inputs
from programs.points.conditions import Failure, amount_failure, failure
from programs.points.counters import Limit
from programs.points.expiry import matures_at
from programs.points.rules import PendingDays, PendingTrigger
from programs.rounding import rounded
from programs.shares import apportion, split

REASON = "earn"
Indexes = list[int] | range
_Code = ExplanationCode  # the short name keeps the phases below readable


def decide(
    compiled: CompiledPoints, activity: Activity, standing: Standing, now: datetime, others: Others = ALONE
) -> Decision:
    """Decide what one activity earns by one version of a points program; pure, and the same for any order of lines."""
    group = compiled.groups.get(activity.kind)
    modifiers = [each for each in others.modifiers if each.unit in (None, compiled.rules.unit)]
    earning = _Earning(compiled, group, activity, standing, prod([each.over for each in modifiers]))
    if group is None:
        earning.explain(_Code.NOT_ELIGIBLE, None, failure("kind", tuple(sorted(compiled.groups)), str(activity.kind)))
    elif earning.within_program_times():
        earning.add_base(group)
        earning.multiply(group)
        earning.modify(modifiers)
        earning.add_bonuses(group)
        earning.cap()
        earning.add_rewards(group)
        return earning.conclude(now)
    return Decision(explanation=tuple(earning.explanation))


@dataclass(slots=True)
class _Entry:
    """What one base rule or bonus gives so far: a cell per counted line (one cell if the activity has no lines)."""

    rule: CompiledRule
    cells: list[int]


class _Earning:
    """The running state of one decision."""

    __slots__ = (
        "activity", "all_inputs", "compiled", "day", "denominator", "entries", "every_index", "explanation", "finer",
        "lines", "local", "milli", "multiplier_uses", "numerator", "one", "order", "periods", "program_id",
        "reward_uses", "rewards", "standing", "total", "version_id", "width",
    )  # fmt: skip

    def __init__(
        self, compiled: CompiledPoints, group: Group | None, activity: Activity, standing: Standing, finer: int
    ) -> None:
        order = counted(
            activity.lines, activity.tenders, compiled.rules.base, compiled.line_kinds, compiled.tenders_left_out,
            group is not None and group.by_tender,
        )  # fmt: skip
        self.order = order
        self.compiled = compiled
        self.activity = activity
        self.standing = standing
        self.local = compiled.local(activity)
        self.day = self.local.date()
        self.periods = period_keys(self.day)
        self.program_id = compiled.facts.program_id
        self.version_id = compiled.facts.version_id
        # An order paid with nothing that counts earns nothing, not even per item (promise 13).
        self.lines: list[CountedLine] = list(order.lines) if order.numerator else []
        self.numerator = order.numerator
        self.denominator = order.denominator
        # Cells are so much finer than the rules ask for that what others multiply leaves no rest either.
        self.finer = finer
        self.one = group.scale * order.denominator * finer if group else 1
        self.width = len(self.lines) or 1
        self.every_index = range(self.width)
        self.all_inputs: Inputs | None = None
        self.entries: list[_Entry] = []
        self.multiplier_uses: list[CounterUse] = []
        self.rewards: list[RewardEarned] = []
        self.reward_uses: list[CounterUse] = []
        self.explanation: list[ExplanationLine] = []
        self.total = 0
        self.milli = 0

    # The phases, in their order.

    def within_program_times(self) -> bool:
        """Tell whether the program's caps let one more activity earn."""
        return self._within_times(None, self.compiled.times_limits)

    def add_base(self, group: Group) -> None:
        """Add what the base rules give."""
        for rule in group.base:
            indexes = self._eligible(rule)
            if indexes is not None:
                self._add(rule, indexes, _Code.BASE)

    def multiply(self, group: Group) -> None:
        """Multiply what there is, by one rule after the other; a rule's points cap limits what it adds."""
        for rule in group.multipliers:
            if not self.entries:
                return
            indexes = self._eligible(rule)
            if indexes is not None:
                self._multiply_by(rule, indexes, group)

    def modify(self, modifiers: list[Modifier]) -> None:
        """Multiply what there is by what other programs put on it: a tier's factor, a membership's."""
        for modifier in modifiers:
            if not self.entries:
                return
            before = sum([sum(entry.cells) for entry in self.entries])
            for entry in self.entries:
                entry.cells = [cell * modifier.times // modifier.over for cell in entry.cells]
            change = sum([sum(entry.cells) for entry in self.entries]) - before
            self.explain(_Code.MULTIPLIER, modifier, (("earn", "multiplier"), ("factor", modifier.factor)), change)

    def add_bonuses(self, group: Group) -> None:
        """Add the fixed bonuses, which nothing multiplies."""
        for rule in group.bonuses:
            indexes = self._eligible(rule)
            if indexes is not None:
                self._add(rule, indexes, _Code.BONUS)

    def cap(self) -> None:
        """Hold each rule, then all of them together, to what their caps still allow."""
        for entry in self.entries:
            given = sum(entry.cells)
            for limit in entry.rule.points_limits:
                allowed = self._remaining(limit) * self.one
                if given > allowed:
                    entry.cells = list(split(allowed, entry.cells))
                    self._lower(given - allowed, entry.rule, limit)
                    given = allowed
        for limit in self.compiled.points_limits:
            allowed = self._remaining(limit) * self.one
            if self.total > allowed:
                totals = split(allowed, [sum(entry.cells) for entry in self.entries])
                for entry, total in zip(self.entries, totals, strict=True):
                    entry.cells = list(split(total, entry.cells))
                self._lower(self.total - allowed, None, limit)

    def add_rewards(self, group: Group) -> None:
        """Give the rewards that rules give instead of points."""
        for rule in group.rewards:
            if self._eligible(rule) is not None:
                self.rewards.append(RewardEarned(rule.reward, self.program_id, rule.id))
                self.reward_uses += self._uses((), rule.times_limits, 0, ())
                self.explain(_Code.REWARD, rule, rule.inputs)

    def conclude(self, now: datetime) -> Decision:
        """Round, and give the movement with its dates and shares, the counters used, and the explanation."""
        rounding = self.compiled.rules.rounding
        amount = rounded(self.total, self.one, rounding)
        if amount * self.one != self.total:
            change = amount * self.one - self.total
            self.explain(_Code.ROUNDING, None, (("rounding", rounding.value),), change)
        if amount <= 0:
            if not self.rewards:
                self.explain(_Code.NOTHING_EARNED, None, ())
            return Decision((), tuple(self.reward_uses), tuple(self.explanation), tuple(self.rewards))
        earned = [entry for entry in self.entries if any(entry.cells)]
        points = apportion(amount, [sum(entry.cells) for entry in earned], self.one)
        by_entry = [split(whole, entry.cells) for whole, entry in zip(points, earned, strict=True)]
        by_line = by_entry[0] if len(by_entry) == 1 else tuple(map(sum, zip(*by_entry, strict=True)))
        movement = self._movement(amount, self._shares(by_line), now)
        uses = self.reward_uses + self.multiplier_uses
        for entry, whole, shares in zip(earned, points, by_entry, strict=True):
            uses += self._uses(entry.rule.points_limits, entry.rule.times_limits, whole, shares)
        uses += self._uses(self.compiled.points_limits, self.compiled.times_limits, amount, by_line)
        once = tuple(entry.rule.once for entry in earned if entry.rule.once is not None)
        return Decision((movement,), tuple(uses), tuple(self.explanation), tuple(self.rewards), once)

    # What the phases are made of.

    def explain(
        self, code: ExplanationCode, by: CompiledRule | Modifier | None, inputs: Inputs, change: int = 0
    ) -> None:  # fmt: skip
        """Add a line to the explanation, and `change` (parts of a point) to the running total."""
        before = self.milli
        if change:
            self.total += change
            self.milli = self.total * 1000 // self.one
        program, version, rule, name = self.program_id, self.version_id, None, None
        if isinstance(by, Modifier):
            program, version, rule, name = by.program_id, by.version_id, by.rule_id, by.rule_name
        elif by is not None:
            rule, name = by.id, by.name
        self.explanation.append(ExplanationLine(code, program, version, rule, name, inputs, before, self.milli))

    def _eligible(self, rule: CompiledRule) -> Indexes | None:
        """Give the indexes of the lines the rule is about, or None and the reason in the explanation."""
        for check in rule.checks:
            failed = check(self.activity, self.standing, self.local)
            if failed is not None:
                self.explain(_Code.NOT_ELIGIBLE, rule, failed)
                return None
        if rule.once in self.standing.so_far.rules:
            self.explain(_Code.CAP, rule, ONCE_AN_ORDER)
            return None
        if rule.times_limits and not self._within_times(rule, rule.times_limits):
            return None
        selected = self._select(rule)
        if isinstance(selected, tuple):
            self.explain(_Code.NOT_ELIGIBLE, rule, selected)
            return None
        return selected

    def _select(self, rule: CompiledRule) -> Indexes | Failure:
        if rule.currency is not None and rule.currency != self.activity.currency:
            return failure("currency", rule.currency, self.activity.currency or "")
        bounded = rule.minimum is not None or rule.maximum is not None
        if not self.activity.lines:
            needs_lines = bounded or rule.selects is not None or (rule.gives is not None and rule.whole is None)
            return failure("lines", "", "") if needs_lines else self.every_index
        if not self.lines:
            return failure("nothing_counts", "", "")
        indexes: Indexes = self.every_index
        if rule.selects is not None:
            indexes = [index for index, line in enumerate(self.lines) if rule.selects(line.line)]
            if not indexes:
                return failure("items", "", "")
        return self._within_amounts(rule, indexes) if bounded else indexes

    def _within_amounts(self, rule: CompiledRule, indexes: Indexes) -> Indexes | Failure:
        amount = sum(self.lines[index].amount for index in indexes) * self._numerator(rule)
        if rule.minimum is not None and amount < rule.minimum * self.denominator:
            return amount_failure("minimum_amount", rule.minimum, amount // self.denominator, rule.currency)
        if rule.maximum is not None and amount > rule.maximum * self.denominator:
            return amount_failure("maximum_amount", rule.maximum, amount // self.denominator, rule.currency)
        return indexes

    def _within_times(self, rule: CompiledRule | None, limits: tuple[Limit, ...]) -> bool:
        for limit in limits:
            counted = (self.program_id, limit.name) in self.standing.so_far.counts
            if not counted and self._remaining(limit) <= 0:
                self.explain(_Code.CAP, rule, self._cap_inputs(limit))
                return False
        return True

    def _remaining(self, limit: Limit) -> int:
        used = self.standing.counters.get(limit.key(self.program_id, self.periods), 0)
        return max(limit.cap.limit - used, 0)

    def _add(self, rule: CompiledRule, indexes: Indexes, code: ExplanationCode) -> None:
        inputs = rule.inputs
        if not self.activity.lines:
            assert rule.whole is not None  # else `_select` had refused it
            cells = [rule.whole * self.finer]
        else:
            assert rule.gives is not None  # only multipliers have none, and they are never added
            chosen = self.lines if indexes is self.every_index else [self.lines[index] for index in indexes]
            cells = rule.gives(chosen, self._numerator(rule), self.denominator)
            if len(cells) < self.width:
                of_index = dict(zip(indexes, cells, strict=True))
                cells = [of_index.get(index, 0) for index in self.every_index]
            inputs += self._order_inputs(chosen, rule)
            if self.finer > 1:
                cells = [cell * self.finer for cell in cells]
        self.entries.append(_Entry(rule, cells))
        self.explain(code, rule, inputs, sum(cells))

    def _numerator(self, rule: CompiledRule) -> int:
        return self.numerator if rule.tenders is None else self.order.paid_with(rule.tenders)

    def _order_inputs(self, chosen: list[CountedLine], rule: CompiledRule) -> Inputs:
        """Tell which lines a rule was about and what they count for; most rules are about all, so that is kept."""
        most = chosen is self.lines and rule.tenders is None
        if most and self.all_inputs is not None:
            return self.all_inputs
        amount = sum([line.amount for line in chosen]) * self._numerator(rule) // self.denominator
        inputs: Inputs = (("amount", amount), ("lines", tuple([line.line.id for line in chosen])))
        if most:
            self.all_inputs = inputs
        return inputs

    def _multiply_by(self, rule: CompiledRule, indexes: Indexes, group: Group) -> None:
        if rule.points_limits:
            self._multiply_within_limits(rule, indexes, group)
            return
        more, over = rule.times - rule.over, rule.over
        total = 0
        for entry in self.entries:
            cells = entry.cells
            for index in indexes:
                extra = cells[index] * more // over
                cells[index] += extra
                total += extra
        self.explain(_Code.MULTIPLIER, rule, rule.inputs, total)
        if total and rule.times_limits:
            self.multiplier_uses += self._uses((), rule.times_limits, 0, ())

    def _multiply_within_limits(self, rule: CompiledRule, indexes: Indexes, group: Group) -> None:
        more, over = rule.times - rule.over, rule.over
        added = [[0] * self.width for _ in self.entries]
        for entry, row in zip(self.entries, added, strict=True):
            for index in indexes:
                row[index] = entry.cells[index] * more // over
        total = sum(map(sum, added))
        self.explain(_Code.MULTIPLIER, rule, rule.inputs, total)
        for limit in rule.points_limits:
            allowed = self._remaining(limit)
            if total > allowed * self.one:
                added = self._hold_to(allowed, added, group.grain * self.finer)
                self._lower(total - allowed * self.one, rule, limit)
                total = allowed * self.one
        for entry, row in zip(self.entries, added, strict=True):
            entry.cells = [cell + extra for cell, extra in zip(entry.cells, row, strict=True)]
        if total:
            points = rounded(max(total, 0), self.one, self.compiled.rules.rounding)
            shares = apportion(points, [sum(column) for column in zip(*added, strict=True)], self.one) if points else ()
            self.multiplier_uses += self._uses(rule.points_limits, rule.times_limits, points, shares)

    def _hold_to(self, allowed: int, added: list[list[int]], grain: int) -> list[list[int]]:
        # In whole grains, so that the next multiplier still divides without a rest.
        flat = [cell for row in added for cell in row]
        held = [share * grain for share in split(allowed * (self.one // grain), flat)]
        return [held[start : start + self.width] for start in range(0, len(held), self.width)]

    def _lower(self, by: int, rule: CompiledRule | None, limit: Limit) -> None:
        self.explain(_Code.CAP, rule, self._cap_inputs(limit), -by)

    def _cap_inputs(self, limit: Limit) -> Inputs:
        cap = limit.cap
        used = self.standing.counters.get(limit.key(self.program_id, self.periods), 0)
        return (
            ("counts", cap.counts.value),
            ("limit", cap.limit),
            ("used", used),
            ("period", cap.period.value),
            ("per", cap.per.value),
        )

    def _uses(
        self, points: tuple[Limit, ...], times: tuple[Limit, ...], amount: int, by_line: tuple[int, ...]
    ) -> list[CounterUse]:
        used = [CounterUse(limit.key(self.program_id, self.periods), 1, once=True) for limit in times]
        if points and amount:
            shares = self._shares(by_line)
            used += [CounterUse(limit.key(self.program_id, self.periods), amount, shares) for limit in points]
        return used

    def _shares(self, by_line: tuple[int, ...]) -> dict[str, int]:
        if not self.lines:
            return {}
        return {line.line.id: points for line, points in zip(self.lines, by_line, strict=True) if points}

    def _movement(self, amount: int, shares: dict[str, int], now: datetime) -> Movement:
        rules, earned_at = self.compiled.rules, self.activity.occurred_at
        matures = trigger = None
        if isinstance(rules.pending, PendingTrigger):
            trigger = rules.pending.trigger
            self.explain(_Code.PENDING, None, (("trigger", trigger),))
        elif isinstance(rules.pending, PendingDays):
            matures = matures_at(rules.pending, earned_at, self.compiled.facts.zone)
            if matures > now:
                until = matures.astimezone(self.compiled.facts.zone)
                self.explain(_Code.PENDING, None, (("until", until.isoformat()),))
            else:  # backdated beyond its waiting time
                matures = None
        exempt = self.compiled.exempt(self.standing)
        ends = NO_ENDS if exempt else self.compiled.ends(self.day)
        if ends.inputs:
            self.explain(_Code.EXPIRY, None, ends.inputs)
        return Movement(
            reason=REASON,
            unit=rules.unit,
            amount=amount,
            program_id=self.program_id,
            version_id=self.version_id,
            matures_at=matures,
            matures_on=trigger,
            expires_at=ends.expires_at,
            lapses_at=ends.lapses_at,
            shares=shares,
            lapses_never=exempt,
        )
