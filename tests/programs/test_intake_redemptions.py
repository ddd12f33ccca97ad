"""A purchase that says which redemptions paid for it: its refund gives their points back."""

from __future__ import annotations

from typing import Any

import pytest

from kit import clock
from kit.errors import Refusal
from kit.ids import new_id
from ledger.models import Unit
from ledger.state import UnitId
from members.models import Member
from members.views import MemberId
from programs import redeeming
from programs.activity import Line
from programs.intake import record_batch
from programs.records import Recorded
from rewards.payment import PaymentTerms
from rewards.redemptions import AsPayment
from rewards.views import RedemptionId, RedemptionView, load_redemptions
from tenants import scope
from tests.programs.shop import PointsShop, open_points_shop
from tests.programs.test_intake_batches import bought, codes, item, stored


@pytest.fixture
async def shop(database: object) -> PointsShop:
    """With 200 points."""
    shop = await open_points_shop()
    await shop.buy(20000)
    return shop


async def spend(shop: PointsShop, points: int, member: str | None = None, **given: Any) -> RedemptionId:
    with scope.of(shop.tenant), clock.pinned(shop.now):
        async with scope.reading():
            (unit,) = await Unit.all()
        wish = AsPayment(UnitId(unit.id), points, None, PaymentTerms(points=1, worth=1, currency="USD"))
        key = f"spend-{new_id()}"
        redemption = await redeeming.redeem(key, MemberId(member or shop.member_id), wish, **given)
    return redemption.id


async def redemption_of(shop: PointsShop, id_: RedemptionId) -> RedemptionView:
    with scope.of(shop.tenant):
        async with scope.reading():
            return (await load_redemptions([id_]))[id_]


async def test_refund_gives_back_the_points_that_the_purchase_named(shop: PointsShop) -> None:
    """R2, the points taken before the order had a number."""
    ids = [await spend(shop, 100), await spend(shop, 50)]
    await shop.buy(3500, 3500, order="o", payload={"redemptions": ids})
    assert await shop.available() == 120
    assert (await redemption_of(shop, ids[0])).order_reference == "o"
    await shop.refund("o", l1=1)
    assert await shop.available() == 160
    await shop.refund("o", l2=1)
    assert await shop.available() == 200
    assert (await redemption_of(shop, ids[1])).points_returned == 50


@pytest.mark.parametrize("refund_first", [True, False])
async def test_named_and_refunded_in_one_batch(shop: PointsShop, refund_first: bool) -> None:
    purchase = bought(shop, "p", 7000, order="o", payload={"redemptions": [await spend(shop, 150)]})
    items = [purchase, item(shop, "refund", "r", "o")]
    assert codes(await record_batch(items[::-1] if refund_first else items)) == ["decided", "decided"]
    assert await shop.available() == 200


async def test_refund_that_had_come_before(shop: PointsShop) -> None:
    id_ = await spend(shop, 150)
    await shop.refund("o")
    await shop.buy(7000, order="o", payload={"redemptions": [id_]})
    assert await shop.available() == 200


async def test_redemption_that_has_an_order_keeps_it(shop: PointsShop) -> None:
    id_ = await spend(shop, 150, order_reference="other")
    await shop.buy(7000, order="o", payload={"redemptions": [id_]})
    assert (await redemption_of(shop, id_)).order_reference == "other"
    await shop.refund("o")
    assert await shop.available() == 50


async def test_named_twice_counts_once(shop: PointsShop) -> None:
    id_ = await spend(shop, 150)
    await shop.buy(7000, order="o", payload={"redemptions": [id_, id_]})
    await shop.refund("o")
    assert await shop.available() == 200


@pytest.mark.parametrize("whose", ["nobody's", "another's", "no id"])
async def test_redemption_of_nobody_or_another_is_refused_and_nothing_stored(shop: PointsShop, whose: str) -> None:
    id_: str = {"nobody's": new_id(), "no id": "x"}.get(whose, "")
    if whose == "another's":
        with scope.of(shop.tenant):
            async with scope.writing():
                bob = await Member.create(external_id="bob", joined_at=shop.now, created_at=shop.now)
        await record_batch([bought(shop, "bobs", member="bob")])
        id_ = await spend(shop, 20, bob.id)
    mine, before = await spend(shop, 10), await stored(shop, "activity")
    purchase = bought(shop, "p", payload={"redemptions": [mine, id_]})
    answers = await record_batch([purchase, bought(shop, "q")])
    assert codes(answers) == ["NOT_FOUND", "decided"]
    assert isinstance(answers[0], Refusal)
    assert (answers[0].field, answers[0].final) == (("redemption_ids", "1"), False)
    assert (await stored(shop, "activity"), (await redemption_of(shop, mine)).order_reference) == (before + 1, None)
    (answer,) = await record_batch([bought(shop, "p", payload={"redemptions": [mine]})])
    assert isinstance(answer, Recorded)
    assert not answer.replayed


async def test_an_amendment_gives_back_what_the_order_is_worth_less(shop: PointsShop) -> None:
    """One line leaves and a cheaper one takes its place: 15 of 70 went, not 35."""
    redemption = await spend(shop, 150)
    await shop.buy(3500, 3500, order="o", payload={"redemptions": [redemption]})
    lines = (Line("l1", 3500), Line("l3", 2000))
    await shop.happen("amend", order_id="o", currency="USD", lines=lines)
    assert (await redemption_of(shop, redemption)).points_returned == 150 * 15 // 70
