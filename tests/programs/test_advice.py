"""Drafts that may be published, and are doubtful all the same: by their rules, and by what members do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kit import clock
from members.models import Member
from programs import checking
from programs.advice import Amount, Figures, Sample, Sampled, Subject, advise
from programs.decision import ProgramId
from programs.findings import Severity
from programs.points.kind import PointsKind
from programs.records import MemberRef
from programs.tiered.kind import TieredKind
from rewards.payment import PaymentTerms
from tenants import scope
from tests.programs.factories import make_reward
from tests.programs.replay.factories import ReplayShop, earning, open_replay_shop
from tests.programs.shop import START
from tests.programs.tiered.factories import SPEND, tier, way

CENT = PaymentTerms(1, 1, "USD")


@pytest.mark.parametrize(
    ("points", "worth", "found"),
    [(1, 1, []), (100, 100, []), (100, 500, []), (25, 100, []), (14, 100, ["not_round"]), (1, 3, ["not_round"])],
)
def test_a_conversion_is_a_round_amount(points: int, worth: int, found: list[str]) -> None:
    rules = PointsKind().parse(earning() | {"payment": {"points": points, "worth": worth, "currency": "USD"}})
    assert [finding.code for finding in PointsKind().advise(rules)] == found


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"on": ["share"]}, ["uncapped"]),
        ({"on": ["share"], "caps": [{"limit": 1, "counts": "times", "period": "day"}]}, []),
        ({"on": ["share"], "conditions": {"first_time_only": True}}, []),
        ({"on": ["birthday"]}, []),
        ({"on": ["purchase"]}, []),
    ],
)
def test_what_costs_nothing_is_limited(more: dict[str, Any], found: list[str]) -> None:
    rule = {"id": "a", "name": "A", "earn": {"type": "fixed", "points": 5}, **more}
    findings = PointsKind().advise(PointsKind().parse({"unit": "points", "rules": [rule]}))
    assert [finding.code for finding in findings] == found
    assert all(finding.severity is Severity.WARNING for finding in findings)
    kinds = PointsKind().advise(PointsKind().parse({"unit": "points", "rules": [rule], "caps": [{"limit": 9}]}))
    assert kinds == ()


def test_a_higher_tier_has_all_perks_of_the_lower_and_one_more() -> None:
    delivery = {"id": "delivery", "name": "Free delivery", "perk_class": "lowers_cost"}
    lounge = {"id": "lounge", "name": "Lounge", "perk_class": "adds_value"}
    for above, codes in (
        ([delivery, lounge], []),
        ([delivery], ["no_perk_added"]),
        ([lounge], ["perk_lost"]),
        ([{**delivery, "limit": 2}, lounge], ["perk_lost"]),
    ):
        tiers = [tier("basic", perks=[delivery]), tier("gold", way(SPEND, 100), perks=above)]
        findings = TieredKind().advise(TieredKind().parse({"unit": "points", "tiers": tiers}))
        assert [(finding.code, finding.path) for finding in findings] == [(code, "tiers[1].perks") for code in codes]


def members(*points: int, spent: int = 100_00, tiers: tuple[str | None, ...] = ()) -> Sample:
    """Members who get so many points, each for the same spending; and their tiers."""
    found = [
        Sampled(1, {"points": each}, {"USD": spent}, {"p": tiers[index] if tiers else None})
        for index, each in enumerate(points)
    ]
    return Sample(found, 1000)


def test_half_of_the_members_reach_the_first_reward() -> None:
    subject = Subject("p", "points", None, (100, "Mug"))
    assert advise(subject, members(100, 99), None).findings == []
    (found,) = advise(subject, members(100, 99, 99), None).findings
    assert (found.code, found.value, found.bound) == ("first_reward_far", "33 %", "at least 50 %")


def test_half_reach_the_first_tier_and_few_the_top() -> None:
    subject = Subject("p", "", tiers=("silver", "gold"))
    held = ("gold", *["silver"] * 9, *[None] * 10)
    assert advise(subject, members(*[0] * 20, tiers=held), None).findings == []
    far = advise(subject, members(0, 0, 0, tiers=("gold", None, None)), None).findings
    assert [(found.code, found.value) for found in far] == [("first_tier_far", "33 %"), ("top_tier_common", "33 %")]


def test_points_cost_no_more_than_the_budget_and_not_a_fifth_of_what_is_spent() -> None:
    subject = Subject("p", "points", CENT)
    # 1,000 members get 20.00 worth of points each: 20,000.00 a year.
    assert advise(subject, members(20_00), Amount(20_000_00, "USD")).findings == []
    over = advise(subject, members(20_01), Amount(20_000_00, "USD")).findings
    assert [(found.code, found.value) for found in over] == [("over_budget", "2001000 USD")]
    (much,) = advise(subject, members(30_00), Amount(30_000_00, "USD")).findings
    assert (much.code, much.value, much.bound) == ("too_generous", "30 %", "at most 20 %")


def test_what_cannot_be_known_is_said() -> None:
    subject = Subject("p", "points", CENT, (100, "Mug"), ("silver",))
    assert set(advise(subject, None, None).skipped) == {
        "first_reward_far", "first_tier_far", "top_tier_common", "too_generous", "over_budget",
    }  # fmt: skip
    assert advise(subject, members(1), Amount(1, "EUR")).skipped == {
        "over_budget": "the budget is in another currency than the points pay"
    }


async def found(
    shop: ReplayShop, program: ProgramId, figures: Figures | None = None
) -> tuple[dict[str, str], set[str]]:
    with scope.of(shop.points.tenant), clock.pinned(shop.points.now):
        checked = await checking.check(program, figures)
    return {each.code: str(each.value) for each in checked.findings}, set(checked.skipped)


async def test_a_draft_is_tried_on_what_members_did(database: object) -> None:
    shop = await open_replay_shop()
    with scope.of(shop.points.tenant):
        async with scope.writing():
            for number in range(checking.MEMBERS_MIN):
                await Member.create(external_id=f"m{number}", joined_at=START, created_at=START)
    for number in range(checking.MEMBERS_MIN):  # 1 to 30 dollars
        await shop.points.buy(100 * (number + 1), member=MemberRef(external_id=f"m{number}"))
    shop.points.now += timedelta(days=1)
    with scope.of(shop.points.tenant), clock.pinned(shop.points.now):
        await make_reward(points=17)
    await shop.draft(shop.main, earning(1))
    assert await found(shop, shop.main) == ({"first_reward_far": "46 %"}, set())  # 17 to 30: 14 of 30
    await shop.draft(shop.main, earning(2))
    assert await found(shop, shop.main) == ({}, set())
    tiers = [tier("silver", way(SPEND, 17_00)), tier("gold", way(SPEND, 28_00))]
    await shop.draft(shop.tiers, {"unit": "points", "tiers": tiers})
    codes = {"first_tier_far": "46 %", "top_tier_common": "10 %"}
    assert await found(shop, shop.tiers) == (codes, set())


async def test_before_there_are_members_the_merchants_figures_count(database: object) -> None:
    shop = await open_replay_shop()
    await shop.draft(shop.main, earning(1) | {"payment": {"points": 1, "worth": 1, "currency": "USD", "minimum": 100}})
    nothing, skipped = await found(shop, shop.main)
    assert (nothing, skipped) == ({}, {"first_reward_far", "too_generous", "over_budget"})
    low = Figures(1000, Amount(60_00, "USD"), Amount(600_00, "USD"), Amount(500_00, "USD"))
    # 60 in twelve orders are 60 points. 600 are twelve times 50; with the second comes silver, which brings 25 points
    # and half more until gold, which brings nothing, comes with the tenth: 50 + 50 + 25 + 8 × 75 + 2 × 50 = 825.
    # Of a hundred members 40 are like the one and 10 like the other: 10,650 points, and 106,500 cents of a thousand.
    assert await found(shop, shop.main, low) == ({"first_reward_far": "10 %", "over_budget": "106500 USD"}, set())
    high = Figures(1000, Amount(120_00, "USD"))
    assert await found(shop, shop.main, high) == ({}, {"over_budget"})
