"""The yearly dividend: given once, and taken back with what it was given for."""

from __future__ import annotations

import asyncio

import pytest

from kit import clock, db
from members.inputs import MemberInput
from members.service import upsert
from programs.activity import Line
from programs.adjusting import adjust
from programs.explain import words
from programs.merging import merge
from programs.paid import dividends
from tenants import scope
from tests.programs.paid.conftest import Club, open_club
from tests.programs.paid.factories import at, paid, plan

DIVIDEND = {"unit": "points", "currency": "USD", "percent": 10, "month": 3, "day": 1}


async def test_a_dividend_is_given_once_also_a_month_late(database: object) -> None:
    club = await open_club(paid(plan(period="once", price=20_00), dividend=DIVIDEND))
    with scope.of(club.tenant):
        await club.buy(500_00, "before joining")
        await club.joined()
        await club.buy(123_45, "kept")
        await club.buy(200_00, "sent back")
        await club.happen("refund", order_id="sent back")
        await club.jobs(at("2026-12-31 23:00"))
        assert await club.balance() == 0
        await club.jobs(at("2027-04-01 08:00"))
        assert await club.balance() == 12_34
        await club.jobs(at("2027-12-01 08:00"))
        await club.buy(10_00, "next year")
        await club.jobs(at("2028-03-01 00:00"))
        assert await club.balance() == 12_34 + 1_00


async def paid_out(database: object, *, spend: int = 0) -> Club:
    """Spent 300, of which 30 came back as a dividend; of that so much was spent on since."""
    club = await open_club(paid(plan(period="once", price=20_00), dividend=DIVIDEND))
    with scope.of(club.tenant):
        await club.joined()
        lines = (Line("shoes", 100_05), Line("coat", 199_95))
        await club.happen("purchase", order_id="1", currency="USD", lines=lines)
        await club.jobs(at("2027-03-01 00:00"))
        assert await club.balance() == 30_00
        if spend:
            await adjust("spend", club.member, "points", -spend, "spent")
    return club


async def test_what_comes_back_takes_its_share_of_the_dividend(database: object) -> None:
    club = await paid_out(database)
    with scope.of(club.tenant):
        for key in ("once", "once"):
            told = await club.happen("refund", key=key, order_id="1", lines=(Line("shoes", 0),))
        assert await club.balance() == 20_00  # 30.00 less the share of 100.05 in 300.00, 10.005 cut off
        assert [(each.reason, each.amount) for each in told.posted] == [("refund", -10_00)]
        assert "1000 taken back of the dividend for 2026 (available): 3000 becomes 2000." in [
            words(line, {}) for line in told.explanation
        ]
        await club.happen("refund", order_id="1", lines=(Line("coat", 0),))
        assert await club.balance() == 0


async def test_a_dividend_that_was_spent_is_owed(database: object) -> None:
    club = await paid_out(database, spend=25_00)
    with scope.of(club.tenant):
        told = await club.happen("cancel", order_id="1")
        assert await club.balance() == 0
        assert "2500 of the dividend for 2026 could not be taken back: they are spent." in [
            words(line, {}) for line in told.explanation
        ]


async def test_what_is_exchanged_keeps_its_share(database: object) -> None:
    """What came in its place is spending of the day it came; the old year's is gone."""
    club = await paid_out(database)
    with scope.of(club.tenant):
        lines = (Line("shoes", 100_05), Line("hat", 199_95))
        await club.happen("amend", order_id="1", currency="USD", lines=lines)
        assert await club.balance() == 10_01
        await club.jobs(at("2028-03-01 00:00"))
        assert await club.balance() == 10_01 + 19_99


async def test_what_a_member_got_who_became_one_with_another_comes_back(database: object) -> None:
    club = await paid_out(database)
    with scope.of(club.tenant), clock.pinned(club.now):
        other = await upsert(MemberInput(external_id="other"))
        await merge("merge", club.member, other.id)
        club.member = other.id
        async with scope.writing():
            await db.execute("UPDATE membership SET dividend_at = $2 WHERE tenant_id = $1", club.tenant, club.now)
        assert await dividends.give_due() == 1, "they are looked at, and had it"
        assert await club.balance() == 30_00
        await club.happen("cancel", order_id="1")
        assert await club.balance() == 0


async def test_a_return_beside_the_job_that_gives(database: object) -> None:
    club = await open_club(paid(plan(period="once", price=20_00), dividend=DIVIDEND))
    with scope.of(club.tenant):
        await club.joined()
        for order in ("kept", "back"):
            await club.buy(100_00, order)
        club.now = at("2027-03-01 00:00")
        with clock.pinned(club.now):
            await asyncio.gather(club.happen("cancel", order_id="back"), dividends.give_due())
        assert await club.balance() == 10_00


@pytest.mark.parametrize(("day", "given"), [(25, 50_00), (15, 0)])
async def test_a_dividend_that_comes_into_the_rules_on_the_20th(database: object, day: int, given: int) -> None:
    """Its day is still to come, or was over when nobody knew of it."""
    club = await open_club(paid(plan(period="once", price=20_00), dividend={**DIVIDEND, "month": 4}))
    with scope.of(club.tenant):
        await club.joined()
        await club.buy(500_00)
        await club.jobs(at("2027-03-20 08:00"))
        await club.republish(paid(plan(period="once", price=20_00), dividend={**DIVIDEND, "day": day}))
        await club.jobs(at("2027-04-01 08:00"))
        assert await club.balance() == given


async def test_a_pause_only_puts_a_dividend_off(database: object) -> None:
    club = await open_club(paid(plan(period="once", price=20_00), dividend=DIVIDEND))
    with scope.of(club.tenant):
        await club.joined()
        await club.buy(500_00)
        await club.pause("2027-02-10 00:00", None)
        await club.jobs(at("2027-05-01 08:00"))
        assert await club.balance() == 0
        await club.pause("2027-02-10 00:00", "2027-05-01 12:00")
        await club.jobs(at("2027-05-03 08:00"))
        assert await club.balance() == 50_00


async def test_a_dividend_of_nothing_is_none(club: Club) -> None:
    await club.joined()
    assert await club.jobs(at("2026-06-01 08:00")) == 0 or await club.balance() == 0
    assert await club.rows("SELECT 1 FROM dividend WHERE tenant_id = $1") == []
