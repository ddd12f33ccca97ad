"""Two members become one: points with their age, what was bought, what counts, and who is meant afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from kit import clock, db
from kit.errors import Refusal
from ledger import reading
from members.dependants import DependantInput
from members.erase import erase
from members.inputs import ConsentInput, MemberInput
from members.service import MemberRef, get, resolve, upsert
from members.views import MemberId, MemberState, MemberView
from programs import adjusting, merging
from programs.activity import Activity, Line
from programs.models import StoredActivity
from programs.records import MemberRef as Named
from tenants import audit, scope
from tenants.roles import Action, permitting
from tests.conftest import DatabaseUrls
from tests.programs.shop import ONE_PER_DOLLAR, START, PointsShop, open_points_shop
from tests.programs.tiered.test_state import open_tier_shop

ANN, BOB = Named(external_id="ann"), Named(external_id="bob")
CAPPED: dict[str, Any] = {
    **ONE_PER_DOLLAR,
    "expiry": {"policies": [{"type": "months_after_earning", "months": 12}]},
    "caps": [{"limit": 150, "counts": "points", "period": "day", "per": "member"}],
}


async def open_two(rules: dict[str, Any] | None = None, slug: str = "shop") -> tuple[PointsShop, MemberId]:
    """A shop with ann, and bob."""
    shop = await open_points_shop(rules, slug)
    return shop, await join(shop, external_id="bob")


async def join(shop: PointsShop, **given: Any) -> MemberId:
    with scope.of(shop.tenant), clock.pinned(shop.now):
        return (await upsert(MemberInput(**given))).id


async def merge(shop: PointsShop, into: MemberId, key: str = "m", from_: str | None = None) -> MemberId:
    with scope.of(shop.tenant), clock.pinned(shop.now):
        return await merging.merge(key, MemberId(from_ or shop.member_id), into)


async def has(shop: PointsShop, member: str) -> tuple[int, int]:
    """Available, and owed."""
    with scope.of(shop.tenant), clock.pinned(shop.now):
        async with scope.reading():
            rows = (await reading.balances([member]))[member]
    return (rows[0].available, rows[0].deficit) if rows else (0, 0)


async def buy(shop: PointsShop, amount: int, order: str, who: Named = ANN) -> None:
    activity = Activity(f"buy-{order}", "purchase", "", shop.now, order_id=order, currency="USD",
                        lines=(Line("l1", amount),))  # fmt: skip
    await shop.record(activity, who)


async def view(shop: PointsShop, member: str) -> MemberView:
    with scope.of(shop.tenant):
        return await get(MemberId(member))


async def test_points_keep_their_end_and_orders_can_be_refunded(database: DatabaseUrls) -> None:
    shop, bob = await open_two(CAPPED)
    await buy(shop, 100_00, "o-1")
    shop.now += timedelta(days=40)
    await buy(shop, 30_00, "o-2", BOB)
    assert await merge(shop, bob) == bob
    assert (await has(shop, shop.member_id), await has(shop, bob)) == ((0, 0), (130, 0))
    await shop.record(_refund(shop, "o-1"), ANN)
    assert await has(shop, bob) == (30, 0)
    await buy(shop, 20_00, "o-3", ANN)
    assert await has(shop, bob) == (50, 0), "the old name means the one who stays"
    with scope.of(shop.tenant), clock.pinned(shop.now):
        async with scope.reading():
            lots = await db.rows(
                "SELECT l.expires_at FROM lot l JOIN account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id "
                "WHERE l.tenant_id = $1 AND a.owner = $2 ORDER BY l.id", shop.tenant, f"member:{bob}",
            )  # fmt: skip
    ends = [db.instant(row["expires_at"]).date() for row in lots]
    assert ends == [date(2027, 4, 12), date(2027, 3, 3), date(2027, 4, 12)]


def _refund(shop: PointsShop, order: str) -> Activity:
    return Activity(f"refund-{order}", "refund", "", shop.now, order_id=order)


async def test_again_answers_the_same_and_a_merged_member_is_not_merged_again(database: DatabaseUrls) -> None:
    shop, bob = await open_two()
    await buy(shop, 100_00, "o-1")
    for _ in range(2):
        assert await merge(shop, bob) == bob
    assert await has(shop, bob) == (100, 0)
    carol = await join(shop, external_id="carol")
    refused = [
        ((bob, "m2", bob), "INVALID"), ((carol, "m3", shop.member_id), "MERGED"),
        ((MemberId(shop.member_id), "m4", carol), "MERGED"), ((carol, "m", shop.member_id), "IDEMPOTENCY_MISMATCH"),
        ((carol, "m5", "01939c5e-7a3f-7b1e-9d55-0a4a1f2c3b4d"), "NOT_FOUND"),
    ]  # fmt: skip
    for given, code in refused:
        with pytest.raises(Refusal) as caught:
            await merge(shop, *given)
        assert caught.value.code == code
    with scope.of(shop.tenant):
        await erase(carol)
    with pytest.raises(Refusal, match="ERASED"):
        await merge(shop, bob, "m6", carol)


async def test_the_person_and_what_they_said(database: DatabaseUrls) -> None:
    shop, _ = await open_two()
    rex, ida = DependantInput("pet", "Rex", date(2020, 5, 4)), DependantInput("child", "Ida")
    ann = await join(
        shop, external_id="ann", email="ann@example.com", name="Ann", attributes={"a": 1, "b": 2}, tags=["x", "vip"],
        dependants=[rex, ida], consents=[ConsentInput("email", True, "web"), ConsentInput("sms", True, "web")],
    )  # fmt: skip
    shop.now += timedelta(days=1)
    bob = await join(
        shop, external_id="bob", name="Robert", attributes={"b": 3}, tags=["vip"], dependants=[rex],
        consents=[ConsentInput("email", False, "mail")],
    )  # fmt: skip
    shop.now += timedelta(days=1)
    await merge(shop, bob)
    found, gone = await view(shop, bob), await view(shop, ann)
    assert (found.name, found.email, found.attributes) == ("Robert", "ann@example.com", {"b": 3, "a": 1})
    assert (found.tags, found.joined_at) == (("vip", "x"), START)
    assert [each.name for each in found.dependants] == ["Ida", "Rex"]
    assert [(each.purpose, each.granted) for each in found.consents] == [("email", False), ("sms", True)]
    assert (gone.state, gone.merged_into, gone.name, gone.tags, gone.dependants) == (
        MemberState.MERGED, bob, None, (), (),
    )  # fmt: skip
    with scope.of(shop.tenant):
        assert await resolve(MemberRef(external_id="ann")) == await resolve(MemberRef(id=ann)) == bob
        for given in (MemberInput(external_id="ann", name="A"), MemberInput(id=ann, name="A")):
            with pytest.raises(Refusal, match="MERGED"):
                await upsert(given)
        with pytest.raises(Refusal, match="MERGED"):
            await erase(ann)
        await erase(bob)
        assert (await get(ann)).external_id is None
    actions = [entry.action for entry in await _audit(shop)]
    assert "member.merged" in actions


async def _audit(shop: PointsShop) -> Sequence[audit.Entry]:
    with scope.of(shop.tenant), permitting(frozenset({Action.READ_AUDIT_LOG})):
        return await audit.entries()


async def test_caps_count_what_both_did_and_history_is_theirs_who_stays(database: DatabaseUrls) -> None:
    shop, bob = await open_two(CAPPED)
    await buy(shop, 100_00, "o-1")
    await buy(shop, 40_00, "o-2", BOB)
    await merge(shop, bob)
    await buy(shop, 50_00, "o-3", BOB)
    assert await has(shop, bob) == (150, 0)
    with scope.of(shop.tenant):
        async with scope.reading():
            assert {each.member_id for each in await StoredActivity.all()} == {bob}


async def test_tiers_follow_the_higher_of_both(database: DatabaseUrls) -> None:
    tiers = await open_tier_shop()
    shop = tiers.points
    await shop.buy(120_00)
    assert await tiers.tier() == "silver"
    bob = await join(shop, external_id="bob")
    await merge(shop, bob)
    shop.member_id = bob
    assert await tiers.tier() == "silver"
    assert (await tiers.changes())[-1][1:] == ("silver", "set")
    await buy(shop, 380_00, "o-9", BOB)
    assert await tiers.tier() == "gold", "what both spent counts together"


async def test_what_is_owed_is_paid_or_nothing_is_merged(database: DatabaseUrls) -> None:
    shop, bob = await open_two({**ONE_PER_DOLLAR, "clawback": "negative"})
    await buy(shop, 100_00, "o-1")
    with scope.of(shop.tenant), clock.pinned(shop.now):
        await adjusting.adjust("spent", MemberId(shop.member_id), "points", -100, "spent")
    await shop.record(_refund(shop, "o-1"), ANN)
    assert await has(shop, shop.member_id) == (-100, 100)
    await buy(shop, 60_00, "o-2", BOB)
    with pytest.raises(Refusal, match="INSUFFICIENT_POINTS"):
        await merge(shop, bob)
    assert await has(shop, bob) == (60, 0)
    await buy(shop, 60_00, "o-3", BOB)
    await merge(shop, bob)
    assert (await has(shop, shop.member_id), await has(shop, bob)) == ((0, 0), (20, 0))


async def test_a_credit_to_the_old_name_goes_on(database: DatabaseUrls) -> None:
    shop, bob = await open_two()
    await buy(shop, 60_00, "o-1")
    await merge(shop, bob)
    with scope.of(shop.tenant), clock.pinned(shop.now):
        await adjusting.adjust("late", MemberId(shop.member_id), "points", 5, "to the old name")
    assert (await has(shop, shop.member_id), await has(shop, bob)) == ((0, 0), (65, 0))


@pytest.mark.parametrize("round_", range(3))
async def test_a_purchase_under_way_loses_nothing(database: DatabaseUrls, round_: int) -> None:
    """Ten purchases race the merge: whoever is first, all points are theirs who stays."""
    shop, bob = await open_two()
    await asyncio.gather(
        *(buy(shop, 10_00, f"o-{n}") for n in range(5)),
        merge(shop, bob),
        *(buy(shop, 10_00, f"p-{n}", BOB if n % 2 else ANN) for n in range(5)),
    )
    assert (await has(shop, shop.member_id), await has(shop, bob)) == ((0, 0), (100, 0))
    with scope.of(shop.tenant):
        async with scope.reading():
            assert {each.member_id for each in await StoredActivity.all()} == {bob}


async def test_a_chain_of_merges_ends_at_the_last(database: DatabaseUrls) -> None:
    shop, bob = await open_two()
    await buy(shop, 100_00, "o-1")
    await merge(shop, bob)
    carol = await join(shop, external_id="carol")
    await merge(shop, carol, "m2", bob)
    await buy(shop, 10_00, "o-2", ANN)
    await shop.record(_refund(shop, "o-1"), BOB)
    assert await has(shop, carol) == (10, 0)
    assert (await view(shop, shop.member_id)).merged_into == carol
