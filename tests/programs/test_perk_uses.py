"""Perks used: never more than the limit, once per key, given back by hand or with the order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.models import Event
from kit import clock, db
from kit.errors import Refusal
from kit.ids import new_id
from ledger.verify import verify
from members.views import MemberId
from programs import entitlements, perk_costs, perk_uses
from programs.perk_uses import PerkUseId, PerkUseState, PerkUseView
from programs.perks import PerkCost
from programs.tiered import service
from tenants import scope
from tests.programs.shop import START
from tests.programs.tiered.factories import Document, by_spend
from tests.programs.tiered.test_state import YEAR, TierShop, open_tier_shop

NEXT_MONTH = datetime(2026, 4, 1, tzinfo=UTC)


def delivery(limit: int | None = 2, period: str = "month", **more: Any) -> Document:
    cost = {"amount": 500, "currency": "USD"}
    perk = {"id": "delivery", "name": "Free delivery", "perk_class": "lowers_cost", "limit": limit, "period": period}
    return {**perk, "unit_cost": cost, **more}


def with_perks(*basic: Document, silver: tuple[Document, ...] = (), **more: Any) -> Document:
    document = by_spend(**YEAR, **more)
    document["tiers"][0]["perks"], document["tiers"][1]["perks"] = list(basic), list(silver)
    return document


@contextmanager
def at(shop: TierShop, now: datetime = START) -> Iterator[MemberId]:
    with scope.of(shop.points.tenant), clock.pinned(now):
        yield MemberId(shop.points.member_id)


async def use(shop: TierShop, key: str, now: datetime = START, **given: Any) -> PerkUseView:
    with at(shop, now) as member:
        return await perk_uses.use(key, member, given.pop("perk", "delivery"), **given)


async def refused(shop: TierShop, key: str, now: datetime = START, **given: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        await use(shop, key, now, **given)
    return str(refusal.value.code)


async def left(shop: TierShop, now: datetime = START) -> dict[str, int | None]:
    with at(shop, now) as member:
        return {each.perk.id: each.left for each in (await entitlements.of_members([member]))[member]}


async def test_so_many_uses_in_a_month_and_as_many_in_the_next(database: object) -> None:
    shop = await open_tier_shop(with_perks(delivery()))
    assert await left(shop) == {"delivery": 2}
    made = await use(shop, "a")
    assert (made.perk_set, made.state) == ("basic", PerkUseState.USED)
    assert await use(shop, "a") == made
    await use(shop, "b")
    assert await left(shop) == {"delivery": 0}
    assert [await refused(shop, "c"), await refused(shop, "c")] == ["LIMIT_REACHED", "LIMIT_REACHED"]
    assert await left(shop, NEXT_MONTH) == {"delivery": 2}
    await use(shop, "d", NEXT_MONTH)
    assert await left(shop, NEXT_MONTH) == {"delivery": 1}
    with scope.of(shop.points.tenant):
        async with scope.reading():
            assert await Event.filter(kind="perk.used").count() == 3


async def test_many_at_once_never_use_more_than_the_limit(database: object) -> None:
    shop = await open_tier_shop(with_perks(delivery(3)))
    done = await asyncio.gather(*(use(shop, f"k{n}") for n in range(12)), return_exceptions=True)
    assert sum(isinstance(each, PerkUseView) for each in done) == 3
    assert {each.code for each in done if isinstance(each, Refusal)} == {"LIMIT_REACHED"}
    assert await left(shop) == {"delivery": 0}


async def test_a_use_that_is_given_back_counts_no_longer(database: object) -> None:
    shop = await open_tier_shop(with_perks(delivery(1)))
    made = await use(shop, "a")
    for _ in range(2):
        with at(shop):
            assert (await perk_uses.cancel("back", made.id)).state is PerkUseState.CANCELLED
    assert await left(shop) == {"delivery": 1}
    with at(shop), pytest.raises(Refusal) as again:
        await perk_uses.cancel("again", made.id)
    assert again.value.code == "ALREADY_CLOSED"
    await use(shop, "b")
    assert await left(shop) == {"delivery": 0}


@pytest.mark.parametrize("kind", ["cancel", "refund", "line by line"])
async def test_it_comes_back_with_the_whole_order(database: object, kind: str) -> None:
    shop = await open_tier_shop(with_perks(delivery(3)))
    await shop.points.buy(10_00, 5_00, order="o1")
    await use(shop, "a", order_reference="o1")
    await use(shop, "b", order_reference="o2")
    if kind == "line by line":
        await shop.points.refund("o1", l1=1)
        assert await left(shop) == {"delivery": 1}
        await shop.points.refund("o1", l2=1)
    else:
        await shop.points.happen(kind, order_id="o1")
    assert await left(shop) == {"delivery": 2}
    with scope.of(shop.points.tenant):
        async with scope.reading():
            assert await Event.filter(kind="perk.given_back").count() == 1


async def test_a_cancellation_that_comes_before_the_order_gives_it_back_too(database: object) -> None:
    shop = await open_tier_shop(with_perks(delivery(1)))
    await use(shop, "a", order_reference="o1")
    await shop.points.happen("cancel", order_id="o1")
    assert await left(shop) == {"delivery": 0}
    await shop.points.buy(10_00, order="o1")
    assert await left(shop) == {"delivery": 1}


async def test_a_member_who_comes_up_takes_along_what_they_used(database: object) -> None:
    lounge = delivery(None, id="lounge", name="Lounge")
    shop = await open_tier_shop(with_perks(delivery(1), silver=(delivery(3), lounge)))
    await use(shop, "a")
    assert await refused(shop, "b", perk="lounge") == "NOT_ELIGIBLE"
    await shop.points.buy(100_00)
    assert await left(shop) == {"delivery": 2, "lounge": None}
    assert (await use(shop, "c", perk="lounge")).perk_set == "silver"


async def test_a_term_starts_again_with_the_tier(database: object) -> None:
    document = with_perks(silver=(delivery(1, "term"),), validity={"type": "for_months", "months": 1})
    shop = await open_tier_shop(document)
    await shop.points.buy(100_00)
    await use(shop, "a")
    assert await left(shop) == {"delivery": 0}
    kept = datetime(2026, 4, 3, tzinfo=UTC)
    with at(shop, kept):
        assert await service.review_due() == 1
    assert await shop.tier() == "silver"
    assert await left(shop, kept) == {"delivery": 1}
    with at(shop, kept) as member:
        (found,) = (await entitlements.of_members([member]))[member]
    assert found.period == "term:2026-04-03T00:00:00+00:00"
    assert found.ends_at == datetime(2026, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "code"),
    [({"perk": "valet"}, "NOT_FOUND"), ({"program": new_id()}, "NOT_FOUND"), ({"order_reference": ""}, "INVALID")],
)
async def test_what_cannot_be_used(database: object, given: dict[str, Any], code: str) -> None:
    shop = await open_tier_shop(with_perks(delivery()))
    assert await refused(shop, "a", **given) == code


async def test_a_use_of_nobodys_and_of_another_tenants_are_alike(database: object) -> None:
    shop, other = await open_tier_shop(with_perks(delivery())), await open_tier_shop(with_perks(delivery()), "other")
    theirs = await use(other, "a")
    for id_ in (theirs.id, new_id(), "x"):
        with at(shop), pytest.raises(Refusal) as refusal:
            await perk_uses.cancel(f"k-{id_}", PerkUseId(id_))
        assert refusal.value.code == "NOT_FOUND"


async def test_what_perks_cost_for_each_tier(database: object) -> None:
    shop = await open_tier_shop(with_perks(delivery(), silver=(delivery(5),)))
    await use(shop, "a", START - timedelta(days=40))
    await use(shop, "b")
    await shop.points.buy(100_00)
    for key in "cd":
        await use(shop, key)
    with at(shop):
        found = await perk_costs.spent(shop.program, 30)
        assert [(each.perk_set_name, each.perk_name, each.uses, each.costs) for each in found] == [
            ("Basic", "Free delivery", 1, (PerkCost(500, "USD"),)),
            ("Silver", "Free delivery", 2, (PerkCost(1000, "USD"),)),
        ]
        with pytest.raises(Refusal, match="1 to 366"):
            await perk_costs.spent(shop.program, 0)


@pytest.mark.broken_books
async def test_verify_finds_a_limit_that_was_broken(database: object) -> None:
    shop = await open_tier_shop(with_perks(delivery(1)))
    made = await use(shop, "a")
    with scope.of(shop.points.tenant):
        async with scope.writing():
            await db.execute(
                "INSERT INTO perk_use (tenant_id, id, program_id, member_id, perk, perk_set, period, most, state,"
                " used_at) SELECT tenant_id, $2, program_id, member_id, perk, perk_set, period, most, state, used_at"
                " FROM perk_use WHERE id = $1",
                made.id, new_id(),
            )  # fmt: skip
        (finding,) = await verify(shop.points.tenant, full=True)
    assert (finding.check, finding.detail) == ("perk_limit", "2 uses of delivery in month:2026-03, at most 1")
