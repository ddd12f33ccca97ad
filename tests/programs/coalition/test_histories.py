"""Random histories of a coalition: whatever happens, clearing is at zero, and settlements are what was cleared.

Three brands with terms of their own, two members, orders bought and refunded in parts, points spent, given back,
converted, and expired, terms that change, days that pass, settlements drafted late and paid. After each step clearing
sums to zero; at the end `verify` has worked all of it out again (tests/conftest.py does so after each test, too).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from kit.errors import Refusal
from programs.coalition import blocks, converting, following, partners, settlement_views, settlements
from programs.coalition.converting import ConversionView
from programs.coalition.models import ClearingEntry
from programs.verify import verify
from tenants import scope
from tests import sparing
from tests.conftest import DatabaseUrls
from tests.programs.coalition.club import PAYS, Club, open_club

BRANDS = ("a", "b", "c")
CONVERSIONS = [{"partner": brand, "own_points": own, "points": 2, "months": months}
               for brand, own, months in (("a", 1, None), ("b", 3, 1), ("c", 2, 3))]  # fmt: skip
DAYS = timedelta(days=1)
POINTS: dict[str, Any] = {
    **PAYS, "expiry": {"policies": [{"type": "months_after_earning", "months": 2}]},
    "rules": [*PAYS["rules"], {"id": "more", "name": "7 more", "earn": {"type": "fixed", "points": 7}}],
}  # fmt: skip

brands = st.sampled_from(BRANDS)
orders = st.integers(0, 9)
terms = st.fixed_dictionaries({
    "currency": st.sampled_from(["USD", "EUR"]),
    "issue_price": st.integers(0, 30_000),
    "reimbursement_price": st.integers(0, 30_000),
    "period": st.sampled_from(["day", "week", "month"]),
    "prepaid": st.booleans(),
    "fee": st.integers(0, 500),
    "minimum_due": st.sampled_from([0, 1_000]),
})  # fmt: skip
bought = st.tuples(st.just("buy"), brands, orders, st.integers(2_000, 40_000))
spent = st.tuples(st.just("spend"), brands, orders, st.integers(1, 80))
steps = st.one_of(
    bought, bought, bought, spent, spent,
    st.tuples(st.just("refund"), brands, orders, st.sampled_from([None, 1, 2])),
    st.tuples(st.just("convert_in"), brands, st.integers(1, 60)),
    st.tuples(st.just("convert_out"), brands, st.integers(1, 60)),
    st.tuples(st.just("undo"), st.integers(0, 9)),
    st.tuples(st.just("terms"), brands, terms),
    st.tuples(st.just("block"), brands, st.integers(100, 900)),
    st.tuples(st.just("wait"), st.sampled_from([1, 8, 35])),
    st.tuples(st.just("settle")),
    st.tuples(st.just("follow")),
)  # fmt: skip


@dataclass
class History:
    """One coalition that lives through it."""

    club: Club
    numbers: Any = field(default_factory=count)
    conversions: list[tuple[str, ConversionView]] = field(default_factory=list)

    async def step(self, name: str, *given_: Any) -> None:
        with suppress(Refusal):
            await getattr(self, name)(*given_)

    async def buy(self, brand: str, order: int, amount: int) -> None:
        await self.club.buy(brand, amount, order=str(order))

    async def refund(self, brand: str, order: int, pieces: int | None) -> None:
        await self.club.refund(brand, str(order), pieces)

    async def spend(self, brand: str, order: int, points: int) -> None:
        await self.club.spend(brand, points, order=str(order))

    async def convert_in(self, brand: str, own_points: int) -> None:
        async with self.club.here():
            view = await partners.of_slug(brand)
            made = await converting.convert_in(f"in-{next(self.numbers)}", view, self.club.member, own_points)
        self.conversions.append((brand, made))

    async def convert_out(self, brand: str, points: int) -> None:
        async with self.club.here():
            view = await partners.of_slug(brand)
            made = await converting.convert_out(f"out-{next(self.numbers)}", view, self.club.member, points)
        self.conversions.append((brand, made))

    async def undo(self, place: int) -> None:
        if place < len(self.conversions):
            brand, made = self.conversions[-1 - place]
            async with self.club.here():
                view = await partners.of_slug(brand)
                await converting.undo(f"undo-{next(self.numbers)}", view, made.id)

    async def terms(self, brand: str, document: dict[str, Any]) -> None:
        async with self.club.here():
            await partners.save_terms(self.club.partners[brand].id, document)

    async def block(self, brand: str, points: int) -> None:
        async with self.club.here():
            await blocks.buy(f"block-{next(self.numbers)}", self.club.partners[brand].id, points)

    async def wait(self, days: int) -> None:
        self.club.shop.now += days * DAYS
        await self.club.expire()

    async def settle(self) -> None:
        async with self.club.here():
            await following.catch_up()
            await settlements.close_due(1_000)
            for each in await settlement_views.page(first=100):
                if each.state == "draft" and next(self.numbers) % 2:
                    await settlements.approve(f"approve-{each.id}", each.id)
                    await settlements.pay(f"pay-{each.id}", each.id)

    async def follow(self) -> None:
        async with self.club.here():
            await following.catch_up()

    async def at_zero(self) -> None:
        async with self.club.here(), scope.reading():
            rows = await ClearingEntry.all()
        sums: dict[str, int] = {}
        for row in rows:
            for account, sign in ((row.debit, -1), (row.credit, 1)):
                sums[f"{row.currency}"] = sums.get(row.currency, 0) + sign * row.amount
                assert account != "partner" or row.partner_id is not None
        assert not any(sums.values())


@pytest.mark.slow
@pytest.mark.parametrize("recognition", ["issuance", "redemption"])
def test_clearing_stays_at_zero(database_urls: DatabaseUrls, recognition: str) -> None:
    numbers = count()

    async def lived(first: list[dict[str, Any]], history: list[tuple[Any, ...]]) -> None:
        rules = {"recognition": recognition, "conversions": CONVERSIONS}
        club = await open_club(POINTS, rules, slug=f"club-{recognition}-{next(numbers)}")
        await club.join("c")
        life = History(club)
        for brand, document in zip(BRANDS, first, strict=True):
            await life.terms(brand, document)
        for number, step in enumerate(history):
            note(f"{number}: {step}")
            await life.step(*step)
            await life.at_zero()
        await life.step("follow")
        assert await verify(club.shop.tenant, full=True) == ()

    drawn = given(st.lists(terms, min_size=3, max_size=3), st.lists(steps, min_size=10, max_size=30))
    randomly = settings(
        max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
    with sparing.own_loop(database_urls.url) as loop:
        randomly(drawn(lambda first, history: loop.run_until_complete(lived(first, history))))()
