"""Clearing that is not as the ledger says is found, whatever was changed."""

from __future__ import annotations

import pytest

from kit import db
from programs.coalition import recount
from rewards.views import RewardShops
from tenants import scope
from tests.programs.coalition.club import open_club
from tests.programs.coalition.test_rewards import reward

pytestmark = pytest.mark.broken_books

BROKEN = {
    "UPDATE partner_position SET owed = owed + 1": {"clearing_position"},
    "DELETE FROM clearing_entry WHERE kind = 'release'": {"clearing_derived", "clearing_float"},
    "UPDATE clearing_entry SET amount = amount + 1 WHERE kind = 'reimbursement'": {
        "clearing_amount", "clearing_derived", "clearing_position"},
    "UPDATE clearing_entry SET price = 20000, amount = points * 20000 WHERE kind = 'issue'": {
        "clearing_derived", "clearing_position", "clearing_float"},
    "UPDATE clearing_issue SET price = 14000": {"clearing_issue", "clearing_float"},
    "UPDATE redemption SET unit_id = id": {"partner_redemption"},
    "UPDATE reward SET shops = 'own'": {"reward_partner"},
}  # fmt: skip


@pytest.mark.parametrize("change", BROKEN)
async def test_a_change_behind_our_back_is_found(database: object, change: str) -> None:
    if db.dialect() == "postgres":
        pytest.skip("the application may not take the triggers away there")
    club = await open_club()
    await club.buy("a", 10_000, order="o1")
    await club.spend("b", 40)
    await club.refund("a", "o1", pieces=1)
    await reward(club, 100, RewardShops.PARTNERS, "b")
    await club.balances()
    async with club.here():
        assert await recount.verify() == ()
        async with scope.writing():
            for table in ("clearing_entry", "clearing_issue"):
                for verb in ("update", "delete"):
                    await db.execute(f"DROP TRIGGER {table}_no_{verb}")
            await db.execute(change)
        assert {finding.check for finding in await recount.verify()} == BROKEN[change]
