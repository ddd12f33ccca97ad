"""Tasks counted again: each must still be done as often as its counters say (promise 9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from kit import db
from ledger.findings import Finding
from programs import rulebooks, sums
from programs.decision import ProgramId
from programs.engine import Program
from programs.store import Who
from programs.tasks import running
from programs.tasks.compiled import CompiledTasks
from programs.tasks.counting import Counted
from programs.tasks.rows import Member, Run, read_run
from programs.tasks.service import KIND
from tenants import scope

CHECK = "task_counted"
PAGE_ROWS = 1000
FINDINGS_MAX = 100


async def verify() -> tuple[Finding, ...]:
    """The tasks (at most 100) of the scope's tenant that were done more often than their counters bear out.

    Rules may have asked for less when a task was done, so it stands if any version of them says so. Left out are tasks
    that no version has, programs that were paused (a refund meanwhile takes no task back), and members who became one:
    what both did within one time was done more often than one can.
    """
    findings: list[Finding] = []
    async with scope.reading():
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
        for program in rules.rulebook.programs:
            if program.kind.name == KIND and not program.pauses and len(findings) < FINDINGS_MAX:
                findings += await _of_program(program)
    return tuple(findings[:FINDINGS_MAX])


async def _of_program(program: Program) -> list[Finding]:
    findings: list[Finding] = []
    rows: Sequence[db.Row] = ()
    while len(findings) < FINDINGS_MAX and (not rows or len(rows) == PAGE_ROWS):
        after = rows[-1]["id"] if rows else _FIRST
        rows = await db.rows(_PAGE, scope.tenant_id(), program.id, after, PAGE_ROWS)
        if not rows:
            break
        borne, judged = set[str](), set[str]()
        for version in reversed(program.versions):
            doubtful = [row for row in rows if row["id"] not in borne]
            for run, times in await _counted(program.id, version.compiled, doubtful):
                judged.add(run.id)
                if times >= run.times:
                    borne.add(run.id)
        findings += [
            Finding(CHECK, row["id"], f"done {row['times']} times, which its counters do not bear out")
            for row in rows if row["id"] in judged - borne
        ]  # fmt: skip
    return findings


async def _counted(
    program: ProgramId, tasks: CompiledTasks, rows: Sequence[db.Row]
) -> list[tuple[Run, int]]:  # fmt: skip
    """How often each of these is done by what is counted, as far as these rules have it."""
    members = []
    for row in rows:
        task, done_at = tasks.tasks.get(row["task"]), db.instant_or_none(row["done_at"])
        if task is not None and done_at is not None:
            who = Who(scope.tenant_id(), program, row["member_id"])
            run = read_run(who, task, row)
            joined_at, moments = db.instant(row["joined_at"]), {_BEGINNING, done_at, scope.now()}
            members.append(Member(who, tasks, {}, joined_at, moments=moments, runs={run.key: run}))
    counted = Counted()
    counted.take(members, {}, await sums.read(counted.spans(members)))
    return [
        (run, running.outcome(run.task, run.counted).times) for member in members for run in member.runs.values()
    ]  # fmt: skip


_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Before all that is counted: where a streak or a rolling window was undone, another may have been enough."""
_FIRST = "00000000-0000-0000-0000-000000000000"
_PAGE = """
SELECT r.id, r.member_id, r.task, r.run, r.state, r.began, r.starts_at, r.ends_at, r.times, r.done_at, r.activity_id,
       r.revision, m.joined_at
FROM member_task r JOIN member m ON m.tenant_id = r.tenant_id AND m.id = r.member_id AND m.state = 'active'
WHERE r.tenant_id = $1 AND r.program_id = $2 AND r.id > $3 AND r.times > 0
    AND NOT EXISTS (SELECT 1 FROM member o WHERE o.tenant_id = r.tenant_id AND o.merged_into = r.member_id)
ORDER BY r.id LIMIT $4"""
