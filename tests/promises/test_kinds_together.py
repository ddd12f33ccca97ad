"""Promises 1, 2 and 5 over all kinds together: one purchase moves points, tiers, tasks, plays and rewards at once.

Random histories of several orders through the intake. What is undone whole leaves nothing behind of any kind; the
events of one order, late, early or twice, leave what they leave in their own order.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

import orjson
import pytest
from hypothesis import note
from hypothesis import strategies as st

from kit import clock, db
from kit.errors import Refusal
from ledger.models import Unit
from members.inputs import MemberInput
from members.service import upsert
from members.views import MemberId
from programs import rulebooks
from programs.activity import Activity, Line
from programs.models import Program, ProgramVersion
from programs.orders import Order
from programs.records import MemberRef
from rewards.views import VoucherSource
from tenants import scope
from tests.conftest import DatabaseUrls
from tests.programs.factories import make_reward
from tests.programs.shop import START, PointsShop
from tests.promises.test_one_order import piece, randomly

POINTS: dict[str, Any] = {
    "format": 1, "unit": "points",
    "rules": [
        {"id": "base", "name": "1 per dollar",
         "earn": {"type": "per_amount", "points": 1, "per": 100, "currency": "USD"}},
        {"id": "welcome", "name": "a mug for the first order", "earn": {"type": "reward", "reward": "mug"},
         "conditions": {"first_time_only": True}},
        {"id": "thanks", "name": "9 an order", "earn": {"type": "fixed", "points": 9}},
        {"id": "order", "name": "6 an order", "earn": {"type": "per_order", "points": 6}},
    ],
    "caps": [{"limit": 3, "counts": "times", "period": "day", "per": "member"}],
    "conversion": {"points": 70, "gift": {"type": "points", "unit": "credit", "points": 5}},
}  # fmt: skip
SPENT = {"type": "spend", "currency": "USD"}
TIERS: dict[str, Any] = {
    "format": 1, "unit": "points",
    "tiers": [
        {"id": "basic", "name": "Basic"},
        {"id": "silver", "name": "Silver", "multipliers": [{"factor": "2", "unit": "points"}],
         "reach": [{"all_of": [{"metric": SPENT, "at_least": 4000}]},
                   {"all_of": [{"metric": {"type": "orders"}, "at_least": 3}]}],
         "gifts": [{"unit": "credit", "points": 3}]},
        {"id": "gold", "name": "Gold", "reach": [{"all_of": [{"metric": SPENT, "at_least": 9000}]}],
         "rewards": [{"type": "reward", "reward": "mug"}]},
    ],
}  # fmt: skip
TASKS: dict[str, Any] = {
    "format": 1, "unit": "points",
    "tasks": [
        {"id": "three", "name": "Three orders", "steps": [{"behaviour": {"type": "orders"}, "target": 3}],
         "rewards": [{"type": "points", "unit": "credit", "points": 7}], "badge": "regular"},
        {"id": "fifty", "name": "Every $50", "steps": [{"behaviour": SPENT, "target": 5000}],
         "repeat": {"type": "every"}, "rewards": [{"type": "reward", "reward": "mug"}]},
    ],
    "badges": [{"id": "regular", "name": "Regular"}],
}  # fmt: skip
GAME: dict[str, Any] = {
    "format": 1, "unit": "plays",
    "earn": [{"id": "order", "name": "A play per $20",
              "earn": {"type": "per_amount", "plays": 1, "per": 2000, "currency": "USD"}},
             {"id": "each", "name": "A play an order",
              "earn": {"type": "per_order", "plays": 1, "currency": "USD"}}],
    "free": {"plays": 1, "every": "week"},
    "game": {"type": "wheel", "out_of": 2, "prizes": [
        {"id": "credit", "name": "Credit", "weight": 1, "gift": {"type": "points", "unit": "credit", "points": 1}},
        {"id": "blank", "name": "Nothing", "weight": 1}]},
    "starts_on": "2020-01-01", "ends_on": "2099-12-31", "regions": ["*"], "minimum_age": 0,
    "legal_review": {"by": "Counsel", "at": "2020-01-01"},
}  # fmt: skip
KINDS = {"points": POINTS, "tiered": TIERS, "tasks": TASKS, "game": GAME}

State = dict[str, Any]


@dataclass(frozen=True)
class Event:
    """What happens to one of a member's orders, at an hour that is its own."""

    order: int
    kind: str
    lines: tuple[Line, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind} of {self.order}: {[(line.id, line.quantity, line.amount) for line in self.lines]}"


@dataclass
class Customer:
    """A member whose orders are named after them."""

    shop: PointsShop
    name: str
    member: MemberId

    async def sees(self, event: Event, number: int) -> None:
        """Let an event happen; some are refused (`test_one_order` tells that they leave all as it was)."""
        note(f"{number}: {event}")
        activity = Activity(
            key=f"{self.name} {number}", kind=event.kind, member_id="", occurred_at=self.shop.now,
            order_id=f"{self.name}/{event.order}", lines=event.lines,
            currency="USD" if event.kind in ("purchase", "amend") else None,
        )  # fmt: skip
        with suppress(Refusal):
            await self.shop.record(activity, MemberRef(external_id=self.name))

    async def state(self) -> State:
        """All that programs have given a member, or keep of them, that is not what they began with."""
        tenant, owner = self.shop.tenant, f"member:{self.member}"
        asked = {
            "balance": ("SELECT u.slug, a.book, a.posted, a.deficit FROM account a JOIN unit u ON u.tenant_id = "
                        "a.tenant_id AND u.id = a.unit_id WHERE a.tenant_id = $1 AND a.owner = $2 "
                        "AND (a.posted <> 0 OR a.deficit <> 0)", owner),
            "counter": ("SELECT name, period, used FROM counter WHERE tenant_id = $1 AND owner = $2 AND used <> 0",
                        owner),
            "tier": ("SELECT value FROM member_fact WHERE tenant_id = $1 AND member_id = $2 AND name LIKE 'tier:%' "
                     "AND value <> '\"basic\"'", self.member),
            "task": ("SELECT task, times FROM member_task WHERE tenant_id = $1 AND member_id = $2 AND times <> 0",
                     self.member),
            "badge": ("SELECT badge, sum(times) AS times FROM task_completion WHERE tenant_id = $1 AND member_id = $2 "
                      "GROUP BY badge HAVING sum(times) <> 0", self.member),
            "grant": ("SELECT reward, reason, count(*) AS times FROM reward_grant WHERE tenant_id = $1 "
                      "AND member_id = $2 AND state <> 'taken_back' GROUP BY reward, reason", self.member),
            "conversion": ("SELECT count(*) AS times FROM points_conversion WHERE tenant_id = $1 AND member_id = $2 "
                           "AND NOT undone HAVING count(*) > 0", self.member),
        }  # fmt: skip
        with scope.of(tenant):
            async with scope.reading():
                return {
                    name: rows
                    for name, (sql, whose) in asked.items()
                    if (rows := sorted(tuple(row.values()) for row in map(dict, await db.rows(sql, tenant, whose))))
                }

    async def orders_counted(self) -> dict[str, int]:
        """How many of their orders each of the counters counts that count orders."""
        counters = ("tier:orders", "task:orders", "program:times")
        sql = "SELECT name, sum(used) AS used FROM counter WHERE tenant_id = $1 AND owner = $2 GROUP BY name"
        with scope.of(self.shop.tenant):
            async with scope.reading():
                found = await db.rows(sql, self.shop.tenant, f"member:{self.member}")
        used = {row["name"]: int(row["used"]) for row in found}
        return {name: used.get(name, 0) for name in counters}

    async def orders_left(self) -> int:
        """How many of their orders have something left."""
        sql = (
            "SELECT o.body FROM placed_order o JOIN activity a ON a.tenant_id = o.tenant_id AND a.id = o.activity_id "
            "WHERE o.tenant_id = $1 AND o.member_id = $2 AND a.state = 'decided'"
        )
        with scope.of(self.shop.tenant):
            async with scope.reading():
                bodies = [row["body"] for row in await db.rows(sql, self.shop.tenant, self.member)]
        return sum(body is None or not Order.from_json(orjson.loads(body)).all_gone for body in bodies)


BOUGHT = st.lists(
    st.builds(piece, st.sampled_from("abc"), st.integers(1, 3), st.sampled_from([500, 1000, 2500])),
    min_size=1, max_size=3, unique_by=lambda line: line.id,
).map(tuple)  # fmt: skip
ORDERS = range(4)
EVENTS = st.lists(
    st.one_of(
        st.builds(Event, st.sampled_from(ORDERS), st.just("purchase"), BOUGHT),
        st.builds(Event, st.sampled_from(ORDERS), st.just("amend"), BOUGHT),
        st.builds(
            lambda order, id_, n: Event(order, "refund", (Line(id_, 0, quantity=n),)),
            st.sampled_from(ORDERS), st.sampled_from("abc"), st.integers(1, 2),
        ),
        st.builds(Event, st.sampled_from(ORDERS), st.just("cancel")),
    ),
    min_size=2, max_size=10,
)  # fmt: skip


@pytest.mark.slow
def test_undoing_everything_brings_all_back_to_the_start(database_urls: DatabaseUrls) -> None:
    async def lived(shop: PointsShop, events: Sequence[Event], repeats: Sequence[int]) -> None:
        customer = await arrives(shop)
        happened = list(enumerate(events))
        for number, event in [*happened, *(happened[n % len(happened)] for n in repeats)]:
            await customer.sees(event, number)
        for order in ORDERS:
            await customer.sees(Event(order, "cancel"), 100 + order)
        assert await customer.state() == {}

    together(database_urls, lived, EVENTS, st.lists(st.integers(0, 9), max_size=3))


@pytest.mark.slow
def test_an_order_counts_once_whatever_its_amendments(database_urls: DatabaseUrls) -> None:
    async def lived(shop: PointsShop, events: Sequence[Event]) -> None:
        customer = await arrives(shop)
        for number, event in enumerate(events):
            await customer.sees(event, number)
            left, counted = await customer.orders_left(), await customer.orders_counted()
            assert counted["tier:orders"] == counted["task:orders"] == left
            assert counted["program:times"] <= min(left, 3)

    together(database_urls, lived, EVENTS)


@pytest.mark.slow
def test_the_events_of_one_order_in_any_order_and_again(database_urls: DatabaseUrls) -> None:
    async def lived(shop: PointsShop, events: Sequence[Event], came: Sequence[int]) -> None:
        numbered = list(enumerate([WHOLE, *events]))
        in_order, otherwise = await arrives(shop), await arrives(shop)
        for number, event in numbered:
            await in_order.sees(event, number)
        note("otherwise")
        late = [numbered[n % len(numbered)] for n in came]
        for number, event in [*late, *(each for each in numbered if each not in late)]:
            await otherwise.sees(event, number)
        assert await otherwise.state() == await in_order.state()

    refunds = st.lists(
        st.builds(lambda id_: Event(0, "refund", (Line(id_, 0, quantity=1),)), st.sampled_from("ab")),
        max_size=3, unique_by=lambda event: event.lines[0].id,
    )  # fmt: skip
    events = st.one_of(refunds, refunds.map(lambda some: [*some, Event(0, "cancel")]))
    together(database_urls, lived, events, st.lists(st.integers(0, 4), max_size=6))


@pytest.mark.slow
def test_orders_among_each_other_in_any_order(database_urls: DatabaseUrls) -> None:
    """By rules without caps, tiers, firsts or draws it does not matter which order was heard of first."""

    async def lived(shop: PointsShop, orders: Sequence[Sequence[Event]], shuffled: Sequence[int]) -> None:
        events = list(enumerate(event for order in orders for event in order))
        by_order, otherwise = await arrives(shop), await arrives(shop)
        for number, event in events:
            await by_order.sees(event, number)
        note("otherwise")
        late = list(dict.fromkeys(events[n % len(events)] for n in shuffled))
        for number, event in [*(each for each in events if each not in late), *late]:
            await otherwise.sees(event, number)
        assert await otherwise.state() == await by_order.state()

    orders = st.tuples(*(st.builds(_with_returns, st.just(order), BOUGHT, st.booleans()) for order in range(3)))
    randomly(database_urls, POINTS_ALONE, lived, orders, st.lists(st.integers(0, 11), max_size=8))


def _with_returns(order: int, bought: tuple[Line, ...], cancelled: bool) -> list[Event]:
    """An order, one piece of each line of which comes back, and perhaps all of it."""
    back = [Event(order, "refund", (Line(line.id, 0, quantity=1),)) for line in bought[:2]]
    return [Event(order, "purchase", bought), *back, *([Event(order, "cancel")] if cancelled else [])]


WHOLE = Event(0, "purchase", (piece("a", 3, 2000), piece("b", 2, 2500)))


async def arrives(shop: PointsShop) -> Customer:
    """A new member, whom everything is counted from."""
    name = f"together {next(_numbers)}"
    with scope.of(shop.tenant), clock.pinned(shop.now):
        member = (await upsert(MemberInput(external_id=name))).id
    return Customer(shop, name, member)


_numbers = count(1)


def together(urls: DatabaseUrls, lived: Any, *strategies: st.SearchStrategy[Any]) -> None:
    """Live through random histories in a shop with a program of each kind."""
    ready: list[PointsShop] = []

    async def lived_there(shop: PointsShop, *drawn: Any) -> None:
        if not ready:
            await add_kinds(shop)
            ready.append(shop)
        await lived(shop, *drawn)

    randomly(urls, POINTS_ALONE, lived_there, *strategies)


POINTS_ALONE = {**POINTS, "rules": POINTS["rules"][:1], "conversion": None}
"""What the shop opens with, before it has rewards and other units."""


async def add_kinds(shop: PointsShop) -> None:
    """A reward, two units more, and a program of each kind, live for a year."""
    live_from = START.replace(year=2025)
    with scope.of(shop.tenant), clock.pinned(shop.now):
        async with scope.writing():
            for slug in ("credit", "plays"):
                await Unit.create(slug=slug, name=slug, name_plural=slug, created_at=START)
            units = {unit.slug: unit for unit in await Unit.all()}
            await Program.all().update(
                state="archived", pauses=orjson.dumps([{"since": live_from, "until": None}]).decode()
            )
            for kind, rules in KINDS.items():
                program = await Program.create(
                    slug=kind, name=kind, kind=kind, line="main", unit_id=units[rules["unit"]].id, state="live",
                    created_at=live_from,
                )  # fmt: skip
                await ProgramVersion.create(
                    program_id=program.id, number=1, state="published", rules=orjson.dumps(rules).decode(),
                    live_from=live_from, saved_at=live_from, saved_by="test", published_at=live_from,
                )  # fmt: skip
        await make_reward("mug", 100, voucher_source=VoucherSource.GENERATED)
    rulebooks.forget()
