"""What a kind keeps of members, in memory: how a replay plays what its `Store` does; `players` has the list. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, Protocol, runtime_checkable

from programs.decision import CounterKey


class Given(NamedTuple):
    """Points of a unit (its slug) that were given; below zero, taken back."""

    unit: str
    amount: int

    def back(self) -> Given:
        """What takes it back."""
        return Given(self.unit, -self.amount)


class GivenReward(NamedTuple):
    """A reward of the catalogue (its slug) that was given so many times; below zero, taken back."""

    reward: str
    times: int

    def back(self) -> GivenReward:
        """What takes it back."""
        return GivenReward(self.reward, -self.times)


class DidTask(NamedTuple):
    """That a task was done so many times more, or fewer, at an instant: what tiers may go by."""

    task: str
    at: datetime
    times: int


Gave = tuple[Given | GivenReward | DidTask, ...]


class Played(NamedTuple):
    """A member at an instant of a replay, with the program's rules then and since when they count.

    `balance` is by member and unit; `active_at` is when the member did something last (None: never), `acts` whether
    this is something that they did.
    """

    member_id: str
    joined_at: datetime
    at: datetime
    compiled: Any
    rules_since: datetime
    balance: Callable[[str, str], int]
    active_at: datetime | None = None
    acts: bool = False


class Player(Protocol):
    """The state of one program's members while a replay plays what happened to them."""

    def before(self, played: Played) -> Gave:
        """Let what time did until then have its effect."""
        ...

    def count(self, member_id: str, key: CounterKey, amount: int) -> None:
        """Take note of a counter that went up, or down again."""
        ...

    def after(self, played: Played, *, corrected: bool) -> Gave:
        """Let what was decided, or taken back (`corrected`), have its effect."""
        ...

    def tier(self, member_id: str) -> str | None:
        """The slug of the tier that the member has."""
        ...

    def members(self) -> tuple[tuple[str, datetime], ...]:
        """Those of whom something is kept, with the instants at which they joined."""
        ...

    def copy(self) -> Player:
        """One to go on from here, while this one goes another way."""
        ...


@runtime_checkable
class HearsOfTasks(Protocol):
    """A player that goes by the tasks that the players before it, in the order of `players`, have told of."""

    def hear(self, member_id: str, did: DidTask) -> None:
        """Take in a task that a member did."""
        ...
