"""Points given by hand, and the repeat of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kit import clock
from kit.errors import Refusal
from members.views import MemberId
from programs.adjusting import adjust
from tenants import scope
from tests.programs.shop import open_points_shop


async def test_repeat_is_answered_though_the_points_have_ended_since(database: object) -> None:
    shop = await open_points_shop()
    member, end = MemberId(shop.member_id), shop.now + timedelta(days=1)
    with scope.of(shop.tenant):
        with clock.pinned(shop.now):
            given = await adjust("k1", member, "points", 5, "Sorry", end)
        with clock.pinned(end):
            assert await adjust("k1", member, "points", 5, "Sorry", end) == given
            with pytest.raises(Refusal) as refused:
                await adjust("k2", member, "points", 5, "Sorry", end)
    assert (refused.value.code, refused.value.field) == ("TOO_FAR_BACK", ("expires_at",))
