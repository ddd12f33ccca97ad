"""Tasks that a shopper can claim."""

from __future__ import annotations

import strawberry

from programs.decision import ProgramId
from programs.tasks import service, views
from schema.shared.context import Info
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import PROGRAM
from schema.shared.tasks import MemberTask, show_tasks
from schema.storefront.codes import TaskClaimErrorCode
from schema.storefront.shopper import KEY, with_key


@input_
class TaskClaimInput:
    """A task to claim."""

    idempotency_key: str = field(description=KEY)
    program_id: strawberry.ID = field(description="The program of the task.")
    task: str = field(description="The task, by its id.")


@output
class TaskClaimPayload:
    """The shopper's tasks."""

    tasks: list[MemberTask] = field(default_factory=list, description="The shopper's tasks afterwards.")
    user_errors: list[UserError[TaskClaimErrorCode]] = field(default_factory=list, description="Why it was refused.")


@strawberry.type
class TaskMutations:
    """What a shopper can do about tasks."""

    @mutation(TaskClaimPayload, TaskClaimErrorCode, "Claim a task, as long as there are places: it begins now.")
    async def task_claim(self, info: Info, input: TaskClaimInput) -> TaskClaimPayload:
        (member, key), program = with_key(info, input.idempotency_key), ProgramId(PROGRAM.read(input.program_id))
        await service.claim(key, member, program, input.task)
        return TaskClaimPayload(tasks=show_tasks((await views.of_members([member]))[member]))
