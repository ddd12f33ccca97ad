"""Rounds of draws and leaderboards as the rest of the house sees them, with who won and what they had entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from kit import db
from kit.ids import is_id
from kit.setbased import Columns
from ledger.state import TransferId
from members.views import MemberId
from programs.decision import ProgramId, VersionId
from programs.game import games
from tenants import scope

RoundId = NewType("RoundId", str)

ROUND_PREFIX = "rnd"
"""Under which the outside knows a round; its winners are drawn with its id as `rnd_…`."""
PAGE_MAX = 101


@dataclass(frozen=True, slots=True)
class WinView:
    """What a member won in a round: in a draw by `ticket`, on a leaderboard with `score`; `position` from 1."""

    member_id: MemberId
    position: int
    prize: str
    prize_name: str
    ticket: int | None
    nonce: int | None
    score: int | None
    credit_id: TransferId | None


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round: `seed` (hex) and what came out are there once it is closed."""

    id: RoundId
    program_id: ProgramId
    version_id: VersionId | None
    key: str
    commitment: str
    seed: str | None
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    entrants: int | None
    entries: int | None
    entries_digest: str | None
    wins: tuple[WinView, ...]


@dataclass(frozen=True, slots=True)
class EntryView:
    """A member's entries in a draw that was drawn: the tickets from `first_ticket` on."""

    member_id: MemberId
    entries: int
    first_ticket: int


async def page(program: str, after: str | None = None, first: int = 50) -> list[RoundView]:
    """A game's rounds, the latest first: `first` (at most 101) beyond the id `after`."""
    if not all(is_id(id_) for id_ in (program, after) if id_ is not None):
        return []
    async with scope.reading():
        found = await db.rows(
            _PAGE.format(after="" if after is None else "AND id < $4"), scope.tenant_id(), program,
            max(0, min(first, PAGE_MAX)), *(() if after is None else (after,)),
        )  # fmt: skip
        return await _views(found)


async def running(program: str) -> RoundView | None:
    """The round of a game that is open now; None if there is none."""
    if not is_id(program):
        return None
    async with scope.reading():
        found = await db.rows(_RUNNING, scope.tenant_id(), program, scope.now())
        return next(iter(await _views(found)), None)


async def rounds(ids: Sequence[str]) -> dict[RoundId, RoundView]:
    """The rounds of these ids that this tenant has; others are missing from the answer."""
    known = [(id_,) for id_ in ids if is_id(id_)]
    if not known:
        return {}
    async with scope.reading():
        found = await db.rows(_BY_ID.format(ids=_IDS.source(2)), scope.tenant_id(), _IDS.payload(known))
        return {view.id: view for view in await _views(found)}


async def entries(round_: RoundId, after: int | None = None, first: int = 50) -> list[EntryView]:
    """The entries of a draw that was drawn, in the order of their tickets, beyond the first ticket `after`."""
    async with scope.reading():
        found = await db.rows(
            _ENTRIES, scope.tenant_id(), round_, -1 if after is None else after, max(0, min(first, PAGE_MAX))
        )
    return [EntryView(row["member_id"], row["entries"], row["first_ticket"]) for row in found]


async def _views(found: Sequence[db.Row]) -> list[RoundView]:
    wins: dict[str, list[db.Row]] = {row["id"]: [] for row in found if row["state"] == "closed"}
    if wins:
        payload = _IDS.payload([(id_,) for id_ in wins])
        for row in await db.rows(_WINS.format(ids=_IDS.source(2)), scope.tenant_id(), payload):
            wins[row["round_id"]].append(row)
    of_versions = await games.of_versions({row["version_id"] for row in found if row["version_id"] is not None})
    names: dict[str | None, dict[str, str]] = {
        id_: {prize.id: prize.name for prize in game.rules.game.prizes} for id_, game in of_versions.items()
    }
    return [_view(row, wins.get(row["id"], ()), names.get(row["version_id"], {})) for row in found]


def _view(row: db.Row, wins: Sequence[db.Row], names: Mapping[str, str]) -> RoundView:
    closed = row["state"] == "closed"
    return RoundView(
        row["id"], row["program_id"], row["version_id"], row["key"], row["commitment"],
        row["seed"] if closed else None, db.instant(row["opens_at"]), db.instant(row["closes_at"]),
        db.instant_or_none(row["closed_at"]), row["entrants"], row["entries"], row["entries_digest"],
        tuple(
            WinView(
                win["member_id"], win["position"], win["prize"], str(names.get(win["prize"], win["prize"])),
                win["ticket"], win["nonce"], win["score"], win["credit_id"],
            )
            for win in wins
        ),
    )  # fmt: skip


_IDS = Columns(id="uuid")

_PAGE = "SELECT * FROM game_round WHERE tenant_id = $1 AND program_id = $2 {after} ORDER BY id DESC LIMIT $3"
_BY_ID = "SELECT r.* FROM {ids} AS x JOIN game_round r ON r.tenant_id = $1 AND r.id = x.id"
_RUNNING = """
SELECT * FROM game_round WHERE tenant_id = $1 AND program_id = $2 AND state = 'open' AND opens_at <= $3
AND closes_at > $3 ORDER BY closes_at LIMIT 1"""
_WINS = """
SELECT w.* FROM {ids} AS x JOIN game_win w ON w.tenant_id = $1 AND w.round_id = x.id ORDER BY w.round_id, w.position"""
_ENTRIES = """
SELECT member_id, entries, first_ticket FROM game_entry WHERE tenant_id = $1 AND round_id = $2 AND first_ticket > $3
ORDER BY first_ticket LIMIT $4"""
