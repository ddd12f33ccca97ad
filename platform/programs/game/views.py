"""Plays as the rest of the house sees them: read, and recomputed from what is public once the seed is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

import orjson

from kit import db
from kit.ids import encode, is_id
from kit.setbased import Columns
from ledger.state import TransferId
from members.views import MemberId
from programs.decision import ExplanationLine, ProgramId, VersionId, explanation_from_json
from programs.game import games
from programs.game.drawing import commitment, number, pick
from programs.game.errors import play_not_found
from programs.game.odds import PrizeOdds, table_of
from programs.game.rules import Prize
from programs.game.seeds import SeedId
from tenants import scope

PlayId = NewType("PlayId", str)

PLAY_PREFIX = "ply"
"""Under which the outside knows a play; its id is drawn with as `ply_…`, so that anybody can recompute it."""
PAGE_MAX = 101


@dataclass(frozen=True, slots=True)
class PlayView:
    """A play: `number` of 0 to below `out_of` fell on `drawn`, which became `prize`; `won` unless that is a blank.

    `seed` (hex) is there once it is no longer in use. `client_text` is None after the member was erased.
    """

    id: PlayId
    program_id: ProgramId
    version_id: VersionId
    member_id: MemberId
    seed_id: SeedId
    commitment: str
    seed: str | None
    client_text: str | None
    nonce: int
    number: int
    out_of: int
    drawn: Prize
    prize: Prize
    won: bool
    debit_id: TransferId
    credit_id: TransferId | None
    explanation: tuple[ExplanationLine, ...]
    played_at: datetime

    @property
    def public_id(self) -> str:
        """The id as it is drawn with."""
        return encode(PLAY_PREFIX, self.id)


@dataclass(frozen=True, slots=True)
class Verification:
    """A play with the table it was drawn from. `holds` says whether all fits: None as long as it cannot be told."""

    play: PlayView
    table: tuple[PrizeOdds, ...]
    holds: bool | None


async def plays(ids: Sequence[str]) -> dict[PlayId, PlayView]:
    """The plays of these ids that this tenant has, in one statement; others are missing from the answer."""
    known = [(id_,) for id_ in ids if is_id(id_)]
    if not known:
        return {}
    async with scope.reading():
        found = await db.rows(_PLAYS.format(ids=_IDS.source(2)), scope.tenant_id(), _IDS.payload(known))
        of_versions = await games.of_versions({row["version_id"] for row in found})
    return {row["id"]: _play(row, of_versions[row["version_id"]]) for row in found}


async def page_of_plays(
    member: MemberId | None = None, program: ProgramId | None = None, after: str | None = None, first: int = 50
) -> list[PlayView]:
    """A member's plays, the latest first: `first` (at most 101) beyond the id `after`, of all games or of one."""
    if not all(is_id(id_) for id_ in (member, program, after) if id_ is not None):
        return []
    params: list[object] = [scope.tenant_id(), max(0, min(first, PAGE_MAX))]
    where = ""
    for column, value in (("member_id =", member), ("program_id =", program), ("id <", after)):
        if value is not None:
            params.append(value)
            where += f" AND {column} ${len(params)}"
    async with scope.reading():
        found = await db.rows(
            f"SELECT id FROM game_play WHERE tenant_id = $1{where} ORDER BY id DESC LIMIT $2", *params
        )  # fmt: skip
        shown = await plays([row["id"] for row in found])
    return [shown[row["id"]] for row in found]


async def verify(play: str) -> Verification:
    """Recompute a play from its seed, if that is public by now. Raises `Refusal` NOT_FOUND."""
    found = (await plays([play])).get(PlayId(play))
    if found is None:
        raise play_not_found()
    async with scope.reading():
        game = (await games.of_versions({found.version_id}))[found.version_id]
    table = tuple(table_of(game.rules.game))
    return Verification(found, table, _holds(found, table))


def _holds(play: PlayView, table: Sequence[PrizeOdds]) -> bool | None:
    if play.seed is None or play.client_text is None:
        return None
    seed = bytes.fromhex(play.seed)
    drawn = number(seed, play.public_id, play.client_text, play.out_of)
    on = table[pick([each.weight for each in table], drawn.value)].prize
    return (
        commitment(seed) == play.commitment and drawn == (play.number, play.nonce) and on.id == play.drawn.id
    )  # fmt: skip


def _play(row: db.Row, game: games.Game) -> PlayView:
    table = game.compiled.table
    assert table is not None, "only games with a table are played"
    known = {prize.id: prize for prize in table.prizes}
    return PlayView(
        row["id"], row["program_id"], row["version_id"], row["member_id"], row["seed_id"], row["commitment"],
        row["seed"] if row["revealed_at"] is not None else None, row["client_text"], row["nonce"], row["number"],
        table.out_of, known[row["drawn_prize"]], known[row["prize"]], bool(row["won"]), row["debit_id"],
        row["credit_id"], explanation_from_json(orjson.loads(row["explanation"])), db.instant(row["played_at"]),
    )  # fmt: skip


_IDS = Columns(id="uuid")

_PLAYS = """
SELECT p.*, s.commitment, s.seed, s.revealed_at FROM {ids} AS x
JOIN game_play p ON p.tenant_id = $1 AND p.id = x.id
JOIN game_seed s ON s.tenant_id = p.tenant_id AND s.id = p.seed_id"""
