"""The intake on a real database: once, in any order, refunded exactly, refused with nothing written."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import orjson
import pytest

from events.models import Event
from events.service import KINDS
from kit import clock
from kit.errors import Refusal
from ledger.models import Unit
from ledger.state import UnitId
from members.models import Member, MemberTag
from members.views import MemberId
from programs import redeeming
from programs.activity import Activity, Line
from programs.records import MemberRef
from rewards.payment import PaymentTerms
from rewards.redemptions import AsPayment
from tenants import scope
from tests.programs.shop import ONE_PER_DOLLAR, PointsShop, open_points_shop

DAY = timedelta(days=1)


@pytest.fixture
async def shop(database: object) -> PointsShop:
    return await open_points_shop()


async def test_purchase_earns_and_is_explained(shop: PointsShop) -> None:
    recorded = await shop.buy(1999)
    assert [(p.amount, p.book, p.after) for p in recorded.posted] == [(19, "available", 19)]
    assert [line.code for line in recorded.explanation] == ["base", "rounding"]
    assert await shop.available() == 19


async def test_decision_is_told_as_an_event_of_a_documented_kind(shop: PointsShop) -> None:
    recorded = await shop.buy(1999, order="o-1", key="k-1")
    await shop.buy(1999, order="o-1", key="k-1")
    with scope.of(shop.tenant):
        async with scope.reading():
            (event,) = await Event.all()
    assert event.kind in KINDS
    assert (event.kind, event.subject) == ("activity.decided", f"activity:{recorded.activity_id}")
    assert orjson.loads(event.body) == {
        "activity": recorded.activity_id, "key": "k-1", "kind": "purchase", "member": shop.member_id,
        "order_reference": "o-1",
        "entries": [{"unit": recorded.posted[0].unit_id, "reason": "earn", "book": "available", "amount": 19}],
    }  # fmt: skip


async def test_same_order_twice_counts_once_and_answers_alike(shop: PointsShop) -> None:
    """C3."""
    first, second = await shop.buy(5000, key="order-1"), await shop.buy(5000, key="order-1")
    assert second.replayed and not first.replayed
    assert (second.activity_id, second.posted, second.explanation) == (
        first.activity_id, first.posted, first.explanation,
    )  # fmt: skip
    assert await shop.available() == 50


async def test_same_key_in_parallel_counts_once(shop: PointsShop) -> None:
    answers = await asyncio.gather(*(shop.buy(5000, key="order-1") for _ in range(20)))
    assert len({answer.activity_id for answer in answers}) == 1
    assert await shop.available() == 50


async def test_key_with_other_input_is_refused(shop: PointsShop) -> None:
    await shop.buy(5000, key="order-1")
    with pytest.raises(Refusal, match="IDEMPOTENCY_MISMATCH"):
        await shop.buy(6000, key="order-1")


async def test_unknown_member_is_refused_and_nothing_written(shop: PointsShop) -> None:
    activity = Activity(key="k", kind="visit", member_id="", occurred_at=shop.now)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        await shop.record(activity, MemberRef(external_id="nobody"))
    recorded = await shop.record(activity)
    assert recorded.state == "decided"


@pytest.mark.parametrize(
    ("ahead", "code"), [(timedelta(minutes=6), "OCCURRED_IN_FUTURE"), (-731 * DAY, "OCCURRED_TOO_LONG_AGO")]
)
async def test_date_out_of_bounds_is_refused(shop: PointsShop, ahead: timedelta, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        await shop.buy(100, at=shop.now + ahead)


async def test_many_purchases_in_parallel_all_count(shop: PointsShop) -> None:
    await asyncio.gather(*(shop.buy(100, order=f"o{n}", key=f"k{n}") for n in range(200)))
    assert await shop.available() == 200


async def test_one_of_two_items_comes_back(shop: PointsShop) -> None:
    """R1: two items of $50 earn 100; one comes back: 50."""
    await shop.buy(5000, 5000, order="o")
    recorded = await shop.refund("o", l1=1)
    assert [line.code for line in recorded.explanation] == ["taken_back"]
    assert await shop.available() == 50


async def test_refund_of_more_than_was_ordered_is_refused(shop: PointsShop) -> None:
    await shop.buy(5000, order="o")
    await shop.refund("o", l1=1)
    with pytest.raises(Refusal, match="REFUND_EXCEEDS_ORDER"):
        await shop.refund("o", l1=1)
    assert await shop.available() == 0


async def test_refund_before_its_purchase_waits_for_it(shop: PointsShop) -> None:
    parked = await shop.refund("o", key="r", l1=1)
    assert (parked.state, [line.code for line in parked.explanation]) == ("parked", ["parked"])
    await shop.buy(5000, 5000, order="o")
    assert await shop.available() == 50
    again = await shop.refund("o", key="r", l1=1)
    assert again.state == "decided" and again.posted[0].amount == -50


@pytest.mark.parametrize("order", list(permutations(["buy", "refund one", "amend", "refund two"])))
async def test_events_of_one_order_in_any_order_leave_the_same(shop: PointsShop, order: tuple[str, ...]) -> None:
    """3 pieces of $10; amended to 4; one and then two came back: one stays."""

    async def happen(what: str) -> None:
        if what == "buy":
            line = Line(id="a", amount=3000, quantity=3)
            await shop.happen("purchase", key="p", order_id="o", currency="USD", lines=(line,))
        elif what == "amend":
            line = Line(id="a", amount=4000, quantity=4)
            await shop.happen("amend", key="m", order_id="o", currency="USD", lines=(line,))
        else:
            await shop.refund("o", key=what, a=1 if what == "refund one" else 2)

    for what in order:
        await happen(what)
    assert await shop.available() == 10


@pytest.mark.parametrize("order", list(permutations(["buy", "piece", "line", "order"])), ids="-".join)
async def test_money_and_pieces_that_are_everything_in_any_order_and_twice(
    shop: PointsShop, order: tuple[str, ...]
) -> None:
    """30 and 20 and 10 points: the first comes back as a piece, half the second as money, the rest by the order."""
    events: dict[str, dict[str, Any]] = {
        "buy": {"lines": tuple(Line(f"l{n}", 4000 - 1000 * n) for n in (1, 2, 3)), "currency": "USD"},
        "piece": {"lines": (Line("l1", 0),)},
        "line": {"lines": (Line("l2", 0, refunded=1000),)},
        "order": {"refunded": 2000},
    }
    for what in (*order, *order):
        kind = "purchase" if what == "buy" else "refund"
        await shop.happen(kind, key=what, order_id="o", **events[what])
    assert await shop.available() == 0
    with pytest.raises(Refusal) as refused:
        await shop.happen("refund", order_id="o", refunded=1)
    assert (refused.value.code, refused.value.field) == ("REFUND_EXCEEDS_ORDER", ("amount",))


async def test_money_takes_its_share_of_the_points(shop: PointsShop) -> None:
    await shop.buy(3000, 1000, order="o")
    await shop.happen("refund", order_id="o", lines=(Line("l1", 0, refunded=500),))
    assert await shop.available() == 40 - 5
    first = await shop.happen("refund", key="r", order_id="o", refunded=1000)
    assert await shop.available() == 40 - 5 - 10 + 1, "714 of the first line and 286 of the second: 12 and 2 points"
    assert await shop.happen("refund", key="r", order_id="o", refunded=1000) == replace(first, replayed=True)
    with pytest.raises(Refusal, match="IDEMPOTENCY_MISMATCH"):
        await shop.happen("refund", key="r", order_id="o", refunded=1001)


async def test_amended_away_and_back(shop: PointsShop) -> None:
    await shop.buy(5000, 3000, order="o")
    await shop.happen("amend", order_id="o", currency="USD", lines=(Line(id="l1", amount=5000),))
    assert await shop.available() == 50
    shop.now += DAY
    await shop.happen(
        "amend", order_id="o", currency="USD", lines=(Line(id="l1", amount=5000), Line(id="l2", amount=3000))
    )
    assert await shop.available() == 80


async def test_cancelled_order_gives_all_back(shop: PointsShop) -> None:
    await shop.buy(5000, 3000, order="o")
    await shop.happen("cancel", order_id="o")
    await shop.happen("cancel", order_id="o")
    assert await shop.available() == 0


async def test_second_purchase_of_an_order_is_refused(shop: PointsShop) -> None:
    await shop.buy(5000, order="o", key="a")
    for _ in range(2):
        with pytest.raises(Refusal, match="ORDER_EXISTS"):
            await shop.buy(5000, order="o", key="b")
    assert await shop.available() == 50


async def test_points_wait_for_their_trigger(database: object) -> None:
    shop = await open_points_shop({**ONE_PER_DOLLAR, "pending": {"type": "trigger", "trigger": "delivered"}})
    await shop.buy(5000, 5000, order="o")
    assert ((await shop.balance()).pending, await shop.available()) == (100, 0)
    await shop.refund("o", l1=1)
    await shop.happen("custom:delivered", order_id="o")
    assert ((await shop.balance()).pending, await shop.available()) == (0, 50)


async def test_refund_gives_the_cap_back(database: object) -> None:
    cap = {"limit": 60, "counts": "points", "period": "day", "per": "member"}
    shop = await open_points_shop({**ONE_PER_DOLLAR, "caps": [cap]})
    await shop.buy(5000, order="a")
    await shop.buy(5000, order="b")
    assert await shop.available() == 60
    await shop.happen("cancel", order_id="a")
    await shop.buy(9000, order="c")
    assert await shop.available() == 60


async def test_two_members_orders_do_not_mix(shop: PointsShop) -> None:
    await shop.buy(5000, order="o")
    with scope.of(shop.tenant):
        async with scope.writing():
            await Member.create(external_id="bob", joined_at=shop.now, created_at=shop.now)
    cancel = Activity(key="c", kind="cancel", member_id="", occurred_at=shop.now, order_id="o")
    with pytest.raises(Refusal, match="ORDER_NOT_FOUND"):
        await shop.record(cancel, MemberRef(external_id="bob"))
    assert await shop.available() == 50


async def pay_with_points(shop: PointsShop, points: int, order: str) -> None:
    """Points that pay for an order: reserved and confirmed for it."""
    with scope.of(shop.tenant), clock.pinned(shop.now):
        async with scope.reading():
            (unit,) = await Unit.all()
        terms = PaymentTerms(points=1, worth=1, currency="USD")
        wish = AsPayment(UnitId(unit.id), points, None, terms)
        await redeeming.redeem(f"pay-{order}", MemberId(shop.member_id), wish, order_reference=order)


@pytest.mark.parametrize(("back", "left"), [({"l1": 1, "l2": 1}, 200), ({"l1": 1}, 160)])
async def test_refund_of_an_order_paid_with_points(shop: PointsShop, back: dict[str, Any], left: int) -> None:
    """R2: 200, the order earns 70 and spends 150; refunded whole or in half."""
    await shop.buy(20000)
    await pay_with_points(shop, 150, "o")
    await shop.buy(3500, 3500, order="o")
    assert await shop.available() == 120
    await shop.refund("o", **back)
    assert await shop.available() == left


async def test_refund_of_an_order_paid_with_points_before_its_purchase(shop: PointsShop) -> None:
    await shop.buy(20000)
    await pay_with_points(shop, 150, "o")
    await shop.refund("o", l1=1)
    assert await shop.available() == 50
    await shop.buy(3500, 3500, order="o")
    assert await shop.available() == 160


async def test_rule_for_a_segment_goes_by_the_members_tags(database: object) -> None:
    twice = {
        "id": "vip", "name": "Twice for VIPs", "earn": {"type": "multiplier", "factor": "2"},
        "conditions": {"segments": ["vip"]},
    }  # fmt: skip
    shop = await open_points_shop({**ONE_PER_DOLLAR, "rules": [*ONE_PER_DOLLAR["rules"], twice]})
    await shop.buy(1000)
    with scope.of(shop.tenant):
        async with scope.writing():
            await MemberTag.create(member_id=shop.member_id, tag="vip")
    await shop.buy(1000)
    assert await shop.available() == 10 + 20
