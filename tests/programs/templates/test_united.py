"""In the style of United MileagePlus: a status whose card earns more; worked out by hand."""

from __future__ import annotations

import pytest

from tests.cases.merchant import Json, tender
from tests.programs.templates.club import OpenClub

pytestmark = pytest.mark.slow

UNIT = "mileage-miles"


def flights(number: int, amount: int) -> Json:
    return {"id": "flights", "amount": amount, "quantity": number, "tags": ["flight"]}


async def test_status_earns_more(open_club: OpenClub) -> None:
    club = await open_club("united-mileageplus")
    await club.new_year()
    # Miles from flights, and from everyday purchases with the card only.
    assert await club.buy(flights(1, 300_00), order="first") == {UNIT: 1_500}
    assert await club.buy(100_00, tenders=[tender("CARD", 100_00)]) == {UNIT: 100}
    assert await club.buy(100_00, tenders=[tender("OTHER", 100_00)]) == {}
    assert (await club.tier(), await club.perks()) == ("member", {"partner-deals"})
    # Each status from the next flight on: $300 are 1,500, 2,100, 2,400, 2,700 and 3,300 miles, as the terms say of
    # 5, 7, 8, 9 and 11 a dollar. The card earns more in the same measure: 140, 160, 180 and 220 on $100.
    for upwards, status, miles, by_card in (
        (11, "silver", 2_100, 140), (11, "gold", 2_400, 160), (11, "platinum", 2_700, 180), (17, "1k", 3_300, 220),
    ):  # fmt: skip
        await club.buy(flights(upwards, 100))
        assert await club.tier() == status
        assert await club.buy(flights(1, 300_00)) == {UNIT: miles}
        assert await club.buy(100_00, tenders=[tender("CARD", 100_00)]) == {UNIT: by_card}
    assert await club.perks() == {"free-bags", "upgrades", "priority-boarding", "partner-deals"}
    # 5 × 1, 7, 8 and 9 miles came with the flights upwards, each at the status before. Miles go for flights and hotels.
    had = 1_600 + 2_240 + 2_560 + 2_880 + 3_520 + 5 + 7 + 8 + 9
    assert await club.has(UNIT) == had
    assert await club.redeem("mileage-hotel") == 10_000
    assert await club.has(UNIT) == had - 10_000


async def test_miles_for_a_car(open_club: OpenClub) -> None:
    club = await open_club("united-mileageplus")
    assert await club.buy(flights(1, 3_500_00)) == {UNIT: 17_500}
    assert (await club.redeem("mileage-flight"), await club.redeem("mileage-car")) == (12_500, 5_000)
