"""The process killed in the middle of a payment: who starts again finds nothing lost and nothing doubled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from kit import clock
from programs.paid import renewing
from programs.paid.life import State
from programs.stored_value import service
from programs.stored_value.views import PaymentState
from tenants import scope
from tests.conftest import DatabaseUrls
from tests.faults import paying
from tests.faults.killing import killed
from tests.ledger.helpers import START
from tests.programs.paid.conftest import Club, open_club
from tests.programs.paid.factories import at, paid, plan
from tests.programs.stored_value.conftest import Purse, open_purse, own_settings

__all__ = ["own_settings"]

RULES = paid(plan(), refund={"full_within_days": 3})
PAID, BACK = ("join", 139_00, "succeeded"), ("refund", 139_00, "succeeded")


async def killed_while(database: DatabaseUrls, tenant: str, what: str, where: str, **given: Any) -> None:
    """Pay in a process of its own, killed there."""
    await killed("paying", database.url, tenant, what, where, orjson.dumps(given).decode())


async def moved(club: Club) -> list[tuple[str, int]]:
    """What the provider knows to have charged and given back."""
    rows = await club.rows("SELECT kind, amount FROM sandbox_payment WHERE tenant_id = $1 ORDER BY created_at, kind")
    return [(row["kind"], row["amount"]) for row in rows]


@pytest.mark.parametrize(("where", "repeats"), [("asked", False), ("settling", True)])
async def test_killed_while_somebody_joins(database: DatabaseUrls, where: str, *, repeats: bool) -> None:
    """Whether who asked asks again, or nobody does and the job comes by."""
    club = await open_club(RULES)
    with scope.of(club.tenant):
        given = {"member": club.member, "program": club.program, "at": club.now.isoformat()}
        await killed_while(database, club.tenant, "join", where, **given)
        assert await club.memberships() == ()
        for _ in range(2):
            if repeats:
                with clock.pinned(club.now):
                    await paying.join(given)
            await club.jobs(club.now + timedelta(minutes=5))
        assert await club.money() == [PAID]
        assert await moved(club) == [("charge", 139_00)]
        assert [found.state for found in await club.memberships()] == [State.ACTIVE]


async def test_killed_while_money_goes_back(database: DatabaseUrls) -> None:
    club = await open_club(RULES)
    with scope.of(club.tenant):
        given = {"membership": (await club.joined()).id, "at": club.now.isoformat()}
        await killed_while(database, club.tenant, "cancel", "asked", **given)
        assert (await club.current()).state is State.ENDED
        assert await club.money() == [PAID, ("refund", 139_00, "open")]
        await club.jobs(club.now + timedelta(minutes=5))
        with clock.pinned(club.now):
            await paying.cancel(given)
        assert await club.money() == [PAID, BACK]
        assert await moved(club) == [("charge", 139_00), ("refund", 139_00)]


async def test_a_worker_killed_while_a_term_is_charged(database: DatabaseUrls) -> None:
    club = await open_club(RULES)
    with scope.of(club.tenant):
        await club.joined()
        club.now = at("2027-01-31 10:00")
        with clock.pinned(club.now):
            assert await renewing.step_due() == 1
        await killed_while(database, club.tenant, "renew", "asked", at=club.now.isoformat())
        await club.jobs(club.now + timedelta(minutes=5))
        assert await club.money() == [PAID, ("renew", 139_00, "succeeded")]
        assert await moved(club) == [("charge", 139_00)] * 2
        assert await club.changes() == ["joined", "renewed"]


@pytest.mark.parametrize(
    ("what", "where", "left", "held"),
    [
        ("authorize", "saved", 10000, 0), ("capture", "told", 8000, 0), ("refund", "saved", 8000, 0),
        ("expire", "saved", 7000, 3000),
    ],
)  # fmt: skip
async def test_killed_in_the_middle_of_a_payment_with_stored_value(
    database: DatabaseUrls, own_settings: None, what: str, where: str, left: int, held: int
) -> None:
    """What was not committed never was; who asks again under the key finds it done once."""
    purse = await open_purse({"unit": "money", "currency": "EUR"})
    with scope.of(purse.tenant), clock.pinned(START):
        await purse.top_up(10000)
        given = {"member": purse.member, "at": START.isoformat()}
        if what != "authorize":
            given["payment"] = (await authorized(purse)).id
        if what == "refund":
            await paying.capture(given)
        if what == "expire":
            given["at"] = (START + timedelta(minutes=15)).isoformat()
        await killed_while(database, purse.tenant, what, where, **given)
        assert (await purse.balance(), await purse.held()) == ((left, 0), held)
        with clock.pinned(START + timedelta(minutes=15) if what == "expire" else START):
            for _ in range(2):
                await paying.WHAT[what](given)
        payment = await authorized(purse)
        done = {
            "authorize": (PaymentState.AUTHORIZED, 7000, 3000), "capture": (PaymentState.CAPTURED, 8000, 0),
            "refund": (PaymentState.CAPTURED, 8500, 0), "expire": (PaymentState.EXPIRED, 10000, 0),
        }  # fmt: skip
        assert (payment.state, (await purse.balance())[0], await purse.held()) == done[what]
        assert len(await purse.rows("SELECT 1 FROM payment WHERE tenant_id = $1")) == 1


async def authorized(purse: Purse) -> Any:
    """The one payment, authorized now or before."""
    return await service.authorize("authorize", purse.wish(3000))
