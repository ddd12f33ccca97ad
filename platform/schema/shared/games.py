"""Games in both schemas: what is public of them, plays, rounds and leaderboards, and what anybody can recompute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

import strawberry
from strawberry import argument

from kit.errors import Refusal
from kit.money import EXPONENTS
from members.views import MemberId
from programs.decision import ProgramId
from programs.explain import words as in_words
from programs.game import closing, round_views, standings, views, words
from programs.game.odds import PrizeOdds, chance_of_winning, percent, table_of
from programs.game.round_views import RoundId, RoundView
from programs.game.rules import Prize
from programs.game.seeds import SeedView
from programs.game.standings import Rank
from programs.game.status import GameStatus
from programs.game.views import PlayView, Verification
from programs.gifts import Gift
from schema.cost import sized
from schema.shared.connections import Connection, after_id, page
from schema.shared.context import Info
from schema.shared.declare import enum, field, output
from schema.shared.errors import known
from schema.shared.ids import MEMBER, PLAY, PROGRAM, ROUND, TENANT, Node
from schema.shared.rules.game import mirror
from schema.shared.rules.union import words_of
from schema.shared.scalars import BigInt
from tenants import scope

RANKS_MAX = 100
GameId = Annotated[strawberry.ID, argument(description="The game.")]
Ranks = Annotated[int, argument(description="How many ranks from the first on, at most 100.")]
PlayOf = Annotated[strawberry.ID, argument(description="The play.")]
PAGES = "/games"
"""Where the public pages of games are."""


class GameType(StrEnum):
    """Which game it is."""

    WHEEL = "wheel"
    SCRATCH_CARD = "scratch_card"
    PRIZE_DRAW = "prize_draw"
    LEADERBOARD = "leaderboard"


enum(GameType, {
    "WHEEL": "A wheel: each play draws a prize at once.",
    "SCRATCH_CARD": "A scratch card: drawn like a wheel.",
    "PRIZE_DRAW": "A draw among all who have entries.",
    "LEADERBOARD": "Members ranked by what they earned.",
})  # fmt: skip


@output
class GameOdds:
    """The chance of one prize in one play, from the table that draws."""

    prize: str = field(description="The prize, by its id in the rules.")
    name: str = field(description="What members read.")
    gift: Any = field(graphql_type=mirror.output(Gift) | None, description="What is won; null: nothing.")
    weight: BigInt = field(description="How many times …")
    out_of: BigInt = field(description="… out of how many it is drawn.")
    percent: str = field(description="The chance in words, such as `12.5 %`.")


@output
class GameWin:
    """What somebody won in a round."""

    member_id: strawberry.ID | None = field(description="Who; shoppers see only themselves.")
    position: int = field(description="In the order of drawing, or the rank; from 1.")
    prize: str = field(description="The prize, by its id in the rules.")
    name: str = field(description="What members read.")
    ticket: BigInt | None = field(description="The ticket that was drawn, from 0; null on a leaderboard.")
    nonce: BigInt | None = field(description="The nonce that gave its number; null on a leaderboard.")
    score: BigInt | None = field(description="With how much; null in a draw.")


@output
class GameRound(Node):
    """A round of a draw or a leaderboard."""

    program_id: strawberry.ID = field(description="The game.")
    key: str = field(description="Its period in the tenant's zone, such as `week:2026-W47`; `lifetime` for all of it.")
    opens_at: datetime = field(description="From when on it runs.")
    closes_at: datetime = field(description="When it is over, not included.")
    closed_at: datetime | None = field(description="When it was drawn or closed; null: not yet.")
    commitment: str = field(description="The SHA-256 of its seed, hex.")
    seed: str | None = field(description="The seed, hex; null until it is closed.")
    entrants: BigInt | None = field(description="How many took part; null until it is closed.")
    entries: BigInt | None = field(description="With how many entries together; null but in a draw that is drawn.")
    entries_digest: str | None = field(
        description="The SHA-256, hex, of a line `mem_…:<entries>` for each, in the order of entering."
    )
    winners: list[GameWin] = field(description="Who won, in order.", metadata=sized(5))


@output
class RunningGame:
    """A game as members meet it: what can be won, with which chance, and how one takes part."""

    program_id: strawberry.ID = field(description="The program.")
    name: str = field(description="Its name.")
    type: GameType = field(description="Which game it is.")
    open: bool = field(description="Whether one can take part now.")
    starts_on: date = field(description="The first local day.")
    ends_on: date = field(description="The last local day; plays end with it.")
    regions: list[str] = field(description="Where members may be; `*` is everywhere.", metadata=sized(3))
    minimum_age: int = field(description="How old members must be.")
    rules: list[str] = field(description="The rules, in sentences.", metadata=sized(6))
    odds: list[GameOdds] = field(description="The table that draws; empty for a game without.", metadata=sized(6))
    chance_of_winning: str | None = field(
        description="Of winning something in one play, or in one draw if everybody has one entry; null: not known."
    )
    odds_below_guideline_reason: str | None = field(description="Why that may be below 25 %, if it may.")
    rules_path: str = field(description="The path of the public page with odds and rules.")
    verify_path: str = field(description="The path of the public page where anybody can recompute a play.")
    commitment: str | None = field(description="The SHA-256 of the seed that the next play or draw is drawn from.")
    round: GameRound | None = field(description="The round that runs, of a draw or a leaderboard.")
    plays_left: BigInt | None = field(description="The member's plays, or entries; null for a guest.")
    next_play_id: strawberry.ID | None = field(
        description="The id of the member's next play, fixed before they say their text."
    )
    free_plays: bool | None = field(description="Whether free ones can be had now; null for a guest.")


@output
class GamePlay(Node):
    """One play, with what it was drawn from."""

    program_id: strawberry.ID = field(description="The game.")
    member_id: strawberry.ID | None = field(description="Who; shoppers see only themselves.")
    drawn_prize: str = field(description="The prize on which the number fell, by its id in the rules.")
    drawn_name: str = field(description="Its name.")
    prize: str = field(description="The prize that it became, by its id; the same unless that was used up.")
    name: str = field(description="Its name.")
    gift: Any = field(graphql_type=mirror.output(Gift) | None, description="What was won; null: nothing.")
    won: bool = field(description="Whether something was won.")
    number: BigInt = field(description="The number that was drawn, from 0 …")
    out_of: BigInt = field(description="… to below this.")
    client_text: str | None = field(description="The member's text; null after they were erased.")
    nonce: BigInt = field(description="The nonce that gave the number.")
    commitment: str = field(description="The SHA-256 of the seed, hex.")
    seed: str | None = field(description="The seed, hex; null as long as it is in use.")
    explanation: list[str] = field(description="What led to the prize, in sentences.", metadata=sized(3))
    played_at: datetime = field(description="When.")


@output
class GameVerification:
    """A play recomputed: the first 8 bytes of HMAC-SHA-256(seed, `<id>:<clientText>:<nonce>`), modulo `outOf`."""

    play: GamePlay = field(description="The play.")
    odds: list[GameOdds] = field(description="The table that it was drawn from.", metadata=sized(6))
    holds: bool | None = field(description="Whether all fits; null as long as the seed is in use.")


@output
class GameSeed:
    """A seed that plays are drawn from."""

    number: int = field(description="From 1, per game.")
    commitment: str = field(description="Its SHA-256, hex.")
    seed: str | None = field(description="The seed, hex; null as long as it is in use.")
    created_at: datetime = field(description="Since when it is committed to.")
    revealed_at: datetime | None = field(description="When it was shown.")


@output
class GameRank:
    """A place on a leaderboard, or how somebody stands in a draw."""

    rank: int = field(description="From 1; of equals who began earlier comes first.")
    score: BigInt = field(description="What counts.")
    member_id: strawberry.ID | None = field(description="Who; shoppers see only themselves.")


@output
class GameStandings:
    """How members stand in the round that runs."""

    round: GameRound = field(description="The round.")
    ranks: list[GameRank] = field(description="The first, in order.", metadata=sized(25))
    me: GameRank | None = field(description="The shopper's own place; null as long as nothing counts for them.")


# -- from the domain ---------------------------------------------------------------------------------------------------


async def show_games(info: Info, found: Sequence[GameStatus]) -> list[RunningGame]:
    """Games in the schema."""
    units = await info.context.units()
    tenant = TENANT.show(scope.tenant_id())
    return [_game(each, words_of(units[each.game.unit]), tenant, info.context.member) for each in found]


def _game(each: GameStatus, said: Any, tenant: str, viewer: MemberId | None) -> RunningGame:
    rules, own = each.game.rules, each.own
    chance = chance_of_winning(rules.game)
    program = PROGRAM.show(each.game.program_id)
    span = each.game.compiled.span
    return RunningGame(
        program_id=program, name=each.game.name, type=GameType(rules.game.TYPE), open=each.game.open,
        starts_on=span.first, ends_on=span.last, regions=list(rules.regions), minimum_age=rules.minimum_age or 0,
        rules=words.summary(rules, said), odds=[show_odds(odds) for odds in table_of(rules.game)],
        chance_of_winning=None if chance is None else percent(chance),
        odds_below_guideline_reason=rules.odds_below_guideline_reason, rules_path=f"{PAGES}/{tenant}/{program}",
        verify_path=f"{PAGES}/verify", commitment=each.commitment,
        round=None if each.round is None else show_round(each.round, viewer),
        plays_left=None if own is None else own.plays_left,
        next_play_id=None if own is None else PLAY.show_or_none(own.next_play_id),
        free_plays=None if own is None else own.free,
    )  # fmt: skip


def show_odds(odds: PrizeOdds) -> GameOdds:
    """A prize's chance."""
    prize = odds.prize
    return GameOdds(
        prize=prize.id, name=prize.name, gift=_gift(prize), weight=odds.weight, out_of=odds.out_of,
        percent=percent(odds.chance),
    )  # fmt: skip


def show_play(play: PlayView, viewer: MemberId | None, *, to_staff: bool) -> GamePlay:
    """A play, for its member, for staff, or for anybody."""
    mine = to_staff or play.member_id == viewer
    return GamePlay(
        id=PLAY.show(play.id), program_id=PROGRAM.show(play.program_id),
        member_id=MEMBER.show(play.member_id) if mine else None, drawn_prize=play.drawn.id, drawn_name=play.drawn.name,
        prize=play.prize.id, name=play.prize.name, gift=_gift(play.prize), won=play.won, number=play.number,
        out_of=play.out_of, client_text=play.client_text, nonce=play.nonce, commitment=play.commitment, seed=play.seed,
        explanation=[in_words(line, EXPONENTS) for line in play.explanation], played_at=play.played_at,
    )  # fmt: skip


async def page_of_rounds(
    game: strawberry.ID, first: int, after: str | None, viewer: MemberId | None, *, to_staff: bool = False
) -> Connection[GameRound]:
    """A game's rounds, the latest first."""
    rows = await round_views.page(PROGRAM.find(game) or "", after_id(after, RoundId), first + 1)
    return page(rows, first, after, lambda row: row.id, lambda row: show_round(row, viewer, to_staff=to_staff))


async def verification_of(
    play: strawberry.ID, viewer: MemberId | None, *, to_staff: bool = False
) -> GameVerification | None:  # fmt: skip
    """A play recomputed; None if there is none."""
    found = await known(views.verify(PLAY.find(play) or ""))
    return None if found is None else show_verification(found, viewer, to_staff=to_staff)


def show_verification(found: Verification, viewer: MemberId | None, *, to_staff: bool) -> GameVerification:
    """A play recomputed."""
    return GameVerification(
        play=show_play(found.play, viewer, to_staff=to_staff), odds=[show_odds(odds) for odds in found.table],
        holds=found.holds,
    )  # fmt: skip


def show_round(found: RoundView, viewer: MemberId | None, *, to_staff: bool = False) -> GameRound:
    """A round, in which a shopper sees of the winners only themself."""
    return GameRound(
        id=ROUND.show(found.id), program_id=PROGRAM.show(found.program_id), key=found.key, opens_at=found.opens_at,
        closes_at=found.closes_at, closed_at=found.closed_at, commitment=found.commitment, seed=found.seed,
        entrants=found.entrants, entries=found.entries, entries_digest=found.entries_digest,
        winners=[
            GameWin(
                member_id=MEMBER.show(win.member_id) if to_staff or win.member_id == viewer else None,
                position=win.position, prize=win.prize, name=win.prize_name, ticket=win.ticket, nonce=win.nonce,
                score=win.score,
            )
            for win in found.wins
        ],
    )  # fmt: skip


def show_seed(seed: SeedView) -> GameSeed:
    """A seed."""
    return GameSeed(
        number=seed.number, commitment=seed.commitment, seed=seed.seed, created_at=seed.created_at,
        revealed_at=seed.revealed_at,
    )  # fmt: skip


async def leaderboard_of(
    game: strawberry.ID, first: int, viewer: MemberId | None, *, to_staff: bool = False
) -> GameStandings | None:
    """How members stand in the running round of a game; None if none runs."""
    program = ProgramId(PROGRAM.find(game) or "")
    try:
        found = await closing.current(program)
    except Refusal:  # there is no such game
        return None
    if found is None:
        return None

    def shown(rank: Rank) -> GameRank:
        seen = to_staff or rank.stand.member_id == viewer
        return GameRank(
            rank=rank.rank, score=rank.stand.score, member_id=MEMBER.show(rank.stand.member_id) if seen else None
        )

    own = None if viewer is None else await standings.rank_of(program, found.key, viewer)
    return GameStandings(
        round=show_round(found, viewer, to_staff=to_staff),
        ranks=[shown(rank) for rank in await standings.ranks(program, found.key, max(0, min(first, RANKS_MAX)))],
        me=None if own is None else shown(own),
    )  # fmt: skip


def _gift(prize: Prize) -> Any:
    return None if prize.gift is None else mirror.show(prize.gift)
