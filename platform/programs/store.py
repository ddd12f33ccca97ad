"""What a kind keeps of members beside the ledger, and how a batch works on it; `stores` has the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol, runtime_checkable

from kit.setbased import Change
from ledger.book import Book, Stamp
from ledger.load import Wanted
from ledger.state import UnitId
from programs.activity import Activity
from programs.counters import CounterRef, CounterValue
from programs.decision import ExplanationLine, ProgramId
from rewards.granting import Grant


class Who(NamedTuple):
    """A member in a program."""

    tenant: str
    program_id: ProgramId
    member_id: str


@dataclass(frozen=True, slots=True)
class Touch:
    """A member whom something happens to at these instants, in a program of this kind and these compiled rules.

    `units` are the tenant's by slug; `activity` is what happens, None for points that are given or taken by hand. What
    `corrects` an order may take back what was counted in the periods `counted_in` of the program's counters.
    """

    kind: str
    who: Who
    compiled: Any
    units: Mapping[str, UnitId]
    moments: tuple[datetime, ...]
    corrects: bool = False
    counted_in: tuple[str, ...] = ()
    activity: Activity | None = None


class Done(NamedTuple):
    """That a task was done so many `times` more, or fewer, at an instant: what other kinds may go by."""

    task: str
    at: datetime
    times: int


class Settled(NamedTuple):
    """What an activity's effect was, the facts about the member that changed with it, the rewards that are to be
    granted, the keys of grants that are to be taken back, and the tasks that were done.
    """

    explanation: tuple[ExplanationLine, ...] = ()
    facts: Mapping[str, str | None] = {}
    grants: tuple[Grant, ...] = ()
    taken_back: tuple[str, ...] = ()
    done: tuple[Done, ...] = ()


class Store(Protocol):
    """The state of one kind while a batch of activities, of any tenants, works on it."""

    async def load(self, touches: Iterable[Touch]) -> None:
        """Lock and read what is kept of these members, before any account is locked."""
        ...

    def want(self, wanted: Wanted) -> None:
        """Ask for the accounts and entries that settling may touch."""
        ...

    async def count(self, counters: Mapping[CounterRef, CounterValue]) -> None:
        """Read what else must be known; `counters` are the batch's own, locked."""
        ...

    def settle(self, touch: Touch, book: Book, key: str, stamp: Stamp, *, corrected: bool = False) -> Settled:
        """Let what was decided, or taken back (`corrected`), have its effect; tell of it.

        All changes go through the book's journal, so that an activity that fails leaves none.
        """
        ...

    def changes(self) -> Sequence[Change]:
        """The rows to be written in the batch's transaction."""
        ...


@runtime_checkable
class Hears(Protocol):
    """A store that goes by what kinds before it, in the order of `stores`, have settled for the same activity."""

    def hear(self, who: Who, done: Sequence[Done], book: Book) -> None:
        """Take in the tasks that the member of `who` did, in the program of tasks that it names."""
        ...
