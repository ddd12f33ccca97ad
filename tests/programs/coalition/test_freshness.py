"""Points that other partners gave a moment ago are not spent with a partner whose terms say so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kit.errors import Refusal
from members.views import MemberId
from programs import adjusting, transferring
from programs.coalition import burning, converting, partners
from programs.coalition.following import catch_up
from programs.quote import RedeemPoints
from rewards.views import RedemptionId
from tests.programs.coalition.club import PAYS, TERMS, Club, open_club

HOURS = timedelta(hours=1)


async def club_of(**given: Any) -> Club:
    """At a, points of others wait for a day."""
    return await open_club(hold_hours_from_others=24, **given)


async def spent(club: Club, points: int, followed: bool) -> str | None:
    """The code with which spending at a was refused, if it was; before or after the ledger was followed."""
    if followed:
        async with club.here():
            await catch_up()
    try:
        await club.spend("a", points)
    except Refusal as refusal:
        assert refusal.final
        return refusal.code
    return None


@pytest.mark.parametrize("followed", [False, True])
async def test_what_others_gave_waits(database: object, followed: bool) -> None:
    club = await club_of()
    await club.buy("b", 10_000)
    assert await spent(club, 10, followed) == "TOO_FRESH"
    assert await spent(club, 101, followed) == "INSUFFICIENT_POINTS"
    await club.spend("b", 10)
    club.shop.now += 23 * HOURS
    assert await spent(club, 10, followed) == "TOO_FRESH"
    club.shop.now += 1 * HOURS
    assert await spent(club, 90, followed) is None


@pytest.mark.parametrize("followed", [False, True])
async def test_its_own_and_nobodys_are_spent_at_once(database: object, followed: bool) -> None:
    club = await club_of()
    await club.buy("a", 10_000)
    assert await spent(club, 60, followed) is None
    async with club.here():
        await adjusting.adjust("sorry", club.member, "points", 20, "For the trouble")
    await club.shop.buy(3_000)
    assert await spent(club, 60, followed) is None  # 40 of its own, then what the operator gave
    await club.buy("b", 10_000)
    assert await spent(club, 31, followed) == "TOO_FRESH"  # of which 30 are not b's
    assert await spent(club, 30, followed) is None


async def test_saying_that_it_was_long_ago_does_not_help(database: object) -> None:
    club = await club_of()
    club.shop.now += 72 * HOURS
    await club.buy("b", 10_000, at=club.shop.now - 71 * HOURS)
    assert await spent(club, 10, True) == "TOO_FRESH"


@pytest.mark.parametrize("followed", [False, True])
async def test_giving_them_to_another_does_not_help(database: object, followed: bool) -> None:
    rules = {**PAYS, "transfers": {"maximum_per_day": 1_000}}
    club = await club_of(points=rules)
    other = MemberId(await club.another_member("other"))
    await club.buy("b", 10_000)
    for from_, to, points in ((club.member, other, 100), (other, club.member, 100)):
        async with club.here():
            await transferring.transfer(f"{from_}-gives", from_, to, "points", points)
    assert await spent(club, 100, followed) == "TOO_FRESH"
    club.shop.now += 24 * HOURS
    assert await spent(club, 100, followed) is None


async def test_what_came_in_or_goes_out_counts_too(database: object) -> None:
    rates = [{"partner": brand, "own_points": 1, "points": 1} for brand in ("a", "b")]
    club = await club_of(rules={"conversions": rates})
    async with club.here():
        a, b = await partners.of_slug("a"), await partners.of_slug("b")
        await converting.convert_in("in", b, club.member, 50)
    assert await spent(club, 10, False) == "TOO_FRESH"
    async with club.here():
        with pytest.raises(Refusal) as caught:
            await converting.convert_out("out", a, club.member, 50)
        assert caught.value.code == "TOO_FRESH"
        await converting.convert_out("out", b, club.member, 40)
    club.shop.now += 24 * HOURS
    async with club.here():
        await converting.convert_out("out again", a, club.member, 10)


async def test_what_was_set_aside_in_time_is_taken(database: object) -> None:
    """Terms that come later refuse nothing that was set aside before."""
    club = await open_club()
    await club.buy("b", 10_000)
    async with club.here():
        a = await partners.of_slug("a")
        held = await burning.reserve("held", a, club.member, RedeemPoints(10), order_total=100_000)
        await partners.save_terms(a.id, {**TERMS, "hold_hours_from_others": 1})
    club.shop.now += timedelta(minutes=1)
    assert await spent(club, 10, True) == "TOO_FRESH"
    async with club.here():
        await burning.confirm("confirm", await partners.of_slug("a"), RedemptionId(held.id))
