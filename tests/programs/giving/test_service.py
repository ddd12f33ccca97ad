"""Donations: what they move, what is added to them, who may not give, and what calling one off brings back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit import clock
from kit.errors import Refusal
from ledger import reading
from members.erase import erase
from members.inputs import MemberInput
from members.service import upsert
from members.views import MemberId
from programs import merging
from programs.decision import ProgramId
from programs.giving import service, views
from programs.giving.receipts import sheet
from programs.giving.views import DonationState
from programs.wording import Words
from tenants import scope
from tests.programs.giving.conftest import TREES, Charity, add_program, document, open_charity, refusal
from tests.programs.shop import START

MATCHED = {"percent": 100, "per_cause": 500, "period": "day", "total": 700}


async def test_points_go_to_the_cause(charity: Charity) -> None:
    made = await charity.give(300)
    assert (made.points, made.value, made.matched, made.currency) == (300, 300, 0, "USD")
    assert (made.state, made.cause, made.cause_name) == (DonationState.MADE, "trees", "Trees")
    assert made.number.startswith("20260302-") and len(made.number) == 23
    assert await charity.left() == 700
    (entry,) = await charity.rows(
        "SELECT t.reason, a.owner FROM transfer t JOIN account a ON a.tenant_id = t.tenant_id AND a.id = t.credit "
        "WHERE t.tenant_id = $1 AND t.reason = 'donate'"
    )
    assert (entry["reason"], entry["owner"]) == ("donate", "donated:trees")


async def test_what_was_raised(charity: Charity) -> None:
    for points, cause in ((100, "trees"), (50, "pets"), (200, "trees")):
        await charity.give(points, cause)
    trees, pets = await charity.cause(), await charity.cause("pets")
    assert (trees.donations, trees.points, trees.value, trees.matched) == (2, 300, 300, 0)
    assert (pets.donations, pets.points) == (1, 50)


async def test_the_same_key_gives_once(charity: Charity) -> None:
    first = await charity.give(300, key="once")
    assert await charity.give(300, key="once") == first
    assert (await refusal(charity.give(301, key="once"))).code == "IDEMPOTENCY_MISMATCH"
    assert await charity.left() == 700


@pytest.mark.parametrize(
    ("rules", "points", "cause", "code", "field"),
    [
        ({}, 1001, "trees", "INSUFFICIENT_POINTS", "points"),
        ({}, 0, "trees", "OUT_OF_RANGE", "points"),
        ({}, -5, "trees", "OUT_OF_RANGE", "points"),
        ({}, 2**53, "trees", "OUT_OF_RANGE", "points"),
        ({"worth": 2**50}, 1000, "trees", "OUT_OF_RANGE", "points"),
        ({"minimum": 100}, 99, "trees", "OUT_OF_RANGE", "points"),
        ({"multiple": 100}, 150, "trees", "OUT_OF_RANGE", "points"),
        ({"points": 100}, 150, "trees", "OUT_OF_RANGE", "points"),
        ({}, 10, "whales", "NOT_FOUND", "cause"),
        ({"causes": [{**TREES, "ends_on": "2026-03-01"}]}, 10, "trees", "ENDED", "cause"),
        ({"causes": [{**TREES, "starts_on": "2026-03-03"}]}, 10, "trees", "NOT_ELIGIBLE", "cause"),
    ],
)  # fmt: skip
async def test_what_cannot_be_given(
    database: object, rules: dict[str, Any], points: int, cause: str, code: str, field: str
) -> None:
    charity = await open_charity(**rules)
    with scope.of(charity.shop.tenant), clock.pinned(START):
        await charity.has(1000)
        refused = await refusal(charity.give(points, cause))
        assert (refused.code, refused.field) == (code, (field,))
        assert await charity.left() == 1000
        assert await views.page_of_donations() == []


async def test_who_and_where(charity: Charity) -> None:
    assert (await refusal(charity.give(1, member=MemberId("nobody")))).code == "NOT_FOUND"
    assert (await refusal(charity.give(1, program=ProgramId("none")))).field == ("program",)
    other = await add_program(document(causes=[TREES]), slug="more")
    assert (await refusal(charity.give(1))).code == "INVALID"
    assert (await charity.give(1, program=other)).program_id == other
    assert (await charity.give(1, cause="pets")).program_id == charity.program
    await erase(charity.member)
    assert (await refusal(charity.give(1, cause="pets"))).code == "NOT_FOUND"


async def test_expired_points_cannot_be_given(charity: Charity) -> None:
    await charity.has(500, expires_at=START + timedelta(days=1))
    with clock.pinned(START + timedelta(days=1)):
        assert (await refusal(charity.give(1001))).code == "INSUFFICIENT_POINTS"


async def test_the_merchant_adds_up_to_its_caps(database: object) -> None:
    """100 % on top: at most 5.00 a cause and day, 7.00 in all."""
    charity = await open_charity(matching=MATCHED)
    with scope.of(charity.shop.tenant), clock.pinned(START):
        await charity.has(5000)
        assert [(await charity.give(300)).matched for _ in range(3)] == [300, 200, 0]
        assert (await charity.give(100, "pets")).matched == 100
        with clock.pinned(START + timedelta(days=1)):  # the cause's day is another, what is left in all is 100
            assert [(await charity.give(60)).matched for _ in range(2)] == [60, 40]
        assert (await charity.cause()).matched == 600


async def test_a_cancelled_donation_never_was(database: object) -> None:
    charity = await open_charity(matching=MATCHED)
    end = START + timedelta(days=10)
    with scope.of(charity.shop.tenant), clock.pinned(START):
        await charity.has(1000, expires_at=end)
        made = await charity.give(400)
        cancelled = await service.cancel("c", made.id, "a slip")
        assert (cancelled.state, cancelled.note) == (DonationState.CANCELLED, "a slip")
        assert await service.cancel("c", made.id, "a slip") == cancelled
        assert await charity.left() == 1000
        assert (await charity.cause()).value == 0
        assert [(await charity.give(500)).matched for _ in range(2)] == [500, 0]
        lots = await charity.rows("SELECT expires_at, used FROM lot WHERE tenant_id = $1")
        assert len(lots) == 1 and lots[0]["used"] == 1000


async def test_what_cannot_be_cancelled(charity: Charity) -> None:
    made = await charity.give(100)
    assert (await refusal(service.cancel("a", made.id, " "))).code == "INVALID"
    nobodys = views.DonationId("0190a1b2-0000-7000-8000-000000000000")
    assert (await refusal(service.cancel("b", nobodys, "test"))).code == "NOT_FOUND"
    with clock.pinned(START + timedelta(days=1)):
        assert (await refusal(service.cancel("c", made.id, "late"))).code == "WRONG_STATE"
    await service.cancel("d", made.id, "test")
    assert (await refusal(service.cancel("e", made.id, "again"))).code == "ALREADY_CLOSED"
    assert await charity.left() == 1000


async def test_the_day_is_the_tenants(database: object) -> None:
    """In Chicago 05:30 UTC is still yesterday."""
    charity = await open_charity(zone="America/Chicago")
    with scope.of(charity.shop.tenant), clock.pinned(datetime(2026, 3, 2, 20, tzinfo=UTC)):
        await charity.has(100)
        made = await charity.give(100)
        assert made.number.startswith("20260302-")
        with clock.pinned(datetime(2026, 3, 3, 5, 30, tzinfo=UTC)):
            await service.cancel("c", made.id, "in time")


async def test_giving_moves_a_tier_that_goes_by_the_balance(charity: Charity) -> None:
    balance = {"type": "balance", "unit": "points"}
    tiers = [
        {"id": "basic", "name": "Basic"},
        {"id": "rich", "name": "Rich", "reach": [{"all_of": [{"metric": balance, "at_least": 500}]}]},
    ]
    await add_program(
        {"unit": "points", "tiers": tiers, "validity": {"type": "while_met"}, "window": {"type": "lifetime"}},
        slug="tiers", kind="tiered",
    )  # fmt: skip
    await charity.has(1)
    made = await charity.give(600)
    await service.cancel("c", made.id, "test")
    changes = await charity.rows("SELECT to_tier FROM tier_change WHERE tenant_id = $1 ORDER BY id")
    assert [change["to_tier"] for change in changes] == ["basic", "rich", "basic", "rich"]


async def test_pages(charity: Charity) -> None:
    ann = [await charity.give(1, cause) for cause in ("trees", "pets", "trees")]
    bob = (await upsert(MemberInput(external_id="bob"))).id
    await charity.has(5, bob)
    his = await charity.give(5, member=bob)
    assert await views.page_of_donations(first=2) == [his, ann[2]]
    assert await views.page_of_donations(first=2, after=ann[2].id) == [ann[1], ann[0]]
    assert await views.page_of_donations(member=charity.member, cause="trees") == [ann[2], ann[0]]
    assert await views.page_of_donations(member=MemberId("nobody")) == []


async def test_the_events_tell_it(charity: Charity) -> None:
    made = await charity.give(300)
    await service.cancel("c", made.id, "test")
    events = await charity.rows(
        "SELECT kind, body FROM event WHERE tenant_id = $1 AND kind LIKE 'donation.%' ORDER BY id"
    )
    assert [event["kind"] for event in events] == ["donation.made", "donation.cancelled"]
    assert made.id in events[0]["body"] and '"value":300' in events[0]["body"] and "test" not in events[1]["body"]


async def test_the_receipt(database: object) -> None:
    charity = await open_charity(matching={"percent": 50})
    words = Words("point", "points", 0, {"USD": 2})
    with scope.of(charity.shop.tenant), clock.pinned(START):
        await charity.has(500)
        made = await charity.give(500)
        cancelled = await service.cancel("c", made.id, "test")
    assert sheet(made, shop="Leaf & Co", member="Ann", words=words, zone=UTC) == (
        f"Receipt {made.number}\nLeaf & Co\n\nDate: 2 March 2026\nGiven by: Ann\nGiven to: Trees\nPoints: 500 points\n"
        "Worth: 5.00 USD\nAdded by Leaf & Co: 2.50 USD\nTogether: 7.50 USD\n"
    )
    assert sheet(cancelled, shop="L", member="A", words=words, zone=UTC).endswith(
        "Cancelled: the points were given back.\n"
    )


async def test_a_paused_program_takes_nothing(charity: Charity) -> None:
    from programs import service as programs

    await programs.pause(charity.program)
    with clock.pinned(START + timedelta(hours=1)), pytest.raises(Refusal, match="NOT_FOUND"):
        await charity.give(1)


async def test_what_a_member_gave_who_became_one_with_another(charity: Charity) -> None:
    made = await charity.give(400)
    other = (await upsert(MemberInput(external_id="other"))).id
    await merging.merge("m", charity.member, other)
    assert [each.id for each in await views.page_of_donations(member=other)] == [made.id]
    assert (await service.cancel("c", made.id, "test")).state is DonationState.CANCELLED
    async with scope.reading():
        (balance,) = (await reading.balances([other]))[other]
    assert balance.available == 1000
