"""Members' tasks as they are stored, locked, and what they have beside: what began by itself, what may begin now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from kit import db
from kit.setbased import Columns
from members.standing import standings
from programs.store import Touch, Who, joined
from programs.tasks import running
from programs.tasks.compiled import CompiledTask
from programs.tasks.progress import instant_of, period
from programs.tasks.rows import Member, Run, new_run, read_completion, read_run
from programs.tasks.rules import OnActivity, OnSegment
from programs.tasks.running import Began, TaskState, Within

Members = dict[Who, Member]


async def load_members(touches: Iterable[Touch], *, locked: bool) -> Members:
    """What these members have at the moments of the touches; those that are not there are left out."""
    touched: dict[Who, list[Touch]] = {}
    for touch in touches:
        touched.setdefault(touch.who, []).append(touch)
    members: Members = {}
    joined_at = await joined([touch for several in touched.values() for touch in several])
    for who, several in touched.items():
        if (who.tenant, who.member_id) in joined_at:
            members[who] = _member(who, several, joined_at[who.tenant, who.member_id])
    if members:
        await _load_standings(members)
        await _load_runs(members, "FOR NO KEY UPDATE OF r" if locked and db.dialect() == "postgres" else "")
        for who, member in members.items():
            for touch in touched[who]:
                _offer(member, touch)
        await _load_completions(members)
        await _load_badges(members)
    return members


def _member(who: Who, touches: Sequence[Touch], joined_at: datetime) -> Member:
    last = touches[-1]
    member = Member(who, last.compiled, last.units, joined_at)
    for touch in touches:
        member.corrected |= touch.corrects
        member.moments.update(touch.moments, map(instant_of, touch.counted_in))
    return member


# -- what is stored ----------------------------------------------------------------------------------------------------


async def _load_standings(members: Members) -> None:
    asking = [
        member for member in members.values()
        if any(isinstance(task.rules.start, OnSegment) for task in member.tasks.tasks.values())
    ]  # fmt: skip
    found = await standings((member.who.tenant, member.who.member_id) for member in asking)
    for member in asking:
        member.standing = found[member.who.tenant, member.who.member_id]


async def _load_runs(members: Members, lock: str) -> None:
    """Those that a moment of the batch lies in, and of tasks that are done once those that are in the way."""
    spans = [(*who, min(member.moments), max(member.moments)) for who, member in sorted(members.items())]
    rows = list(await db.rows(_RUNS.format(source=_SPANS.source(), lock=lock), _SPANS.payload(spans)))
    once = [
        (*who, id_) for who, member in sorted(members.items()) for id_, task in member.tasks.tasks.items() if task.once
    ]  # fmt: skip
    if once:
        rows += await db.rows(_DONE_ONCE.format(source=_ONCE.source(), lock=lock), _ONCE.payload(once))
    for row in rows:
        member = members[_who(row)]
        task = member.tasks.tasks.get(row["task"])
        if task is not None:
            member.runs.setdefault((row["task"], row["run"]), read_run(member.who, task, row))


async def _load_completions(members: Members) -> None:
    """What may be taken back."""
    corrected = [member for member in members.values() if member.corrected]
    runs = {run.id: run for member in corrected for run in member.runs.values() if run.times}
    if runs:
        given = _IDS.payload([(run.who.tenant, run.id, run.who.member_id) for run in runs.values()])
        for row in await db.rows(_COMPLETIONS.format(source=_IDS.source()), given):
            runs[row["member_task_id"]].completions.append(read_completion(row))


async def _load_badges(members: Members) -> None:
    """How often each badge was earned."""
    asking = sorted(who for who, member in members.items() if member.tasks.badges)
    for row in await db.rows(_BADGES.format(source=_WHO.source()), _WHO.payload(asking)) if asking else ():
        members[_who(row)].badges[row["badge"]] = int(row["times"])


# -- what is not -------------------------------------------------------------------------------------------------------


def _offer(member: Member, touch: Touch) -> None:
    """Put in place what the member has without a row, and what may begin, at the moments of a touch."""
    for task in member.tasks.tasks.values():
        for at in touch.moments:
            _have(member, task, at)
        start, at = task.rules.start, touch.moments[0]
        if isinstance(start, OnActivity):
            _may_begin(member, task, f"on:{period(member.tasks, at)}", at)
        elif isinstance(start, OnSegment) and start.segment in member.standing.segments:
            _may_begin(member, task, f"in:{period(member.tasks, at)}", at)


def _have(member: Member, task: CompiledTask, at: datetime) -> None:
    own = member.of(task)
    if any(run.covers(at) for run in own) or (task.once and any(run.times for run in own)):
        return
    within = running.within(task, member.tasks.day(at), member.tasks.day(member.joined_at), member.zone)
    if within is not None:
        _put(member, new_run(member.who, task, within, Began.AUTOMATIC, TaskState.OFFERED))


def _may_begin(member: Member, task: CompiledTask, name: str, at: datetime) -> None:
    within = Within(name, at, running.ends_at(task, at, member.zone))
    run = new_run(member.who, task, within, Began.TRIGGERED, TaskState.ACTIVE)
    run.real = False
    _put(member, run)


def _put(member: Member, run: Run) -> None:
    member.runs.setdefault(run.key, run)


def _who(row: db.Row) -> Who:
    return Who(row["tenant_id"], row["program_id"], row["member_id"])


_WHO = Columns(tenant_id="uuid", program_id="uuid", member_id="uuid")
_SPANS = Columns(tenant_id="uuid", program_id="uuid", member_id="uuid", first="instant", last="instant")
_ONCE = Columns(tenant_id="uuid", program_id="uuid", member_id="uuid", task="text")
_IDS = Columns(tenant_id="uuid", id="uuid", member_id="uuid")

_COLUMNS = (
    "r.tenant_id, r.program_id, r.member_id, r.id, r.task, r.run, r.state, r.began, r.starts_at, r.ends_at, r.times, "
    "r.done_at, r.activity_id, r.revision"
)
_RUNS = f"""
SELECT {_COLUMNS} FROM {{source}} AS x
JOIN member_task r ON r.tenant_id = x.tenant_id AND r.program_id = x.program_id AND r.member_id = x.member_id
WHERE (r.ends_at IS NULL OR r.ends_at > x.first) AND (r.starts_at IS NULL OR r.starts_at <= x.last)
ORDER BY r.tenant_id, r.id {{lock}}"""

_DONE_ONCE = f"""
SELECT {_COLUMNS} FROM {{source}} AS x
JOIN member_task r ON r.tenant_id = x.tenant_id AND r.program_id = x.program_id AND r.member_id = x.member_id
    AND r.task = x.task
WHERE r.times > 0 OR (r.began <> 'automatic' AND r.state <> 'withdrawn')
ORDER BY r.tenant_id, r.id {{lock}}"""

_COMPLETIONS = """
SELECT c.id, c.member_task_id, c.first_time, c.last_time, c.badge, c.gifts, c.effective_at FROM {source} AS x
JOIN task_completion c ON c.tenant_id = x.tenant_id AND c.member_task_id = x.id
    AND c.member_id = x.member_id
WHERE c.times > 0 ORDER BY c.id"""

_BADGES = """
SELECT c.tenant_id, c.program_id, c.member_id, c.badge, sum(c.times) AS times FROM {source} AS x
JOIN task_completion c ON c.tenant_id = x.tenant_id AND c.member_id = x.member_id AND c.program_id = x.program_id
WHERE c.badge IS NOT NULL GROUP BY c.tenant_id, c.program_id, c.member_id, c.badge"""
