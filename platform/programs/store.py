"""What a kind keeps of members beside the ledger, and how a batch works on it; `stores` has the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, Protocol, runtime_checkable

from kit import db
from kit.setbased import Change, Columns
from ledger.book import Book, Stamp
from ledger.load import Wanted
from ledger.state import UnitId
from programs import sums
from programs.activity import Activity
from programs.counters import CounterRef, CounterValue
from programs.decision import ExplanationLine, ProgramId
from programs.sums import Span, Sums
from rewards.granting import Grant


class Who(NamedTuple):
    """A member in a program."""

    tenant: str
    program_id: ProgramId
    member_id: str


class Touch(NamedTuple):
    """A member whom something happens to at these instants, in a program of this kind and these compiled rules.

    `units` are the tenant's by slug; `activity` is what happens, None for points that are given or taken by hand. What
    `corrects` an order may take back what was counted in the periods `counted_in` of the program's counters.
    `joined_at` is the member's, if it is known already.
    """

    kind: str
    who: Who
    compiled: Any
    units: Mapping[str, UnitId]
    moments: tuple[datetime, ...]
    corrects: bool = False
    counted_in: tuple[str, ...] = ()
    activity: Activity | None = None
    joined_at: datetime | None = None


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

    def spans(self) -> Sequence[Span]:
        """Name the counters whose sums must be known, once the accounts are locked."""
        ...

    async def count(self, counters: Mapping[CounterRef, CounterValue], found: Sequence[Sums]) -> None:
        """Take in the sums of `spans`, and read what else must be known; `counters` are the batch's own, locked."""
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


async def count_for(stores: Iterable[Store], counters: Mapping[CounterRef, CounterValue]) -> None:
    """Let stores know how much was counted; `counters` are the batch's own, locked."""
    asked = [(store, store.spans()) for store in stores]
    found = iter(await sums.read([span for _, spans in asked for span in spans]))
    for store, spans in asked:
        await store.count(counters, list(islice(found, len(spans))))


async def joined(touches: Iterable[Touch]) -> dict[tuple[str, str], datetime]:
    """Since when the members (tenant, id) that are touched are members; those that are not there are left out."""
    members = {(touch.who.tenant, touch.who.member_id): touch.joined_at for touch in touches}
    unknown = sorted(member for member, at in members.items() if at is None)
    found = {member: at for member, at in members.items() if at is not None}
    for row in await db.rows(_JOINED.format(source=_MEMBERS.source()), _MEMBERS.payload(unknown)) if unknown else ():
        found[row["tenant_id"], row["id"]] = db.instant(row["joined_at"])
    return found


_MEMBERS = Columns(tenant_id="uuid", id="uuid")
_JOINED = """
SELECT m.tenant_id, m.id, m.joined_at FROM {source} AS x
JOIN member m ON m.tenant_id = x.tenant_id AND m.id = x.id AND m.state NOT IN ('erased', 'merged')"""
