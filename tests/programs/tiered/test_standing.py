"""Tiers are reached, kept, lost and taken back (cases T1, T2)."""

from __future__ import annotations

import pytest

from programs.tiered.compiled import NO_TIER, MetricKey
from programs.tiered.standing import (
    Held,
    TierReason,
    ended,
    entered,
    left_with,
    look_at,
    moved,
    reviewed,
    stands,
)
from tests.programs.tiered.factories import Document, at, by_spend, compiled, member, tier, way

MILES = {"type": "earned", "unit": "miles"}
FLIGHTS = {"type": "pieces", "tags": ["flight"]}
YEAR = {"window": {"type": "calendar_year"}}
After = tuple[int, TierReason] | None


def held(place: int, since: str, until: str | None = None, reason: TierReason = TierReason.REACHED) -> Held:
    return Held(place, at(since), None if until is None else at(until), reason)


@pytest.mark.parametrize(
    ("miles", "flights", "expected"),
    [(0, 0, 0), (24_999, 24, 0), (25_000, 0, 1), (0, 25, 1), (50_000, 0, 2), (0, 50, 2), (49_999, 49, 1),
     (150_000, 0, 3), (149_999, 500, 2)],
)  # fmt: skip
def test_t2_miles_or_flights(miles: int, flights: int, expected: int) -> None:
    tiers = compiled({"unit": "points", "tiers": [
        tier("blue"),
        tier("silver", way(MILES, 25_000), way(FLIGHTS, 25)),
        tier("gold", way(MILES, 50_000), way(FLIGHTS, 50)),
        tier("platinum", way(MILES, 150_000)),
    ]})  # fmt: skip
    totals = {MetricKey("tier:earned:miles"): miles, MetricKey("tier:pieces:flight"): flights}
    assert tiers.met(totals) == expected


def test_t1_a_balance_goes_up_and_down() -> None:
    metric = {"type": "balance", "unit": "points"}
    tiers = compiled({
        "unit": "points",
        "tiers": [tier("basic"), tier("silver", way(metric, 100)), tier("gold", way(metric, 500))],
        "validity": {"type": "while_met"},
    })  # fmt: skip
    has, found, balance = entered(tiers, at("2026-01-01")), [], 0
    for change in (100, -50, 500):
        balance += change
        has = moved(tiers, has, member({"2026-02-01": balance}, key="tier:balance:points"), at("2026-02-01")) or has
        assert has is not None
        found.append(tiers.tiers[has.tier].rules.name)
    assert found == ["Silver", "Basic", "Gold"]


@pytest.mark.parametrize(
    ("window", "spent", "expected"),
    [
        ({"type": "calendar_year"}, {"2025-12-31": 499_00, "2026-01-01": 100_00}, 1),
        ({"type": "calendar_year"}, {"2026-01-01": 400_00, "2026-06-30": 100_00}, 2),
        ({"type": "membership_year"}, {"2026-05-16": 499_00, "2026-05-17": 100_00}, 1),
        ({"type": "rolling_months", "months": 12}, {"2025-06-30": 500_00}, 0),
        ({"type": "rolling_months", "months": 12}, {"2025-07-01": 500_00}, 2),
        ({"type": "lifetime"}, {"1999-01-01": 500_00}, 2),
    ],
)
def test_windows(window: Document, spent: dict[str, int], expected: int) -> None:
    tiers = compiled(by_spend(window=window))
    has = moved(tiers, None, member(spent), at("2026-06-30T12:00"))
    assert has is not None and has.tier == expected


@pytest.mark.parametrize(
    ("validity", "until"),
    [
        ({"type": "end_of_year"}, "2028-01-01"),
        ({"type": "end_of_year", "years": 0}, "2027-01-01"),
        ({"type": "for_months", "months": 3}, "2026-10-01"),
        ({"type": "for_good"}, None),
        ({"type": "while_met"}, None),
    ],
)
def test_a_tier_is_kept_to_the_end_of_a_local_day(validity: Document, until: str | None) -> None:
    tiers = compiled(by_spend(validity=validity))
    reached = moved(tiers, None, member({"2026-06-30": 100_00}), at("2026-06-30T12:00"))
    assert reached == held(1, "2026-06-30T12:00", until)


def test_the_same_or_less_changes_nothing_before_the_review() -> None:
    tiers = compiled(by_spend())
    gold = held(2, "2026-03-01", "2028-01-01")
    assert moved(tiers, gold, member({"2026-03-01": 600_00}), at("2026-03-02")) is None
    assert moved(tiers, gold, member({}), at("2027-11-30")) is None


@pytest.mark.parametrize(
    ("downgrade", "spent", "expected"),
    [
        ("to_met", {"2027-05-01": 500_00}, (2, "2026-03-01", "2029-01-01", TierReason.KEPT)),
        ("to_met", {"2027-05-01": 100_00}, (1, "2028-01-01", "2029-01-01", TierReason.LOST)),
        ("to_met", {"2026-12-31": 500_00}, (0, "2028-01-01", None, TierReason.LOST)),
        ("one_step", {}, (1, "2028-01-01", "2029-01-01", TierReason.LOST)),
        ("never", {}, (2, "2026-03-01", "2029-01-01", TierReason.KEPT)),
    ],
)
def test_a_review_when_the_time_is_over(
    downgrade: str, spent: dict[str, int], expected: tuple[int, str, str | None, TierReason]
) -> None:
    tiers = compiled(by_spend(downgrade=downgrade, **YEAR))
    assert reviewed(tiers, held(2, "2026-03-01", "2028-01-01"), member(spent)) == held(*expected)


def test_keeping_may_ask_for_less_than_reaching() -> None:
    document = by_spend(**YEAR)
    document["tiers"][2]["keep"] = [way({"type": "spend", "currency": "USD"}, 300_00)]
    tiers = compiled(document)
    for spent, expected in ((300_00, 2), (299_99, 1)):
        after = reviewed(tiers, held(2, "2026-03-01", "2028-01-01"), member({"2027-05-01": spent}))
        assert after is not None and after.tier == expected


def test_days_of_grace_count_and_put_the_loss_off() -> None:
    tiers = compiled(by_spend(grace_days=31, **YEAR))
    gold = held(2, "2026-03-01", "2028-01-01")
    assert reviewed(tiers, gold, member({"2028-01-31": 500_00})) == held(2, "2026-03-01", "2029-01-01", TierReason.KEPT)
    lost = reviewed(tiers, gold, member({"2028-02-01": 500_00}))
    assert lost == held(0, "2028-02-01", None, TierReason.LOST)


def test_what_staff_set_ends_where_the_member_stands() -> None:
    tiers = compiled(by_spend(validity={"type": "while_met"}, grace_days=10))
    gold, basic = held(2, "2026-03-01", "2026-06-01", TierReason.SET), entered(tiers, at("2020-05-17"))
    assert moved(tiers, gold, member({}), at("2026-04-01")) is None
    after = ended(tiers, gold, basic, member({"2026-05-01": 100_00}))
    assert after == held(1, "2026-06-01", None, TierReason.SET_ENDED)
    assert ended(tiers, gold, held(1, "2026-01-01", "2027-01-01"), member({"2026-05-01": 100_00})) is None


@pytest.mark.parametrize(
    ("reason", "spent", "expected"),
    [
        (TierReason.REACHED, {"2026-03-01": 400_00}, False),
        (TierReason.REACHED, {"2026-03-01": 500_00}, True),
        (TierReason.REACHED, {"2026-03-01": 100_00, "2026-03-20": 400_00}, True),
        (TierReason.TAKEN_BACK, {"2026-03-01": 400_00}, False),
        (TierReason.KEPT, {}, True),
        (TierReason.SET, {}, True),
    ],
)
def test_a_refund_takes_back_a_tier_that_would_not_have_been_reached(
    reason: TierReason, spent: dict[str, int], expected: bool
) -> None:
    tiers = compiled(by_spend(**YEAR))
    assert stands(tiers, held(2, "2026-03-01", "2028-01-01", reason), member(spent)) is expected


def test_a_tier_taken_back_leaves_what_is_met_without_it() -> None:
    tiers = compiled(by_spend(**YEAR))
    basic, gold = entered(tiers, at("2020-05-17")), held(2, "2026-03-01", "2028-01-01")
    left = left_with(tiers, gold, basic, member({"2026-03-01": 120_00}), at("2026-04-01T09:00"))
    assert left == held(1, "2026-04-01T09:00", "2028-01-01", TierReason.TAKEN_BACK)
    silver = held(1, "2025-02-01", "2027-01-01")
    assert left_with(tiers, gold, silver, member({"2026-03-01": 120_00}), at("2026-04-01T09:00")) is None


def test_without_a_tier_for_everybody_there_may_be_none() -> None:
    document = by_spend()
    document["tiers"] = document["tiers"][1:]
    tiers = compiled(document)
    assert entered(tiers, at("2026-01-01")) is None
    assert tiers.met({}) == NO_TIER
    assert moved(tiers, None, member({}), at("2026-02-01")) is None


K, L = TierReason.KEPT, TierReason.LOST


@pytest.mark.parametrize(
    ("validity", "grace", "over", "to_met", "one_step", "never"),
    [
        # to the end of 2027, in which nothing was done
        ({"type": "end_of_year"}, 0, "2028-01-01", (0, L), (1, L), (2, K)),
        ({"type": "end_of_year"}, 31, "2028-02-01", (0, L), (1, L), (2, K)),
        # to 30 December: the year in which it was reached still counts, and is enough
        ({"type": "for_months", "months": 6}, 0, "2026-12-31", (2, K), (2, K), (2, K)),
        ({"type": "for_months", "months": 6}, 31, "2027-01-31", (2, K), (2, K), (2, K)),
        # as soon as the year is over; a day of grace has no meaning
        ({"type": "while_met"}, 0, "2027-01-01", (0, L), (1, L), None),
        ({"type": "while_met"}, 31, "2027-01-01", (0, L), (1, L), None),
        ({"type": "for_good"}, 0, None, None, None, None),
        ({"type": "for_good"}, 31, None, None, None, None),
    ],
)
@pytest.mark.parametrize("downgrade", ["to_met", "one_step", "never"])
def test_gold_reached_once_and_never_again(
    validity: Document, grace: int, over: str | None, to_met: After, one_step: After, never: After, downgrade: str
) -> None:
    tiers = compiled(by_spend(validity=validity, grace_days=grace, downgrade=downgrade, **YEAR))
    spent = member({"2026-06-30": 500_00})
    gold = moved(tiers, None, spent, at("2026-06-30T12:00"))
    assert gold is not None and gold.tier == 2
    looks = look_at(tiers, gold, at("2026-06-30T12:00"), spent.joined_on)
    assert looks == (None if over is None else at(over))
    if looks is None:
        assert reviewed(tiers, gold, spent) is None
        return
    after = moved(tiers, gold, spent, looks) if gold.until is None else reviewed(tiers, gold, spent)
    expected = {"to_met": to_met, "one_step": one_step, "never": never}[downgrade]
    assert (None if after is None else (after.tier, after.reason)) == expected
    assert after is None or after.since == (gold.since if after.reason is K else looks)


@pytest.mark.parametrize(
    ("validity", "reason", "expected"),
    [
        ({"type": "for_good"}, TierReason.REACHED, "2026-07-01"),
        ({"type": "end_of_year"}, TierReason.REACHED, "2026-07-01"),
        ({"type": "while_met"}, TierReason.REACHED, "2026-07-01"),
        ({"type": "while_met"}, TierReason.SET, "2026-08-01"),
    ],
)
def test_a_balance_is_looked_at_each_day(validity: Document, reason: TierReason, expected: str) -> None:
    tiers = compiled({"unit": "points", "validity": validity, "tiers": [
        tier("basic"), tier("silver", way({"type": "balance", "unit": "points"}, 100)),
    ]})  # fmt: skip
    has = held(1, "2026-06-01", "2026-08-01" if reason is TierReason.SET else None, reason)
    assert look_at(tiers, has, at("2026-06-30T12:00"), at("2020-05-17").date()) == at(expected)
