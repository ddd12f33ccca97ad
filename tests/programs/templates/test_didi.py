"""In the style of DiDi's levels: a path upwards, and down again without rides; worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.programs.templates.club import OpenClub

pytestmark = pytest.mark.slow

UNIT = "growth"


async def test_a_path_upwards_and_down(open_club: OpenClub) -> None:
    club = await open_club("didi-levels")
    club.merchant.currency = "CNY"
    year = (await club.new_year()).year
    assert await club.buy(35_00) == {UNIT: 35}
    assert await club.buy(25_00) == {UNIT: 25}
    assert (await club.tier(), await club.perks()) == ("bronze", {"badge"})  # status to show from the start
    # A clear path: what is missing to the next level is told.
    assert await club.missing() == {"earned:growth": 40}
    # Silver: priority when hailing, twice a week.
    assert await club.buy(40_00) == {UNIT: 40}
    assert (await club.tier(), await club.perks()) == ("silver", {"badge", "priority"})
    await club.use("priority")
    await club.use("priority")
    assert await club.perks() == {"badge"}
    # Gold at 500, diamond at 2,000 growth of three months: priority any number of times.
    assert await club.buy(400_00) == {UNIT: 400}
    assert await club.tier() == "gold"
    assert await club.buy(1_499_99, order="far") == {UNIT: 1_499}
    assert await club.tier() == "gold"
    assert await club.buy(1_00) == {UNIT: 1}
    assert (await club.tier(), await club.perks()) == ("diamond", {"badge", "priority", "support"})
    # Diamond was reached on 2 January. On 3 April 120 growth of the three months before are there, and its task was
    # done in none of them (the four rides of 2 January are older by a day): down to what is met, silver.
    await club.go_to(datetime(year, 3, 3, 17, tzinfo=UTC))
    assert await club.buy(120_00) == {UNIT: 120}
    await club.go_to(datetime(year, 4, 3, 17, tzinfo=UTC))
    assert await club.tier() == "silver"
    # Four rides of ¥5 in April are the task of silver: it is kept on 3 July, though 20 growth are not enough.
    for _ in range(4):
        assert await club.buy(5_00) == {UNIT: 5}
    await club.go_to(datetime(year, 7, 3, 17, tzinfo=UTC))
    assert await club.tier() == "silver"
    # Three months later the task was not done: the level is lost.
    await club.go_to(datetime(year, 10, 3, 17, tzinfo=UTC))
    assert (await club.tier(), await club.has(UNIT)) == ("bronze", 2_000 + 120 + 20)


async def test_an_account_is_closed_after_twelve_silent_months(open_club: OpenClub) -> None:
    club = await open_club("didi-levels")
    club.merchant.currency = "CNY"
    year = (await club.new_year()).year
    assert await club.buy(600_00) == {UNIT: 600}
    assert await club.tier() == "gold"
    # 2 January and 11 months are 2 December: the day after, the level rests. A month ahead the member was told.
    for day in (datetime(year, 11, 4, 17, tzinfo=UTC), datetime(year, 12, 5, 17, tzinfo=UTC)):
        await club.go_to(day)
    assert (await club.reason(), await club.has(UNIT)) == ("FROZEN", 600)
    # A month later, after twelve, the account is closed, and its growth is gone.
    await club.go_to(datetime(year + 1, 1, 7, 17, tzinfo=UTC))
    assert (await club.reason(), await club.tier(), await club.has(UNIT)) == ("CLOSED", "bronze", 0)
    # Who comes back begins anew.
    assert await club.buy(100_00) == {UNIT: 100}
    assert (await club.tier(), await club.has(UNIT)) == ("silver", 100)
