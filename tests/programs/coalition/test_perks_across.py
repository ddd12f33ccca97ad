"""Perks that one partner bears and another gives: used once, paid between them, and given back with what they cost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from kit import db
from kit.errors import Refusal
from members.views import MemberId
from programs import perk_uses
from programs.coalition import converting, partners, perks_across, returns
from programs.coalition.models import ClearingEntry
from programs.coalition.perks_across import OfferUse
from programs.perk_uses import PerkUseId, PerkUseState
from programs.verify import verify
from tenants import scope
from tests.programs.coalition.club import TERMS, Club, add_tiers, open_club

LOUNGE: dict[str, Any] = {"id": "lounge", "name": "Lounge", "perk_class": "adds_value", "limit": 2, "period": "month"}
OFFER: dict[str, Any] = {"id": "rest", "name": "A rest", "perk": "lounge", "offered_by": "a", "price": 4_000_000}


async def club_of(slug: str = "shop", a_terms: dict[str, Any] | None = None, **offer: Any) -> Club:
    """Everybody may be twice a month in a lounge; a bears it, for $4 each time."""
    rules = {"offers": [{**OFFER, **offer}], "conversions": [{"partner": "a", "own_points": 1, "points": 1}]}
    club = await open_club(rules=rules, slug=slug, **(a_terms or {}))
    await add_tiers(club, LOUNGE)
    return club


async def use(
    club: Club, slug: str, order: str | None = None, key: str | None = None, offer: str = "rest"
) -> OfferUse:  # fmt: skip
    club.count += 1
    key = key or f"use-{club.count}"
    async with club.here():
        return await perks_across.use(key, await partners.of_slug(slug), club.member, offer, order)


async def give_back(club: Club, slug: str, made: OfferUse, key: str = "back") -> OfferUse:
    async with club.here():
        return await perks_across.give_back(key, await partners.of_slug(slug), made.id)


async def left(club: Club, slug: str) -> dict[str, int | None]:
    async with club.here():
        found = await perks_across.entitlements(await partners.of_slug(slug), club.member)
    return {each.offer.id: each.left for each in found}


async def refused(club: Club, work: Any) -> str:
    before, had = await club.balances(), await left(club, "b")
    with pytest.raises(Refusal) as caught:
        await work
    assert (await club.balances(), await left(club, "b")) == (before, had)
    return caught.value.code


async def test_who_bears_it_pays_who_gives_it(database: object) -> None:
    club = await club_of()
    assert await left(club, "b") == {"rest": 2}
    made = await use(club, "b", order="o1", key="one")
    assert (made.offer, made.order_reference, made.state) == ("rest", "o1", PerkUseState.USED)
    assert await use(club, "b", order="o1", key="one") == made
    assert await club.balances() == {"partner:a": -4_000_000, "partner:b": 4_000_000}
    assert (await club.owed("a"), await club.owed("b")) == ((4_000_000, 0), (-4_000_000, 0))
    async with club.here(), scope.reading():
        rows = await ClearingEntry.filter(kind="perk").order_by("id")
    assert [(row.debit, row.credit) for row in rows] == [("partner", "exchange"), ("exchange", "partner")]
    assert [row.reference for row in rows] == [None, "o1"]
    await use(club, "b")
    assert await left(club, "b") == await left(club, "a") == {"rest": 0}
    assert await refused(club, use(club, "b")) == "LIMIT_REACHED"


async def test_at_its_own_bearer_it_costs_nothing(database: object) -> None:
    club = await club_of()
    made = await use(club, "a")
    assert await club.balances() == {}
    await give_back(club, "a", made)
    free = await club_of("free", price=0)
    await use(free, "b")
    assert await free.balances() == {}


async def test_given_back_with_what_it_cost(database: object) -> None:
    club = await club_of()
    made = await use(club, "b")
    assert await refused(club, give_back(club, "a", made, "other")) == "NOT_FOUND"
    async with club.here():
        await partners.freeze(club.partners["a"].id, "a key leaked")
    back = await give_back(club, "b", made)
    assert back == await give_back(club, "b", made)
    assert (back.state, back.given_back_at) == (PerkUseState.CANCELLED, club.shop.now)
    assert (await club.balances(), await club.owed("a"), await left(club, "b")) == ({}, (0, 0), {"rest": 2})
    async with club.here(), scope.reading():
        rows = await ClearingEntry.filter(kind="perk").order_by("id")
    assert [row.original_id for row in rows] == [None, None, rows[0].id, rows[1].id]
    assert rows[2].original_on == rows[0].booked_on
    assert await refused(club, give_back(club, "b", made, "again")) == "ALREADY_CLOSED"


async def test_given_back_by_the_operator_or_with_its_order(database: object) -> None:
    club = await club_of()
    first = await use(club, "b")
    async with club.here():
        await perk_uses.cancel("by hand", PerkUseId(first.id))
    assert await club.balances() == {}
    await club.buy("b", 5_000, order="o1")
    await use(club, "b", order="o1")
    assert (await club.balances())["partner:a"] == -4_000_000
    await club.refund("b", "o1")
    assert (await club.balances(), await left(club, "b")) == ({}, {"rest": 2})


async def test_a_refund_and_a_use_that_wait_for_each_other_both_happen(
    database: object, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """A refund has the position of where it is, then wants that of who bears the perk; a use locks both in order."""
    if db.dialect() == "sqlite":
        pytest.skip("one writer at a time: nobody waits for another there")
    club = await club_of()
    other = await club.another_member("other")
    await club.buy("b", 5_000, order="o1")
    await use(club, "b", order="o1")
    inside, tries = asyncio.Event(), list[str]()
    give_back, pay = returns.give_back, perks_across._use

    async def slowly(uses: Sequence[str]) -> None:
        tries.append("refund")
        inside.set()
        while len(tries) < 3 and not await db.rows("SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1"):
            pass
        await give_back(uses)

    async def counted(*given: Any) -> PerkUseId:
        tries.append("use")
        return await pay(*given)

    monkeypatch.setattr(returns, "give_back", slowly)
    monkeypatch.setattr(perks_across, "_use", counted)
    refunding = asyncio.create_task(club.refund("b", "o1"))
    await inside.wait()
    async with club.here():
        using = perks_across.use("at once", await partners.of_slug("b"), MemberId(other), "rest", "o2")
        used, _ = await asyncio.gather(using, refunding)
    assert len(tries) == 3, "one of the two was rolled back, and run again"
    assert used.state is PerkUseState.USED
    assert await club.balances() == {"partner:a": -4_000_000, "partner:b": 4_000_000}
    assert await left(club, "b") == {"rest": 2}


@pytest.mark.parametrize(("offer", "code"), [
    ({"at": ["a"]}, "NOT_FOUND"), ({"perk": "sauna"}, "NOT_FOUND"), ({"offered_by": "nobody"}, "NOT_ELIGIBLE"),
])  # fmt: skip
async def test_what_is_not_offered_here(database: object, offer: dict[str, Any], code: str) -> None:
    club = await club_of(**offer)
    assert await refused(club, use(club, "b")) == code
    assert await refused(club, use(club, "b", offer="other")) == "NOT_FOUND"


async def test_neither_beyond_credit_nor_across_currencies(database: object) -> None:
    club = await club_of(a_terms={"credit_limit": 700})
    await use(club, "b")
    assert await refused(club, use(club, "b")) == "CREDIT_LIMIT"
    async with club.here():
        await partners.save_terms(club.partners["a"].id, {**TERMS, "currency": "EUR"})
    club.shop.now = club.shop.now.replace(minute=1)
    assert await refused(club, use(club, "b")) == "INVALID_CURRENCY"
    async with club.here():
        await partners.freeze(club.partners["a"].id, "a key leaked")
    assert await refused(club, use(club, "b")) == "PARTNER_FROZEN"


async def test_many_at_once_use_what_there_is(database: object) -> None:
    club = await club_of()
    done = await asyncio.gather(
        *(use(club, slug, key=f"{slug}/{number}") for number in range(4) for slug in ("a", "b")), return_exceptions=True
    )
    assert sum(isinstance(each, OfferUse) for each in done) == 2
    assert {each.code for each in done if isinstance(each, Refusal)} == {"LIMIT_REACHED"}
    assert await left(club, "b") == {"rest": 0}


@pytest.mark.broken_books
@pytest.mark.parametrize(("change", "found"), [
    ("DELETE FROM clearing_entry WHERE kind = 'perk' AND credit = 'partner'",
     {"clearing_exchange", "clearing_perk", "clearing_position"}),
    ("UPDATE perk_use SET state = 'cancelled', closed_at = used_at", {"clearing_perk"}),
    ("UPDATE partner_conversion SET undone_at = converted_at", {"conversion_transfer"}),
    ("DELETE FROM partner_conversion", {"conversion_known", "clearing_issue", "clearing_derived"}),
])  # fmt: skip
async def test_a_change_behind_our_back_is_found(database: object, change: str, found: set[str]) -> None:
    if db.dialect() == "postgres":
        pytest.skip("the application may not take the triggers away there")
    club = await club_of()
    await use(club, "b")
    async with club.here():
        await converting.convert_in("in", await partners.of_slug("a"), club.member, 10)
    await club.balances()
    assert await verify(club.shop.tenant, full=True) == ()
    async with club.here(), scope.writing():
        await db.execute("DROP TRIGGER clearing_entry_no_delete")
        await db.execute(change)
    assert {each.check for each in await verify(club.shop.tenant, full=True)} == found
