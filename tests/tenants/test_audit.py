"""The audit log: page by page, by action, for those who may, and only with the change it tells of."""

from __future__ import annotations

import pytest

from kit.errors import Forbidden
from tenants import audit, scope
from tenants.principals import acting
from tenants.roles import Role
from tests.tenants.shops import hire, make_shop, owner_of


async def test_log_is_read_page_by_page_newest_first(database: object) -> None:
    shop, other = await make_shop(), await make_shop()
    for tenant in (shop.tenant, other.tenant):
        with scope.of(tenant):
            async with scope.writing():
                for number in range(7):
                    await audit.record(f"thing.{'odd' if number % 2 else 'even'}", f"thing:{number}", {"n": number})
    with acting(await owner_of(shop)):
        seen: list[audit.Entry] = []
        while page := await audit.entries(after=seen[-1].id if seen else None, first=3):
            seen += page
        assert [entry.target for entry in seen] == [f"thing:{n}" for n in range(6, -1, -1)] + [f"tenant:{shop.tenant}"]
        assert (seen[0].actor, seen[0].details) == ("system", {"n": 6})
        assert [entry.target for entry in await audit.entries(action="thing.odd")] == ["thing:5", "thing:3", "thing:1"]
        assert await audit.entries(first=0) == await audit.entries(first=-1) == []
        assert len(await audit.entries(first=10**9)) == 8


async def test_what_failed_is_not_in_the_log(database: object) -> None:
    shop = await make_shop()
    with acting(await owner_of(shop)):
        with pytest.raises(RuntimeError):
            async with scope.writing():
                await audit.record("thing.done", "thing:1")
                raise RuntimeError("stop")
        assert await audit.entries(action="thing.done") == []


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SUPPORT, Role.ANALYST])
async def test_roles_that_may_not_read_it_are_refused(database: object, role: Role) -> None:
    shop = await make_shop()
    with acting(await hire(shop, role)), pytest.raises(Forbidden):
        await audit.entries()
