"""Games: asked for, played for a member, and their seeds shown."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import argument

from members.views import MemberId
from programs.decision import ProgramId
from programs.game import round_views, seeds, service, status, views
from programs.game.round_views import RoundId
from programs.game.views import PlayId
from schema.admin.codes import GameFreePlaysTakeErrorCode, GamePlayErrorCode, GameSeedRotateErrorCode
from schema.admin.types.ledger import Balance, balances_after
from schema.shared.connections import (
    PAGE_DEFAULT,
    After,
    Connection,
    First,
    after_id,
    after_number,
    page,
)
from schema.shared.context import Info
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.games import (
    GameId,
    GamePlay,
    GameRound,
    GameSeed,
    GameStandings,
    GameVerification,
    PlayOf,
    Ranks,
    RunningGame,
    leaderboard_of,
    page_of_rounds,
    show_games,
    show_play,
    show_seed,
    verification_of,
)
from schema.shared.ids import MEMBER, PLAY, PROGRAM, ROUND
from schema.shared.references import MemberReferenceInput, find_member
from schema.shared.scalars import BigInt
from tenants.roles import Action

_KEY = "1–200 characters, unique for ever in the tenant."


@output
class GameEntry:
    """A member's entries in a draw that was drawn."""

    member_id: strawberry.ID = field(description="Who.")
    entries: BigInt = field(description="How many.")
    first_ticket: BigInt = field(description="Their tickets are those from this one on, from 0.")


@input_
class GamePlayInput:
    """One of a member's plays, to be drawn for."""

    idempotency_key: str = field(description=_KEY)
    member: MemberReferenceInput = field(description="Who plays.")
    program_id: strawberry.ID = field(description="The game.")
    client_text: str = field(description="The member's own text that is drawn with: 1–64 of A–Z a–z 0–9 . _ -.")
    play_id: strawberry.ID | None = field(
        default=None, description="The play that the member was shown as the next one; it is played once."
    )


@output
class GamePlayPayload:
    """What came of it."""

    play: GamePlay | None = field(default=None, description="The play.")
    balances: list[Balance] = field(default_factory=list, description="The member's units afterwards.")
    user_errors: list[UserError[GamePlayErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class GameFreePlaysTakeInput:
    """The free plays, or entries, of this day or week."""

    idempotency_key: str = field(description="1–200 characters, unique for ever among what the member had so.")
    member: MemberReferenceInput = field(description="Who asks for them.")
    program_id: strawberry.ID = field(description="The game.")


@output
class GameFreePlaysTakePayload:
    """What the member has now."""

    balances: list[Balance] = field(default_factory=list, description="The member's units afterwards.")
    user_errors: list[UserError[GameFreePlaysTakeErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


@input_
class GameSeedRotateInput:
    """A game whose seed is to be shown."""

    idempotency_key: str = field(description=_KEY)
    program_id: strawberry.ID = field(description="The game: a wheel or a scratch card.")


@output
class GameSeedRotatePayload:
    """The seed that is drawn from now."""

    seed: GameSeed | None = field(default=None, description="The new seed; the old one is shown by `gameSeeds`.")
    user_errors: list[UserError[GameSeedRotateErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


PATHS = {"program": ["programId"], "play": ["playId"], "text": ["clientText"]}
"""Where the services' own fields are in the inputs."""


@strawberry.type
class GameQueries:
    """What can be asked about games."""

    @asked("The games that run or are yet to begin.", Action.READ_GAMES)
    async def games(self, info: Info) -> list[RunningGame]:
        return await show_games(info, await status.all_of())

    @asked("Plays, the latest first.", Action.READ_GAMES)
    async def game_plays(
        self,
        member_id: Annotated[strawberry.ID | None, argument(description="Of this member.")] = None,
        program_id: Annotated[strawberry.ID | None, argument(description="Of this game.")] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[GamePlay]:
        member = MemberId(MEMBER.find(member_id) or "") if member_id is not None else None
        program = ProgramId(PROGRAM.find(program_id) or "") if program_id is not None else None
        rows = await views.page_of_plays(member, program, after_id(after, PlayId), first + 1)
        return page(rows, first, after, lambda row: row.id, lambda row: show_play(row, None, to_staff=True))

    @asked("The rounds of a draw or a leaderboard, the latest first.", Action.READ_GAMES)
    async def game_rounds(
        self, program_id: GameId, first: First = PAGE_DEFAULT, after: After = None
    ) -> Connection[GameRound]:  # fmt: skip
        return await page_of_rounds(program_id, first, after, None, to_staff=True)

    @asked("The entries of a draw that was drawn, in the order of their tickets.", Action.READ_GAMES)
    async def game_entries(
        self,
        round_id: Annotated[strawberry.ID, argument(description="The round.")],
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> Connection[GameEntry]:
        found = ROUND.find(round_id)
        rows = await round_views.entries(RoundId(found), after_number(after), first + 1) if found is not None else []
        return page(
            rows, first, after, lambda row: str(row.first_ticket),
            lambda row: GameEntry(
                member_id=MEMBER.show(row.member_id), entries=row.entries, first_ticket=row.first_ticket
            ),
        )  # fmt: skip

    @asked("How members stand in the running round of a draw or a leaderboard; null if none runs.", Action.READ_GAMES)
    async def game_leaderboard(self, program_id: GameId, ranks: Ranks = PAGE_DEFAULT) -> GameStandings | None:
        return await leaderboard_of(program_id, ranks, None, to_staff=True)

    @asked("The seeds of a game, the newest first; the one in use by its commitment only.", Action.READ_GAMES)
    async def game_seeds(
        self, program_id: GameId, first: First = PAGE_DEFAULT, after: After = None
    ) -> Connection[GameSeed]:  # fmt: skip
        program = ProgramId(PROGRAM.find(program_id) or "")
        rows = await seeds.page(program, after_number(after), first + 1)
        return page(rows, first, after, lambda row: str(row.number), show_seed)

    @asked("A play recomputed from what is public of it; null if there is none.", Action.READ_GAMES)
    async def game_verify(self, play_id: PlayOf) -> GameVerification | None:
        return await verification_of(play_id, None, to_staff=True)


@strawberry.type
class GameMutations:
    """Mutations on games."""

    @mutation(
        GamePlayPayload,
        GamePlayErrorCode,
        "Take one of a member's plays and draw for it.",
        needs=Action.WRITE_GAMES,
        paths=PATHS,
    )
    async def game_play(self, info: Info, input: GamePlayInput) -> GamePlayPayload:
        member = await find_member(input.member)
        program = ProgramId(PROGRAM.read(input.program_id, "programId"))
        play = None if input.play_id is None else PlayId(PLAY.read(input.play_id, "playId"))
        made = await service.play(input.idempotency_key, member, program, input.client_text, play)
        return GamePlayPayload(
            play=show_play(made, None, to_staff=True), balances=await balances_after(info, member)
        )  # fmt: skip

    @mutation(
        GameFreePlaysTakePayload,
        GameFreePlaysTakeErrorCode,
        "Give a member the free plays, or entries, of this day or week.",
        needs=Action.WRITE_GAMES,
        paths=PATHS,
    )
    async def game_free_plays_take(self, info: Info, input: GameFreePlaysTakeInput) -> GameFreePlaysTakePayload:
        member = await find_member(input.member)
        program = ProgramId(PROGRAM.read(input.program_id, "programId"))
        await service.take_free(input.idempotency_key, member, program)
        return GameFreePlaysTakePayload(balances=await balances_after(info, member))

    @mutation(
        GameSeedRotatePayload,
        GameSeedRotateErrorCode,
        "Show the seed that a game draws from, and draw from a new one.",
        needs=Action.PUBLISH_PROGRAMS,
        paths=PATHS,
    )
    async def game_seed_rotate(self, input: GameSeedRotateInput) -> GameSeedRotatePayload:
        program = ProgramId(PROGRAM.read(input.program_id, "programId"))
        return GameSeedRotatePayload(seed=show_seed(await seeds.rotate(input.idempotency_key, program)))
