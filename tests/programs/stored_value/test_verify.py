"""`verify` sees what was done to payments and cards behind the services' backs."""

from __future__ import annotations

import pytest

from kit import db
from ledger.verify import verify
from programs.stored_value import service
from tenants import scope
from tests.programs.stored_value.conftest import Purse, card

pytestmark = pytest.mark.broken_books


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE payment SET captured = captured - 1, returned = 0, refunded = 0 WHERE state = 'captured'",
         "payment_legs"),
        ("UPDATE payment_leg SET captured = captured - 1 WHERE captured > 0 AND returned = 0", "payment_leg_debit"),
        ("UPDATE payment_leg SET returned = returned + 1 WHERE captured > 0", "payment_leg_debit"),
        ("UPDATE payment SET state = 'voided', closed_at = authorized_at WHERE state = 'authorized'", "payment_hold"),
        ("UPDATE gift_card SET state = 'disabled', closed_at = issued_at, moved_to = 'disabled'", "gift_card"),
        ("UPDATE account SET owner = 'gift_card:elsewhere' WHERE owner LIKE 'gift_card:%'", "gift_card"),
    ],
)  # fmt: skip
async def test_a_row_that_was_changed_is_found(purse: Purse, statement: str, check: str) -> None:
    await purse.top_up(10000)
    payment = await purse.pay(500, card(await purse.issue(2000)))
    await service.refund("r", payment.id, 200)
    await purse.pay(700)
    await service.authorize("a", purse.wish(100))
    assert await verify(purse.tenant, full=True) == ()
    async with scope.writing():
        table_scope = " AND " if "WHERE" in statement else " WHERE "
        assert await db.execute(f"{statement}{table_scope}tenant_id = $1", purse.tenant) >= 1
    assert check in {finding.check for finding in await verify(purse.tenant, full=True)}
