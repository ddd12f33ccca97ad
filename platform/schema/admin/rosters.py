"""Who has a tier, a plan or a task of a program."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import argument

from members.views import MemberId
from programs.decision import ProgramId
from programs.paid import rosters as paid
from programs.paid.views import MembershipId
from programs.tasks import rosters as tasks
from programs.tasks.rosters import RunId
from programs.tasks.running import TaskState
from programs.tiered import rosters as tiered
from schema.admin.types.rosters import TierMember, show_in_tier
from schema.admin.types.tasks import TaskMember, show_on_task
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.declare import asked
from schema.shared.ids import PROGRAM
from schema.shared.memberships import Membership, show_membership
from tenants.roles import Action

TheProgram = Annotated[strawberry.ID, argument(description="The program.")]


@strawberry.type
class RosterQueries:
    """Queries about who has what of a program."""

    @asked("Who is in a tier, who came last first.", Action.READ_MEMBERS)
    async def tier_members(
        self,
        program_id: TheProgram,
        tier: Annotated[str, argument(description="The tier, by its id in the rules.")],
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[TierMember]:
        rows = await tiered.page_of_members(_program(program_id), tier, after_id(after, MemberId), first + 1)
        return page(rows, first, after, lambda row: row.member_id, show_in_tier)

    @asked("The memberships of a plan that have not ended, the latest first.", Action.READ_MEMBERSHIPS)
    async def memberships(
        self,
        program_id: TheProgram,
        plan: Annotated[str, argument(description="The plan, by its id in the rules.")],
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[Membership]:
        rows = await paid.page_of_memberships(_program(program_id), plan, after_id(after, MembershipId), first + 1)
        return page(rows, first, after, lambda row: row.id, show_membership)

    @asked("Whose task is in a state, the latest begun first.", Action.READ_MEMBERS)
    async def task_members(
        self,
        program_id: TheProgram,
        task: Annotated[str, argument(description="The task, by its id in the rules.")],
        state: Annotated[TaskState, argument(description="In this state.")] = TaskState.ACTIVE,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[TaskMember]:
        rows = await tasks.page_of_members(_program(program_id), task, state, after_id(after, RunId), first + 1)
        return page(rows, first, after, lambda row: row.id, show_on_task)


def _program(id_: strawberry.ID) -> ProgramId:
    """An id that is none of ours has no members."""
    return ProgramId(PROGRAM.find(id_) or "")
