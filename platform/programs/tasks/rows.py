"""Members' tasks as rows: a run of each, and how often it was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import orjson

from kit import db
from kit.ids import new_id
from ledger.state import TransferId, UnitId
from members.standing import NOBODY, MemberStanding
from programs.store import Who
from programs.tasks.compiled import CompiledTask, CompiledTasks, CounterName
from programs.tasks.running import Began, StepProgress, TaskState, Within


class Points(NamedTuple):
    """Points that one transfer gave, `each` for each time."""

    transfer_id: TransferId
    unit_id: UnitId
    each: int


class Granted(NamedTuple):
    """A reward that was granted for the time of this number."""

    number: int
    key: str


@dataclass(frozen=True, slots=True)
class Completion:
    """That a run was done for the `first` to the `last` time, at once, and what it brought."""

    id: str
    first: int
    last: int
    effective_at: datetime
    badge: str | None
    points: tuple[Points, ...] = ()
    grants: tuple[Granted, ...] = ()

    def gifts(self) -> str:
        """The stored form of what it brought."""
        return orjson.dumps({"points": [tuple(p) for p in self.points], "grants": [tuple(g) for g in self.grants]}
                            ).decode()  # fmt: skip


@dataclass(slots=True, eq=False)
class Run:
    """A task of a member, once. `revision` 0 for a row that is not there yet; `real` unless it waits for its trigger.

    `counted` is what was stored of each counter, by day, `triggers` how often it was triggered.
    `seen` and `shown` are how much was done and how far it was when it was looked at last.
    """

    who: Who
    id: str
    task: CompiledTask
    name: str
    state: TaskState
    began: Began
    starts_at: datetime | None
    ends_at: datetime | None
    times: int = 0
    done_at: datetime | None = None
    activity_id: str | None = None
    revision: int = 0
    real: bool = True
    changed: bool = False
    completions: list[Completion] = field(default_factory=list)
    counted: dict[CounterName, dict[date, int]] = field(default_factory=dict)
    triggers: int = 0
    seen: int = 0
    shown: tuple[StepProgress, ...] = ()

    @property
    def trigger_counter(self) -> CounterName | None:
        """The counters of the activities that began it, if one did."""
        return self.task.trigger if self.began is Began.TRIGGERED else None

    @property
    def key(self) -> tuple[str, str]:
        """Its name in the program and member: the task's and its own."""
        return self.task.rules.id, self.name

    def covers(self, at: datetime) -> bool:
        """Whether an instant lies in its time."""
        return (self.starts_at is None or self.starts_at <= at) and (self.ends_at is None or at < self.ends_at)


@dataclass(slots=True)
class Member:
    """What a member has in a program, at the `moments` that something happens at in this batch.

    `badges` is how often each was earned; `corrected` says that what was counted before may be taken back.
    """

    who: Who
    tasks: CompiledTasks
    units: Mapping[str, UnitId]
    joined_at: datetime
    standing: MemberStanding = NOBODY
    moments: set[datetime] = field(default_factory=set)
    corrected: bool = False
    runs: dict[tuple[str, str], Run] = field(default_factory=dict)
    badges: dict[str, int] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The zone that days go by."""
        return self.tasks.zone

    @property
    def today(self) -> date:
        """The local day of the last of these moments."""
        return self.tasks.day(max(self.moments))

    def of(self, task: CompiledTask) -> list[Run]:
        """The runs of a task that count: begun, and not withdrawn."""
        return [
            run for run in self.runs.values()
            if run.task.rules.id == task.rules.id and run.real and run.state is not TaskState.WITHDRAWN
        ]  # fmt: skip


def new_run(who: Who, task: CompiledTask, within: Within, began: Began, state: TaskState) -> Run:
    """A run that is not stored yet."""
    return Run(who, new_id(), task, within.name, state, began, within.starts_at, within.ends_at)


def read_run(who: Who, task: CompiledTask, row: db.Row) -> Run:
    """A stored run."""
    return Run(
        who, row["id"], task, row["run"], TaskState(row["state"]), Began(row["began"]),
        db.instant_or_none(row["starts_at"]), db.instant_or_none(row["ends_at"]), row["times"],
        db.instant_or_none(row["done_at"]), row["activity_id"], row["revision"],
    )  # fmt: skip


def read_completion(row: db.Row) -> Completion:
    """What was stored of a completion."""
    gifts: Mapping[str, list[list[object]]] = orjson.loads(row["gifts"])
    return Completion(
        row["id"], row["first_time"], row["last_time"], db.instant(row["effective_at"]), row["badge"],
        tuple(Points(*points) for points in gifts["points"]),  # type: ignore[arg-type]  # as `gifts` wrote them
        tuple(Granted(*granted) for granted in gifts["grants"]),  # type: ignore[arg-type]  # as `gifts` wrote them
    )  # fmt: skip
