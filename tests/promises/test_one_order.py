"""Promises 1, 2 and 5 on one order: whatever happens to it, undoing it leaves nothing; order and repeats do not matter.

Random histories through the intake, in process: the ways in which a shop's webhooks come are too many for tables.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from kit import clock, db
from kit.errors import Refusal
from ledger.verify import verify
from members.inputs import MemberInput
from members.service import upsert
from members.views import MemberId
from programs import redeeming, units
from programs.activity import Activity, Line
from programs.records import MemberRef
from rewards.payment import PaymentTerms
from rewards.redemptions import AsPayment
from tenants import scope
from tests import sparing
from tests.conftest import DatabaseUrls
from tests.programs.factories import give
from tests.programs.shop import PointsShop, open_points_shop

START_POINTS = 200
CENT = PaymentTerms(points=1, worth=1, currency="USD")
RANDOMLY = settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True
)
MANY_RULES: dict[str, Any] = {
    "format": 1,
    "unit": "points",
    "rules": [
        {"id": "base", "name": "3 for $2",
         "earn": {"type": "per_amount", "points": 3, "per": 200, "currency": "USD"}},
        {"id": "more", "name": "half as much again", "earn": {"type": "multiplier", "factor": "1.5"},
         "items": {"include": {"skus": ["b"]}}},
        {"id": "welcome", "name": "first order", "earn": {"type": "fixed", "points": 11},
         "conditions": {"first_time_only": True}},
    ],
    "caps": [{"limit": 90, "counts": "points", "period": "lifetime", "per": "member"}],
}  # fmt: skip
DOLLARS: dict[str, Any] = {**MANY_RULES, "rules": MANY_RULES["rules"][:1], "caps": []}
DOLLARS["rules"] = [{**DOLLARS["rules"][0], "earn": {**DOLLARS["rules"][0]["earn"], "points": 1, "per": 100}}]


@dataclass
class Customer:
    """One member with points to start with, and one order of theirs."""

    shop: PointsShop
    name: str
    member: MemberId
    spent_elsewhere: int = field(default=0)
    refused: set[str] = field(default_factory=set)

    @property
    def order(self) -> str:
        return f"order of {self.name}"

    async def happens(self, kind: str, number: int, **given: Any) -> None:
        """An event of the order; what is refused leaves all as it was."""
        at = self.shop.now - timedelta(days=1) + timedelta(minutes=number)
        currency = "USD" if kind in ("purchase", "amend") else None
        activity = Activity(
            key=f"{self.name} {kind} {number}", kind=kind, member_id="", occurred_at=at, order_id=self.order,
            currency=currency, **given,
        )  # fmt: skip
        before = await self.state()
        try:
            await self.shop.record(activity, MemberRef(external_id=self.name))
        except Refusal:
            assert await self.state() == before

    async def pays(self, number: int, points: int) -> None:
        """Points pay a part of the order."""
        await self._spends(f"{self.name} pays {number}", points, self.order)

    async def spends(self, number: int, points: int) -> None:
        """Points are spent on something else, and that is never undone."""
        if await self._spends(f"{self.name} spends {number}", points, None):
            self.spent_elsewhere += points

    async def _spends(self, key: str, points: int, order: str | None) -> bool:
        with scope.of(self.shop.tenant), clock.pinned(self.shop.now):
            before = (await self.state())[0]
            wish = AsPayment((await units.get("points")).id, points, None, CENT)
            try:
                await redeeming.redeem(key, self.member, wish, order_reference=order)
            except Refusal:
                assert before < points or key in self.refused, "a refusal is for ever, as a result is"
                self.refused.add(key)
                return False
            return (await self.state())[0] != before

    async def state(self) -> tuple[int, int, dict[str, int]]:
        """What is available, what is owed, and the counters that are not 0."""
        self.shop.member_id = self.member
        balance = await self.shop.balance()
        with scope.of(self.shop.tenant):
            async with scope.reading():
                used = await db.rows(
                    "SELECT name, period, used FROM counter WHERE tenant_id = $1 AND owner = $2 AND used <> 0",
                    self.shop.tenant, f"member:{self.member}",
                )  # fmt: skip
        return balance.available, balance.deficit, {f"{row['name']} {row['period']}": row["used"] for row in used}


Event = Callable[[Customer, int], Awaitable[None]]


@dataclass(frozen=True)
class Happening:
    """An event by a name that a failing example shows well."""

    kind: str
    given: tuple[Any, ...] = ()

    def __str__(self) -> str:
        what = [
            f"{each.quantity} {each.id} for {each.amount}" if isinstance(each, Line) else each for each in self.given
        ]
        return f"{self.kind} {what}"

    async def to(self, customer: Customer, number: int) -> None:
        """Let it happen; `number` is its place in the order's history."""
        note(f"{number}: {self}")
        if self.kind == "pay":
            await customer.pays(number, *self.given)
        elif self.kind == "spend":
            await customer.spends(number, *self.given)
        else:
            await customer.happens(self.kind, number, lines=self.given)


def piece(id_: str, quantity: int, price: int) -> Line:
    """So many pieces at a price each."""
    return Line(id=id_, amount=quantity * price, quantity=quantity, sku=id_)


BOUGHT = (piece("a", 3, 1033), piece("b", 2, 1999), piece("c", 1, 500))
PURCHASE = Happening("purchase", BOUGHT)
QUANTITIES = st.integers(1, 3)
LINES = st.lists(
    st.builds(piece, st.sampled_from("abcd"), QUANTITIES, st.sampled_from([500, 1033, 1999])),
    max_size=4, unique_by=lambda line: line.id,
).map(tuple)  # fmt: skip
HAPPENINGS = st.one_of(
    st.builds(lambda id_, n: Happening("refund", (Line(id_, 0, quantity=n),)), st.sampled_from("abcd"), QUANTITIES),
    st.builds(lambda lines: Happening("amend", lines), LINES),
    st.builds(lambda points: Happening("pay", (points,)), st.integers(1, 150)),
    st.builds(lambda points: Happening("spend", (points,)), st.integers(1, 250)),
    st.just(Happening("cancel")),
    st.just(PURCHASE),
)


@pytest.mark.slow
@pytest.mark.parametrize("clawback", ["clamp", "negative"])
def test_an_order_undone_leaves_what_was_there(database_urls: DatabaseUrls, clawback: str) -> None:
    """Promise 1: bought, paid with points, refunded, amended, repeated, and in the end cancelled."""

    async def lived(shop: PointsShop, events: Sequence[Happening], repeats: Sequence[int]) -> None:
        customer = await arrives(shop)
        happened = list(enumerate(events, 1))
        for number, event in [*happened, *(happened[n % len(happened)] for n in repeats)]:
            await event.to(customer, number)
            available, deficit, _ = await customer.state()
            assert available - deficit <= START_POINTS + 90 + 1, "never more than was there and could be earned"
        if PURCHASE not in events:
            await PURCHASE.to(customer, 900)
        await Happening("cancel").to(customer, 901)
        left = START_POINTS - customer.spent_elsewhere
        available, deficit, counters = await customer.state()
        assert counters == {}
        if clawback == "clamp":
            assert (available, deficit) == (max(0, left), 0)
        else:
            assert (available, deficit) == (left, max(0, -left))

    events = st.lists(HAPPENINGS, min_size=1, max_size=8)
    repeats = st.lists(st.integers(0, 20), max_size=3)
    randomly(database_urls, {**MANY_RULES, "clawback": clawback}, lived, events, repeats)


@pytest.mark.slow
def test_the_events_of_an_order_in_any_order_and_again(database_urls: DatabaseUrls) -> None:
    """Promise 5: what comes late, early or twice leaves what the same events leave in their own order."""

    async def lived(shop: PointsShop, events: Sequence[Happening], came: Sequence[int]) -> None:
        numbered = list(enumerate([WHOLE_DOLLARS, *events], 1))
        in_order, otherwise = await arrives(shop), await arrives(shop)
        for number, event in numbered:
            await event.to(in_order, number)
        note("otherwise")
        late = [numbered[n % len(numbered)] for n in came]
        for number, event in [*late, *(each for each in numbered if each not in late)]:
            await event.to(otherwise, number)
        assert await otherwise.state() == await in_order.state()

    events = st.lists(IN_ANY_ORDER, max_size=4, unique_by=lambda event: (event.kind, event.given))
    randomly(database_urls, DOLLARS, lived, events, st.lists(st.integers(0, 4), max_size=6))


WHOLE_DOLLARS = Happening("purchase", (piece("a", 6, 1000), piece("b", 2, 2000)))
IN_ANY_ORDER = st.one_of(
    # At most five pieces of `a` and two of `b` come back, and amendments keep as many: nothing is refused on the way.
    st.sampled_from([Happening("refund", (Line("a", 0, quantity=n),)) for n in (2, 3)]),
    st.just(Happening("refund", (Line("b", 0, quantity=1),))),
    st.builds(
        lambda a, b, c: Happening("amend", (piece("a", a, 1000), piece("b", b, 2000), piece("c", c, 3000))),
        st.integers(5, 8), st.integers(2, 3), st.integers(1, 2),
    ),
    st.just(Happening("cancel")),
)  # fmt: skip


async def arrives(shop: PointsShop) -> Customer:
    """A new member with points."""
    name = f"member {next(_numbers)}"
    with scope.of(shop.tenant), clock.pinned(shop.now):
        member = (await upsert(MemberInput(external_id=name))).id
        await give(member, START_POINTS)
    return Customer(shop, name, member)


_numbers = count(1)


def randomly(
    urls: DatabaseUrls,
    rules: dict[str, Any],
    lived: Callable[..., Awaitable[None]],
    *strategies: st.SearchStrategy[Any],
) -> None:
    """Live through random histories in one shop."""

    async def closed(shop: PointsShop) -> None:
        assert await verify(shop.tenant, full=True) == ()

    with sparing.own_loop(urls.url) as loop:
        shop = loop.run_until_complete(open_points_shop(rules))
        RANDOMLY(given(st.tuples(*strategies))(lambda drawn: loop.run_until_complete(lived(shop, *drawn))))()
        loop.run_until_complete(closed(shop))
