"""Tiers by hand, by time, and how far it is to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest

from kit import clock, db
from kit.errors import Refusal
from kit.ids import new_id
from ledger.models import Unit
from ledger.state import UnitId
from members.erase import erase
from members.inputs import MemberInput
from members.models import MemberFact
from members.service import MemberRef as Named
from members.service import upsert
from members.views import MemberId
from programs import redeeming
from programs.activity import Line
from programs.models import ProgramVersion
from programs.quote import Cart, RedeemReward, quote
from programs.tiered import past, service
from programs.tiered.compiled import MetricKey
from programs.tiered.models import TierStanding
from programs.tiered.service import MemberTier, Need
from programs.verify import verify
from rewards import catalogue, redemptions
from rewards.inputs import RewardInput
from rewards.terms import FreeProduct
from rewards.views import RedemptionState, RewardId
from tenants import scope
from tests.programs.factories import give
from tests.programs.shop import START
from tests.programs.tiered.factories import by_spend, tier, way
from tests.programs.tiered.test_state import YEAR, TierShop, open_tier_shop


@contextmanager
def at(shop: TierShop, now: datetime = START) -> Iterator[None]:
    with scope.of(shop.points.tenant, actor="staff:0190"), clock.pinned(now):
        yield


async def view(shop: TierShop, now: datetime = START) -> MemberTier:
    with at(shop, now):
        (found,) = (await service.of_members([shop.points.member_id]))[shop.points.member_id]
    return found


async def put(shop: TierShop, tier: str, key: str = "k", until: datetime | None = None, reason: str = "VIP") -> None:
    with at(shop):
        await service.set_tier(key, MemberId(shop.points.member_id), shop.program, tier, reason, until)


async def review(shop: TierShop, now: datetime) -> int:
    with at(shop, now):
        return await service.review_due()


async def test_how_far_it_is_to_the_next_tier(database: object) -> None:
    shop = await open_tier_shop()
    assert [(way.at_least, way.missing) for (way,) in (await view(shop)).ways] == [(100_00, 100_00)]
    await shop.points.buy(30_00)
    found = await view(shop)
    assert found.tier is not None and found.next is not None
    assert (found.tier.id, found.next.id, found.counts_until) == ("basic", "silver", date(2026, 12, 31))
    ((need,),) = found.ways
    assert (need.has, need.missing) == (30_00, 70_00)
    await shop.points.buy(500_00)
    top = await view(shop)
    assert top.tier is not None and (top.tier.id, top.next, top.ways) == ("gold", None, ())
    assert top.until == datetime(2028, 1, 1, tzinfo=UTC)


async def test_a_member_who_did_nothing_has_what_everybody_has(database: object) -> None:
    shop = await open_tier_shop()
    found = await view(shop)
    assert found.tier is not None and (found.tier.id, found.since) == ("basic", START)
    document = by_spend(**YEAR)
    document["tiers"] = document["tiers"][1:]
    found = await view(await open_tier_shop(document, slug="other"))
    assert (found.tier, found.since, found.next and found.next.id) == (None, None, "silver")


async def test_a_review_keeps_or_lowers_each_once(database: object) -> None:
    shop = await open_tier_shop()
    await shop.points.buy(500_00)
    assert await review(shop, datetime(2027, 12, 31, tzinfo=UTC)) == 0
    shop.points.now = datetime(2027, 6, 1, tzinfo=UTC)
    await shop.points.buy(100_00)
    for expected in (1, 0):
        assert await review(shop, datetime(2028, 1, 1, tzinfo=UTC)) == expected
    assert await shop.tier() == "silver"
    assert (await shop.changes())[-1] == ("gold", "silver", "lost")


async def test_a_review_that_comes_years_late_goes_through_each_year(database: object) -> None:
    shop = await open_tier_shop(by_spend(downgrade="one_step", **YEAR))
    await shop.points.buy(500_00)
    while await review(shop, datetime(2031, 1, 1, tzinfo=UTC)):
        pass
    assert [change[1:] for change in await shop.changes()] == [
        ("basic", "joined"), ("gold", "reached"), ("silver", "lost"), ("basic", "lost"),
    ]  # fmt: skip


async def test_a_tier_kept_while_met_falls_with_the_days(database: object) -> None:
    window = {"type": "rolling_months", "months": 1}
    shop = await open_tier_shop(by_spend(validity={"type": "while_met"}, window=window))
    await shop.points.buy(500_00)
    day, falls = timedelta(days=1), datetime(2026, 4, 2, tzinfo=UTC)
    for now in (START + day, falls - day):
        assert await review(shop, now) == 1
        assert await shop.tier() == "gold"
    assert await review(shop, falls) == 1
    assert await shop.tier() == "basic"
    assert await review(shop, falls + 400 * day) == 0


async def test_staff_set_a_tier_once_and_until_its_end(database: object) -> None:
    shop = await open_tier_shop()
    end = START + timedelta(days=30)
    for _ in range(2):
        await put(shop, "gold", until=end)
    assert await shop.tier() == "gold"
    await shop.points.buy(100_00)
    assert await shop.tier() == "gold"
    assert await review(shop, end) == 1
    assert await shop.tier() == "silver"
    assert [change[1:] for change in await shop.changes()] == [
        ("basic", "joined"), ("gold", "set"), ("silver", "set_ended"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tier", "reason", "end", "code"),
    [
        ("platinum", "VIP", None, "NOT_FOUND"),
        ("gold", " ", None, "INVALID"),
        ("gold", "VIP", START, "TOO_FAR_BACK"),
    ],
)
async def test_what_cannot_be_set_leaves_nothing(
    database: object, tier: str, reason: str, end: datetime | None, code: str
) -> None:
    shop = await open_tier_shop()
    with pytest.raises(Refusal) as refused:
        await put(shop, tier, until=end, reason=reason)
    assert refused.value.code == code
    with scope.of(shop.points.tenant):
        async with scope.reading():
            assert await TierStanding.all().count() == 0


async def test_a_reward_for_the_open_tier_is_for_members_to_whom_nothing_happened_yet(database: object) -> None:
    shop = await open_tier_shop()
    with at(shop):
        new = (await upsert(MemberInput(external_id="new"))).id
        basic, silver = await a_mug(5, "basic"), await a_mug(5, "silver")
        await give(new, 50)
        async with scope.writing():  # as of somebody who was imported with their points
            await MemberFact.filter(member_id=new).delete()
        quoted = await quote(Cart("USD", (Line("l1", 10_00),)), Named(id=new))
        assert [each.reward.id for each in quoted.rewards] == [basic]
        wish = await redeeming.wish("r", RedeemReward(basic), new)
        assert (await redeeming.redeem("r", new, wish)).state is RedemptionState.CONFIRMED
        wish = await redeeming.wish("s", RedeemReward(silver), new)
        with pytest.raises(Refusal) as caught:
            await redeeming.redeem("s", new, wish)
        assert caught.value.code == "NOT_ELIGIBLE"


def test_what_is_missing_is_never_below_zero() -> None:
    assert Need(MetricKey("tier:orders"), 3, 5).missing == 0


BY_BALANCE = {
    "unit": "points",
    "tiers": [tier("basic"), tier("silver", way({"type": "balance", "unit": "points"}, 100))],
    "validity": {"type": "while_met"},
}


async def test_spending_moves_a_tier_by_balance(database: object) -> None:
    shop = await open_tier_shop(BY_BALANCE)
    await shop.points.buy(200_00)
    with at(shop):
        who, mug = MemberId(shop.points.member_id), redemptions.ForReward(await a_mug(60))
        await redeeming.redeem("r", who, mug)
        assert await shop.tier() == "silver"
        held = await redemptions.reserve("s", who, mug)
        assert await shop.tier() == "silver"
        for _ in range(2):
            await redeeming.confirm("t", held.id)
    assert (await shop.points.available(), await shop.tier()) == (80, "basic")


async def test_points_set_aside_move_the_tier_the_next_day(database: object) -> None:
    shop = await open_tier_shop(BY_BALANCE)
    await shop.points.buy(100_00)
    with at(shop):
        mug = redemptions.ForReward(await a_mug(60))
        await redemptions.reserve("r", MemberId(shop.points.member_id), mug, hold_minutes=24 * 60)
    assert (await shop.points.available(), await shop.tier()) == (40, "silver")
    assert await review(shop, START + timedelta(hours=11)) == 0
    assert await review(shop, START + timedelta(hours=12)) == 1
    assert await shop.tier() == "basic"


async def a_mug(points: int, *tiers: str) -> RewardId:
    async with scope.reading():
        unit = await Unit.get(slug="points")
    given = RewardInput(
        slug="-".join(("mug", *tiers)), name="Mug", unit_id=UnitId(unit.id), points=points,
        terms=FreeProduct("MUG", 1), tiers=tiers,
    )  # fmt: skip
    return (await catalogue.upsert(given)).id


async def test_nothing_is_written_of_who_is_erased_meanwhile(database: object) -> None:
    shop = await open_tier_shop()
    await shop.points.buy(500_00)
    over = datetime(2028, 1, 1, tzinfo=UTC)
    with at(shop, over):
        await asyncio.gather(erase(MemberId(shop.points.member_id)), db.retrying(service.review_due))
        assert await service.review_due() in (0, 1)
        assert await service.review_due() == 0
        async with scope.reading():
            assert await MemberFact.all().count() == 0


async def test_tiers_as_of_an_instant_and_as_known_at_one(database: object) -> None:
    shop = await open_tier_shop()
    days = [START + timedelta(days=days) for days in (0, 10, 20, 30)]
    shop.points.now = days[1]
    await shop.points.buy(100_00, order="o1", at=days[0] + timedelta(hours=1))  # told ten days later
    shop.points.now = days[2]
    await shop.points.refund("o1")

    async def then(as_of: datetime, known_at: datetime | None = None) -> str | None:
        with at(shop, days[3]):
            member = MemberId(shop.points.member_id)
            (found,) = await past.of_member(member, as_of=as_of, known_at=known_at)
        return None if found.tier is None else found.tier.id

    assert [await then(day) for day in days] == ["basic", "silver", "basic", "basic"]
    assert await then(days[1], known_at=days[1] - timedelta(days=1)) == "basic"
    assert await then(days[2], known_at=days[1]) == "silver"
    with at(shop, days[3]):
        assert await past.of_member(MemberId(shop.points.member_id), as_of=START - timedelta(days=1)) == ()
        assert await past.of_member(MemberId(new_id())) == ()


@pytest.mark.broken_books
@pytest.mark.parametrize(
    ("sql", "checks"),
    [
        ("UPDATE tier_standing SET tier = 'gold' WHERE tenant_id = $1", {"tier_standing", "tier_fact"}),
        ("DELETE FROM member_fact WHERE tenant_id = $1", {"tier_fact"}),
    ],
)
async def test_verify_names_a_tier_that_is_not_what_happened(database: object, sql: str, checks: set[str]) -> None:
    shop = await open_tier_shop()
    await shop.points.buy(100_00)
    with scope.of(shop.points.tenant):
        async with scope.writing():
            await db.execute(sql, shop.points.tenant)
        assert {finding.check for finding in await verify(shop.points.tenant, full=True)} == checks


async def test_a_tier_that_new_rules_no_longer_have_is_lost(database: object) -> None:
    shop = await open_tier_shop()
    await shop.points.buy(500_00)
    document = by_spend(**YEAR)
    document["tiers"] = document["tiers"][:2]
    live_from = START + timedelta(days=1)
    with scope.of(shop.points.tenant):
        async with scope.writing():
            await ProgramVersion.create(
                program_id=shop.program, number=2, state="published", live_from=live_from, saved_at=live_from,
                rules=orjson.dumps(document).decode(), saved_by="test", published_at=live_from,
            )  # fmt: skip
            await db.execute("UPDATE tenant SET programs_revision = programs_revision + 1")
    shop.points.now = live_from
    await shop.points.buy(1_00)
    assert (await shop.changes())[2:] == [("gold", None, "lost"), (None, "silver", "reached")]


@pytest.mark.broken_books
async def test_verify_names_a_tier_that_its_counters_do_not_bear_out(database: object) -> None:
    shop = await open_tier_shop()
    await shop.points.buy(100_00)
    with scope.of(shop.points.tenant):
        async with scope.writing():
            await db.execute("UPDATE counter SET used = used - 1 WHERE tenant_id = $1", shop.points.tenant)
        found = await verify(shop.points.tenant, full=True)
    assert [(finding.check, finding.detail) for finding in found] == [
        ("tier_counter", "is 9999, its activities count 10000"),
        ("tier_counted", "has silver, which its counters do not bear out"),
    ]


@pytest.mark.broken_books
async def test_verify_names_a_counter_that_is_not_there(database: object) -> None:
    shop = await open_tier_shop()
    await shop.points.buy(50_00, 10_00, order="o1")
    await shop.points.refund("o1", l1=1)
    with scope.of(shop.points.tenant):
        assert await verify(shop.points.tenant, full=True) == ()
        async with scope.writing():
            await db.execute("DELETE FROM counter WHERE tenant_id = $1", shop.points.tenant)
        (finding,) = await verify(shop.points.tenant, full=True)
    assert (finding.check, finding.detail) == ("tier_counter", "has no tier:spend:USD of day:2026-03-02")


async def test_a_higher_tier_that_is_lost_leads_back_to_what_staff_set(database: object) -> None:
    shop = await open_tier_shop()
    await put(shop, "silver")
    await shop.points.buy(500_00)
    assert await shop.tier() == "gold"
    with at(shop, datetime(2028, 1, 1, tzinfo=UTC)):
        assert await service.review_due() == 1
        assert await service.review_due() == 0
    assert await shop.tier() == "silver"
    assert (await shop.changes())[-1] == ("gold", "silver", "lost")
