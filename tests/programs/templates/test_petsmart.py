"""In the style of PetSmart Treats: services, a charity, and the pet's birthday; worked out by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.programs.templates.club import OpenClub

pytestmark = pytest.mark.slow

UNIT = "treats"


async def test_points_for_services_and_a_charity(open_club: OpenClub) -> None:
    club = await open_club("petsmart-treats")
    # 8 points per $1, in the shop or online: $25 are 200.
    assert await club.buy(25_00, channel="store") == {UNIT: 200}
    assert await club.buy(25_00, channel="web") == {UNIT: 200}
    for service in ("grooming", "hotel", "training"):
        assert await club.buy({"id": service, "amount": 100_00, "tags": [service]}) == {UNIT: 800}
    assert await club.perks() == {"delivery", "offers"}  # free delivery, member sales and offers
    assert await club.buy(800_00, order="large") == {UNIT: 6_400}
    # Points go for grooming (hotel, training), or to an animal charity: 400 are $1.
    assert await club.redeem("treats-grooming") == 8_000
    gave = await club.donate("animal-charity", 800)
    assert gave["value"] == {"amount": 2_00, "currency": "USD"}
    assert await club.has(UNIT) == 400
    # A hotel night and a training hour cost as much: $2,000 are 16,000 points.
    assert await club.buy(2_000_00) == {UNIT: 16_000}
    assert (await club.redeem("treats-hotel"), await club.redeem("treats-training")) == (8_000, 8_000)
    # As payment they are worth as much.
    paid = await club.merchant.spend({"payment": {"points": 400, "orderId": "o", "orderTotal": 50_00}})
    assert paid["value"] == {"amount": 1_00, "currency": "USD"}
    assert await club.has(UNIT) == 0
    assert await club.buy(10_00) == {UNIT: 80}
    assert await club.buy(9_99) == {UNIT: 79}


async def test_a_surprise_on_the_pets_birthday(open_club: OpenClub) -> None:
    club = await open_club("petsmart-treats")
    now = await club.now()
    days = {"rex": now + timedelta(days=3), "kim": now + timedelta(days=5)}
    await club.merchant.do("memberUpsert", externalId="ann", birthday=f"{now + timedelta(days=7):1990-%m-%d}",
                           dependants=[
                               {"kind": "pet", "name": "Rex", "birthday": f"{days['rex']:2020-%m-%d}"},
                               {"kind": "child", "name": "Kim", "birthday": f"{days['kim']:2015-%m-%d}"},
                           ])  # fmt: skip
    await club.go_on(1)
    assert await club.given() == []
    for _ in range(8):
        await club.go_on(1)
    assert await club.given() == ["treats-surprise"]  # of three birthdays one is a pet's
