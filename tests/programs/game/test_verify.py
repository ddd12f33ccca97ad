"""`guerdon verify` finds plays without their debit, and prizes that were given without being issued."""

from __future__ import annotations

import pytest

from kit import db
from ledger.verify import verify
from tenants import scope
from tests.programs.game.conftest import Arcade, open_arcade
from tests.programs.game.factories import POINTS, document, prize, wheel

CUPS = wheel(prize("cup", 100, POINTS, stock=5, becomes={"type": "consolation", "prize": "tea"}), prize("tea", 0))


async def spoilt(arcade: Arcade, *statements: str) -> list[str]:
    """The names of the checks that fail after these statements, in a full run."""
    async with scope.writing():
        for statement in statements:
            await db.execute(statement, arcade.tenant)
    return sorted({finding.check for finding in await verify(arcade.tenant, full=True)})


@pytest.mark.broken_books
@pytest.mark.parametrize(
    ("statement", "failed"),
    [
        ("UPDATE game_play SET debit_id = id WHERE tenant_id = $1", ["game_play_debit"]),
        ("UPDATE game_stock SET issued = 2 WHERE tenant_id = $1", ["game_stock"]),
        ("DELETE FROM game_stock WHERE tenant_id = $1", ["game_issued"]),
        ("UPDATE game_play SET won = (1 = 0) WHERE tenant_id = $1", ["game_stock"]),
    ],
)
async def test_what_was_spoilt_is_found(at_start: None, statement: str, failed: list[str]) -> None:
    arcade = await open_arcade(document(CUPS))
    with scope.of(arcade.tenant):
        await arcade.check_in()
        await arcade.play()
        assert await verify(arcade.tenant, full=True) == ()
        assert await spoilt(arcade, statement) == failed


async def test_the_database_itself_keeps_to_the_stock(at_start: None) -> None:
    arcade = await open_arcade(document(CUPS))
    with scope.of(arcade.tenant):
        await arcade.check_in()
        await arcade.play()
        with pytest.raises(Exception, match=r"(?i)check"):
            async with scope.writing():
                await db.execute("UPDATE game_stock SET issued = 6 WHERE tenant_id = $1", arcade.tenant)
