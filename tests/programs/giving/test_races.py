"""Many at once: one balance, one cap, one donation. On PostgreSQL these run side by side."""

from __future__ import annotations

import asyncio

from kit import clock
from members.inputs import MemberInput
from members.service import upsert
from programs.giving import service, views
from tenants import scope
from tests.programs.giving.conftest import Charity, open_charity
from tests.programs.shop import START
from tests.rewards.test_races import outcomes


async def test_twenty_donations_of_all_the_points(charity: Charity) -> None:
    await charity.give(900)  # so that the accounts are there
    assert await outcomes([charity.give(100) for _ in range(20)]) == {"done": 1, "INSUFFICIENT_POINTS": 19}
    assert (await charity.left(), (await charity.cause()).points) == (0, 1000)


async def test_no_more_is_added_than_the_cap(database: object) -> None:
    charity = await open_charity(matching={"percent": 100, "per_cause": 250})
    with scope.of(charity.shop.tenant), clock.pinned(START):
        members = [(await upsert(MemberInput(external_id=f"m{number}"))).id for number in range(8)]
        for member in members:
            await charity.has(100, member)
        made = await asyncio.gather(*(charity.give(100, member=member) for member in members))
        assert sorted((donation.matched for donation in made), reverse=True) == [100, 100, 50, 0, 0, 0, 0, 0]
        assert (await charity.cause()).matched == 250


async def test_one_donation_cancelled_by_many(charity: Charity) -> None:
    made = await charity.give(400)
    work = [service.cancel(f"c{number}", made.id, "test") for number in range(6)]
    assert await outcomes(work) == {"done": 1, "ALREADY_CLOSED": 5}
    assert await charity.left() == 1000


async def test_the_same_key_many_times(charity: Charity) -> None:
    made = await asyncio.gather(*(charity.give(100, key="same") for _ in range(8)))
    assert len({donation.id for donation in made}) == len(await views.page_of_donations()) == 1
    assert await charity.left() == 900
