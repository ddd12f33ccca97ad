"""The counters behind caps: their names and keys; the periods are those of the tenant's local days (promise 6)."""

from collections.abc import Mapping
from dataclasses import dataclass

from programs.decision import CounterKey, CounterOwner, ProgramId
from programs.periods import Period
from programs.points.rules import Cap, CapCounts

PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class Limit:
    """A cap made ready: its counter's name and the cap itself."""

    name: str
    cap: Cap

    def key(self, program_id: ProgramId, periods: Mapping[Period, str]) -> CounterKey:
        """Give the counter's key on the local day that `periods` (see `period_keys`) are those of."""
        cap = self.cap
        return CounterKey(program_id, cap.per, self.name, periods[cap.period])


def rule_limits(rule_id: str, caps: tuple[Cap, ...], first_time_only: bool) -> tuple[Limit, ...]:
    """Give a rule's limits; "first time only" is once in a lifetime per member, counted apart from the caps."""
    limits = tuple(Limit(f"rule:{rule_id}:{cap.counts}", cap) for cap in caps)
    if not first_time_only:
        return limits
    once = Cap(limit=1, counts=CapCounts.TIMES, period=Period.LIFETIME, per=CounterOwner.MEMBER)
    return (*limits, Limit(f"rule:{rule_id}:first", once))


def program_limits(caps: tuple[Cap, ...]) -> tuple[Limit, ...]:
    """Give the limits of the program as a whole."""
    return tuple(Limit(f"{PROGRAM}:{cap.counts}", cap) for cap in caps)
