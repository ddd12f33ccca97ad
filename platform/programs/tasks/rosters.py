"""Who has a task of a program, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from kit import db
from kit.ids import is_id
from members.views import MemberId
from programs.decision import ProgramId
from programs.tasks.running import Began, TaskState
from tenants import scope

PAGE_MAX = 101

RunId = NewType("RunId", str)


@dataclass(frozen=True, slots=True)
class OnTask:
    """A task as a member has it, or had it, once: `ends_at` is exclusive, `times` how often it was done till then."""

    id: RunId
    member_id: MemberId
    state: TaskState
    began: Began
    starts_at: datetime | None
    ends_at: datetime | None
    done_at: datetime | None
    times: int


async def page_of_members(
    program: ProgramId, task: str, state: TaskState, after: RunId | None = None, first: int = 50
) -> list[OnTask]:
    """Whose task is in this state, the latest begun first: `first` (at most 101) beyond the id `after`."""
    if not all(is_id(id_) for id_ in (program, after) if id_ is not None):
        return []
    beyond = "" if after is None else "AND t.id < $6 "
    async with scope.reading():
        rows = await db.rows(
            _PAGE.format(beyond=beyond), scope.tenant_id(), program, task, state, max(0, min(first, PAGE_MAX)),
            *([] if after is None else [after]),
        )  # fmt: skip
    return [
        OnTask(
            row["id"], row["member_id"], TaskState(row["state"]), Began(row["began"]),
            db.instant_or_none(row["starts_at"]), db.instant_or_none(row["ends_at"]),
            db.instant_or_none(row["done_at"]), int(row["times"]),
        )
        for row in rows
    ]  # fmt: skip


_PAGE = """
SELECT t.* FROM member_task t
JOIN member m ON m.tenant_id = t.tenant_id AND m.id = t.member_id AND m.state <> 'merged'
WHERE t.tenant_id = $1 AND t.program_id = $2 AND t.task = $3 AND t.state = $4 {beyond}ORDER BY t.id DESC LIMIT $5"""
