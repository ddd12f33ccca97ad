"""Rules of giving made ready: causes by their ids, with the instants between which they take donations. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import lcm
from typing import NamedTuple

from programs.days import end_of_day, local_day, start_of_day
from programs.decision import CounterKey, CounterOwner, ProgramId
from programs.giving.rules import Cause, GivingRules
from programs.kind import VersionFacts
from programs.periods import LIFETIME, period_keys


@dataclass(frozen=True, slots=True)
class CompiledCause:
    """A cause, open from `starts_at` (None: from ever) to before `ends_at`."""

    rules: Cause
    starts_at: datetime | None
    ends_at: datetime | None

    def begun(self, now: datetime) -> bool:
        """Tell whether its first day has come."""
        return self.starts_at is None or self.starts_at <= now

    def ended(self, now: datetime) -> bool:
        """Tell whether its last day is over."""
        return self.ends_at is not None and self.ends_at <= now


@dataclass(frozen=True, slots=True)
class CompiledGiving:
    """One version of giving, ready to be given by; made by `compile_rules`. Points go in multiples of `step`."""

    facts: VersionFacts
    rules: GivingRules
    causes: Mapping[str, CompiledCause]
    step: int

    @property
    def minimum(self) -> int:
        """The fewest points that can be given."""
        return -(-self.rules.minimum // self.step) * self.step

    def day(self, at: datetime) -> date:
        """Give the local day of an instant."""
        return local_day(at, self.facts.zone)

    def worth(self, points: int) -> int:
        """What so many points, a multiple of `step`, are worth in minor units."""
        assert points % self.rules.points == 0, "points go in whole steps"
        return points // self.rules.points * self.rules.worth

    def caps(self, cause: str, at: datetime) -> Caps:
        """What matching may come to in all, by the counters of what it came to so far."""
        matching = self.rules.matching
        if matching is None:
            return Caps()
        period = None if matching.per_cause is None else period_keys(self.day(at))[matching.period]
        keys = counted_by(self.facts.program_id, cause, period, in_total=matching.total is not None)
        limits = (limit for limit in (matching.per_cause, matching.total) if limit is not None)
        return Caps(period, matching.total is not None, tuple(zip(keys, limits, strict=True)))

    def matched(self, value: int, left: int | None) -> int:
        """What the merchant adds to a donation of this value, of which `left` (None: any) is left by the caps."""
        if self.rules.matching is None:
            return 0
        wanted = value * self.rules.matching.percent // 100
        return wanted if left is None else min(wanted, left)


class Caps(NamedTuple):
    """The caps of matching that count a donation: the period of its cause's, whether that of all does, and each."""

    period: str | None = None
    in_total: bool = False
    limits: tuple[tuple[CounterKey, int], ...] = ()


def counted_by(program: ProgramId, cause: str, period: str | None, *, in_total: bool) -> tuple[CounterKey, ...]:
    """Give the counters of what was added: the cause's of this period, if one counts, and that of all causes."""
    names = [(f"matched:{cause}", period)] if period is not None else []
    if in_total:
        names.append(("matched", LIFETIME))
    return tuple(CounterKey(program, CounterOwner.PROGRAM, name, at) for name, at in names)


def compile_rules(rules: GivingRules, facts: VersionFacts) -> CompiledGiving:
    """Prepare valid rules for deciding."""
    causes = {
        cause.id: CompiledCause(
            cause,
            None if cause.starts_on is None else start_of_day(cause.starts_on, facts.zone),
            None if cause.ends_on is None else end_of_day(cause.ends_on, facts.zone),
        )
        for cause in rules.causes
    }
    return CompiledGiving(facts, rules, causes, lcm(rules.points, rules.multiple))
