"""Members' tasks and badges as they are read, and how a program's tasks are doing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kit import db
from kit.setbased import Columns
from members.standing import standings
from programs import rulebooks
from programs.decision import ProgramId
from programs.engine import Rulebook
from programs.kind import Standing
from programs.store import count_for
from programs.tasks import running
from programs.tasks.compiled import CompiledTask
from programs.tasks.rows import Member, Run
from programs.tasks.rules import Claimed, OnSegment, Task
from programs.tasks.running import Began, StepProgress, TaskState
from programs.tasks.service import KIND, touches
from programs.tasks.state import TasksState
from tenants import scope


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as a member has it now, or may have it; `steps` as in the rules, each with how far it is.

    `slots_left` is for those who may claim it (None: as many as want). `ends_at` is exclusive; `times` is how often it
    was done within its time.
    """

    program_id: ProgramId
    task: Task
    state: TaskState
    began: Began | None
    starts_at: datetime | None
    ends_at: datetime | None
    done_at: datetime | None
    times: int
    steps: tuple[StepProgress, ...]
    slots_left: int | None = None


@dataclass(frozen=True, slots=True)
class BadgeView:
    """A badge that a member has: since when, and how often it was earned."""

    program_id: ProgramId
    badge: str
    name: str
    earned_at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """How a task is doing: how many members' tasks are in each state, how often it was done in all, places taken."""

    task: Task
    active: int
    done: int
    expired: int
    withdrawn: int
    times: int
    slots_taken: int


async def of_members(members: Sequence[str]) -> dict[str, tuple[TaskView, ...]]:
    """The tasks that these members have or may claim now, of all programs of tasks that run."""
    answer: dict[str, tuple[TaskView, ...]] = dict.fromkeys(members, ())
    async with scope.reading():
        tenant = scope.tenant_id()
        rules = (await rulebooks.load([tenant]))[tenant]
        touched = touches(rules, list(answer))
        if not touched:
            return answer
        state = TasksState(locked=False)
        await state.load(touched)
        await count_for([state], {})
        found = await standings((tenant, member) for member in answer)
        taken = await _slots_taken([touch.who.program_id for touch in touched])
    everybody = rules.rulebook.tiers_of_everybody(scope.now())
    for touch in touched:
        if (known := state.members.get(touch.who)) is not None:
            member = found[tenant, touch.who.member_id].among(everybody)
            views = _views(known, Standing(member.tiers, member.segments), taken)
            answer[touch.who.member_id] += tuple(views)
    return answer


async def badges_of(members: Sequence[str]) -> dict[str, tuple[BadgeView, ...]]:
    """The badges that these members have, the first earned first; also those of programs that no longer run."""
    answer: dict[str, tuple[BadgeView, ...]] = dict.fromkeys(members, ())
    async with scope.reading():
        tenant = scope.tenant_id()
        rulebook = (await rulebooks.load([tenant]))[tenant].rulebook
        given = _MEMBERS.payload([(member,) for member in answer])
        rows = await db.rows(_BADGES.format(members=_MEMBERS.source(2)), tenant, given)
    for row in rows:
        program, badge = ProgramId(row["program_id"]), row["badge"]
        name, since = _name(rulebook, program, badge), db.instant(row["earned_at"])
        answer[row["member_id"]] += (BadgeView(program, badge, name, since, int(row["times"])),)
    return answer


async def counts_of(program: ProgramId) -> tuple[TaskCounts, ...]:
    """How the tasks of a program's rules as they are now are doing; none for a program of another kind."""
    async with scope.reading():
        tenant, now = scope.tenant_id(), scope.now()
        rulebook = (await rulebooks.load([tenant]))[tenant].rulebook
        found = next((each for each in rulebook.programs if each.id == program and each.kind.name == KIND), None)
        if found is None:
            return ()
        rows = await db.rows(_COUNTS, tenant, program)
        taken = await _slots_taken([program])
    by_task: dict[str, dict[str, tuple[int, int]]] = {}
    for row in rows:
        by_task.setdefault(row["task"], {})[row["state"]] = (row["number"], int(row["times"]))
    tasks = rulebook.version(found, now).compiled.rules.tasks
    return tuple(_counts(task, by_task.get(task.id, {}), taken.get((program, task.id), 0)) for task in tasks)


def _counts(task: Task, found: Mapping[str, tuple[int, int]], taken: int) -> TaskCounts:
    of = {state: found.get(state, (0, 0))[0] for state in TaskState}
    return TaskCounts(
        task, of[TaskState.ACTIVE], of[TaskState.DONE], of[TaskState.EXPIRED], of[TaskState.WITHDRAWN],
        sum(times for _, times in found.values()), taken,
    )  # fmt: skip


async def _slots_taken(programs: Sequence[str]) -> dict[tuple[str, str], int]:
    given = _PROGRAMS.payload([(program,) for program in sorted(set(programs))])
    rows = await db.rows(_SLOTS.format(programs=_PROGRAMS.source(2)), scope.tenant_id(), given)
    return {(row["program_id"], row["name"].removeprefix("slots:")): row["used"] for row in rows}


# -- one member --------------------------------------------------------------------------------------------------------


def _views(known: Member, standing: Standing, taken: Mapping[tuple[str, str], int]) -> list[TaskView]:
    views = []
    for task in known.tasks.tasks.values():
        run = _shown(known, task)
        if run is not None and (run.revision or task.is_for(standing)):
            views.append(_view(known, run))
        elif run is None and task.is_for(standing):
            views += _offered(known, task, standing, taken)
    return views


def _shown(known: Member, task: CompiledTask) -> Run | None:
    """The run that a member sees: the one that is open, else the one that ended last."""
    own = known.of(task)
    now = max(known.moments)
    open_ = [run for run in own if run.covers(now)]
    return max(open_ or own, key=lambda run: (str(run.starts_at or ""), run.name), default=None)


def _view(known: Member, run: Run) -> TaskView:
    over = run.ends_at is not None and run.ends_at <= max(known.moments)
    state = running.state(run.task, run.began, run.times, over=over, begun=running.total(run.counted) > 0)
    return TaskView(
        known.who.program_id, run.task.rules, state, None if state is TaskState.OFFERED else run.began, run.starts_at,
        run.ends_at, run.done_at, run.times, run.shown,
    )  # fmt: skip


def _offered(
    known: Member, task: CompiledTask, standing: Standing, taken: Mapping[tuple[str, str], int]
) -> list[TaskView]:
    """A task that the member may claim now, or that begins with the next thing they do."""
    start, left = task.rules.start, None
    if isinstance(start, Claimed):
        if start.until is not None and known.today > start.until:
            return []
        left = None if start.slots is None else start.slots - taken.get((known.who.program_id, task.rules.id), 0)
        if left is not None and left <= 0:
            return []
    elif not isinstance(start, OnSegment) or start.segment not in standing.segments:
        return []
    steps = running.progress(task, {}, 0, known.today)
    program = known.who.program_id
    return [TaskView(program, task.rules, TaskState.OFFERED, None, None, None, None, 0, steps, left)]


def _name(rulebook: Rulebook, program: ProgramId, badge: str) -> str:
    """What a badge is called, by the newest version that has it."""
    found = next((each for each in rulebook.programs if each.id == program), None)
    versions = [] if found is None else reversed(found.versions)
    return next((version.compiled.badges[badge] for version in versions if badge in version.compiled.badges), badge)


_MEMBERS = Columns(id="uuid")
_PROGRAMS = Columns(id="uuid")

_SLOTS = """
SELECT c.program_id, c.name, c.used FROM {programs} AS x
JOIN counter c ON c.tenant_id = $1 AND c.program_id = x.id AND c.owner = 'program' AND c.period = 'lifetime'
WHERE c.name >= 'slots:' AND c.name < 'slots;'"""

_BADGES = """
SELECT member_id, program_id, badge, min(effective_at) AS earned_at, sum(times) AS times FROM (
    SELECT c.member_id, c.program_id, c.badge, c.effective_at, sum(c.times) AS times
    FROM {members} AS x JOIN task_completion c ON c.tenant_id = $1 AND c.member_id = x.id
    WHERE c.badge IS NOT NULL GROUP BY c.member_id, c.program_id, c.badge, c.effective_at HAVING sum(c.times) > 0) AS e
GROUP BY member_id, program_id, badge ORDER BY min(effective_at), program_id, badge"""

_COUNTS = """
SELECT task, state, count(*) AS number, sum(times) AS times FROM member_task
WHERE tenant_id = $1 AND program_id = $2 GROUP BY task, state"""
