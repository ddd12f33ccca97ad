"""What time does to draws and leaderboards: their rounds are opened, committed to a seed, and drawn or closed.

Which rounds there should be is derived from the rules, which are due from their ends: so both can run late or twice.
Entries are counters of the round, kept by the intake; what was taken back by then takes no part.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from events.service import Happening, emit_many
from kit import db
from kit.ids import encode, new_id
from kit.setbased import Insert, Update
from ledger.book import Book, Stamp
from ledger.load import Wanted, load
from ledger.save import save
from members.store import lock
from members.views import MemberId
from programs import gift_posting
from programs.decision import ProgramId
from programs.game import games, round_views
from programs.game.drawing import SEED_BYTES, commitment, winners
from programs.game.games import Game
from programs.game.round_views import ROUND_PREFIX, RoundView
from programs.game.rounds import rounds
from programs.game.rules import DrawPrize, Leaderboard, PrizeDraw, RankPrize
from programs.game.sealing import seal, unseal
from programs.game.standings import Stand, first_of, stands_of
from programs.gift_posting import Given
from programs.settling import Settling
from programs.store import Who
from rewards import granting
from tenants import scope

CLOSED_MAX = 1000
AFTER = timedelta(minutes=1)
"""So long after its end a round is closed: what came in time has been committed by then."""


async def open_due(_limit: int = CLOSED_MAX) -> int:
    """Open the rounds that there should be by now, of the scope's tenant; answers how many are new."""
    async with scope.writing():
        return sum([await open_rounds(game) for game in await games.all_games() if game.live])


async def open_rounds(game: Game) -> int:
    """Open a game's rounds up to now that are not there yet, each with a seed of its own; answers how many.

    A round that was over before the game went live is none, however early its rules let the game begin.
    """
    kept = game.compiled.in_rounds
    if kept is None:
        return 0
    tenant, known = scope.tenant_id(), await _moved(game)
    (first,) = await db.rows(_LIVE_SINCE, tenant, game.program_id)
    since = db.instant(first["live_from"])
    wanted = rounds(kept.every, game.compiled.span, game.today)
    missing = [each for each in wanted if each.key not in known and each.closes_at > since]
    rows = []
    for each in missing:
        seed = secrets.token_bytes(SEED_BYTES)
        rows.append((
            tenant, new_id(), game.program_id, each.key, "open", seal(seed), commitment(seed), each.opens_at,
            each.closes_at,
        ))  # fmt: skip
    return await _OPEN(rows) if rows else 0


async def _moved(game: Game) -> set[str]:
    """Let a game's open rounds run as long as the rules say now; answers the keys of all its rounds."""
    tenant, kept, span = scope.tenant_id(), game.compiled.in_rounds, game.compiled.span
    known = {row["key"]: row for row in await db.rows(_KNOWN, tenant, game.program_id)}
    wanted = () if kept is None else rounds(kept.every, span, max(game.today, span.first))
    await _MOVE([
        (tenant, row["id"], each.opens_at, each.closes_at)
        for each in wanted
        for row in (known.get(each.key),)
        if row is not None and row["state"] == "open"
        and (each.opens_at, each.closes_at) != (db.instant(row["opens_at"]), db.instant(row["closes_at"]))
    ])  # fmt: skip
    return set(known)


async def current(program: ProgramId) -> RoundView | None:
    """The round of a game that runs now, opened (and so committed to) if no job came by yet; None if there is none."""
    found = await round_views.running(program)
    if found is not None:
        return found
    async with scope.writing():
        game = await games.find(program)
        opened = await open_rounds(game) if game.live else 0
    return await round_views.running(program) if opened else None


async def close_due(limit: int = 1) -> int:
    """Draw, or close, up to `limit` rounds of the scope's tenant that are over, the oldest first; answers how many.

    One is enough for a transaction: a round may have many winners.
    """
    assert 0 < limit <= CLOSED_MAX, f"1 to {CLOSED_MAX} at once"
    async with scope.writing():
        for game in await games.all_games():  # whose rules may say by now that a round goes on
            await _moved(game)
        wait = "FOR NO KEY UPDATE SKIP LOCKED" if db.dialect() == "postgres" else ""
        due = await db.rows(_DUE.format(wait=wait), scope.tenant_id(), scope.now() - AFTER, limit)
        for row in due:
            await _close(row)
    return len(due)


@dataclass(frozen=True, slots=True)
class _Win:
    """One who won: `position` from 1 in the order of drawing, or the rank."""

    position: int
    member: MemberId
    prize: DrawPrize | RankPrize
    ticket: int | None = None
    nonce: int | None = None
    score: int | None = None


@dataclass(frozen=True, slots=True)
class _Result:
    """What came out of a round; `digest` is the one of all entries in a draw, that the numbers were drawn with."""

    wins: Sequence[_Win]
    entrants: int
    entries: int | None = None
    digest: str | None = None


async def _close(row: db.Row) -> None:
    id_, key, seed = row["id"], row["key"], unseal(row["seed"])
    game = await games.find(row["program_id"], db.instant(row["closes_at"]) - timedelta(microseconds=1))
    match game.rules.game:
        case PrizeDraw() as draw:
            result = await _draw(id_, game, draw, key, seed)
        case Leaderboard() as board:
            result = await _rank(game, board, key)
        case _:  # the rules of another game went live before the round was over: nobody stands in it
            result = _Result((), 0)
    credited = await _give(id_, game, result.wins)
    now, tenant = scope.now(), scope.tenant_id()
    await _WINS([
        (tenant, new_id(), id_, win.member, win.position, win.prize.id, win.ticket, win.nonce, win.score, credit, now)
        for win, credit in zip(result.wins, credited, strict=True)
    ])  # fmt: skip
    changed = await db.execute(
        _CLOSE, tenant, id_, game.version_id, result.entrants, result.entries, result.digest, now, seed.hex()
    )  # fmt: skip
    assert changed == 1, "a round that was locked was closed by somebody else"
    await _tell(id_, game, key, result)


async def _draw(id_: str, game: Game, draw: PrizeDraw, key: str, seed: bytes) -> _Result:
    stands = await stands_of(game, key)
    firsts, total = [], 0
    for stand in stands:
        firsts.append(total)
        total += stand.score
    digest = digest_of(stands)
    await _ENTRIES([
        (scope.tenant_id(), new_id(), id_, stand.member_id, first, stand.score)
        for stand, first in zip(stands, firsts, strict=True)
    ])  # fmt: skip
    prizes = [prize for prize in draw.prizes for _ in range(prize.winners)]
    drawn = winners(seed, encode(ROUND_PREFIX, id_), digest, [stand.score for stand in stands], len(prizes))
    wins = [
        _Win(position, stands[each.holder].member_id, prize, each.ticket, each.nonce)
        for position, (each, prize) in enumerate(zip(drawn, prizes, strict=False), 1)
    ]
    return _Result(wins, len(stands), total, digest)


async def _rank(game: Game, board: Leaderboard, key: str) -> _Result:
    by_rank = {rank: prize for prize in board.prizes for rank in range(prize.from_rank, prize.to_rank + 1)}
    first = await first_of(game, key, max(by_rank))
    wins = [
        _Win(rank, stand.member_id, by_rank[rank], score=stand.score)
        for rank, stand in enumerate(first, 1)
        if rank in by_rank
    ]
    return _Result(wins, len(await stands_of(game, key)))


def digest_of(stands: Sequence[Stand]) -> str:
    """Give the SHA-256 (hex) of a draw's entries, a line `mem_…:<entries>` each, in the order of entering."""
    lines = "".join(f"{encode('mem', stand.member_id)}:{stand.score}\n" for stand in stands)
    return hashlib.sha256(lines.encode()).hexdigest()


async def _give(id_: str, game: Game, wins: Sequence[_Win]) -> list[str | None]:
    """Give each winner their prize; answers the credits of those who got points."""
    tenant, now, wanted = scope.tenant_id(), scope.now(), Wanted()
    stamp = Stamp(now, now)
    for member in sorted(win.member for win in wins):
        await lock(member)
    settlings = dict[int, Settling]()
    for win in sorted(wins, key=lambda win: win.member):
        settlings[win.position] = await Settling.begin(win.member)
        settlings[win.position].want(wanted)
        gift_posting.want(wanted, [win.prize.gift], Who(tenant, game.program_id, win.member), game.units)
    book: Book = await load(wanted, now)
    for settling in settlings.values():
        await settling.count()
    given: list[Given] = [
        gift_posting.give(
            [win.prize.gift], Who(tenant, game.program_id, win.member), game.units, game.zone, book,
            f"round:{id_}/{win.position}", "prize", stamp,
        )
        for win in wins
    ]  # fmt: skip
    changes = [
        change
        for position, settling in settlings.items()
        for change in settling.settle(book, f"round:{id_}/{position}/won", stamp)
    ]
    await save(book, changes)
    for settling in settlings.values():
        await settling.grant()
    await granting.give([grant for each in given for grant in each.grants])
    return [each.points[0].transfer_id if each.points else None for each in given]


async def _tell(id_: str, game: Game, key: str, result: _Result) -> None:
    body = {"round": id_, "program": game.program_id, "key": key, "entrants": result.entrants}
    happenings = [Happening("game.drawn", f"program:{game.program_id}", body | {"winners": len(result.wins)})]
    for win in result.wins:
        won = {
            "round": id_, "program": game.program_id, "member": win.member, "prize": win.prize.id,
            "position": win.position,
        }  # fmt: skip
        happenings.append(Happening("game.prize_won", f"member:{win.member}", won))
    await emit_many(happenings)


_LIVE_SINCE = """
SELECT MIN(live_from) AS live_from FROM program_version
WHERE tenant_id = $1 AND program_id = $2 AND state = 'published'"""
_KNOWN = "SELECT id, key, state, opens_at, closes_at FROM game_round WHERE tenant_id = $1 AND program_id = $2"

_MOVE = Update(
    "game_round", "opens_at = x.opens_at, closes_at = x.closes_at", "t.state = 'open'", opens_at="instant",
    closes_at="instant",
)  # fmt: skip

_OPEN = Insert(
    "game_round", tenant_id="uuid", id="uuid", program_id="uuid", key="text", state="text", seed="text",
    commitment="text", opens_at="instant", closes_at="instant",
    suffix="ON CONFLICT (tenant_id, program_id, key) DO NOTHING",
)  # fmt: skip

_DUE = """
SELECT id, program_id, key, seed, closes_at FROM game_round
WHERE tenant_id = $1 AND state = 'open' AND closes_at <= $2 ORDER BY closes_at, id LIMIT $3 {wait}"""

_CLOSE = """
UPDATE game_round
SET state = 'closed', version_id = $3, entrants = $4, entries = $5, entries_digest = $6, closed_at = $7, seed = $8
WHERE tenant_id = $1 AND id = $2 AND state = 'open'"""

_ENTRIES = Insert(
    "game_entry", tenant_id="uuid", id="uuid", round_id="uuid", member_id="uuid", first_ticket="int", entries="int"
)

_WINS = Insert(
    "game_win", tenant_id="uuid", id="uuid", round_id="uuid", member_id="uuid", position="int", prize="text",
    ticket="int", nonce="int", score="int", credit_id="uuid", won_at="instant",
)  # fmt: skip
