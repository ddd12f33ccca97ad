"""Inactivity: earning and spending both push the day on which all points lapse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kit import clock
from ledger import sweeps
from ledger.models import Unit
from ledger.state import UnitId
from members.views import MemberId
from programs import lapses, redeeming
from rewards.payment import PaymentTerms
from rewards.redemptions import AsPayment
from tenants import scope
from tests.programs.shop import ONE_PER_DOLLAR, START, PointsShop, open_points_shop

SIX_MONTHS = {"policies": [{"type": "months_inactive", "months": 6}]}


async def spend(shop: PointsShop, points: int) -> None:
    with scope.of(shop.tenant), clock.pinned(shop.now):
        async with scope.reading():
            (unit,) = await Unit.all()
        wish = AsPayment(UnitId(unit.id), points, None, PaymentTerms(points=1, worth=1, currency="USD"))
        await redeeming.redeem(f"spend-{shop.now}", MemberId(shop.member_id), wish)


async def sweep(shop: PointsShop) -> int:
    with scope.of(shop.tenant), clock.pinned(shop.now):
        return await sweeps.expire_due()


async def test_spending_pushes_the_lapse_as_earning_does(database: object) -> None:
    shop = await open_points_shop({**ONE_PER_DOLLAR, "expiry": SIX_MONTHS})
    await shop.buy(10000)
    assert (await shop.balance()).lapses_at == datetime(2026, 9, 3, tzinfo=UTC)
    shop.now += timedelta(days=120)
    await spend(shop, 10)
    assert (await shop.balance()).lapses_at == datetime(2026, 12, 31, tzinfo=UTC)
    shop.now = START + timedelta(days=200)
    assert (await sweep(shop), await shop.available()) == (0, 90)


async def test_points_lapse_before_any_job_ran_and_are_expired_by_it(database: object) -> None:
    shop = await open_points_shop({**ONE_PER_DOLLAR, "expiry": SIX_MONTHS})
    await shop.buy(10000)
    await shop.buy(5000)
    shop.now += timedelta(days=190)
    assert await shop.available() == 0
    assert (await sweep(shop), await sweep(shop)) == (2, 0)


async def test_purchase_after_the_lapse_starts_anew(database: object) -> None:
    shop = await open_points_shop({**ONE_PER_DOLLAR, "expiry": SIX_MONTHS})
    await shop.buy(10000)
    shop.now += timedelta(days=190)
    await shop.buy(3000)
    assert (await sweep(shop), await shop.available()) == (0, 30)


async def test_program_without_inactivity_pushes_nothing(database: object) -> None:
    shop = await open_points_shop()
    with scope.of(shop.tenant), clock.pinned(shop.now):
        assert await lapses.after_activity_now() == {}
