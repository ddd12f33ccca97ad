"""Two members become one: what the other has done of tasks is theirs who stays, and nothing is rewarded twice.

Counters are added up by then. Where both have a task within the same time, it was done as often as both did it: what
was given for either can be taken back by what is left of both, and no more is given for what was given before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import orjson

from kit import db
from kit.ids import new_id
from kit.setbased import Change, write
from members.views import MemberId
from programs.tasks.running import Began, TaskState
from programs.tasks.writing import INSERT_COMPLETIONS
from tenants import scope

_OPEN = (TaskState.OFFERED, TaskState.ACTIVE)


class _Key(NamedTuple):
    """A task's name among all programs', and the run's among the task's."""

    program_id: str
    task: str
    run: str


@dataclass(slots=True)
class _Run:
    """As much of a run as matters here."""

    id: str
    key: _Key
    state: TaskState
    began: Began
    starts_at: datetime | None
    times: int

    def beside(self, other: _Run) -> bool:
        """Whether both are open, of one task, and only one of them would run for one member."""
        by_itself = Began.AUTOMATIC
        return (
            self.key[:2] == other.key[:2] and self.state in _OPEN and other.state in _OPEN
            and (self.began is by_itself) == (other.began is by_itself)
        )  # fmt: skip


async def follow(from_: MemberId, into: MemberId) -> None:
    """Hand tasks over, within the transaction that merges two members, who are locked; before they are settled.

    Rows that tell of what was done are never changed: they are cancelled under the old name, and written under the new.
    """
    theirs, kept = await _runs(from_), await _runs(into)
    for run in theirs.values():
        twin = kept.get(run.key)
        if twin is not None and twin.times:
            if run.times:
                await _absorb(run, twin, from_, into)
            await _put_aside(run)
            continue
        rival = twin or next((each for each in kept.values() if not run.times and run.beside(each)), None)
        if rival is None or run.times or _later(run, rival):
            if rival is not None:
                await _put_aside(rival)
            await db.execute(_HAND_OVER, scope.tenant_id(), run.id, into)
            await _tell_again(run, run.id, 0, from_, into)
            kept[run.key] = run
        else:
            await _put_aside(run)


def _later(run: _Run, rival: _Run) -> bool:
    """Whether a run begins after its rival: what was rewarded in the time before it must not count for it."""
    if run.began is not Began.AUTOMATIC or run.key == rival.key or run.starts_at is None:
        return False
    return rival.starts_at is None or rival.starts_at < run.starts_at


async def _absorb(run: _Run, twin: _Run, from_: MemberId, into: MemberId) -> None:
    """Let a run of theirs who stays have been done as often as both."""
    await _tell_again(run, twin.id, twin.times, from_, into)
    await db.execute(_ADD, scope.tenant_id(), twin.id, run.times, run.id)
    twin.times += run.times


async def _put_aside(run: _Run) -> None:
    """Close a run that nobody has any more, under a name that no other can have; a place that it had is free again."""
    tenant, ends = scope.tenant_id(), run.state in _OPEN or run.times > 0
    run.state = TaskState.WITHDRAWN if ends else run.state
    await db.execute(_PUT_ASIDE, tenant, run.id, run.state)
    if ends and run.began is Began.CLAIMED:
        await db.execute(_GIVE_SLOT_BACK, tenant, run.key.program_id, f"slots:{run.key.task}")


async def _tell_again(run: _Run, of: str, before: int, from_: MemberId, into: MemberId) -> None:
    """Write what was done of a run as done by who stays, of the run `of`, behind the times that were done `before`."""
    tenant, now, rows = scope.tenant_id(), scope.now(), []
    for row in await db.rows(_DONE, tenant, run.id, from_) if run.times else ():
        for member, id_, behind, times in ((from_, run.id, 0, -row["times"]), (into, of, before, row["times"])):
            rows.append((
                tenant, row["program_id"], member, new_id(), id_, row["task"], row["badge"],
                row["first_time"] + behind, row["last_time"] + behind, times, _renumbered(row["gifts"], behind),
                row["activity_id"], db.instant(row["effective_at"]), now,
            ))  # fmt: skip
    await write([Change(INSERT_COMPLETIONS, rows)])


def _renumbered(gifts: str, behind: int) -> str:
    """Rewards that were granted are known by the time that they were granted for."""
    document = orjson.loads(gifts)
    if not behind or "grants" not in document:
        return gifts
    grants: Iterable[tuple[int, str]] = document["grants"]
    return orjson.dumps({**document, "grants": [[number + behind, key] for number, key in grants]}).decode()


async def _runs(member: MemberId) -> dict[_Key, _Run]:
    """All that a member has, the first begun first; withdrawn ones too, since their names are taken."""
    return {
        key: _Run(
            row["id"], key, TaskState(row["state"]), Began(row["began"]), db.instant_or_none(row["starts_at"]),
            row["times"],
        )
        for row in await db.rows(_RUNS, scope.tenant_id(), member)
        for key in (_Key(row["program_id"], row["task"], row["run"]),)
    }  # fmt: skip


_RUNS = """
SELECT id, program_id, task, run, state, began, starts_at, times FROM member_task
WHERE tenant_id = $1 AND member_id = $2 ORDER BY id"""

_PUT_ASIDE = """
UPDATE member_task SET state = $3, times = 0, done_at = NULL, run = run || '/' || CAST(id AS TEXT),
    revision = revision + 1
WHERE tenant_id = $1 AND id = $2"""

_HAND_OVER = "UPDATE member_task SET member_id = $3, revision = revision + 1 WHERE tenant_id = $1 AND id = $2"

_ADD = """
UPDATE member_task SET times = times + $3, revision = revision + 1, done_at = (
    SELECT CASE WHEN o.done_at > member_task.done_at THEN o.done_at ELSE member_task.done_at END
    FROM member_task o WHERE o.tenant_id = $1 AND o.id = $4)
WHERE tenant_id = $1 AND id = $2"""

_GIVE_SLOT_BACK = """
UPDATE counter SET used = used - 1 WHERE tenant_id = $1 AND program_id = $2 AND owner = 'program' AND name = $3
AND period = 'lifetime'"""

_DONE = """
SELECT program_id, task, badge, first_time, last_time, times, gifts, activity_id, effective_at FROM task_completion
WHERE tenant_id = $1 AND member_task_id = $2 AND member_id = $3 ORDER BY id"""
