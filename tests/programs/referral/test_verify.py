"""`verify` sees what was done to referrals behind the service's back."""

from __future__ import annotations

import pytest

from kit import db
from ledger.verify import verify
from tenants import scope
from tests.programs.referral.conftest import Club

pytestmark = pytest.mark.broken_books


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE referral SET state = 'invited', closed_at = NULL WHERE state = 'rewarded'",
        "UPDATE referral SET capped = (1 = 1) WHERE state = 'rewarded'",
        "UPDATE referral SET state = 'rewarded' WHERE state = 'taken_back'",
    ],
)
async def test_a_row_that_was_changed_is_found(club: Club, statement: str) -> None:
    for number, name in enumerate(("bob", "carl")):
        friend = await club.friend(name)
        await club.buy(friend, order=f"o-{number}")
    await club.days_later(15)
    await club.refund(friend, order="o-1", l1=2)
    await club.settle()
    assert await verify(club.shop.tenant, full=True) == ()
    async with scope.writing():
        assert await db.execute(f"{statement} AND tenant_id = $1", club.shop.tenant) == 1
    assert "referral_gift" in {finding.check for finding in await verify(club.shop.tenant, full=True)}
