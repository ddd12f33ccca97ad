"""Drafts that may be published, and are doubtful all the same: by their rules, and by what members do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kit import clock
from members.models import Member
from programs import checking, units
from programs.advice import Amount, Figures, Sample, Sampled, Subject, advise
from programs.decision import ProgramId
from programs.findings import Severity
from programs.points.kind import PointsKind
from programs.records import MemberRef
from programs.registry import KINDS
from programs.tiered.kind import TieredKind
from rewards.payment import PaymentTerms
from tenants import scope
from tests.programs.factories import make_program, make_reward
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


SHARE = {"type": "times", "kind": "share"}
BLANK = {"id": "blank", "name": "Blank"}
WIN = {"id": "win", "name": "Win", "gift": {"type": "points", "unit": "points", "points": 5}}


def wheel(wins: int, *earn: dict[str, Any], **more: Any) -> dict[str, Any]:
    table = [{**WIN, "weight": wins}, {**BLANK, "weight": 100 - wins}]
    return {"unit": "plays", "game": {"type": "wheel", "out_of": 100, "prizes": table}, "earn": list(earn), **more}


def plays(kind: str, **more: Any) -> dict[str, Any]:
    earn = {"type": "per_activity", "plays": 1, "kind": kind}
    return {"id": kind, "name": kind, "earn": earn, **more}


DRAW = {"type": "prize_draw", "prizes": [{"id": "win", "name": "Win", "gift": WIN["gift"], "winners": 2}]}
REASON = {"odds_below_guideline_reason": "It costs nothing."}
POINTS = {"type": "points", "unit": "points", "points": 5}


@pytest.mark.parametrize(
    ("kind", "rules", "found"),
    [
        # Odds below the guideline have their reason, and are doubtful all the same; they are told as they are drawn.
        ("game", wheel(24, plays("check_in", per_day=1), **REASON), [("game.prizes", "odds_low", "24 %")]),
        ("game", wheel(25, plays("check_in", per_day=1)), []),
        ("game", wheel(25) | {"game": DRAW} | REASON, [("game.prizes", "odds_low", "open")]),
        ("game", wheel(25) | {"game": DRAW | {"entrants_max": 9}} | REASON, [("game.prizes", "odds_low", "22.22 %")]),
        ("game", wheel(25) | {"game": DRAW | {"entrants_max": 8}}, []),
        # What costs nothing is limited, whatever it brings.
        ("game", wheel(50, plays("share")), [("earn[0].per_day", "uncapped", "share")]),
        ("game", wheel(50, plays("birthday")), []),
        ("campaign", {"unit": "points", "name": "May", "benefit": {"type": "bonus", "points": 5}, "on": ["share"]},
         [("per_member", "uncapped", "share")]),
        ("campaign", {"unit": "points", "name": "May", "benefit": {"type": "bonus", "points": 5}, "on": ["share"],
                      "budget": {"amount": 100}}, []),
        ("campaign", {"unit": "points", "name": "May", "benefit": {"type": "bonus", "points": 5}}, []),
        ("tasks", {"unit": "points", "tasks": [
            {"id": "a", "name": "A", "steps": [{"behaviour": SHARE}], "repeat": {"type": "every"}, "rewards": [POINTS]},
        ]}, [("tasks[0].repeat.times_max", "uncapped", "share")]),
        ("tasks", {"unit": "points", "tasks": [
            {"id": "a", "name": "A", "steps": [{"behaviour": SHARE}], "repeat": {"type": "every", "times_max": 3},
             "rewards": [POINTS]},
        ]}, []),
        ("giving", {"unit": "points", "currency": "USD", "causes": [{"id": "a", "name": "A"}], "points": 14,
                    "worth": 100, "multiple": 14, "minimum": 14}, [("points", "not_round", "14 for 100 USD")]),
    ],
)  # fmt: skip
def test_other_kinds_are_looked_at_too(kind: str, rules: dict[str, Any], found: list[tuple[str, str, str]]) -> None:
    findings = KINDS[kind].advise(KINDS[kind].parse(rules))
    assert [(each.path, each.code, str(each.value).removesuffix(" (smallest parts)")) for each in findings] == found
    assert all(each.severity is Severity.WARNING and each.message for each in findings)
    assert all(each.bound for each in findings if each.code != "uncapped")


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


def test_half_of_the_members_come_to_a_play() -> None:
    subject = Subject("p", "points", plays_for=frozenset({"check_in"}))
    assert advise(subject, members(1, 0), None).findings == []
    (found,) = advise(subject, members(1, 0, 0), None).findings
    assert (found.path, found.code, found.value, found.bound) == ("earn", "play_far", "33 %", "at least 50 %")
    # Figures that a merchant expects say what members buy, and nothing of check-ins.
    imagined = Sample(members(0, 0).members, None, imagined=True)
    assert set(advise(subject, imagined, None).skipped) == {"play_far"}
    (found,) = advise(Subject("p", "points", plays_for=frozenset({"purchase"})), imagined, None).findings
    assert (found.code, found.value) == ("play_far", "0 %")


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


async def test_a_game_whose_plays_few_come_to(database: object) -> None:
    shop = await open_replay_shop()
    dear = {"id": "order", "name": "An order", "earn": {"type": "per_order", "plays": 1, "currency": "USD",
                                                        "minimum_amount": 50_00}}  # fmt: skip
    law = {"starts_on": "2026-01-01", "ends_on": "2026-12-31", "regions": ["US"], "minimum_age": 18,
           "legal_review": {"by": "A", "at": "2026-01-01"}}  # fmt: skip
    with scope.of(shop.points.tenant), clock.pinned(shop.points.now):
        await units.upsert("plays", "play", "plays")
        bought = await make_program(wheel(40, dear, plays("check_in", per_day=1), **law), kind="game", unit="plays")
        acted = await make_program(
            wheel(40, plays("check_in", per_day=1), **law), kind="game", unit="plays", name="Acted"
        )  # fmt: skip
        free = await make_program(
            wheel(40, dear, free={"plays": 1}, **law), kind="game", unit="plays", name="Free"
        )  # fmt: skip
    low = Figures(1000, Amount(120_00, "USD"), Amount(1200_00, "USD"))  # 10.00 an order, or 100.00 of one in ten
    assert await found(shop, bought.id, low) == ({"play_far": "10 %"}, set())
    assert await found(shop, acted.id, low) == ({}, {"play_far"})
    assert await found(shop, free.id, low) == ({}, set())


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
