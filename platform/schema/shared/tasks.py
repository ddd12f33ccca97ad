"""A member's tasks and badges in both schemas: what is to be done, how far it is, what was earned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry

from programs import gifts
from programs.tasks.compiled import name_of_behaviour
from programs.tasks.running import Began, TaskState
from programs.tasks.views import BadgeView, TaskView
from schema.cost import sized
from schema.shared.declare import enum, field, output
from schema.shared.ids import PROGRAM
from schema.shared.rules.gifts import GIFTS
from schema.shared.rules.mirror import Mirror
from schema.shared.scalars import BigInt

enum(TaskState, {
    "OFFERED": "It can be claimed, or begun by doing something.",
    "ACTIVE": "It is under way.",
    "DONE": "It is done.",
    "EXPIRED": "Its time is over, and it was not done.",
    "WITHDRAWN": "It was taken back, or gone with what had triggered it.",
}, description="Where a member is with a task.")  # fmt: skip
enum(Began, {
    "AUTOMATIC": "By itself.",
    "CLAIMED": "The member claimed it.",
    "TRIGGERED": "What the member did, or being in a segment, triggered it.",
    "ASSIGNED": "It was assigned.",
}, name="TaskBegan", description="How a task began.")  # fmt: skip

_mirror = Mirror(GIFTS)
Gift = _mirror.output(gifts.Gift)


@output
class TaskStep:
    """One thing to do for a task."""

    behaviour: str = field(description="What counts: `spend:USD`, `orders`, `orders_from:5000:USD`, `times:visit`, ….")
    target: BigInt = field(description="How much of it: minor units, points or a number; of a streak its length.")
    has: BigInt = field(description="How much of that there is; of a streak the days or weeks that it has lasted.")
    met: bool = field(description="Whether that is enough.")


@output
class MemberTask:
    """A task that a member has, or can claim."""

    program_id: strawberry.ID = field(description="The program.")
    task: str = field(description="The task's id in the rules.")
    name: str = field(description="What members read.")
    state: TaskState = field(description="Where the member is with it.")
    began: Began | None = field(description="How it began; null: it did not yet.")
    starts_at: datetime | None = field(description="From when on is counted; null: from the beginning.")
    ends_at: datetime | None = field(description="Until when, not included; null: it has no end.")
    done_at: datetime | None = field(description="When it was done last.")
    times: BigInt = field(description="How often it was done within this time.")
    steps: list[TaskStep] = field(description="What is to be done, all of it.", metadata=sized(2))
    rewards: Any = field(
        description="What each time brings.", metadata=sized(2),
        graphql_type=list[Gift],  # type: ignore[valid-type]  # made at run time
    )  # fmt: skip
    badge: str | None = field(description="The badge that it brings, by its id in the rules.")
    slots_left: BigInt | None = field(description="How many can still claim it; null: as many as want, or none has to.")


@output
class MemberBadge:
    """A badge that a member has earned."""

    program_id: strawberry.ID = field(description="The program.")
    badge: str = field(description="The badge's id in the rules.")
    name: str = field(description="What members read.")
    earned_at: datetime = field(description="Since when.")
    times: BigInt = field(description="How often it was earned.")


def show_tasks(views: Sequence[TaskView]) -> list[MemberTask]:
    """Tasks in the schema."""
    return [_task(view) for view in views]


def show_badges(views: Sequence[BadgeView]) -> list[MemberBadge]:
    """Badges in the schema."""
    return [
        MemberBadge(
            program_id=PROGRAM.show(view.program_id), badge=view.badge, name=view.name, earned_at=view.earned_at,
            times=view.times,
        )
        for view in views
    ]  # fmt: skip


def _task(view: TaskView) -> MemberTask:
    task = view.task
    steps = [
        TaskStep(behaviour=name_of_behaviour(step.behaviour), target=done.target, has=done.has, met=done.met)
        for step, done in zip(task.steps, view.steps, strict=True)
    ]
    return MemberTask(
        program_id=PROGRAM.show(view.program_id), task=task.id, name=task.name, state=view.state, began=view.began,
        starts_at=view.starts_at, ends_at=view.ends_at, done_at=view.done_at, times=view.times, steps=steps,
        rewards=_mirror.show(task.rewards), badge=task.badge, slots_left=view.slots_left,
    )  # fmt: skip
