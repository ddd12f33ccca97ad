"""What is kept of two members who become one: what is held, what turned, what counts, who invited whom."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from kit import clock, db
from ledger.models import Unit
from ledger.state import UnitId
from ledger.verify import verify
from members import export
from members.inputs import MemberInput
from members.models import MemberFact
from members.service import upsert
from members.standing import standings
from members.views import MemberId
from programs import merging, redeeming, reviewing
from programs.records import MemberRef
from programs.stored_value import service as payments
from programs.tiered import service as tiered
from programs.tiered.models import TierChange
from programs.velocity import Limit, Per
from rewards import history, redemptions
from rewards.payment import PaymentTerms
from rewards.views import RedemptionView
from tenants import scope
from tests.conftest import DatabaseUrls
from tests.ledger.helpers import START
from tests.programs.paid.conftest import open_club as open_paid_club
from tests.programs.paid.factories import paid, plan
from tests.programs.referral.conftest import Club
from tests.programs.referral.conftest import club as club
from tests.programs.shop import PointsShop
from tests.programs.stored_value.conftest import open_purse
from tests.programs.stored_value.conftest import own_settings as own_settings
from tests.programs.test_conversions import CREDIT, balances, open_salad_bar
from tests.programs.test_merging import ANN, BOB, CAPPED, buy, has, join, merge, open_two
from tests.programs.tiered.test_state import gold_earns_half_more, open_tier_shop


async def reserve(shop: PointsShop, points: int = 40) -> RedemptionView:
    with scope.of(shop.tenant), clock.pinned(shop.now):
        async with scope.reading():
            unit = UnitId((await Unit.all().first() or Unit()).id)
        wish = redemptions.AsPayment(unit, points, 100_00, PaymentTerms(1, 1, "USD"))
        return await redemptions.reserve("r", MemberId(shop.member_id), wish)


@pytest.mark.parametrize(("verb", "left"), [("confirm", 60), ("cancel", 100), ("expire", 100)])
async def test_points_on_hold_stay_set_aside_and_go_on_when_they_are_let_go(
    database: DatabaseUrls, verb: str, left: int
) -> None:
    shop, bob = await open_two()
    await buy(shop, 100_00, "o-1")
    held = await reserve(shop)
    await merge(shop, bob)
    assert (await has(shop, shop.member_id), await has(shop, bob)) == ((0, 0), (60, 0))
    with scope.of(shop.tenant), clock.pinned(shop.now):
        assert [each.id for each in await history.list_(member=bob)] == [held.id]
        if verb == "confirm":
            await redeeming.confirm("c", held.id)
        elif verb == "cancel":
            await redemptions.cancel("c", held.id)
    if verb == "expire":
        shop.now += timedelta(days=2)
        with scope.of(shop.tenant), clock.pinned(shop.now):
            assert await redemptions.expire_due() == 1
    assert (await has(shop, shop.member_id), await has(shop, bob)) == ((0, 0), (left, 0))


async def test_what_comes_back_by_the_old_name_pays_what_could_not_be_taken(database: DatabaseUrls) -> None:
    """Else setting aside, merging, cancelling the order and then the reservation would mint points."""
    shop, bob = await open_two()
    await buy(shop, 100_00, "o-1")
    held = await reserve(shop, 100)
    await merge(shop, bob)
    await shop.happen("cancel", order_id="o-1", member=BOB)
    with scope.of(shop.tenant), clock.pinned(shop.now):
        await redemptions.cancel("c", held.id)
    assert (await has(shop, shop.member_id), await has(shop, bob)) == ((0, 0), (0, 0))


async def test_money_on_hold_is_captured_in_part_and_the_rest_goes_on(
    database: DatabaseUrls, own_settings: None
) -> None:
    purse = await open_purse()
    with scope.of(purse.tenant), clock.pinned(START):
        await purse.top_up(50_00)
        other = await purse.join()
        held = await payments.authorize("a", purse.wish(30_00))
        await merging.merge("m", purse.member, other)
        assert (await purse.balance(other))[0] == 20_00
        await payments.capture("c", held.id, amount=10_00)
        assert (await purse.balance(other), await purse.balance(purse.member)) == ((40_00, 0), (0, 0))


async def test_velocity_limits_count_what_both_did(database: DatabaseUrls) -> None:
    shop, bob = await open_two()
    with scope.of(shop.tenant):
        await reviewing.set_limits([Limit("visit", Per.DAY, times=3)])
    for who in (ANN, ANN, BOB):
        assert (await shop.happen("visit", member=who)).state == "decided"
    await merge(shop, bob)
    assert (await shop.happen("visit", member=BOB)).state == "parked"


async def test_points_that_turned_turn_back_after_a_merge(database: DatabaseUrls) -> None:
    shop = await open_salad_bar(CREDIT)
    bob = await join(shop, external_id="bob")
    await shop.buy(8000, order="o-1")
    assert await balances(shop) == {"points": 10, "credit": 1000}
    await merge(shop, bob)
    shop.member_id = bob
    assert await balances(shop) == {"points": 10, "credit": 1000}
    await shop.happen("cancel", order_id="o-1", member=MemberRef(id=bob))
    assert await balances(shop) == {"points": 0, "credit": 0}


async def test_a_friend_under_the_old_name_is_taken_back_with_the_order(club: Club) -> None:
    """Both came by a code, so both referrals stay: each goes with its own order."""
    bob, carl = await club.friend("bob"), await club.friend("carl")
    for number, friend in enumerate((bob, carl)):
        await club.buy(friend, order=f"o-{number}")
    await club.days_later(15)
    with clock.pinned(club.now):
        await merging.merge("m", bob, carl)
        await club.refund(carl, "o-0", l1=2)
    await club.settle()
    assert [(await club.referral(each)).state for each in (bob, carl)] == ["taken_back", "rewarded"]
    assert await club.given(club.ann) == 500


async def test_who_turns_out_to_be_their_own_friend_has_nothing_of_it(club: Club) -> None:
    bob = await club.friend("bob")
    await club.buy(bob)
    await club.days_later(15)
    assert (await club.referral(bob)).state == "rewarded"
    with clock.pinned(club.now):
        await merging.merge("m", bob, club.ann)
    await club.settle()
    assert (await club.referral(bob)).state == "taken_back"
    assert await club.available(club.ann) == 20


async def test_an_export_has_what_stayed_under_the_old_name(database: DatabaseUrls) -> None:
    shop, bob = await open_two()
    await buy(shop, 100_00, "o-1")
    await merge(shop, bob)
    with scope.of(shop.tenant):
        document = orjson.loads(b"".join([piece async for piece in await export.export(bob)]))
    assert len(document["accounts"]) == 2
    assert {entry["reason"] for entry in document["entries"]} == {"earn", "carry"}
    assert document["member"]["id"] == bob
    assert await _transfers(shop) == len({entry["id"] for entry in document["entries"]})


async def _transfers(shop: PointsShop) -> int:
    with scope.of(shop.tenant):
        async with scope.reading():
            return len(await db.rows("SELECT id FROM transfer WHERE tenant_id = $1", shop.tenant))


async def test_the_tier_of_the_old_name_is_looked_at_no_more(database: DatabaseUrls) -> None:
    tiers = await open_tier_shop(gold_earns_half_more(gifts=[{"unit": "points", "points": 25}]))
    shop = tiers.points
    await shop.buy(100_00)
    bob = await join(shop, external_id="bob")
    await merge(shop, bob)
    assert await has(shop, bob) == (125, 0), "what the tier brought is not given a second time"
    shop.now += timedelta(days=1000)
    with scope.of(shop.tenant), clock.pinned(shop.now):
        while await tiered.review_due():
            pass
        async with scope.reading():
            found = await TierChange.all().order_by("id")
            facts = await MemberFact.filter(member_id=shop.member_id)
    assert [(each.member_id == bob, each.to_tier, each.reason) for each in found][2:] == [
        (True, "silver", "set"), (True, "basic", "lost"),
    ]  # fmt: skip
    assert list(facts) == []


async def test_the_tier_goes_with_the_order_that_reached_it_and_takes_along_what_it_brought(
    database: DatabaseUrls,
) -> None:
    tiers = await open_tier_shop(gold_earns_half_more(gifts=[{"unit": "points", "points": 25}]))
    shop = tiers.points
    await shop.buy(100_00, order="o-1")
    bob = await join(shop, external_id="bob")
    await merge(shop, bob)
    await shop.happen("cancel", order_id="o-1", member=BOB)
    shop.member_id = bob
    assert (await has(shop, bob), await tiers.tier()) == ((0, 0), "basic")


async def test_a_membership_goes_on_with_what_it_brings(database: DatabaseUrls) -> None:
    paid_club = await open_paid_club(paid(plan(period="once", price=20_00)))
    with scope.of(paid_club.tenant), clock.pinned(paid_club.now):
        await paid_club.joined()
        other = (await upsert(MemberInput(external_id="other"))).id
        await merging.merge("m", paid_club.member, other)
        async with scope.reading():
            place = (paid_club.tenant, other)
            assert (await standings([place]))[place].plans == {paid_club.program: "prime"}


@pytest.mark.broken_books
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE activity SET member_id = $2 WHERE tenant_id = $1",
        "UPDATE counter SET used = 1 WHERE tenant_id = $1 AND owner = 'member:' || $2",
    ],
)  # fmt: skip
async def test_what_is_left_under_an_old_name_is_found(database: DatabaseUrls, statement: str) -> None:
    shop, bob = await open_two(CAPPED)
    await buy(shop, 100_00, "o-1")
    await merge(shop, bob)
    assert await verify(shop.tenant, full=True) == ()
    with scope.of(shop.tenant):
        async with scope.writing():
            assert await db.execute(statement, shop.tenant, shop.member_id)
    assert "member_merged" in {finding.check for finding in await verify(shop.tenant, full=True)}


async def test_what_a_tier_brought_both_goes_when_neither_order_is_left(database: DatabaseUrls) -> None:
    tiers = await open_tier_shop(gold_earns_half_more(gifts=[{"unit": "points", "points": 25}]))
    shop = tiers.points
    bob = await join(shop, external_id="bob")
    await shop.buy(100_00, order="o-1")
    await buy(shop, 100_00, "o-2", BOB)
    await merge(shop, bob)
    assert await has(shop, bob) == (250, 0)
    for order, left in (("o-1", 150), ("o-2", 0)):
        await shop.happen("cancel", order_id=order, member=BOB)
        assert await has(shop, bob) == (left, 0)
