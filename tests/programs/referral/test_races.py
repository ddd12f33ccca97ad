"""Many at once: one friend and many codes, one referral and many who settle it; on PostgreSQL side by side."""

from __future__ import annotations

import asyncio

from kit import clock, db
from kit.ids import new_id
from programs.referral import service, views
from tenants import scope
from tests.programs.referral.conftest import Club
from tests.rewards.test_races import outcomes


async def test_one_friend_claimed_by_many(club: Club) -> None:
    bob = await club.join("bob")
    members = [await club.join(f"m{number}") for number in range(6)]
    texts = [await club.code(member) for member in members]
    work = [service.claim(f"c{number}", bob, text) for number, text in enumerate(texts)]
    assert await outcomes(work) == {"done": 1, "TAKEN": 5}
    assert len(await views.page_of_referrals()) == 1


async def test_claims_beside_a_sign_up(club: Club) -> None:
    bob, other = await club.join("bob"), await club.join("other")
    mine, theirs = await club.code(), await club.code(other)
    await asyncio.gather(outcomes([service.claim("c", bob, theirs)]), club.sign_up(bob, mine))
    assert len(await views.page_of_referrals()) == 1


async def test_rewarded_once_by_many_jobs(club: Club) -> None:
    friends = [await club.friend(f"f{number}") for number in range(4)]
    for number, friend in enumerate(friends):
        await club.buy(friend, order=f"o-{number}")
    await club.days_later(0)
    club.now = club.now.replace(day=18)
    with clock.pinned(club.now):
        looked_at = await asyncio.gather(*(service.settle_due(2) for _ in range(6)))
    while await club.settle():
        pass
    assert sum(looked_at) <= 4
    assert await club.given(club.ann) == 2000
    assert [await club.given(friend) for friend in friends] == [200] * 4


async def test_a_refund_beside_the_job(club: Club) -> None:
    """Whoever is first, in the end nothing is left of it."""
    bob = await club.friend()
    await club.buy(bob)
    club.now = club.now.replace(day=18)
    with clock.pinned(club.now):
        await asyncio.gather(service.settle_due(), club.refund(bob, l1=2))
    await club.settle()
    assert (await club.referral(bob)).state in ("taken_back", "invited")
    assert (await club.given(club.ann), await club.given(bob)) == (0, 0)


async def test_two_who_invite_each_other_at_once(club: Club) -> None:
    """Neither sees the other's claim, so both are there: then staff decide, before anything is given."""
    bob = await club.friend()
    async with scope.writing():
        await db.execute(
            "INSERT INTO referral (tenant_id, id, program_id, referrer_id, friend_id, state, claimed_at, look_at) "
            "SELECT tenant_id, $2, program_id, friend_id, referrer_id, state, claimed_at, look_at FROM referral "
            "WHERE tenant_id = $1",
            club.shop.tenant, new_id(),
        )  # fmt: skip
    for number, friend in enumerate((bob, club.ann)):
        await club.buy(friend, order=f"o-{number}")
    await club.days_later(15)
    for friend in (bob, club.ann):
        found = await club.referral(friend)
        assert (found.state, found.signs) == ("qualified", ("circle",))
    with clock.pinned(club.now):
        await service.review("r", (await club.referral(club.ann)).id, False, "one household")
        await service.review("r2", (await club.referral(bob)).id, True, "a neighbour")
    assert (await club.given(club.ann), await club.given(bob)) == (500, 200)
