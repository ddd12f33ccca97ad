"""The seeds that plays are drawn from: one in use per game, its commitment public; replaced, and then shown."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from events.service import emit
from kit import db
from kit.errors import Refusal, TryAgain
from kit.ids import is_id, new_id
from programs.decision import ProgramId
from programs.game import games
from programs.game.drawing import SEED_BYTES, commitment
from programs.game.errors import GameErrorCode
from programs.game.sealing import seal, unseal
from tenants import audit, commands, scope

SeedId = NewType("SeedId", str)
PAGE_MAX = 101
AGE_MIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SeedView:
    """A seed as anybody may see it: the seed itself (hex) from `revealed_at` on, when nothing is drawn from it."""

    id: SeedId
    program_id: ProgramId
    number: int
    commitment: str
    seed: str | None
    created_at: datetime
    revealed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SecretSeed:
    """The seed in use, for the draw alone."""

    id: SeedId
    commitment: str
    secret: bytes


async def in_use(program: ProgramId) -> SecretSeed:
    """The seed that a game draws from, the first time a new one. In the transaction under way, which it locks for."""
    tenant, statement = scope.tenant_id(), _IN_USE[db.dialect()]
    found = await db.rows(statement, tenant, program)
    if not found:
        await _make(program, 1)
        found = await db.rows(statement, tenant, program)
    if not found:
        raise TryAgain("the seed was replaced meanwhile")
    return SecretSeed(found[0]["id"], found[0]["commitment"], unseal(found[0]["seed"]))


async def commit_to(program: ProgramId) -> SeedView:
    """The seed in use, as anybody may see it; so that it is committed to before the first play."""
    found = await page(program, first=1)
    if found:
        return found[0]
    async with scope.writing():
        await _make(program, 1)
    return (await page(program, first=1))[0]


async def rotate(key: str, program: ProgramId) -> SeedView:
    """Show the seed in use and draw from a new one; answers the new one. Raises `Refusal`: NOT_FOUND, WRONG_STATE."""

    async def work() -> commands.Result:
        game = await games.find(program)
        if game.compiled.table is None:
            message = "This game draws by rounds, each with a seed of its own."
            raise Refusal(GameErrorCode.WRONG_STATE, message, ("program",))
        await _make(program, 1)
        return {"seed": await _replace(program)}

    result = await commands.once(key, "game.rotate_seed", {"program": program}, work)
    async with scope.reading():
        (row,) = await db.rows(_BY_ID, scope.tenant_id(), result["seed"])
    return _view(row)


async def rotate_due(limit: int = 100) -> int:
    """Show up to `limit` seeds that were drawn from, but for those of the last minute; answers how many."""
    async with scope.writing():
        due = await db.rows(_DUE, scope.tenant_id(), scope.now() - AGE_MIN, limit)
        for row in due:
            await _replace(row["program_id"])
    return len(due)


async def page(program: ProgramId, before: int | None = None, first: int = 50) -> Sequence[SeedView]:
    """A game's seeds, the newest first: `first` (at most 101) with numbers below `before`."""
    if not is_id(program):
        return []
    async with scope.reading():
        found = await db.rows(
            _PAGE, scope.tenant_id(), program, before if before is not None else 2**53, max(0, min(first, PAGE_MAX))
        )
    return [_view(row) for row in found]


async def _make(program: ProgramId, number: int) -> None:
    secret = secrets.token_bytes(SEED_BYTES)
    await db.execute(
        _INSERT, scope.tenant_id(), new_id(), program, number, seal(secret), commitment(secret), scope.now()
    )  # fmt: skip


async def _replace(program: ProgramId) -> str:
    tenant, now = scope.tenant_id(), scope.now()
    replaced = await db.rows(_REVEAL, tenant, program, now)
    if not replaced:
        raise TryAgain("the seed was replaced meanwhile")
    old = replaced[0]
    shown = unseal(old["seed"]).hex()
    await db.execute(_SHOW, tenant, old["id"], shown)
    await _make(program, old["number"] + 1)
    (new,) = await db.rows(_IN_USE[db.dialect()], tenant, program)
    body = {"program": program, "number": old["number"], "seed": shown, "next_commitment": new["commitment"]}
    await emit("game.seed_revealed", f"program:{program}", body)
    await audit.record("game.seed_revealed", f"program:{program}", {"number": old["number"]})
    return str(new["id"])


def _view(row: db.Row) -> SeedView:
    revealed = db.instant_or_none(row["revealed_at"])
    return SeedView(
        row["id"], row["program_id"], row["number"], row["commitment"], row["seed"] if revealed else None,
        db.instant(row["created_at"]), revealed,
    )  # fmt: skip


_INSERT = """
INSERT INTO game_seed (tenant_id, id, program_id, number, seed, commitment, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"""

# A seed cannot be revealed while something is being drawn from it.
_IN_USE = {
    dialect: f"""
SELECT s.id, s.seed, s.commitment FROM game_seed s
WHERE s.tenant_id = $1 AND s.program_id = $2 AND s.revealed_at IS NULL {lock}"""
    for dialect, lock in (("postgres", "FOR SHARE OF s"), ("sqlite", ""))
}

_REVEAL = """
UPDATE game_seed SET revealed_at = $3 WHERE tenant_id = $1 AND program_id = $2 AND revealed_at IS NULL
RETURNING id, number, seed"""

_SHOW = "UPDATE game_seed SET seed = $3 WHERE tenant_id = $1 AND id = $2"

_BY_ID = "SELECT * FROM game_seed WHERE tenant_id = $1 AND id = $2"

_PAGE = """
SELECT * FROM game_seed WHERE tenant_id = $1 AND program_id = $2 AND number < $3 ORDER BY number DESC LIMIT $4"""

_DUE = """
SELECT s.program_id FROM game_seed s WHERE s.tenant_id = $1 AND s.revealed_at IS NULL AND s.created_at <= $2
AND EXISTS (SELECT 1 FROM game_play p WHERE p.tenant_id = s.tenant_id AND p.seed_id = s.id)
ORDER BY s.program_id LIMIT $3"""
