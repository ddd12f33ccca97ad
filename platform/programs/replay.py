"""Replays: a draft run over what the tenant stored, to see what it would have changed. Nothing of it counts.

    waiting ── claim ──▶ running ── close ──▶ done
                         running ── put_back ─▶ waiting (the process ends)
                         running ── fail ────▶ failed
    waiting, running ── cancel ──▶ cancelled

A job plays one at a time for each tenant (`jobs.replay`); its progress is the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

import orjson

from kit import db
from kit.errors import Refusal
from kit.ids import is_id, new_id
from programs import replay_reading, replay_run, rulebooks, versions
from programs.decision import ProgramId, VersionId
from programs.engine import ProgramSource, VersionSource
from programs.models import Program, ProgramReplay, ProgramVersion
from programs.replay_run import ACTIVITIES_MAX, Run, Window
from programs.replay_tally import Result
from programs.versions import RulesRefused, VersionView
from tenants import audit, scope

OPEN_MAX = 3
"""Replays of a tenant that may wait or run at the same time."""
ATTEMPTS_MAX = 3
PAGE_MAX = 101

ReplayId = NewType("ReplayId", str)


class ReplayState(StrEnum):
    """Where a replay is in its life."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReplayView:
    """A replay of a version of a program over what occurred from `since` until before `until`.

    `played` of `activities` are done; what came before the window and is played first counts among them. `result` is
    there once it is done.
    """

    id: ReplayId
    program_id: ProgramId
    number: int
    since: datetime
    until: datetime
    state: ReplayState
    activities: int
    played: int
    result: Result | None
    asked_at: datetime
    asked_by: str
    finished_at: datetime | None


async def begin(
    program: ProgramId, since: datetime, until: datetime | None = None, version: VersionId | None = None
) -> ReplayView:
    """Ask for a replay of the draft, or of any version of the program, over a time that has passed.

    Raises `Refusal`: NOT_FOUND (program, version), WRONG_STATE (archived, no draft), INVALID (an instant without its
    offset, or an end before the start), TOO_FAR (an end ahead), TOO_MANY (more than a million activities),
    LIMIT_REACHED (three are open), and `RulesRefused`.
    """
    until = _checked(since, until)
    if await replay_reading.in_window(since, until, ACTIVITIES_MAX + 1) > ACTIVITIES_MAX:
        raise Refusal("TOO_MANY", f"More than {ACTIVITIES_MAX:,} activities occurred in that time.", ("since",))
    async with scope.writing():
        row = await versions.locked(program)
        if row.state == "archived":
            raise versions.archived()
        found = await _version(row, version)
        if found.findings:
            raise RulesRefused(found.findings, row.kind, found.rules)
        if await ProgramReplay.filter(state__in=[ReplayState.WAITING, ReplayState.RUNNING]).count() >= OPEN_MAX:
            raise Refusal("LIMIT_REACHED", f"{OPEN_MAX} replays wait or run already.", ("id",))
        replay = await ProgramReplay.create(
            id=new_id(), program_id=row.id, version_id=found.id, number=found.number, since=since, until=until,
            state=ReplayState.WAITING, rules=orjson.dumps(dict(found.rules)).decode(), asked_at=scope.now(),
            asked_by=scope.actor(),
        )  # fmt: skip
        await audit.record("program.replayed", f"program:{row.id}", {"number": found.number})
        return _view(replay)


async def get(replay: ReplayId) -> ReplayView:
    """The replay of this id. Raises `Refusal` NOT_FOUND, for another tenant's alike."""
    async with scope.reading():
        row = await ProgramReplay.get_or_none(id=replay) if is_id(replay) else None
    if row is None:
        raise _not_found()
    return _view(row)


async def page_of_replays(program: ProgramId, after: ReplayId | None = None, first: int = 50) -> list[ReplayView]:
    """A program's replays, the latest first: `first` (at most 101) beyond the id `after`."""
    if not all(is_id(id_) for id_ in (program, after) if id_ is not None):
        return []
    async with scope.reading():
        rows = ProgramReplay.filter(program_id=program).order_by("-id").limit(max(0, min(first, PAGE_MAX)))
        return [_view(row) for row in await (rows if after is None else rows.filter(id__lt=after))]


async def cancel(replay: ReplayId) -> ReplayView:
    """End a replay that waits or runs. Raises `Refusal` NOT_FOUND, WRONG_STATE (it is over)."""
    async with scope.writing():
        ended = is_id(replay) and await db.execute(
            "UPDATE program_replay SET state = 'cancelled', finished_at = $3 "
            "WHERE tenant_id = $1 AND id = $2 AND state IN ('waiting', 'running')",
            scope.tenant_id(), replay, scope.now(),
        )  # fmt: skip
        view = await get(replay)
        if not ended:
            raise Refusal("WRONG_STATE", "This replay is over.", ("id",))
        await audit.record("program.replay_cancelled", f"program:{view.program_id}", {"number": view.number})
        return view


# -- for the job -------------------------------------------------------------------------------------------------------


async def claim() -> ReplayId | None:
    """Take the replay that waits longest, or the one that a process left behind; within the caller's transaction.

    One that has been tried `ATTEMPTS_MAX` times is given up.
    """
    await db.execute(
        "UPDATE program_replay SET state = 'failed', finished_at = $2 "
        "WHERE tenant_id = $1 AND state IN ('waiting', 'running') AND attempts >= $3",
        scope.tenant_id(), scope.now(), ATTEMPTS_MAX,
    )  # fmt: skip
    found = await db.rows(
        "UPDATE program_replay SET state = 'running', attempts = attempts + 1, played = 0 "
        "WHERE tenant_id = $1 AND id = (SELECT id FROM program_replay WHERE tenant_id = $1 "
        "AND state IN ('waiting', 'running') ORDER BY asked_at, id LIMIT 1) RETURNING id",
        scope.tenant_id(),
    )  # fmt: skip
    return ReplayId(found[0]["id"]) if found else None


async def opened(replay: ReplayId) -> Run:
    """What is to be played, by the rules as they are now."""
    tenant = scope.tenant_id()
    async with scope.reading():
        row = await ProgramReplay.get(id=replay)
        program = await Program.get(id=row.program_id)
        rules = (await rulebooks.load([tenant]))[tenant]
    version = VersionSource(VersionId(row.version_id), row.since, orjson.loads(row.rules))
    draft = ProgramSource(
        ProgramId(program.id), program.name, program.kind, (version,), line=program.line, slug=program.slug
    )
    return await replay_run.begin(rules, draft, Window(row.since, row.until))


async def note(replay: ReplayId, run: Run) -> bool:
    """Write how far it is; false if it was cancelled meanwhile."""
    return await _set(replay, "activities = $3, played = $4", run.activities, run.played)


async def close(replay: ReplayId, run: Run) -> None:
    """Write what came of it, unless it was cancelled meanwhile."""
    result = orjson.dumps(run.result().to_json()).decode()
    await _set(
        replay, "state = 'done', activities = $3, played = $3, result = $4, finished_at = $5",
        run.played, result, scope.now(),
    )  # fmt: skip


async def put_back(replay: ReplayId) -> None:
    """Leave it to the next process, which begins anew: this one ends, through no fault of the replay's."""
    await _set(replay, "state = 'waiting', attempts = attempts - 1, played = $3", 0)


async def fail(replay: ReplayId) -> None:
    """Give it up."""
    await _set(replay, "state = 'failed', finished_at = $3", scope.now())


# -- helpers -----------------------------------------------------------------------------------------------------------


async def _set(replay: ReplayId, assignments: str, *values: object) -> bool:
    sql = f"UPDATE program_replay SET {assignments} WHERE tenant_id = $1 AND id = $2 AND state = 'running'"
    return await db.execute(sql, scope.tenant_id(), replay, *values) == 1


async def _version(program: Program, version: VersionId | None) -> VersionView:
    if version is None:
        row = await ProgramVersion.get_or_none(program_id=program.id, state="draft")
        if row is None:
            raise Refusal("WRONG_STATE", "There is no draft to replay.", ("id",))
    else:
        row = await ProgramVersion.get_or_none(program_id=program.id, id=version) if is_id(version) else None
        if row is None:
            raise Refusal("NOT_FOUND", "There is no such version.", ("version_id",))
    return (await versions.views([row]))[0]


def _checked(since: datetime, until: datetime | None) -> datetime:
    now = scope.now()
    until = until or now
    for name, instant in (("since", since), ("until", until)):
        if instant.tzinfo is None:
            raise Refusal("INVALID", "An instant needs its offset from UTC.", (name,))
    if until > now:
        raise Refusal("TOO_FAR", "Only what has happened can be replayed.", ("until",))
    if since >= until:
        raise Refusal("INVALID", "The end lies before the start.", ("until",))
    return until


def _not_found() -> Refusal:
    return Refusal("NOT_FOUND", "There is no such replay.", ("id",))


def _view(row: ProgramReplay) -> ReplayView:
    result = None if row.result is None else Result.from_json(orjson.loads(row.result))
    return ReplayView(
        ReplayId(row.id), ProgramId(row.program_id), row.number, row.since, row.until, ReplayState(row.state),
        row.activities, row.played, result, row.asked_at, row.asked_by, row.finished_at,
    )  # fmt: skip
