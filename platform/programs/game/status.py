"""The games that there are, as a member (or a guest) meets them: what is public, and what is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit import db
from ledger import reading
from members.views import MemberId
from programs.game import closing, games, seeds, service
from programs.game.earning import free_key
from programs.game.games import Game
from programs.game.round_views import RoundView
from programs.game.views import PlayId
from tenants import scope


@dataclass(frozen=True, slots=True)
class Own:
    """What a member has of a game: plays (entries) left, the id of the next play, and whether free ones can be had."""

    plays_left: int
    next_play_id: PlayId | None
    free: bool


@dataclass(frozen=True, slots=True)
class GameStatus:
    """A game; `commitment` is that of the seed in use, or of the running round's. `own` is None for a guest."""

    game: Game
    commitment: str | None
    round: RoundView | None
    own: Own | None


async def all_of(member: MemberId | None = None) -> Sequence[GameStatus]:
    """The tenant's games that run or are yet to begin."""
    async with scope.reading():
        found = [game for game in await games.all_games() if game.live and game.today <= game.compiled.span.last]
    return [await status_of(game, member) for game in found]


async def status_of(game: Game, member: MemberId | None = None) -> GameStatus:
    """A game as it stands; what is committed to is so from here on at the latest."""
    round_ = await closing.current(game.program_id)
    commitment = None if round_ is None else round_.commitment
    if game.compiled.table is not None:
        commitment = (await seeds.commit_to(game.program_id)).commitment
    return GameStatus(game, commitment, round_, None if member is None else await _own(game, member))


async def _own(game: Game, member: MemberId) -> Own:
    async with scope.reading():
        balances = (await reading.balances([member]))[member]
        free = game.open and game.rules.free is not None and not await _had_free(game, member)
    left = next((each.available for each in balances if each.unit_id == game.unit), 0)
    table = game.compiled.table is not None
    return Own(left, await service.next_play(member, game.program_id) if table else None, free)


async def _had_free(game: Game, member: MemberId) -> bool:
    key = free_key(game.compiled, game.today)
    found = await db.rows(_HAD, scope.tenant_id(), game.program_id, f"member:{member}", key.name, key.period)
    return bool(found)


_HAD = """
SELECT 1 FROM counter WHERE tenant_id = $1 AND program_id = $2 AND owner = $3 AND name = $4 AND period = $5
AND used > 0"""
