"""Two members become one: tasks that only the other has done are theirs who stays, and none is done a second time."""

from __future__ import annotations

from kit import db
from kit.ids import new_id
from kit.setbased import Change, write
from members.views import MemberId
from programs.tasks.writing import INSERT_COMPLETIONS
from tenants import scope


async def follow(from_: MemberId, into: MemberId) -> None:
    """Hand tasks over, within the transaction that merges two members, who are locked; before they are settled.

    Where both have the same task at the same time, the one that was done stays, and theirs who stays if both were. Rows
    that tell of what was done are never changed: they are cancelled under the old name, and written under the new.
    """
    tenant = scope.tenant_id()
    await db.execute(_PUT_ASIDE, tenant, from_, into)
    moved = await db.rows(_HAND_OVER, tenant, from_, into)
    rows = []
    for run in sorted(row["id"] for row in moved):
        for row in await db.rows(_DONE, tenant, run):
            for member, times in ((from_, -row["times"]), (into, row["times"])):
                rows.append((
                    tenant, row["program_id"], member, new_id(), run, row["task"], row["badge"], row["first_time"],
                    row["last_time"], times, row["gifts"], row["activity_id"], db.instant(row["effective_at"]),
                    scope.now(),
                ))  # fmt: skip
    await write([Change(INSERT_COMPLETIONS, rows)])


_PUT_ASIDE = """
UPDATE member_task SET state = 'withdrawn', run = run || '/' || CAST(id AS TEXT), revision = revision + 1
WHERE tenant_id = $1 AND member_id = $3 AND times = 0 AND EXISTS (
    SELECT 1 FROM member_task o WHERE o.tenant_id = $1 AND o.member_id = $2 AND o.times > 0
    AND o.program_id = member_task.program_id AND o.task = member_task.task AND o.run = member_task.run)"""

_HAND_OVER = """
UPDATE member_task SET member_id = $3, revision = revision + 1
WHERE tenant_id = $1 AND member_id = $2 AND NOT EXISTS (
    SELECT 1 FROM member_task o WHERE o.tenant_id = $1 AND o.member_id = $3
    AND o.program_id = member_task.program_id AND o.task = member_task.task AND o.run = member_task.run)
RETURNING id"""

_DONE = """
SELECT program_id, task, badge, first_time, last_time, times, gifts, activity_id, effective_at FROM task_completion
WHERE tenant_id = $1 AND member_task_id = $2 ORDER BY id"""
