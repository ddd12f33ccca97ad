"""Mutations on members' tasks."""

from __future__ import annotations

import strawberry

from members.views import MemberId
from programs.decision import ProgramId
from programs.tasks import service, views
from schema.admin.codes import TaskAssignErrorCode, TaskClaimErrorCode, TaskWithdrawErrorCode
from schema.shared.declare import field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.ids import PROGRAM
from schema.shared.references import MemberReferenceInput, find_member
from schema.shared.tasks import MemberTask, show_tasks
from tenants.roles import Action


@input_
class TaskClaimInput:
    """A task that a member claims."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    member: MemberReferenceInput = field(description="Who.")
    program_id: strawberry.ID = field(description="The program of tasks; it must run.")
    task: str = field(description="The task, by its id in the rules.")


@input_
class TaskAssignInput:
    """A task that a member is to have."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    member: MemberReferenceInput = field(description="Who.")
    program_id: strawberry.ID = field(description="The program of tasks; it must run.")
    task: str = field(description="The task, by its id in the rules.")


@input_
class TaskWithdrawInput:
    """A task that a member is no longer to have."""

    idempotency_key: str = field(description="1–200 characters, unique for ever in the tenant.")
    member: MemberReferenceInput = field(description="Who.")
    program_id: strawberry.ID = field(description="The program of tasks; it must run.")
    task: str = field(description="The task, by its id in the rules.")
    reason: str = field(description="Why, for the audit log: 1–500 characters.")


@output
class TaskClaimPayload:
    """The member's tasks."""

    tasks: list[MemberTask] = field(default_factory=list, description="The member's tasks afterwards.")
    user_errors: list[UserError[TaskClaimErrorCode]] = field(default_factory=list, description="Why it was refused.")


@output
class TaskAssignPayload:
    """The member's tasks."""

    tasks: list[MemberTask] = field(default_factory=list, description="The member's tasks afterwards.")
    user_errors: list[UserError[TaskAssignErrorCode]] = field(default_factory=list, description="Why it was refused.")


@output
class TaskWithdrawPayload:
    """The member's tasks."""

    tasks: list[MemberTask] = field(default_factory=list, description="The member's tasks afterwards.")
    user_errors: list[UserError[TaskWithdrawErrorCode]] = field(default_factory=list, description="Why it was refused.")


@strawberry.type
class TaskMutations:
    """Mutations on members' tasks."""

    @mutation(
        TaskClaimPayload,
        TaskClaimErrorCode,
        "Claim a task for a member, as long as there are places: it begins now.",
        needs=Action.ADJUST_POINTS,
    )
    async def task_claim(self, input: TaskClaimInput) -> TaskClaimPayload:
        member, program = await find_member(input.member), ProgramId(PROGRAM.read(input.program_id))
        await service.claim(input.idempotency_key, member, program, input.task)
        return TaskClaimPayload(tasks=await _tasks(member))

    @mutation(
        TaskAssignPayload, TaskAssignErrorCode, "Assign a task to a member: it begins now.", needs=Action.ADJUST_POINTS
    )
    async def task_assign(self, input: TaskAssignInput) -> TaskAssignPayload:
        member, program = await find_member(input.member), ProgramId(PROGRAM.read(input.program_id))
        await service.assign(input.idempotency_key, member, program, input.task)
        return TaskAssignPayload(tasks=await _tasks(member))

    @mutation(
        TaskWithdrawPayload,
        TaskWithdrawErrorCode,
        "Take a task back that a member claimed or was assigned, and that is not done; what it brought already stays.",
        needs=Action.ADJUST_POINTS,
    )
    async def task_withdraw(self, input: TaskWithdrawInput) -> TaskWithdrawPayload:
        member, program = await find_member(input.member), ProgramId(PROGRAM.read(input.program_id))
        await service.withdraw(input.idempotency_key, member, program, input.task, input.reason)
        return TaskWithdrawPayload(tasks=await _tasks(member))


async def _tasks(member: MemberId) -> list[MemberTask]:
    return show_tasks((await views.of_members([member]))[member])
