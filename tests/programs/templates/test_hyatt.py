"""In the style of World of Hyatt: nights, base points, meetings; worked out by hand."""

from __future__ import annotations

import pytest

from tests.cases.merchant import Json
from tests.programs.templates.club import OpenClub

pytestmark = pytest.mark.slow

UNIT = "hyatt-points"


def stay(nights: int, amount: int) -> Json:
    return {"id": "room", "amount": amount, "quantity": nights, "tags": ["night"]}


async def test_nights_base_points_and_meetings(open_club: OpenClub) -> None:
    club = await open_club("world-of-hyatt")
    await club.new_year()
    # Free and open to all: the first level without a threshold, with member prices. Spa, dining and classes earn too.
    assert await club.buy({"id": "spa", "amount": 80_00}) == {UNIT: 400}  # 5 per $1
    assert (await club.tier(), await club.perks()) == ("member", {"member-prices"})
    # 10 nights: the second level; 10 % more from then on, also on $100 of dining and a class of $20.
    assert await club.buy(stay(10, 1_500_00), order="ten") == {UNIT: 7500}
    assert await club.tier() == "discoverist"
    assert await club.buy({"id": "dinner", "amount": 100_00}, {"id": "class", "amount": 20_00}) == {UNIT: 660}
    # 20 nights more make 30: the third level, 20 % more.
    assert await club.buy(stay(20, 2_000_00)) == {UNIT: 11_000}  # 10,000 and 10 %
    assert await club.tier() == "explorist"
    # $3,700 so far; 100,000 base points are $20,000. The bonus does not count: $16,299 more are $19,999.
    assert await club.buy(16_299_00) == {UNIT: 97_794}  # 81,495 and 20 %
    assert await club.tier() == "explorist"
    assert await club.buy(1_00) == {UNIT: 6}
    assert await club.tier() == "globalist"
    assert await club.buy(10_00) == {UNIT: 65}  # 50 and 30 %
    # 70 nights more make several dozen, 100: the highest, with more than the one below it.
    assert await club.buy(stay(70, 100_00)) == {UNIT: 650}
    assert await club.tier() == "highest"
    assert await club.perks() == {"member-prices", "upgrade", "late-check-out", "club-lounge", "concierge"}
    # Points go for nights, or to airline miles.
    had = 400 + 7500 + 660 + 11_000 + 97_794 + 6 + 65 + 650
    assert await club.has(UNIT) == had
    assert (await club.redeem("hyatt-night"), await club.redeem("hyatt-miles")) == (3_500, 2_500)
    assert await club.has(UNIT) == had - 6_000


async def test_60_nights_are_the_fourth_level(open_club: OpenClub) -> None:
    club = await open_club("world-of-hyatt")
    await club.new_year()
    for nights, level in ((9, "member"), (1, "discoverist"), (19, "discoverist"), (1, "explorist"), (29, "explorist"),
                          (1, "globalist"), (39, "globalist"), (1, "highest")):  # fmt: skip
        await club.buy(stay(nights, 10_00))
        assert await club.tier() == level, nights


async def test_base_points_are_a_way_too(open_club: OpenClub) -> None:
    club = await open_club("world-of-hyatt")
    await club.new_year()
    # 25,000, 50,000 and 100,000 base points, 5 per $1, are $5,000, $10,000 and $20,000.
    for dollars, level in ((4_999, "member"), (1, "discoverist"), (4_999, "discoverist"), (1, "explorist"),
                           (9_999, "explorist"), (1, "globalist")):  # fmt: skip
        await club.buy(dollars * 100)
        assert await club.tier() == level, dollars


async def test_meetings_are_a_way_too(open_club: OpenClub) -> None:
    club = await open_club("world-of-hyatt")
    await club.new_year()
    levels = []
    for _ in range(20):
        assert await club.does("custom:meeting") == {}
        levels.append(await club.tier())
    # 3, 10 and 20 of them.
    assert levels == ["member"] * 2 + ["discoverist"] * 7 + ["explorist"] * 10 + ["globalist"]
