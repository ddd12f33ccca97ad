"""What decisions on an order led to, as the order remembers it: so that it can be taken back by reference. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from programs.decision import CounterKey, CounterOwner, GivenOnce, ProgramId, VersionId


@dataclass(slots=True)
class Earning:
    """A transfer that a decision on this order posted, and how its points fall on that decision's lines."""

    activity_id: str
    transfer_id: str
    unit_id: str
    version_id: VersionId
    amount: int
    shares: Mapping[str, int]


@dataclass(slots=True)
class Use:
    """A counter that a decision on this order used, and how much of that was given back (see `CounterUse`)."""

    activity_id: str
    key: CounterKey
    amount: int
    shares: Mapping[str, int]
    given_back: int = 0
    once: bool = False
    heads: CounterKey | None = None

    def to_json(self) -> list[Any]:
        """The stored form."""
        row = [self.activity_id, list(self.key), self.amount, dict(self.shares), self.given_back]
        heads = None if self.heads is None else list(self.heads)
        return [*row, self.once, heads] if self.once or heads else row

    @classmethod
    def from_json(cls, row: list[Any]) -> Use:
        """Read what `to_json` wrote."""
        activity_id, key, amount, shares, given_back, *more = row
        once, heads = more or (False, None)
        return cls(activity_id, _key(key), amount, shares, given_back, once, None if heads is None else _key(heads))


class RuleOf(NamedTuple):
    """A rule that gave this order something as a whole, in the decision on this activity."""

    activity_id: str
    rule: GivenOnce


class GrantOf(NamedTuple):
    """A reward that a decision on this order gave, by the grant's key."""

    activity_id: str
    key: str


def _key(row: Iterable[str]) -> CounterKey:
    program_id, owner, name, period = row
    return CounterKey(ProgramId(program_id), CounterOwner(owner), name, period)
