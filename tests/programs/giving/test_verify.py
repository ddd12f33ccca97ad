"""`verify` sees what was done to donations behind the service's back."""

from __future__ import annotations

import pytest

from kit import clock, db
from ledger.verify import verify
from programs.giving import service
from tenants import scope
from tests.programs.giving.conftest import open_charity
from tests.programs.shop import START

pytestmark = pytest.mark.broken_books


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE donation SET points = points + 1 WHERE state = 'made'", "donation_debit"),
        ("UPDATE donation SET cause = 'pets' WHERE state = 'made'", "donation_debit"),
        ("UPDATE donation SET state = 'cancelled', cancelled_at = donated_at WHERE state = 'made'", "donation_debit"),
        ("UPDATE donation SET state = 'made', cancelled_at = NULL WHERE state = 'cancelled'", "donation_debit"),
        ("DELETE FROM donation WHERE state = 'made'", "donation_known"),
        ("UPDATE donation SET matched = matched + 1 WHERE state = 'made'", "donation_matching"),
        ("UPDATE counter SET used = used - 1 WHERE name = 'matched'", "donation_matching"),
        ("UPDATE counter SET used = used - 1 WHERE name = 'matched:trees'", "donation_matching"),
    ],
)
async def test_a_row_that_was_changed_is_found(database: object, statement: str, check: str) -> None:
    charity = await open_charity(matching={"percent": 100, "per_cause": 1000, "total": 2000})
    with scope.of(charity.shop.tenant), clock.pinned(START):
        await charity.has(1000)
        await charity.give(300)
        await service.cancel("c", (await charity.give(200)).id, "test")
        assert await verify(charity.shop.tenant, full=True) == ()
        async with scope.writing():
            assert await db.execute(f"{statement} AND tenant_id = $1", charity.shop.tenant) >= 1
        assert check in {finding.check for finding in await verify(charity.shop.tenant, full=True)}
