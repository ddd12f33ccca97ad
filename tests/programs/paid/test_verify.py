"""`verify` sees what was done to memberships, charges and passes behind the services' backs."""

from __future__ import annotations

import pytest

from kit import clock, db
from ledger.verify import verify
from programs.paid import passes
from programs.paid.passes import Buy
from tenants import scope
from tests.programs.paid.conftest import START, open_club
from tests.programs.paid.factories import paid, plan, visits

pytestmark = pytest.mark.broken_books
REFUND = {"otherwise": "prorated"}


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE membership SET term = term + 1 WHERE state = 'active'", "membership_change"),
        ("UPDATE membership SET revision = revision + 1 WHERE state = 'active'", "membership_change"),
        ("UPDATE membership SET charging = NOT charging WHERE state = 'active'", "membership_charging"),
        ("UPDATE member_fact SET value = '\"gold\"' WHERE name LIKE 'plan:%' AND value <> 'null'", "membership_fact"),
        ("UPDATE charge SET refunded = refunded - 1 WHERE refunded > 0", "charge_refunded"),
        ("UPDATE charge SET membership_id = NULL WHERE purpose = 'join'", "charge_for_nothing"),
        ("UPDATE member_pass SET used = used + 1 WHERE used > 0", "pass_use"),
    ],
)  # fmt: skip
async def test_a_row_that_was_changed_is_found(database: object, statement: str, check: str) -> None:
    club = await open_club(paid(plan(), refund=REFUND, passes=[visits()]))
    with scope.of(club.tenant):
        await club.cancel((await club.joined()).id)
        await club.joined()
        with clock.pinned(START):
            bought = await passes.buy("b", Buy(club.member, club.program, "ten", "card_succeeds"))
            assert bought.card is not None
            await passes.use("u", bought.card.id)
        assert await verify(club.tenant, full=True) == ()
        async with scope.writing():
            assert await db.execute(f"{statement} AND tenant_id = $1", club.tenant) >= 1
        assert check in {finding.check for finding in await verify(club.tenant, full=True)}
