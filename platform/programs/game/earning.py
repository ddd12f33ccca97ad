"""Which plays an activity earns: by each rule, held to its plays per day and to the members that a draw lets in.

Plays of a table end with the game, entries of a draw with their round. A leaderboard only counts.
"""

from datetime import date, datetime

from programs.activity import Activity, ActivityKind
from programs.decision import (
    ONCE_AN_ORDER,
    CounterKey,
    CounterOwner,
    CounterUse,
    Decision,
    ExplanationCode,
    ExplanationLine,
    ExplanationValue,
    GivenOnce,
    Movement,
    RuleId,
)
from programs.game.compiled import ENTRANTS, FREE_KIND, STANDS, CompiledGame
from programs.game.rounds import Round
from programs.game.rules import Leaderboard, PlayRule, PlaysPerActivity, PlaysPerOrder, PrizeDraw
from programs.kind import Modifier, Others, Standing
from programs.lines import Counted, counted
from programs.periods import Period, period_keys
from programs.shares import split

REASON = "earn"
FREE = "Free plays"
Inputs = tuple[tuple[str, ExplanationValue], ...]
Shares = dict[str, int]


def counters(compiled: CompiledGame, activity: Activity) -> tuple[CounterKey, ...]:
    """Name the counters that deciding this activity may read or add to."""
    day = compiled.day(activity.occurred_at)
    if not _about(compiled, activity) or not compiled.span.holds(day):
        return ()
    keys = [_per_day(compiled, rule, day) for rule in compiled.ways.get(activity.kind, ()) if rule.per_day is not None]
    if activity.kind == FREE_KIND:
        keys.append(free_key(compiled, day))
    running = compiled.round(day)
    if running is not None:
        keys.append(_stands(compiled, running))
        if isinstance(compiled.rules.game, PrizeDraw) and compiled.rules.game.entrants_max is not None:
            keys.append(_entrants(compiled, running))
    return tuple(keys)


def decide(
    compiled: CompiledGame, activity: Activity, standing: Standing, now: datetime, others: Others
) -> Decision:  # fmt: skip
    """Decide what one activity brings; nothing, without a word, where the game does not look at its kind."""
    if not _about(compiled, activity):
        return Decision()
    earning = _Earning(compiled, activity, standing)
    day = compiled.day(activity.occurred_at)
    if not compiled.span.holds(day):
        needed = (compiled.span.first.isoformat(), compiled.span.last.isoformat())
        earning.tell(ExplanationCode.NOT_ELIGIBLE, None, _failure("dates", needed, day.isoformat()))
        return Decision(explanation=tuple(earning.told))
    running = compiled.round(day)
    if running is not None and running.closes_at <= now:
        closed = running.closes_at.astimezone(compiled.facts.zone).isoformat()
        earning.tell(ExplanationCode.NOT_ELIGIBLE, None, _failure("round", closed, running.key))
        return Decision(explanation=tuple(earning.told))
    earning.earn()
    earning.modify(others.modifiers)
    return earning.conclude(running)


class _Earning:
    """The running state of one decision."""

    __slots__ = ("activity", "compiled", "day", "once", "order", "shares", "standing", "told", "total", "uses")

    def __init__(self, compiled: CompiledGame, activity: Activity, standing: Standing) -> None:
        self.compiled = compiled
        self.activity = activity
        self.standing = standing
        self.day = compiled.day(activity.occurred_at)
        self.order: Counted = counted(
            activity.lines, activity.tenders, compiled.rules.base, compiled.line_kinds, compiled.tenders_left_out
        )
        self.total = 0
        self.shares: Shares = {}
        self.uses: list[CounterUse] = []
        self.once: list[GivenOnce] = []
        self.told: list[ExplanationLine] = []

    def earn(self) -> None:
        """Add what each rule gives, and what is free."""
        for rule in self.compiled.ways.get(self.activity.kind, ()):
            self._by(rule)
        free = self.compiled.rules.free
        if self.activity.kind == FREE_KIND and free is not None:
            key = free_key(self.compiled, self.day)
            used = self.standing.counters.get(key, 0)
            if used:
                self._capped(None, 1, "times", key, used, 0)
                return
            self.uses.append(CounterUse(key, 1))
            self.tell(ExplanationCode.BASE, None, (("earn", "free"), ("plays", free.plays)), free.plays)

    def modify(self, modifiers: tuple[Modifier, ...]) -> None:
        """Multiply by what other programs put on this very unit: a double-play day, a tier's privilege."""
        for modifier in modifiers:
            if modifier.unit == self.compiled.rules.unit and self.total:
                more = self.total * modifier.times // modifier.over - self.total
                inputs: Inputs = (("earn", "multiplier"), ("factor", modifier.factor))
                if self.shares:
                    parts = split(self.total + more, list(self.shares.values()))
                    self.shares = dict(zip(self.shares, parts, strict=True))
                self.tell(ExplanationCode.MULTIPLIER, modifier, inputs, more)

    def conclude(self, running: Round | None) -> Decision:
        """Give the movement, or what counts on a leaderboard, with the counters and the explanation."""
        if self.total and isinstance(self.compiled.rules.game, PrizeDraw) and running is not None:
            self._enter(self.compiled.rules.game, running)
        if not self.total:
            if self.told:
                self.tell(ExplanationCode.NOTHING_EARNED, None, ())
            return Decision(explanation=tuple(self.told))
        if running is not None:
            self.uses.append(self._stands_with(running))
        ends = self.compiled.span.ends_at if running is None else running.closes_at
        if isinstance(self.compiled.rules.game, Leaderboard):
            return Decision((), tuple(self.uses), tuple(self.told), once=tuple(self.once))
        facts = self.compiled.facts
        self.tell(ExplanationCode.EXPIRY, None, (("expires_at", ends.astimezone(facts.zone).isoformat()),))
        movement = Movement(
            REASON, self.compiled.rules.unit, self.total, facts.program_id, facts.version_id, expires_at=ends,
            shares=dict(self.shares),
        )  # fmt: skip
        return Decision((movement,), tuple(self.uses), tuple(self.told), once=tuple(self.once))

    def tell(self, code: ExplanationCode, by: PlayRule | Modifier | None, inputs: Inputs, change: int = 0) -> None:
        """Add a line to the explanation, and `change` to the total."""
        facts, before = self.compiled.facts, self.total * 1000
        self.total += change
        program, version, rule, name = facts.program_id, facts.version_id, None, None
        if isinstance(by, Modifier):
            program, version, rule, name = by.program_id, by.version_id, by.rule_id, by.rule_name
        elif by is not None:
            rule, name = RuleId(by.id), by.name
        elif self.activity.kind == FREE_KIND:
            name = FREE
        self.told.append(ExplanationLine(code, program, version, rule, name, inputs, before, self.total * 1000))

    # -- the steps -----------------------------------------------------------------------------------------------------

    def _by(self, rule: PlayRule) -> None:
        earn = rule.earn
        if isinstance(earn, PlaysPerActivity):
            self._held(rule, earn.plays, (("earn", earn.TYPE), ("plays", earn.plays)))
            return
        if earn.currency != self.activity.currency:
            self.tell(
                ExplanationCode.NOT_ELIGIBLE, rule, _failure("currency", earn.currency, self.activity.currency or "")
            )
            return
        amount = sum(line.amount for line in self.order.lines) * self.order.numerator // self.order.denominator
        if isinstance(earn, PlaysPerOrder):
            if not self.order.lines or amount < earn.minimum_amount or not self.order.numerator:
                inputs = (*_failure("minimum_amount", earn.minimum_amount, amount), ("currency", earn.currency))
                self.tell(ExplanationCode.NOT_ELIGIBLE, rule, inputs)
                return
            given = GivenOnce(self.compiled.facts.program_id, RuleId(rule.id))
            if given in self.standing.so_far.rules:
                self.tell(ExplanationCode.CAP, rule, ONCE_AN_ORDER)
                return
            self.once.append(given)
            self._held(rule, earn.plays, (("earn", earn.TYPE), ("plays", earn.plays), ("amount", amount)))
            return
        inputs = (
            ("earn", earn.TYPE), ("points", earn.plays), ("per", earn.per), ("currency", earn.currency),
            ("amount", amount),
        )  # fmt: skip
        self._held(rule, amount // earn.per * earn.plays, inputs)

    def _held(self, rule: PlayRule, plays: int, inputs: Inputs) -> None:
        """Add so many plays, or as many as the rule's limit of the day still lets be."""
        self.tell(ExplanationCode.BASE, rule, inputs, plays)
        key = _per_day(self.compiled, rule, self.day)
        if rule.per_day is not None:
            used = self.standing.counters.get(key, 0)
            allowed = max(0, rule.per_day - used)
            if plays > allowed:
                self._capped(rule, rule.per_day, "plays", key, used, allowed - plays)
                plays = allowed
        if not plays:
            return
        lines = self.order.lines if self.activity.kind == ActivityKind.PURCHASE else ()
        parts = split(plays, [line.amount for line in lines]) if lines else ()
        shares = {line.line.id: part for line, part in zip(lines, parts, strict=True)}
        if rule.per_day is not None:
            self.uses.append(CounterUse(key, plays, shares))
        for line, share in shares.items():
            self.shares[line] = self.shares.get(line, 0) + share

    def _capped(
        self, rule: PlayRule | None, limit: int, counts: str, key: CounterKey, used: int, change: int
    ) -> None:  # fmt: skip
        inputs: Inputs = (
            ("limit", limit), ("counts", counts), ("period", key.period.partition(":")[0]), ("per", key.owner.value),
            ("used", used),
        )  # fmt: skip
        self.tell(ExplanationCode.CAP, rule, inputs, change)

    def _enter(self, game: PrizeDraw, running: Round) -> None:
        """Let a member enter a draw for the first time only if there is still room for one."""
        if self.standing.counters.get(_stands(self.compiled, running), 0) or game.entrants_max is None:
            return
        key = _entrants(self.compiled, running)
        used = self.standing.counters.get(key, 0)
        if used >= game.entrants_max:
            self._capped(None, game.entrants_max, "members", key, used, -self.total)
            self.uses.clear()
            self.once.clear()

    def _stands_with(self, running: Round) -> CounterUse:
        """What counts in a round; in a draw of so many at most, its first entry counts the member as well."""
        game = self.compiled.rules.game
        limited = isinstance(game, PrizeDraw) and game.entrants_max is not None
        heads = _entrants(self.compiled, running) if limited else None
        return CounterUse(_stands(self.compiled, running), self.total, dict(self.shares), heads=heads)


def _about(compiled: CompiledGame, activity: Activity) -> bool:
    if activity.kind == FREE_KIND:
        return compiled.rules.free is not None and activity.payload.get("program") == compiled.facts.program_id
    return activity.kind in compiled.ways


def _per_day(compiled: CompiledGame, rule: PlayRule, day: date) -> CounterKey:
    period = period_keys(day)[Period.DAY]
    return CounterKey(compiled.facts.program_id, CounterOwner.MEMBER, f"game:rule:{rule.id}", period)


def free_key(compiled: CompiledGame, day: date) -> CounterKey:
    """Name the counter of the free plays that a member had in the period of a local day."""
    assert compiled.rules.free is not None, "asked for by those who give some"
    period = period_keys(day)[Period(compiled.rules.free.every)]
    return CounterKey(compiled.facts.program_id, CounterOwner.MEMBER, "game:free", period)


def _stands(compiled: CompiledGame, running: Round) -> CounterKey:
    return CounterKey(compiled.facts.program_id, CounterOwner.MEMBER, STANDS, running.key)


def _entrants(compiled: CompiledGame, running: Round) -> CounterKey:
    return CounterKey(compiled.facts.program_id, CounterOwner.PROGRAM, ENTRANTS, running.key)


def _failure(condition: str, needed: ExplanationValue, found: ExplanationValue) -> Inputs:
    return (("condition", condition), ("needed", needed), ("found", found))
