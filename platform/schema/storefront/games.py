"""Games that a shopper can play, with their odds; their own plays, and what anybody can recompute."""

from __future__ import annotations

import strawberry

from programs.decision import ProgramId
from programs.game import service, status, views
from programs.game.views import PlayId
from schema.shared.connections import PAGE_DEFAULT, After, Connection, First, after_id, page
from schema.shared.context import Info, asks_for
from schema.shared.declare import asked, field, input_, output
from schema.shared.errors import UserError, mutation
from schema.shared.games import (
    GameId,
    GamePlay,
    GameRound,
    GameStandings,
    GameVerification,
    PlayOf,
    Ranks,
    RunningGame,
    leaderboard_of,
    page_of_rounds,
    show_games,
    show_play,
    verification_of,
)
from schema.shared.ids import PLAY, PROGRAM
from schema.storefront.codes import GameFreePlaysTakeErrorCode, GamePlayErrorCode
from schema.storefront.shopper import KEY, signed_in, with_key
from schema.storefront.show import show_balances
from schema.storefront.types import Balance


@input_
class GamePlayInput:
    """One of the shopper's plays, to be drawn for."""

    idempotency_key: str = field(description=KEY)
    program_id: strawberry.ID = field(description="The game.")
    client_text: str = field(description="The shopper's own text that is drawn with: 1–64 of A–Z a–z 0–9 . _ -.")
    play_id: strawberry.ID | None = field(
        default=None, description="The play that was shown as `nextPlayId`; it is played once."
    )


@output
class GamePlayPayload:
    """What came of it."""

    play: GamePlay | None = field(default=None, description="The play.")
    balances: list[Balance] = field(default_factory=list, description="The shopper's points afterwards.")
    user_errors: list[UserError[GamePlayErrorCode]] = field(default_factory=list, description="Why it was refused.")


@input_
class GameFreePlaysTakeInput:
    """The free plays, or entries, of this day or week."""

    idempotency_key: str = field(description=KEY)
    program_id: strawberry.ID = field(description="The game.")


@output
class GameFreePlaysTakePayload:
    """What the shopper has now."""

    balances: list[Balance] = field(default_factory=list, description="The shopper's points afterwards.")
    user_errors: list[UserError[GameFreePlaysTakeErrorCode]] = field(
        default_factory=list, description="Why it was refused."
    )


PATHS = {"program": ["programId"], "play": ["playId"], "text": ["clientText"], "member": []}
"""Where the services' own fields are in the inputs."""


@strawberry.type
class GameQueries:
    """What a shop's page can ask about games."""

    @asked("The games that run or are yet to begin, with their odds, and the shopper's own plays.")
    async def games(self, info: Info) -> list[RunningGame]:
        return await show_games(info, await status.all_of(info.context.member))

    @asked("The shopper's plays, the latest first; none for a guest.")
    async def game_plays(self, info: Info, first: First = PAGE_DEFAULT, after: After = None) -> Connection[GamePlay]:
        member = info.context.member
        rows = [] if member is None else await views.page_of_plays(member, None, after_id(after, PlayId), first + 1)
        return page(rows, first, after, lambda row: row.id, lambda row: show_play(row, member, to_staff=False))

    @asked("The rounds of a draw or a leaderboard, the latest first.")
    async def game_rounds(
        self, info: Info, program_id: GameId, first: First = PAGE_DEFAULT, after: After = None
    ) -> Connection[GameRound]:
        return await page_of_rounds(program_id, first, after, info.context.member)

    @asked("How members stand in the running round of a draw or a leaderboard; null if none runs.")
    async def game_leaderboard(
        self, info: Info, program_id: GameId, ranks: Ranks = PAGE_DEFAULT
    ) -> GameStandings | None:  # fmt: skip
        return await leaderboard_of(program_id, ranks, info.context.member)

    @asked("A play recomputed from what is public of it, for who has its id; null if there is none.")
    async def game_verify(self, info: Info, play_id: PlayOf) -> GameVerification | None:
        return await verification_of(play_id, info.context.member)


@strawberry.type
class GameMutations:
    """What a shopper can do in games."""

    @mutation(GamePlayPayload, GamePlayErrorCode, "Take one of the shopper's plays and draw for it.", paths=PATHS)
    async def game_play(self, info: Info, input: GamePlayInput) -> GamePlayPayload:
        member, key = with_key(info, input.idempotency_key)
        program = ProgramId(PROGRAM.read(input.program_id, "programId"))
        play = None if input.play_id is None else PlayId(PLAY.read(input.play_id, "playId"))
        made = await service.play(key, member, program, input.client_text, play)
        balances = await show_balances(info, member) if asks_for(info, "balances") else []
        return GamePlayPayload(play=show_play(made, member, to_staff=False), balances=balances)

    @mutation(
        GameFreePlaysTakePayload,
        GameFreePlaysTakeErrorCode,
        "Have the free plays, or entries, of this day or week.",
        paths=PATHS,
    )
    async def game_free_plays_take(self, info: Info, input: GameFreePlaysTakeInput) -> GameFreePlaysTakePayload:
        member = signed_in(info)
        await service.take_free(input.idempotency_key, member, ProgramId(PROGRAM.read(input.program_id, "programId")))
        return GameFreePlaysTakePayload(
            balances=await show_balances(info, member) if asks_for(info, "balances") else []
        )
