"""Playing: one play of the ledger for one draw, with its stock and the prize it becomes, in one transaction.

    free plays   an activity that the member asks for; the intake decides it like any other
    play         one play is taken, a number drawn, its prize taken from the stock and given

The number follows from what was fixed before: the seed in use (its commitment is public), the id of the member's next
play, then the member's own text. Locks are taken in the order member, player, stock, what kinds keep, accounts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import orjson

from events.service import Happening, emit_many
from kit import db
from kit.errors import Refusal
from kit.ids import encode, new_id
from ledger.book import Book, Stamp
from ledger.errors import InsufficientBalance, Overflow
from ledger.load import Wanted, load
from ledger.save import save
from ledger.state import TransferId, system
from ledger.state import member as member_account
from members.views import MemberId
from programs import gift_posting, intake
from programs.activity import MAIN_LINE, Activity
from programs.decision import ExplanationCode, ExplanationLine, ExplanationValue, ProgramId, explanation_to_json
from programs.engine import EVERY_LINE
from programs.game import games, prizes, seeds, views
from programs.game.compiled import FREE_KIND
from programs.game.drawing import Number, number, pick
from programs.game.errors import GameErrorCode, final, invalid, play_not_found
from programs.game.games import Game
from programs.game.prizes import Replaced
from programs.game.rules import Prize, ScratchCard, Wheel
from programs.game.seeds import SecretSeed
from programs.game.views import PLAY_PREFIX, PlayId, PlayView
from programs.gift_posting import Given
from programs.gifts import Gift
from programs.records import MemberRef, Recorded, Submission
from programs.settling import Settling
from programs.store import Who
from rewards import granting
from rewards.offers import lock_member
from tenants import commands, scope

TEXT = re.compile(r"[0-9A-Za-z._-]{1,64}")


async def play(
    key: str, member: MemberId, program: ProgramId, text: str, play_id: PlayId | None = None
) -> PlayView:  # fmt: skip
    """Take one of the member's plays and draw for it, with their own `text` (1–64 of A–Z a–z 0–9 . _ -).

    `play_id` is the play that the member was shown as the next one: it can be played once. Raises `Refusal`: INVALID
    (text), NOT_FOUND (member, game, play), WRONG_STATE (a game that is not played); and kept under the key:
    GAME_CLOSED, GAME_PAUSED, TOO_YOUNG, WRONG_REGION, NO_PLAYS, ALREADY_PLAYED.
    """
    if not TEXT.fullmatch(text):
        raise invalid("Use 1 to 64 of A–Z a–z 0–9 . _ -.", "text")

    async def work() -> commands.Result:
        await lock_member(member)
        game = await games.find(program)
        table = game.compiled.table
        if table is None:
            raise Refusal(GameErrorCode.WRONG_STATE, "Entries take part in this game by themselves.", ("program",))
        game.check_open()
        await games.check_may_play(game, member)
        next_id = await _next_play(game, member, play_id)
        return {"play": await _play(key, game, table, member, next_id, text)}

    given = {"member": member, "program": program, "text": text, "play": play_id}
    result = await commands.once(key, "game.play", given, work)
    return (await views.plays([result["play"]]))[result["play"]]


async def take_free(key: str, member: MemberId, program: ProgramId) -> Recorded:
    """Give a member the free plays (entries) of this day or week.

    The activity has a key of its own, by which no shopper can take one that the merchant may use. Raises `Refusal`:
    INVALID (key), NOT_FOUND (member, game), WRONG_STATE (nothing is free), GAME_CLOSED, TOO_YOUNG,
    WRONG_REGION, LIMIT_REACHED (had already, or the draw is full), IDEMPOTENCY_MISMATCH.
    """
    name = f"game.free/{commands.fingerprint(commands.checked(key), {'member': member})}"
    async with scope.reading():
        game = await games.find(program)
        if game.rules.free is None:
            raise Refusal(GameErrorCode.WRONG_STATE, "Nothing is free in this game.", ("program",))
        if not await db.rows(_ASKED, scope.tenant_id(), name):  # a repeat is answered as it was then
            game.check_open()
            await games.check_member(member)
            await games.check_may_play(game, member)
    line = MAIN_LINE if game.line == EVERY_LINE else game.line
    now = scope.now()
    asked = Activity(name, FREE_KIND, "", now, source="game", payload={"program": program}, line=line)
    made = await intake.record(Submission(scope.tenant_id(), MemberRef(id=member), asked, now, dated=False))
    if made.refusal is not None:
        raise made.refusal
    if not made.posted:
        ours = [each.inputs for each in made.explanation if each.program_id == program]
        why = "There are no free plays now."
        if any(("counts", "times") in inputs for inputs in ours):
            why = f"The free plays of this {game.rules.free.every} were had already."
        elif any(("counts", "members") in inputs for inputs in ours):
            why = "The draw is full: nobody else can enter."
        raise final(GameErrorCode.LIMIT_REACHED, why, "program")
    return made


async def next_play(member: MemberId, program: ProgramId) -> PlayId:
    """The id of a member's next play of a game, fixed from when it was first asked for until it is played."""
    async with scope.reading():
        found = await db.rows(_NEXT_OF, scope.tenant_id(), program, member)
    if not found:
        async with scope.writing():
            found = await db.rows(_PLAYER, scope.tenant_id(), new_id(), program, member, new_id())
    return PlayId(found[0]["next_play_id"])


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What was drawn, and what it became."""

    number: Number
    out_of: int
    raw: Prize
    prize: Prize
    replaced: list[Replaced]


async def _play(
    key: str, game: Game, table: Wheel | ScratchCard, member: MemberId, play_id: PlayId, text: str
) -> PlayId:  # fmt: skip
    won = await prizes.won_by(game, member)
    await prizes.check_pauses(game, table.prizes, won)
    seed = await seeds.in_use(game.program_id)
    drawn = await _draw(game, table, seed, play_id, text, won)
    debit, given = await _post(key, game, member, drawn.prize)
    credit = given.points[0].transfer_id if given.points else None
    told = _explain(game, drawn)
    tenant = scope.tenant_id()
    await db.execute(
        _INSERT, tenant, play_id, game.program_id, game.version_id, member, seed.id, text, drawn.number.nonce,
        drawn.number.value, drawn.raw.id, drawn.prize.id, drawn.prize.gift is not None, debit, credit,
        orjson.dumps(explanation_to_json(told)).decode(), won.day, game.at,
    )  # fmt: skip
    await db.execute(_NEXT, tenant, game.program_id, member, new_id())
    await _tell(game, member, play_id, drawn)
    return play_id


async def _draw(
    game: Game, table: Wheel | ScratchCard, seed: SecretSeed, play_id: PlayId, text: str, won: prizes.Won
) -> _Drawn:  # fmt: skip
    drawn = number(seed.secret, encode(PLAY_PREFIX, play_id), text, table.out_of)
    raw = table.prizes[pick([prize.weight for prize in table.prizes], drawn.value)]
    prize, replaced = await prizes.settle(game, raw, table.prizes, won)
    return _Drawn(drawn, table.out_of, raw, prize, replaced)


async def _post(key: str, game: Game, member: MemberId, prize: Prize) -> tuple[TransferId, Given]:
    """Take one play and give the prize: points at once, a reward as a grant. Raises `Refusal` NO_PLAYS."""
    tenant = scope.tenant_id()
    theirs, spent = member_account(tenant, game.unit, member), system(tenant, game.unit, "spent")
    gifts = [] if prize.gift is None else [prize.gift]
    who, stamp = Who(tenant, game.program_id, member), Stamp(game.at, game.at)
    wanted = Wanted(spending={theirs}, accounts={spent})
    gift_posting.want(wanted, gifts, who, game.units)
    settling = await Settling.begin(member)
    settling.want(wanted)
    book = await load(wanted, game.at)
    await settling.count()
    try:
        debit = book.move(f"{key}/play", "play", theirs, spent, 1, stamp)
        given = _give(book, key, game, who, gifts, stamp)
    except InsufficientBalance as error:
        raise final(GameErrorCode.NO_PLAYS, "The member has no plays left.", "member") from error
    await save(book, settling.settle(book, key, stamp))
    await settling.grant()
    await granting.give(given.grants)
    return debit, given


def _give(book: Book, key: str, game: Game, who: Who, gifts: list[Gift], stamp: Stamp) -> Given:
    try:
        return gift_posting.give(gifts, who, game.units, game.zone, book, f"{key}/prize", "prize", stamp)
    except Overflow as error:
        message = "The member would have more than 2⁵³ − 1 points."
        raise final(GameErrorCode.LIMIT_REACHED, message, "member") from error


async def _next_play(game: Game, member: MemberId, shown: PlayId | None) -> PlayId:
    """The member's next play, locked. Raises `Refusal` if they were shown another: ALREADY_PLAYED, NOT_FOUND."""
    tenant = scope.tenant_id()
    (row,) = await db.rows(_PLAYER, tenant, new_id(), game.program_id, member, new_id())
    if shown is not None and shown != row["next_play_id"]:
        found = (await views.plays([shown])).get(shown)
        if found is None or found.member_id != member or found.program_id != game.program_id:
            raise play_not_found()
        raise final(GameErrorCode.ALREADY_PLAYED, "This play was played already.", "play")
    return PlayId(row["next_play_id"])


def _explain(game: Game, drawn: _Drawn) -> tuple[ExplanationLine, ...]:
    def line(code: ExplanationCode, *inputs: tuple[str, ExplanationValue]) -> ExplanationLine:
        return ExplanationLine(code, game.program_id, game.version_id, None, None, inputs, 0, 0)

    return (
        line(
            ExplanationCode.PLAYED, ("number", drawn.number.value), ("out_of", drawn.out_of), ("prize", drawn.raw.name)
        ),
        *(
            line(
                ExplanationCode.PRIZE_REPLACED, ("prize", each.prize.name), ("instead", each.instead.name),
                ("limit", each.limit.value),
            )
            for each in drawn.replaced
        ),
        line(ExplanationCode.PRIZE, ("prize", drawn.prize.name), ("won", drawn.prize.gift is not None)),
    )  # fmt: skip


async def _tell(game: Game, member: MemberId, play_id: PlayId, drawn: _Drawn) -> None:
    body = {
        "play": play_id, "program": game.program_id, "member": member, "drawn_prize": drawn.raw.id,
        "prize": drawn.prize.id, "won": drawn.prize.gift is not None,
    }  # fmt: skip
    happenings = [Happening("game.played", f"member:{member}", body)]
    if drawn.prize.gift is not None:
        happenings.append(Happening("game.prize_won", f"member:{member}", body))
    await emit_many(happenings)


# A write that changes nothing locks a row that is there.
_PLAYER = """
INSERT INTO game_player (tenant_id, id, program_id, member_id, next_play_id) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, program_id, member_id) DO UPDATE SET member_id = excluded.member_id RETURNING next_play_id"""

_ASKED = "SELECT 1 FROM activity WHERE tenant_id = $1 AND key = $2"

_NEXT_OF = "SELECT next_play_id FROM game_player WHERE tenant_id = $1 AND program_id = $2 AND member_id = $3"

_NEXT = "UPDATE game_player SET next_play_id = $4 WHERE tenant_id = $1 AND program_id = $2 AND member_id = $3"

_INSERT = """
INSERT INTO game_play (tenant_id, id, program_id, version_id, member_id, seed_id, client_text, nonce, number,
                       drawn_prize, prize, won, debit_id, credit_id, explanation, day, played_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"""
