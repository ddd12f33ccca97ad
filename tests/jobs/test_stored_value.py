"""Payments from stored value that nobody captured end with their time, in the jobs' order, whenever the job runs."""

from __future__ import annotations

from datetime import timedelta

from jobs import points
from jobs.job import Lane
from jobs.runner import Runner
from jobs.schedule import schedule
from kit import clock
from kit.outbound import Outbound
from programs.stored_value import service, views
from programs.stored_value.views import PaymentState
from tenants import scope
from tests.ledger.helpers import START
from tests.programs.stored_value.conftest import RULES, open_purse, own_settings

__all__ = ["own_settings"]


async def tick() -> int:
    """One wake-up of a process that has just started."""
    return await Runner(Lane.POINTS, schedule(b"root", Outbound())).tick()


async def test_after_a_month_without_jobs_payments_have_ended(database: object, own_settings: None) -> None:
    """The money came back when the payment ended, after its own last day: so it has expired since."""
    purse = await open_purse({**RULES, "expiry": {"money_months": 1}})
    with scope.of(purse.tenant):
        with clock.pinned(START):
            await purse.top_up(1000)
            short = await service.authorize("a", purse.wish(400))
            long = await service.authorize("b", purse.wish(300), hold_minutes=7 * 24 * 60)
        with clock.pinned(START + timedelta(minutes=15)):
            assert await tick() == 2, "payments, and the calendar for the first time"
            found = await views.payments([short.id, long.id])
            assert [found[each.id].state for each in (short, long)] == [PaymentState.EXPIRED, PaymentState.AUTHORIZED]
            assert await purse.balance() == (700, 0)
        with clock.pinned(START + timedelta(days=60)):
            assert await tick() > 0
            assert await tick() == 0, "running twice does nothing"
            assert (await views.payments([long.id]))[long.id].state is PaymentState.EXPIRED
            assert await purse.balance() == (0, 0)
        reasons = await purse.rows(
            "SELECT reason FROM transfer WHERE tenant_id = $1 AND kind = 'void' ORDER BY recorded_at"
        )  # fmt: skip
        assert [row["reason"] for row in reasons] == ["expire_hold", "expire_hold"], "no hold went without its payment"


async def test_no_hold_goes_while_its_payment_is_still_to_expire(database: object, own_settings: None) -> None:
    """Somebody may be working on the payment: then its hold waits for it."""
    purse = await open_purse()
    with scope.of(purse.tenant):
        with clock.pinned(START):
            await purse.top_up(1000)
            await service.authorize("a", purse.wish(400))
        with clock.pinned(START + timedelta(minutes=15)):
            async with scope.writing():
                assert await points.release_holds(100) == 0
            assert (await service.expire_due(), await purse.balance()) == (1, (1000, 0))
