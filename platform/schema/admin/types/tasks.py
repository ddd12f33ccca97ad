"""How the tasks of a program are doing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import strawberry

from programs.tasks import rules
from programs.tasks.rosters import OnTask
from programs.tasks.running import Began, TaskState
from programs.tasks.views import TaskCounts
from schema.shared.declare import field, output
from schema.shared.ids import MEMBER
from schema.shared.scalars import BigInt


@output
class ProgramTask:
    """A task of a program, and how many members' tasks of it are where."""

    task: str = field(description="The task's id in the rules.")
    name: str = field(description="What members read.")
    begins: Began = field(description="How it begins.")
    active: BigInt = field(description="Under way.")
    done: BigInt = field(description="Done.")
    expired: BigInt = field(description="Not done in time.")
    withdrawn: BigInt = field(description="Taken back.")
    times: BigInt = field(description="How often it was done in all.")
    slots_taken: BigInt = field(description="How many places are taken, where members claim it.")
    slots: BigInt | None = field(description="How many places there are; null: as many as want, or nobody claims it.")


@output
class TaskMember:
    """A task as a member has it, or had it, once."""

    member_id: strawberry.ID = field(description="Who.")
    state: TaskState = field(description="Where the member is with it.")
    began: Began = field(description="How it began.")
    starts_at: datetime | None = field(description="From when on is counted; null: from the beginning.")
    ends_at: datetime | None = field(description="Until when, not included; null: it has no end.")
    done_at: datetime | None = field(description="When it was done last.")
    times: BigInt = field(description="How often it was done within this time.")


def show_counts(counts: Sequence[TaskCounts]) -> list[ProgramTask]:
    """Counts in the schema."""
    return [
        ProgramTask(
            task=each.task.id, name=each.task.name, begins=_BEGINS[type(each.task.start)], active=each.active,
            done=each.done, expired=each.expired, withdrawn=each.withdrawn, times=each.times,
            slots_taken=each.slots_taken,
            slots=each.task.start.slots if isinstance(each.task.start, rules.Claimed) else None,
        )
        for each in counts
    ]  # fmt: skip


def show_on_task(row: OnTask) -> TaskMember:
    """A member's task in the schema."""
    return TaskMember(
        member_id=MEMBER.show(row.member_id), state=row.state, began=row.began, starts_at=row.starts_at,
        ends_at=row.ends_at, done_at=row.done_at, times=row.times,
    )  # fmt: skip


_BEGINS = {
    rules.Automatic: Began.AUTOMATIC,
    rules.Claimed: Began.CLAIMED,
    rules.OnActivity: Began.TRIGGERED,
    rules.OnSegment: Began.TRIGGERED,
    rules.Assigned: Began.ASSIGNED,
}
