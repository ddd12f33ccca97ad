"""The rows that tasks are written as: runs, what was done of them, and the events that tell of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from events import service as events_service
from kit.ids import new_id
from kit.setbased import Change, Insert, Update
from ledger.book import Stamp
from programs.tasks.rows import Completion, Run

Written = tuple[object, ...]
"""A row of `task_completion`."""
Told = tuple[object, ...]
"""A row of the outbox."""


def done(run: Run, completion: Completion, stamp: Stamp) -> Written:
    """That a run was done some times more."""
    times = completion.last - completion.first + 1
    return (
        *run.who, completion.id, run.id, run.task.rules.id, completion.badge, completion.first, completion.last, times,
        completion.gifts(), stamp.activity_id, completion.effective_at, stamp.recorded_at,
    )  # fmt: skip


def undone(run: Run, completion: Completion, first: int, last: int, stamp: Stamp) -> Written:
    """That some of these times were taken back."""
    return (
        *run.who, new_id(), run.id, run.task.rules.id, completion.badge, first, last, first - last - 1,
        orjson.dumps({"of": completion.id}).decode(), stamp.activity_id, completion.effective_at, stamp.recorded_at,
    )  # fmt: skip


def told(kind: str, run: Run, times: int, stamp: Stamp) -> Told:
    """The event that a task begun, or was done, `times` by now."""
    body = {"task": run.task.rules.id, "times": times, "ends_at": run.ends_at, "activity": stamp.activity_id}
    return _told(kind, run, body, stamp.recorded_at)


def told_of_badge(kind: str, run: Run, badge: str, stamp: Stamp) -> Told:
    """The event that a badge was earned, or lost."""
    body = {"badge": badge, "task": run.task.rules.id, "activity": stamp.activity_id}
    return _told(kind, run, body, stamp.recorded_at)


def _told(kind: str, run: Run, body: Mapping[str, Any], at: datetime) -> Told:
    assert kind in events_service.KINDS, f"an event of no documented kind: {kind}"
    who = run.who
    text = orjson.dumps({"member": who.member_id, "program": who.program_id, **body}, option=orjson.OPT_SORT_KEYS)
    return (who.tenant, new_id(), kind, f"member:{who.member_id}", text.decode(), at)


def changes(runs: Sequence[Run], written: Sequence[Written], events: Sequence[Told]) -> list[Change]:
    """All that is to be written of these runs."""
    new = [_row(run) for run in sorted(runs, key=lambda run: (run.who, run.key)) if not run.revision]
    old = [
        (run.who.tenant, run.id, run.state.value, run.ends_at, run.times, run.done_at, run.revision)
        for run in runs if run.revision
    ]  # fmt: skip
    return [
        Change(INSERT, new), Change(_UPDATE, old), Change(INSERT_COMPLETIONS, written),
        Change(events_service.INSERT, events),
    ]  # fmt: skip


def _row(run: Run) -> tuple[object, ...]:
    return (
        *run.who, run.id, *run.key, run.state.value, run.began.value, run.starts_at, run.ends_at, run.times,
        run.done_at, run.activity_id, 1,
    )  # fmt: skip


INSERT = Insert(
    "member_task", tenant_id="uuid", program_id="uuid", member_id="uuid", id="uuid", task="text", run="text",
    state="text", began="text", starts_at="instant", ends_at="instant", times="int", done_at="instant",
    activity_id="uuid", revision="int", suffix="ON CONFLICT (tenant_id, program_id, member_id, task, run) DO NOTHING",
)  # fmt: skip
"""Adds runs; one that is there already is left as it is, and counts short."""
_UPDATE = Update(
    "member_task",
    "state = x.state, ends_at = x.ends_at, times = x.times, done_at = x.done_at, revision = t.revision + 1",
    "t.revision = x.revision",
    state="text", ends_at="instant", times="int", done_at="instant", revision="int",
)  # fmt: skip
INSERT_COMPLETIONS = Insert(
    "task_completion", tenant_id="uuid", program_id="uuid", member_id="uuid", id="uuid", member_task_id="uuid",
    task="text", badge="text", first_time="int", last_time="int", times="int", gifts="text", activity_id="uuid",
    effective_at="instant", recorded_at="instant",
)  # fmt: skip
