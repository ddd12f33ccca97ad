"""Rewards of the operator's that partners give: where they are redeemed, what is cleared, and what terms refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kit import db
from kit.errors import Refusal
from kit.ids import new_id
from ledger.models import Unit
from ledger.state import UnitId
from members.service import MemberRef
from programs import quote, redeeming
from programs.activity import Line
from programs.coalition import burning, offering, partners
from programs.coalition.models import ClearingEntry
from programs.coalition.offering import PartnerName
from programs.coalition.terms import MICROS
from programs.models import Program
from programs.quote import RedeemReward
from rewards import catalogue, history
from rewards.inputs import RewardInput
from rewards.redemptions import ForReward
from rewards.terms import Experience
from rewards.views import (
    RedemptionId,
    RedemptionState,
    RedemptionView,
    RewardId,
    RewardShops,
    RewardView,
    VoucherSource,
    VoucherState,
)
from tenants import scope
from tests.programs.coalition.club import Club, open_club

OWN, PARTNERS, BOTH = RewardShops


async def unit_of(club: Club) -> UnitId:
    async with scope.reading():
        return UnitId((await Unit.get(slug="points")).id)


async def reward(
    club: Club, points: int = 3_000, shops: RewardShops = PARTNERS, *names: str, **given: Any
) -> RewardView:
    """A night upstairs, in partners' shops."""
    async with club.here():
        unit = await unit_of(club)
        made = RewardInput(
            slug=given.pop("slug", "upstairs"), name="A night upstairs", unit_id=unit, points=points,
            terms=Experience("Ask at the desk."), voucher_source=VoucherSource.GENERATED, shops=shops,
            partners=await offering.partners_for(unit, shops, names),
        )  # fmt: skip
        return await catalogue.upsert(replace(made, **given))


async def reserve(club: Club, slug: str, id_: RewardId, order: str = "o-9", key: str | None = None) -> RedemptionView:
    club.count += 1
    key = key or f"reserve-{club.count}"
    async with club.here():
        view = await partners.of_slug(slug)
        return await burning.reserve(key, view, club.member, RedeemReward(id_), order_reference=order)


async def confirm(club: Club, slug: str, held: RedemptionView) -> RedemptionView:
    club.count += 1
    async with club.here():
        return await burning.confirm(f"confirm-{club.count}", await partners.of_slug(slug), RedemptionId(held.id))


async def own(club: Club, id_: RewardId) -> RedemptionView:
    """Redeemed in the operator's own shop."""
    club.count += 1
    async with club.here():
        return await redeeming.redeem(f"own-{club.count}", club.member, ForReward(id_))


async def refusal(work: Any) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value.code, caught.value.field


# -- where -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shops", "names", "here", "at_a", "at_b"),
    [
        (OWN, (), True, False, False),
        (PARTNERS, (), False, True, True),
        (PARTNERS, ("b",), False, False, True),
        (PARTNERS, ("a", "b"), False, True, True),
        (BOTH, (), True, True, True),
        (BOTH, ("a",), True, True, False),
    ],
)
async def test_it_is_redeemed_where_it_is_said(
    database: object, shops: RewardShops, names: tuple[str, ...], here: bool, at_a: bool, at_b: bool
) -> None:
    club = await open_club()
    await club.buy("a", 1_000_000)
    made = await reward(club, 100, shops, *names)
    if here:
        assert (await own(club, made.id)).partner_id is None
    else:
        assert await refusal(own(club, made.id)) == ("NOT_ELIGIBLE", ("reward",))
    for slug, given in (("a", at_a), ("b", at_b)):
        async with club.here():
            listed = await catalogue.offered_in(await offering.shop_of(club.partners[slug]))
        assert [each.id for each in listed] == [made.id] * given
        if given:
            assert (await reserve(club, slug, made.id)).partner_id == club.partners[slug].id
        else:
            assert await refusal(reserve(club, slug, made.id)) == ("NOT_FOUND", ("reward",))


async def test_what_is_not_a_partners_answers_as_what_there_is_not(database: object) -> None:
    club = await open_club()
    theirs = await reward(club, 100, PARTNERS, "b", ends_at=club.shop.now)
    answers = []
    for id_ in (theirs.id, RewardId(new_id()), RewardId("no-id'")):
        with pytest.raises(Refusal) as caught:
            await reserve(club, "a", id_)
        answers.append((caught.value.code, caught.value.message, caught.value.field, caught.value.final))
    assert len(set(answers)) == 1


async def test_which_partners_is_said_anew_each_time(database: object) -> None:
    club = await open_club()
    made = await reward(club, 100, PARTNERS, "a", "b")
    assert set(made.partners) == {club.partners["a"].id, club.partners["b"].id}
    async with club.here():
        assert await offering.names_of([made]) == {
            club.partners["a"].id: PartnerName("a", "A"), club.partners["b"].id: PartnerName("b", "B"),
        }  # fmt: skip
    assert (await reward(club, 100, BOTH, "b")).partners == (club.partners["b"].id,)
    last = await reward(club, 100, OWN)
    async with club.here():
        assert (await catalogue.by_slug("upstairs"), last.partners) == (last, ())


async def test_a_reward_is_read_with_its_partners_at_one_instant(
    database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In two statements, one that is withdrawn in between would seem to be with every partner."""
    club = await open_club()
    made = await reward(club, 100, PARTNERS, "b")
    asked, rows = list[str](), db.rows

    async def counted(sql: str, *given: object) -> Sequence[db.Row]:
        asked.append(sql)
        return await rows(sql, *given)

    monkeypatch.setattr(db, "rows", counted)
    async with club.here():
        shop = await offering.shop_of(club.partners["b"])
        for read in (catalogue.get(made.id), catalogue.by_slug("upstairs"), catalogue.offered_in(shop)):
            asked.clear()
            await read
            assert len(asked) == 1


async def another_coalition(club: Club) -> tuple[UnitId, str]:
    """A unit that others share in the same tenant, and their partner `c`."""
    async with club.here(), scope.writing():
        unit = await Unit.create(slug="stars", name="star", name_plural="stars", scale=0, created_at=club.shop.now)
        program = await Program.create(
            slug="stars", name="Stars", kind="coalition", line="main", unit_id=unit.id, state="live",
            created_at=club.shop.now,
        )  # fmt: skip
    first, club.program_id = club.program_id, program.id
    await club.join("c")
    club.program_id = first
    return UnitId(unit.id), "c"


async def test_only_partners_that_share_its_unit_are_named(database: object) -> None:
    club = await open_club()
    stars, c = await another_coalition(club)
    async with club.here():
        points = await unit_of(club)
        async with scope.writing():
            lone = await Unit.create(slug="lone", name="lone", name_plural="lones", scale=0, created_at=club.shop.now)
        for unit, shops, names, expected in (
            (points, PARTNERS, ("a", "nobody"), ("NOT_FOUND", ("partners", "1"))),
            (points, PARTNERS, ("a\0",), ("NOT_FOUND", ("partners", "0"))),
            (points, BOTH, ("a", c), ("INVALID", ("partners", "1"))),
            (stars, BOTH, ("a",), ("INVALID", ("partners", "0"))),
            (lone.id, PARTNERS, (), ("INVALID", ("shops",))),
        ):
            assert await refusal(offering.partners_for(UnitId(unit), shops, names)) == expected
        assert await offering.partners_for(UnitId(lone.id), OWN, ()) == ()
        assert await offering.partners_for(stars, BOTH, (c,)) == (club.partners[c].id,)


async def test_every_partner_is_every_one_that_shares_its_unit(database: object) -> None:
    club = await open_club()
    _, c = await another_coalition(club)
    await club.buy("a", 100_000)
    made = await reward(club, 100)
    assert await refusal(reserve(club, c, made.id)) == ("NOT_FOUND", ("reward",))
    async with club.here():
        assert await catalogue.offered_in(await offering.shop_of(club.partners[c])) == []


async def test_pages_of_a_partners_rewards_follow_one_another(database: object) -> None:
    club = await open_club()
    for number in range(5):
        await reward(club, 100, PARTNERS, *(["b"] if number % 2 else []), slug=f"r-{number}", position=number)
    await reward(club, 100, slug="later", starts_at=club.shop.now + timedelta(days=1))
    await reward(club, 100, OWN, slug="here")
    async with club.here():
        shop = await offering.shop_of(club.partners["a"])
        first = await catalogue.offered_in(shop, first=2)
        rest = await catalogue.offered_in(shop, after=first[-1].id)
    assert [each.slug for each in (*first, *rest)] == ["r-0", "r-2", "r-4"]


async def test_the_operators_quote_has_what_is_redeemed_there(database: object) -> None:
    club = await open_club()
    await club.buy("a", 1_000_000)
    away, both = await reward(club, 100), await reward(club, 100, BOTH, slug="both")
    cart = quote.Cart("USD", (Line(id="1", amount=1_000),))
    async with club.here():
        found = await quote.quote(cart, MemberRef(club.member))
        assert [each.reward.id for each in found.rewards] == [both.id]
        shop = await offering.shop_of(club.partners["a"])
        there = await quote.quote(cart, MemberRef(club.member), RedeemReward(away.id), shop=shop)
        assert there.redeem is not None and there.redeem.points == 100
        asked = quote.quote(cart, MemberRef(club.member), RedeemReward(away.id))
        assert await refusal(asked) == ("NOT_ELIGIBLE", ("redeem", "reward_id"))


# -- what is cleared ---------------------------------------------------------------------------------------------------


async def test_who_gives_a_reward_is_paid_for_its_points(database: object) -> None:
    """10,000 points at 1.5 cents; 3,000 of them are spent at 1.0 cent."""
    club = await open_club()
    await club.buy("a", 1_000_000)
    made = await reward(club)
    held = await reserve(club, "b", made.id)
    assert (held.state, held.points, held.voucher) == (RedemptionState.RESERVED, 3_000, None)
    assert await club.balances() == {"partner:a": -150 * MICROS, "float": 150 * MICROS}
    given = await confirm(club, "b", held)
    assert given.state is RedemptionState.CONFIRMED
    assert given.voucher is not None and given.voucher.state is VoucherState.ISSUED
    after = {"partner:a": -150 * MICROS, "partner:b": 30 * MICROS, "margin": 15 * MICROS, "float": 105 * MICROS}
    assert await club.balances() == after
    async with club.here(), scope.reading():
        entries = await ClearingEntry.filter(transfer_id=given.transfer_id).order_by("id")
    told = {(each.kind, each.partner_id, each.reference) for each in entries}
    assert told == {("release", club.partners["a"].id, None), ("reimbursement", club.partners["b"].id, "o-9")}
    both = await reward(club, 500, BOTH, slug="both")
    await own(club, both.id)  # in the operator's own shop nobody is paid
    assert await club.balances() == {**after, "margin": 22_500_000, "float": 97_500_000}


async def test_what_is_let_go_was_never_cleared(database: object) -> None:
    club = await open_club()
    await club.buy("a", 1_000_000)
    made = await reward(club, stock=1)
    before = await club.balances()
    held = await reserve(club, "b", made.id)
    assert await refusal(reserve(club, "b", made.id)) == ("OUT_OF_STOCK", ("reward",))
    async with club.here():
        gone = await burning.cancel("cancel", club.partners["b"], RedemptionId(held.id))
        assert (gone.state, gone.voucher) == (RedemptionState.CANCELLED, None)
    assert (await club.balances(), await club.shop.available()) == (before, 10_000)
    await confirm(club, "b", await reserve(club, "b", made.id))


async def test_a_refunded_order_brings_the_points_back_and_voids_the_code(database: object) -> None:
    """The order of $200 at b earns 200 points at 1.5 cents; the reward that went with it cost 3,000."""
    club = await open_club()
    await club.buy("a", 1_000_000)
    made = await reward(club)
    await club.buy("b", 20_000, order="o-9")
    given = await confirm(club, "b", await reserve(club, "b", made.id))
    assert await club.balances() == {
        "partner:a": -150 * MICROS, "partner:b": (30 - 3) * MICROS, "margin": 15 * MICROS, "float": 108 * MICROS,
    }  # fmt: skip
    await club.refund("b", "o-9", pieces=2)
    async with club.here():
        half = await history.get(RedemptionId(given.id))
    assert (half.points_returned, half.voucher and half.voucher.state) == (1_500, VoucherState.ISSUED)
    assert await club.balances() == {
        "partner:a": -150 * MICROS, "partner:b": 13_500_000, "margin": 7_500_000, "float": 129 * MICROS,
    }  # fmt: skip
    await club.refund("b", "o-9", pieces=2)
    async with club.here():
        whole = await history.get(RedemptionId(given.id))
    assert (whole.points_returned, whole.voucher and whole.voucher.state) == (3_000, VoucherState.VOID)
    assert await club.balances() == {"partner:a": -150 * MICROS, "float": 150 * MICROS}


async def test_a_reward_for_nothing_is_given_and_clears_nothing(database: object) -> None:
    club = await open_club()
    made = await reward(club, 0)
    given = await confirm(club, "b", await reserve(club, "b", made.id))
    assert (given.transfer_id, given.voucher is None) == (None, False)
    assert await club.balances() == {}


# -- what terms and the reward refuse ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "given", "code"),
    [
        ({"burn": False}, {}, "BURN_NOT_ALLOWED"),
        ({"caps": {"taken_per_day": 2_999}}, {}, "CAP_REACHED"),
        ({"caps": {"taken_per_member_per_day": 2_999}}, {}, "CAP_REACHED"),
        ({"hold_hours_from_others": 24}, {}, "TOO_FRESH"),
        ({}, {"points": 10_001}, "INSUFFICIENT_POINTS"),
        ({}, {"stock": 0}, "OUT_OF_STOCK"),
        ({}, {"tiers": ("gold",)}, "NOT_ELIGIBLE"),
        ({}, {"segments": ("vip",)}, "NOT_ELIGIBLE"),
    ],
)
async def test_what_is_not_allowed_is_refused_whole(
    database: object, terms: dict[str, Any], given: dict[str, Any], code: str
) -> None:
    club = await open_club(**terms)
    await club.buy("b", 1_000_000)
    made = await reward(club, given.pop("points", 3_000), **given)
    before = await club.balances()
    for key in ("first", "first", "again"):
        assert (await refusal(reserve(club, "a", made.id, key=key)))[0] == code
    assert (await club.balances(), await club.shop.available()) == (before, 10_000)
    async with club.here():
        assert (await catalogue.get(made.id)).taken == 0


async def test_a_frozen_partner_gives_no_rewards(database: object) -> None:
    club = await open_club()
    await club.buy("a", 1_000_000)
    made = await reward(club)
    held = await reserve(club, "b", made.id)
    async with club.here():
        await partners.freeze(club.partners["b"].id, "suspicion")
    assert (await refusal(reserve(club, "b", made.id)))[0] == "PARTNER_FROZEN"
    assert (await refusal(confirm(club, "b", held)))[0] == "PARTNER_FROZEN"
    async with club.here():
        assert (await burning.cancel("c", club.partners["b"], RedemptionId(held.id))).state == "cancelled"
    assert await club.shop.available() == 10_000


async def test_caps_count_rewards_and_payments_together(database: object) -> None:
    club = await open_club(caps={"taken_per_day": 3_100})
    await club.buy("a", 1_000_000)
    made = await reward(club)
    await confirm(club, "a", await reserve(club, "a", made.id))
    assert (await refusal(club.spend("a", 101)))[0] == "CAP_REACHED"
    await club.spend("a", 100)


async def test_a_member_has_as_many_as_they_may_wherever(database: object) -> None:
    club = await open_club()
    await club.buy("a", 1_000_000)
    made = await reward(club, 100, BOTH, limit_per_member=2)
    await own(club, made.id)
    await reserve(club, "a", made.id)
    assert (await refusal(reserve(club, "b", made.id)))[0] == "LIMIT_REACHED"
    assert (await refusal(own(club, made.id)))[0] == "LIMIT_REACHED"


async def test_a_partner_is_not_told_whose_tier_it_is(database: object) -> None:
    club = await open_club()
    answers = set()
    asked: list[dict[str, Any]] = [{"tiers": ("gold",)}, {"segments": ("vip",)}]
    for given in asked:
        made = await reward(club, 0, **given)
        with pytest.raises(Refusal) as caught:
            await reserve(club, "a", made.id)
        answers.add(caught.value.message)
    assert answers == {"This reward is for other members."}


async def test_what_was_set_aside_is_given_after_it_was_withdrawn(database: object) -> None:
    club = await open_club()
    await club.buy("a", 1_000_000)
    made = await reward(club)
    held = await reserve(club, "b", made.id)
    await reward(club, 3_000, OWN)
    assert (await refusal(reserve(club, "b", made.id)))[0] == "NOT_FOUND"
    assert (await confirm(club, "b", held)).points == 3_000


async def test_the_last_one_is_had_once_whoever_asks(database: object) -> None:
    club = await open_club()
    await club.buy("a", 1_000_000)
    made = await reward(club, 100, BOTH, stock=1)
    wishes = [reserve(club, slug, made.id) for slug in ("a", "b", "a", "b")] + [own(club, made.id)]
    answers = await asyncio.gather(*wishes, return_exceptions=True)
    assert sorted(each.code for each in answers if isinstance(each, Refusal)) == ["OUT_OF_STOCK"] * 4
