"""A sandbox's clock: forward, within bounds, and in a sandbox only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kit import clock
from kit.errors import Forbidden, Refusal
from tenants import audit, principals, sandbox, scope
from tenants.principals import acting
from tenants.roles import Role
from tests.tenants.shops import hire, make_shop, owner_in_sandbox, owner_of

YEAR = timedelta(days=365)


async def test_clock_moves_forward_and_adds_up(database: object) -> None:
    shop = await make_shop()
    with clock.pinned(clock.now()):
        for times in (1, 2):
            with acting(await owner_in_sandbox(shop)):
                assert await sandbox.advance_clock(YEAR) == clock.now() + times * YEAR
        with acting(await principals.by_secret_key(shop.sandbox_secret_key.text)):
            assert scope.now() == clock.now() + 2 * YEAR
            newest = (await audit.entries())[0]
        assert (newest.action, newest.target) == ("sandbox.clock_advanced", f"tenant:{shop.sandbox}")
        assert newest.details == {"seconds": YEAR.total_seconds()}
        assert newest.recorded_at == clock.now() + 2 * YEAR
    assert (await owner_in_sandbox(shop)).clock_offset == 2 * YEAR


async def test_live_clock_cannot_be_moved(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)), pytest.raises(Refusal, match="NOT_A_SANDBOX"):
        await sandbox.advance_clock(YEAR)


OUT_OF_BOUNDS = [
    (timedelta(0), "NOT_FORWARD"),
    (timedelta(seconds=-1), "NOT_FORWARD"),
    (timedelta.min, "NOT_FORWARD"),
    (timedelta(days=3653, microseconds=1), "TOO_FAR"),
    (timedelta.max, "TOO_FAR"),
]


async def test_clock_moves_forward_by_ten_years_at_most(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_in_sandbox(shop)):
        for by, code in OUT_OF_BOUNDS:
            with pytest.raises(Refusal) as refused:
                await sandbox.advance_clock(by)
            assert (refused.value.code, refused.value.field) == (code, ("by",))
    assert (await owner_in_sandbox(shop)).clock_offset == timedelta(0)


async def test_ten_years_hold_in_all(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_in_sandbox(shop)):
        await sandbox.advance_clock(timedelta(days=3652))
        with pytest.raises(Refusal, match="TOO_FAR"):
            await sandbox.advance_clock(timedelta(days=2))
        await sandbox.advance_clock(timedelta(days=1))
        assert len(await audit.entries(action="sandbox.clock_advanced")) == 2


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ANALYST])
async def test_roles_that_may_not_are_refused(database: object, role: Role) -> None:
    shop = await make_shop()
    with acting(await hire(shop, role)), pytest.raises(Forbidden):
        await sandbox.advance_clock(YEAR)
