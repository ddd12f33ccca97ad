"""Tiers of members who do nothing for long: warned, frozen, closed; and what wakes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.models import Event
from programs.activity import Line
from programs.tiered import resting, service
from programs.tiered.models import TierStanding
from tenants import scope
from tests.programs.tiered.factories import by_spend
from tests.programs.tiered.test_service import at, put
from tests.programs.tiered.test_state import YEAR, TierShop, open_tier_shop

WARNED, FROZEN, CLOSED = (datetime(*day, tzinfo=UTC) for day in ((2027, 2, 1), (2027, 3, 3), (2028, 3, 5)))


async def open_resting(**dormancy: Any) -> TierShop:
    """Silver for good, reached on 2 March 2026; then nothing."""
    document = by_spend(**YEAR, validity={"type": "for_good"}, dormancy={"close_after_months": 12, **dormancy})
    document["tiers"][1]["multipliers"] = [{"factor": "2"}]
    shop = await open_tier_shop(document)
    await shop.points.buy(100_00, order="o1")
    return shop


async def rest(shop: TierShop, now: datetime) -> tuple[int, str | None, str | None]:
    """How many tiers went to rest, how far this member's is, and the tier that they have the good of."""
    with at(shop, now):
        done = await resting.rest_due()
        async with scope.reading():
            row = await TierStanding.all().get()
    return done, row.rest, await shop.tier()


async def events(shop: TierShop) -> list[str]:
    with scope.of(shop.points.tenant):
        async with scope.reading():
            found = await Event.filter(kind__startswith="tier.").order_by("id")
            return [event.kind for event in found]


async def test_a_tier_is_frozen_after_a_warning_and_closed_in_the_end(database: object) -> None:
    shop = await open_resting()
    day = timedelta(days=1)
    assert await rest(shop, WARNED - day) == (0, None, "silver")
    assert await rest(shop, WARNED) == (1, "warned", "silver")
    assert await rest(shop, FROZEN - day) == (0, "warned", "silver")
    assert await rest(shop, FROZEN) == (1, "frozen", "basic")
    assert await rest(shop, CLOSED - 2 * day) == (0, "frozen", "basic")
    assert await rest(shop, CLOSED) == (1, "closed", "basic")
    assert await rest(shop, CLOSED + 999 * day) == (0, "closed", "basic")
    assert (await shop.changes())[2:] == [("silver", "basic", "frozen"), ("basic", "basic", "closed")]
    assert (await events(shop))[1:] == ["tier.dormancy_warned", "tier.changed", "tier.changed"]


async def test_who_comes_back_has_their_tier_from_that_activity_on(database: object) -> None:
    shop = await open_resting()
    for now in (WARNED, FROZEN):
        await rest(shop, now)
    with at(shop, FROZEN):
        (found,) = (await service.of_members([shop.points.member_id]))[shop.points.member_id]
    assert found.tier is not None and found.reason is not None
    assert (found.tier.id, found.reason.value, found.since) == ("basic", "frozen", FROZEN)
    shop.points.now = FROZEN
    bought = [await shop.points.buy(10_00) for _ in range(2)]
    assert [entry.amount for one in bought for entry in one.posted] == [10, 20]
    assert (await shop.changes())[-1] == ("basic", "silver", "reopened")
    assert await rest(shop, FROZEN) == (0, None, "silver")


async def test_who_comes_back_after_the_warning_is_not_frozen(database: object) -> None:
    shop = await open_resting()
    await rest(shop, WARNED)
    shop.points.now = WARNED + timedelta(days=1)
    await shop.points.buy(1_00)
    assert await rest(shop, FROZEN) == (0, None, "silver")


async def test_what_is_closed_begins_anew(database: object) -> None:
    shop = await open_resting()
    for now in (WARNED, FROZEN, CLOSED):
        await rest(shop, now)
    shop.points.now = CLOSED
    await shop.points.buy(10_00)
    assert await rest(shop, CLOSED) == (0, None, "basic")
    await shop.points.buy(90_00)
    assert await shop.tier() == "silver"


async def test_staff_alone_can_wake_it_where_the_rules_say_so(database: object) -> None:
    shop = await open_resting(reopening="by_staff")
    for now in (WARNED, FROZEN):
        await rest(shop, now)
    shop.points.now = FROZEN
    await shop.points.buy(500_00)
    assert await shop.tier() == "basic"
    await put(shop, "silver")
    assert await shop.tier() == "silver"
    await shop.points.buy(500_00)
    assert await shop.tier() == "gold"


@pytest.mark.parametrize(
    ("dormancy", "warned", "frozen"),
    [
        ({"warn_days": 0}, datetime(2027, 3, 3, tzinfo=UTC), datetime(2027, 3, 4, tzinfo=UTC)),
        ({"after_months": 1, "warn_days": 7}, datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 4, 3, tzinfo=UTC)),
    ],
)
async def test_months_and_days_by_the_rules(
    database: object, dormancy: dict[str, int], warned: datetime, frozen: datetime
) -> None:
    shop = await open_resting(close_after_months=None, **dormancy)
    assert (await rest(shop, warned - timedelta(days=1)))[1] is None
    assert (await rest(shop, warned))[1] == "warned"
    assert (await rest(shop, frozen))[1] == "frozen"
    assert (await rest(shop, frozen + timedelta(days=9999)))[1] == "frozen"


async def test_nobody_is_frozen_unwarned_when_it_is_worked_out_late(database: object) -> None:
    shop = await open_resting()
    late = FROZEN + timedelta(days=100)
    assert (await rest(shop, late))[1] == "warned"
    assert (await rest(shop, late + timedelta(days=29)))[1] == "warned"
    assert (await rest(shop, late + timedelta(days=30)))[1] == "frozen"


async def test_a_refund_does_not_wake_a_tier_and_takes_it_back_below(database: object) -> None:
    shop = await open_resting()
    for now in (WARNED, FROZEN):
        await rest(shop, now)
    shop.points.now = FROZEN
    await shop.points.refund("o1")
    assert await rest(shop, FROZEN) == (0, "frozen", "basic")
    await shop.points.buy(1_00)
    assert await shop.tier() == "basic"


async def test_an_amendment_that_adds_something_does_not_wake_a_tier_either(database: object) -> None:
    shop = await open_resting()
    for now in (WARNED, FROZEN):
        await rest(shop, now)
    shop.points.now = FROZEN
    lines = (Line("l1", 100_00), Line("l2", 5_00))
    await shop.points.happen("amend", order_id="o1", currency="USD", lines=lines)
    assert await rest(shop, FROZEN) == (0, "frozen", "basic")


async def test_birthdays_and_anniversaries_are_no_sign_of_life(database: object) -> None:
    shop = await open_resting()
    shop.points.now = WARNED - timedelta(days=1)
    await shop.points.happen("birthday")
    assert await rest(shop, WARNED) == (1, "warned", "silver")
    assert await rest(shop, FROZEN) == (1, "frozen", "basic")
    shop.points.now = FROZEN
    await shop.points.happen("anniversary")
    assert await rest(shop, FROZEN) == (0, "frozen", "basic")
