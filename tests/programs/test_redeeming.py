"""A wish to pay with points, and its repeat after the settings changed."""

from __future__ import annotations

import pytest

from kit import clock
from kit.errors import Refusal
from members.views import MemberId
from programs import service
from programs.decision import ProgramId
from programs.models import Program
from programs.quote import RedeemPoints
from programs.redeeming import wish
from rewards import redemptions
from rewards.views import RedemptionView
from tenants import scope
from tests.programs.shop import ONE_PER_DOLLAR, PointsShop, open_points_shop

PAYS = {**ONE_PER_DOLLAR, "payment": {"points": 1, "worth": 1, "currency": "USD"}}


async def pay(shop: PointsShop, key: str, points: int = 10, unit: str | None = None) -> RedemptionView:
    member = MemberId(shop.member_id)
    asked = await wish(key, RedeemPoints(points, unit), member, order_total=1000)
    return await redemptions.reserve(key, member, asked)


async def refused(shop: PointsShop, key: str, **asked: object) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(Refusal) as caught:
        await pay(shop, key, **asked)  # type: ignore[arg-type]  # cases of any field
    return caught.value.code, caught.value.field


async def test_repeat_is_answered_though_no_program_pays_any_more(database: object) -> None:
    shop = await open_points_shop(PAYS)
    await shop.buy(10000)
    with scope.of(shop.tenant), clock.pinned(shop.now):
        paid = await pay(shop, "k1")
        async with scope.reading():
            (program,) = await Program.all()
        await service.pause(ProgramId(program.id))
        assert await pay(shop, "k1") == paid
        assert await refused(shop, "k1", points=11) == ("IDEMPOTENCY_MISMATCH", ("idempotencyKey",))
        assert await refused(shop, "k1", unit="points") == ("IDEMPOTENCY_MISMATCH", ("idempotencyKey",))
        assert await refused(shop, "k2") == ("NOT_ELIGIBLE", ("redeem",))
        await service.resume(ProgramId(program.id))
        assert (await pay(shop, "k2")).points == 10, "what the settings refused was not kept under the key"
