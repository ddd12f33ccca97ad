"""In the style of DiDi's levels: a path upwards, and down again without rides; worked out by hand."""

from __future__ import annotations

import pytest

from tests.programs.templates.club import OpenClub

pytestmark = pytest.mark.slow

UNIT = "growth"


async def test_a_path_upwards_and_down(open_club: OpenClub) -> None:
    club = await open_club("didi-levels")
    club.merchant.currency = "CNY"
    assert await club.buy(35_00) == {UNIT: 35}
    assert await club.buy(25_00) == {UNIT: 25}
    assert (await club.tier(), await club.perks()) == ("bronze", {"badge"})  # status to show from the start
    # A clear path: what is missing to the next level is told.
    seen = await club.merchant.ask(
        '{ member(externalId: "ann") { tiers { nextTier ways { allOf { metric missing } } } } }'
    )
    (path,) = seen["member"]["tiers"]
    assert path == {"nextTier": "silver", "ways": [{"allOf": [{"metric": "earned:growth", "missing": 40}]}]}
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
    # Three months on, 120 growth are not enough for diamond: down to what is met.
    await club.go_on(60)
    assert await club.buy(120_00) == {UNIT: 120}
    await club.go_on(33)
    assert await club.tier() == "silver"
    assert await club.buy(15_00) == {UNIT: 15}
    # And three months without a ride: bronze. After twelve silent months the growth is gone.
    await club.go_on(95)
    assert (await club.tier(), await club.has(UNIT)) == ("bronze", 60 + 40 + 400 + 1_499 + 1 + 120 + 15)
    await club.go_on(280)
    assert await club.has(UNIT) == 0
