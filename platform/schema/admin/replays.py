"""Replays: ask for one, look how far it is, end one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from programs import replay as service
from programs.decision import ProgramId, VersionId
from programs.replay import ReplayId
from schema.admin.codes import ProgramReplayCancelErrorCode, ProgramReplayErrorCode
from schema.admin.types.replays import ProgramReplay, show_replay, show_replays
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.context import Info
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, known, mutation
from schema.shared.ids import PROGRAM, REPLAY, VERSION
from tenants.roles import Action


@input_
class ProgramReplayInput:
    """Rules, and the time over which they are to be replayed."""

    id: strawberry.ID = field(description="The program.")
    version_id: strawberry.ID | None = field(default=None, description="Any version of it; the draft unless given.")
    since: datetime = field(description="When the window begins: as if the rules had been published then.")
    until: datetime | None = field(default=None, description="When it ends, not included; now unless given.")


@output
class ProgramReplayPayload:
    """The replay, which has yet to be played."""

    replay: ProgramReplay | None = field(default=None, description="The replay; ask for it again by its id.")
    user_errors: list[UserError[ProgramReplayErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class ProgramReplayCancelInput:
    """A replay that is not wanted any more."""

    id: strawberry.ID = field(description="The replay.")


@output
class ProgramReplayCancelPayload:
    """The replay."""

    replay: ProgramReplay | None = field(default=None, description="The replay.")
    user_errors: list[UserError[ProgramReplayCancelErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@strawberry.type
class ReplayQueries:
    """Questions about replays."""

    @asked("A replay: how far it is, and what came of it; null if there is none.", Action.READ_PROGRAMS)
    async def replay(
        self, info: Info, id: Annotated[strawberry.ID, argument(description="Its id.")]
    ) -> ProgramReplay | None:  # fmt: skip
        found = REPLAY.find(id)
        view = None if found is None else await known(service.get(ReplayId(found)))
        return None if view is None else await show_replay(info, view)

    @asked("Replays of a program's rules, the latest first; they are kept for 60 days.", Action.READ_PROGRAMS)
    async def replays(
        self,
        info: Info,
        program_id: Annotated[strawberry.ID, argument(description="The program.")],
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[ProgramReplay]:
        program = ProgramId(PROGRAM.find(program_id) or "")
        rows = await service.page_of_replays(program, after_id(after, ReplayId), first + 1)
        shown = await show_replays(info, rows)
        return page(rows, first, after, lambda row: row.id, lambda row: shown[row.id])


@strawberry.type
class ReplayMutations:
    """Mutations on replays."""

    @mutation(
        ProgramReplayPayload,
        ProgramReplayErrorCode,
        "Run rules over what happened, and write nothing: what would they have changed?",
        needs=Action.WRITE_PROGRAMS,
    )
    async def program_replay(self, info: Info, input: ProgramReplayInput) -> ProgramReplayPayload:
        program = ProgramId(PROGRAM.read(input.id, "id"))
        version = VersionId(VERSION.read(input.version_id, "version_id")) if input.version_id is not None else None
        view = await service.begin(program, input.since, input.until, version)
        return ProgramReplayPayload(replay=await show_replay(info, view))

    @mutation(
        ProgramReplayCancelPayload,
        ProgramReplayCancelErrorCode,
        "End a replay that waits or runs.",
        needs=Action.WRITE_PROGRAMS,
    )
    async def program_replay_cancel(self, info: Info, input: ProgramReplayCancelInput) -> ProgramReplayCancelPayload:
        view = await service.cancel(ReplayId(REPLAY.read(input.id, "id")))
        return ProgramReplayCancelPayload(replay=await show_replay(info, view))
