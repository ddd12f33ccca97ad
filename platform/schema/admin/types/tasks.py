"""How the tasks of a program are doing."""

from __future__ import annotations

from collections.abc import Sequence

from programs.tasks.views import TaskCounts
from schema.shared.declare import field, output
from schema.shared.scalars import BigInt


@output
class ProgramTask:
    """A task of a program, and how many members' tasks of it are where."""

    task: str = field(description="The task's id in the rules.")
    name: str = field(description="What members read.")
    active: BigInt = field(description="Under way.")
    done: BigInt = field(description="Done.")
    expired: BigInt = field(description="Not done in time.")
    withdrawn: BigInt = field(description="Taken back.")
    times: BigInt = field(description="How often it was done in all.")
    slots_taken: BigInt = field(description="How many places are taken, where members claim it.")


def show_counts(counts: Sequence[TaskCounts]) -> list[ProgramTask]:
    """Counts in the schema."""
    return [
        ProgramTask(
            task=each.task.id, name=each.task.name, active=each.active, done=each.done, expired=each.expired,
            withdrawn=each.withdrawn, times=each.times, slots_taken=each.slots_taken,
        )
        for each in counts
    ]  # fmt: skip
