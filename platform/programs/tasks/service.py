"""Members' tasks by hand and by time: claimed, assigned, withdrawn, expired.

Each verb is one transaction under an idempotency key. Locks are taken in the order member, tasks, slots.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from events.service import Happening, emit_many
from kit import db
from kit.errors import Refusal
from kit.ids import new_id
from kit.setbased import write
from ledger.book import Stamp
from members.standing import standings
from members.text import storable
from members.views import MemberId
from programs import rulebooks
from programs.decision import ProgramId
from programs.kind import Standing
from programs.rulebooks import TenantRules
from programs.store import Touch, Who
from programs.tasks import running, writing
from programs.tasks.compiled import CompiledTask
from programs.tasks.errors import TaskErrorCode, final, not_found
from programs.tasks.progress import period
from programs.tasks.rows import Member, Run, new_run
from programs.tasks.rules import AMOUNT_MAX, Assigned, Claimed
from programs.tasks.running import Began, TaskState, Within
from programs.tasks.state import TasksState
from rewards.offers import lock_member
from tenants import audit, commands, scope

KIND = "tasks"
REASON_CHARACTERS_MAX = 500
EXPIRED_MAX = 1000

Check = Callable[[Member, CompiledTask, datetime], Awaitable[None]]


async def claim(key: str, member: MemberId, program: ProgramId, task: str) -> MemberId:
    """Claim a task for a member: it begins now.

    Raises `Refusal` NOT_FOUND (member, program, task); and kept under the key: NOT_CLAIMABLE, ENDED (the last day to
    claim it is over), NOT_ELIGIBLE (tiers, segments), ALREADY_BEGUN, NO_SLOTS.
    """

    async def check(known: Member, found: CompiledTask, now: datetime) -> None:
        start = found.rules.start
        if not isinstance(start, Claimed):
            raise final(TaskErrorCode.NOT_CLAIMABLE, "This task is not one to claim.")
        if start.until is not None and known.tasks.day(now) > start.until:
            raise final(TaskErrorCode.ENDED, "The last day to claim this task is over.")
        await _check_standing(known, found)
        _check_free(known, found, now)
        slots = AMOUNT_MAX if start.slots is None else start.slots
        if not await db.execute(_TAKE_SLOT, known.who.tenant, new_id(), program, _slots(task), slots):
            raise final(TaskErrorCode.NO_SLOTS, "All places of this task are taken.")

    return await _begin(key, "task.claim", member, program, task, Began.CLAIMED, check)


async def assign(key: str, member: MemberId, program: ProgramId, task: str) -> MemberId:
    """Assign a task to a member: it begins now.

    Raises `Refusal` NOT_FOUND (member, program, task); and kept under the key: NOT_ASSIGNABLE, NOT_ELIGIBLE,
    ALREADY_BEGUN.
    """

    async def check(known: Member, found: CompiledTask, now: datetime) -> None:
        if not isinstance(found.rules.start, Assigned):
            raise final(TaskErrorCode.NOT_ASSIGNABLE, "This task is not one to assign.")
        await _check_standing(known, found)
        _check_free(known, found, now)
        details = {"program": f"program:{program}", "task": task}
        await audit.record_staff("task.assigned", f"member:{member}", details)

    return await _begin(key, "task.assign", member, program, task, Began.ASSIGNED, check)


async def withdraw(key: str, member: MemberId, program: ProgramId, task: str, reason: str) -> MemberId:
    """Take a task back that a member has claimed, or was given, and that is not over; what it brought stays.

    Raises `Refusal`: INVALID (reason), NOT_FOUND (member, program, task, or the member does not have it).
    """
    if not reason.strip() or len(reason) > REASON_CHARACTERS_MAX or not storable(reason):
        message = f"Say why in 1 to {REASON_CHARACTERS_MAX} characters."
        raise Refusal(TaskErrorCode.INVALID, message, ("reason",))

    async def work() -> commands.Result:
        await lock_member(member)
        _, known, found = await _known(member, program, task)
        run = _open(known, found)
        if run is None:
            raise not_found("task", "The member does not have this task now.")
        if run.times:  # done again and again: what was done stays, and its place is taken, but it is over
            run.state, run.ends_at = TaskState.DONE, scope.now()
        else:
            run.state = TaskState.WITHDRAWN
        if run.began is Began.CLAIMED and not run.times:
            await db.execute(_GIVE_SLOT_BACK, known.who.tenant, program, _slots(task))
        await _write(run, "task.withdrawn")
        details = {"program": f"program:{program}", "task": task, "reason": reason}
        await audit.record_staff("task.withdrawn", f"member:{member}", details)
        return {"member": member}

    given = {"member": member, "program": program, "task": task, "reason": reason}
    await commands.once(key, "task.withdraw", given, work)
    return member


async def expire_due(limit: int = 100) -> int:
    """End up to `limit` tasks of the scope's tenant whose time is over; answers how many.

    What was done in time counts also when it is told later. Tasks that come again need nobody to offer them: they
    follow from their rules and the day.
    """
    assert 0 < limit <= EXPIRED_MAX, f"1 to {EXPIRED_MAX} at once"
    async with scope.writing():
        lock = "FOR NO KEY UPDATE SKIP LOCKED" if db.dialect() == "postgres" else ""
        ended = await db.rows(_EXPIRE.format(lock=lock), scope.tenant_id(), scope.now(), limit)
        told = sorted((row for row in ended if row["state"] == TaskState.EXPIRED), key=lambda row: str(row["id"]))
        await emit_many([
            Happening("task.expired", f"member:{row['member_id']}", {
                "member": row["member_id"], "program": row["program_id"], "task": row["task"],
            })
            for row in told
        ])  # fmt: skip
    return len(ended)


def touches(rules: TenantRules, members: list[str], program: ProgramId | None = None) -> list[Touch]:
    """The task programs that run now, or this one of them, for each of these members."""
    now = scope.now()
    return [
        Touch(
            KIND, Who(scope.tenant_id(), each.id, member), rules.rulebook.version(each, now).compiled, rules.units,
            (now,),
        )
        for each in rules.rulebook.programs
        if each.kind.name == KIND and each.live_at(now) and program in (None, each.id)
        for member in members
    ]  # fmt: skip


# -- beginning ---------------------------------------------------------------------------------------------------------


async def _begin(
    key: str, name: str, member: MemberId, program: ProgramId, task: str, began: Began, check: Check
) -> MemberId:  # fmt: skip
    async def work() -> commands.Result:
        await lock_member(member)
        now, known, found = await _known(member, program, task)
        await check(known, found, now)
        within = Within(f"{began}:{period(known.tasks, now)}", now, running.ends_at(found, now, known.zone))
        await _write(new_run(known.who, found, within, began, TaskState.ACTIVE), "task.begun")
        return {"member": member}

    await commands.once(key, name, {"member": member, "program": program, "task": task}, work)
    return member


async def _known(member: MemberId, program: ProgramId, task: str) -> tuple[datetime, Member, CompiledTask]:
    """What a member has in a program, locked, and the task by its id."""
    rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
    touched = touches(rules, [member], program)
    if not touched:
        raise not_found("program_id", "There is no such program of tasks, or it does not run.")
    found = touched[0].compiled.tasks.get(task)
    if found is None:
        raise not_found("task", "The program has no such task.")
    state = TasksState()
    await state.load(touched)
    return touched[0].moments[0], state.members[touched[0].who], found


async def _check_standing(known: Member, task: CompiledTask) -> None:
    place = known.who.tenant, known.who.member_id
    rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
    found = (await standings([place]))[place].among(rules.rulebook.tiers_of_everybody(scope.now()))
    if not task.is_for(Standing(found.tiers, found.segments)):
        raise final(TaskErrorCode.NOT_ELIGIBLE, "This task is for others: by its tiers or segments.")


def _check_free(known: Member, task: CompiledTask, now: datetime) -> None:
    own = known.of(task)
    if any(run.covers(now) for run in own) or (task.once and own):
        raise final(TaskErrorCode.ALREADY_BEGUN, "The member has this task already.")


def _open(known: Member, task: CompiledTask) -> Run | None:
    now = max(known.moments)  # a task whose time is over has expired, also before the job says so
    found = [run for run in known.of(task) if run.revision and run.state is TaskState.ACTIVE and run.covers(now)]
    return next((run for run in found if run.began is not Began.AUTOMATIC), None)


async def _write(run: Run, kind: str) -> None:
    now = scope.now()
    changes = writing.changes([run], [], [writing.told(kind, run, run.times, Stamp(now, now))])
    counts = await write(changes)
    assert counts[0] + counts[1] == 1, "the member is locked: nobody else changed their task"


def _slots(task: str) -> str:
    """The name of the counter of a task's places."""
    return f"slots:{task}"


_TAKE_SLOT = """
INSERT INTO counter (tenant_id, id, program_id, owner, name, period, used)
VALUES ($1, $2, $3, 'program', $4, 'lifetime', 1)
ON CONFLICT (tenant_id, program_id, owner, name, period) DO UPDATE SET used = counter.used + 1
WHERE counter.used < $5"""

_GIVE_SLOT_BACK = """
UPDATE counter SET used = used - 1 WHERE tenant_id = $1 AND program_id = $2 AND owner = 'program' AND name = $3
AND period = 'lifetime'"""

_EXPIRE = """
UPDATE member_task SET state = CASE WHEN times > 0 THEN 'done' ELSE 'expired' END, revision = revision + 1
WHERE tenant_id = $1 AND id IN (
    SELECT id FROM member_task WHERE tenant_id = $1 AND state IN ('offered', 'active') AND ends_at <= $2
    ORDER BY ends_at, id LIMIT $3 {lock})
RETURNING id, program_id, member_id, task, state"""
