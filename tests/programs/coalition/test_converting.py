"""Points of partners' own programmes for shared ones, and back: cleared by the terms, undone on the day."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit import db
from kit.errors import Refusal
from ledger.models import Lot
from members import export
from members.views import MemberId
from programs import activities, merging
from programs.coalition import blocks, converting, partners
from programs.coalition.converting import ConversionView
from programs.coalition.rules import Conversion
from tenants import scope
from tests.programs.coalition.club import PAYS, Club, open_club

RATE: dict[str, Any] = {"partner": "a", "own_points": 10, "points": 4, "minimum": 50}


async def club_of(
    *, recognition: str = "issuance", a_terms: dict[str, Any] | None = None, slug: str = "shop", **rate: Any
) -> Club:  # fmt: skip
    """Ten miles of a's are four points; at least 50 miles."""
    rules = {"conversions": [{**RATE, **rate}], "recognition": recognition}
    return await open_club(rules=rules, slug=slug, **(a_terms or {}))


async def come(club: Club, own_points: int, slug: str = "a", key: str | None = None) -> ConversionView:
    club.count += 1
    async with club.here():
        view = await partners.of_slug(slug)
        return await converting.convert_in(key or f"in-{club.count}", view, club.member, own_points)


async def go(club: Club, points: int, slug: str = "a", key: str | None = None) -> ConversionView:
    club.count += 1
    async with club.here():
        view = await partners.of_slug(slug)
        return await converting.convert_out(key or f"out-{club.count}", view, club.member, points)


async def undo(club: Club, made: ConversionView, slug: str = "a", key: str | None = None) -> ConversionView:
    club.count += 1
    async with club.here():
        return await converting.undo(key or f"undo-{club.count}", await partners.of_slug(slug), made.id)


async def refused(club: Club, work: Any) -> str:
    before, balance = await club.balances(), await club.shop.available()
    with pytest.raises(Refusal) as caught:
        await work
    assert (await club.balances(), await club.shop.available()) == (before, balance)
    return caught.value.code


async def test_coming_in_is_an_issue_of_the_partner(database: object) -> None:
    club = await club_of()
    made = await come(club, 100, key="one")
    assert (made.direction, made.own_points, made.points, made.undone_at) == ("in", 100, 40, None)
    assert await club.shop.available() == 40
    assert await club.balances() == {"partner:a": -40 * 15_000, "float": 40 * 15_000}
    assert await come(club, 100, key="one") == made
    assert await refused(club, come(club, 200, key="one")) == "IDEMPOTENCY_MISMATCH"
    await club.spend("b", 40)
    assert await club.balances() == {"partner:a": -40 * 15_000, "partner:b": 40 * 10_000, "margin": 40 * 5_000}


async def test_by_redemption_it_is_owed_when_spent(database: object) -> None:
    club = await club_of(recognition="redemption")
    made = await come(club, 100)
    assert await club.owed("a") == (0, 40 * 15_000)
    await club.spend("b", 10)
    assert await club.owed("a") == (10 * 15_000, 30 * 15_000)
    assert await refused(club, undo(club, made)) == "INSUFFICIENT_POINTS"


async def test_going_out_is_reimbursed(database: object) -> None:
    club = await club_of()
    await club.buy("b", 10_000)
    made = await go(club, 40)
    assert (made.direction, made.own_points, made.points) == ("out", 100, 40)
    assert await club.shop.available() == 60
    assert await club.owed("a") == (-40 * 10_000, 0)
    assert await refused(club, go(club, 80)) == "INSUFFICIENT_POINTS"


@pytest.mark.parametrize("recognition", ["issuance", "redemption"])
async def test_undone_on_its_day_nothing_is_left(database: object, recognition: str) -> None:
    club = await club_of(recognition=recognition)
    came = await come(club, 100)
    went = await go(club, 40)
    assert await refused(club, undo(club, came)) == "INSUFFICIENT_POINTS"
    back = await undo(club, went)
    assert back.undone_at == club.shop.now
    assert await club.shop.available() == 40
    assert await refused(club, undo(club, went)) == "ALREADY_CLOSED"
    assert await refused(club, undo(club, came, slug="b")) == "NOT_FOUND"
    async with club.here():
        await partners.freeze(club.partners["a"].id, "a key leaked")
    await undo(club, came)
    assert await club.shop.available() == 0
    assert (await club.balances(), await club.owed("a")) == ({}, (0, 0))


async def test_the_next_day_it_stands(database: object) -> None:
    club = await club_of()
    made = await come(club, 100)
    club.shop.now += timedelta(days=1)
    assert await refused(club, undo(club, made)) == "ENDED"


@pytest.mark.parametrize(("own_points", "code"), [
    (0, "OUT_OF_RANGE"), (40, "OUT_OF_RANGE"), (102, "OUT_OF_RANGE"), (2**53, "OUT_OF_RANGE"), (105, ""),
])  # fmt: skip
async def test_only_what_comes_out_whole(database: object, own_points: int, code: str) -> None:
    club = await club_of()
    if code:
        assert await refused(club, come(club, own_points)) == code
    else:
        assert (await come(club, own_points)).points == 42


async def test_other_ways_are_refused(database: object) -> None:
    club = await club_of(allow_out=False)
    await come(club, 100)
    assert await refused(club, go(club, 40)) == "NOT_ELIGIBLE"
    assert await refused(club, come(club, 100, slug="b")) == "NOT_ELIGIBLE"
    other = await club_of(allow_in=False, slug="other")
    await other.buy("b", 10_000)
    assert await refused(other, come(other, 100)) == "NOT_ELIGIBLE"
    for points in (41, 18):  # no whole miles; too few
        assert await refused(other, go(other, points)) == "OUT_OF_RANGE"


@pytest.mark.parametrize(("terms", "code"), [
    ({"earn": False}, "EARN_NOT_ALLOWED"),
    ({"credit_limit": 59}, "CREDIT_LIMIT"),
    ({"caps": {"issued_per_day": 39}}, "CAP_REACHED"),
    ({"caps": {"issued_per_member_per_day": 39}}, "CAP_REACHED"),
    ({"prepaid": True}, "PREPAID_EMPTY"),
])  # fmt: skip
async def test_terms_hold_for_what_comes_in(database: object, terms: dict[str, Any], code: str) -> None:
    club = await club_of(a_terms=terms)
    assert await refused(club, come(club, 100, key="again")) == code
    assert await refused(club, come(club, 100, key="again")) == code


@pytest.mark.parametrize(("terms", "code"), [
    ({"burn": False}, "BURN_NOT_ALLOWED"), ({"caps": {"taken_per_day": 39}}, "CAP_REACHED"),
])  # fmt: skip
async def test_terms_hold_for_what_goes_out(database: object, terms: dict[str, Any], code: str) -> None:
    club = await club_of(a_terms=terms)
    await club.buy("b", 10_000)
    assert await refused(club, go(club, 40)) == code


async def test_daily_cap_counts_each_way(database: object) -> None:
    club = await club_of(daily_cap=60)
    await come(club, 100)
    assert await refused(club, come(club, 100)) == "CAP_REACHED"
    await go(club, 40)
    await come(club, 50)
    club.shop.now += timedelta(days=1)
    await come(club, 150)


async def test_undone_frees_the_caps_of_its_day(database: object) -> None:
    caps = {"issued_per_day": 60, "taken_per_day": 60}
    club = await club_of(daily_cap=60, a_terms={"caps": caps})
    await club.buy("b", 10_000)
    for convert, points in ((come, 150), (go, 60)):
        made = await convert(club, points)
        assert await refused(club, convert(club, points)) == "CAP_REACHED"
        await undo(club, made, key=f"back {points}")
        await club.balances()
        again = await convert(club, points)
        await undo(club, again, key=f"again {points}")


async def test_many_at_once_keep_the_cap(database: object) -> None:
    club = await club_of(daily_cap=60)
    done = await asyncio.gather(*(come(club, 50, key=f"in/{number}") for number in range(6)), return_exceptions=True)
    assert sum(isinstance(each, Refusal) for each in done) == 3
    assert await club.shop.available() == 60


async def test_prepaid_points_go_back_to_their_block(database: object) -> None:
    club = await club_of(a_terms={"prepaid": True})
    async with club.here():
        await blocks.buy("block", club.partners["a"].id, 100)
    made = await come(club, 100)
    assert (await club.balances())["prepaid"] == 60 * 15_000
    await undo(club, made)
    assert (await club.balances())["prepaid"] == 100 * 15_000


@pytest.mark.parametrize(("months", "ends"), [(None, None), (1, datetime(2026, 4, 3, tzinfo=UTC))])
async def test_it_ends_as_the_rate_says(database: object, months: int | None, ends: datetime | None) -> None:
    club = await club_of(months=months)  # on 2 March
    await come(club, 100)
    async with club.here(), scope.reading():
        (lot,) = await Lot.all()
    assert lot.expires_at == ends
    club.shop.now = datetime(2026, 4, 3, tzinfo=UTC)
    await club.expire()
    assert (await club.balances()).get("breakage", 0) == (0 if ends is None else 40 * 15_000)


async def test_with_what_comes_in_inactivity_begins(database: object) -> None:
    """Who never did anything has points that lapse as all others do, and not for ever."""
    points = {**PAYS, "expiry": {"policies": [{"type": "months_inactive", "months": 6}], "exempt_tiers": []}}
    club = await open_club(points, {"conversions": [RATE]})
    await come(club, 100)
    club.shop.now += timedelta(days=200)
    await club.expire()
    assert await club.shop.available() == 0
    assert await club.balances() == {"partner:a": -40 * 15_000, "breakage": 40 * 15_000}


async def test_it_is_told_of_and_goes_over(database: object) -> None:
    club = await club_of()
    made = await come(club, 100)
    other = await club.another_member("other")
    async with club.here():
        items = await activities.timeline(club.member)
        assert [item.entry.reason for item in items if item.entry is not None] == ["convert_in"]
        async with scope.reading():
            events = await db.rows("SELECT kind FROM event WHERE tenant_id = $1 AND kind LIKE 'points.conver%'",
                                   scope.tenant_id())  # fmt: skip
        assert [row["kind"] for row in events] == ["points.converted"]
        await merging.merge("merge", club.member, MemberId(other))
        text = b"".join([piece async for piece in await export.export(MemberId(other))])
    assert b'"partner_conversions":[{"id":"' + str(made.id).encode() in text
    await undo(club, made)
    assert await club.balances() == {}


def test_the_step_is_the_least_that_comes_out_whole() -> None:
    for own, points, multiple in ((10, 4, 1), (3, 1, 10), (1, 7, 5), (100, 100, 1), (12, 18, 8)):
        rate = Conversion("a", own, points, multiple=multiple)
        whole = [n for n in range(1, 200) if n % multiple == 0 and n * points % own == 0]
        assert rate.step == whole[0]
        assert all(rate.own(rate.shared(n)) == n for n in whole)
