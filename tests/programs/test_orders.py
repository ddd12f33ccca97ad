"""What an order's events leave of it, in tables: corrections of corrections, late ones, and points that paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kit.errors import Refusal
from programs.activity import QUANTITY_MAX, Activity, Line
from programs.decision import VersionId
from programs.orders import Earning, Order

START = datetime(2026, 3, 2, tzinfo=UTC)
EARNED = 1000

Event = tuple[str, dict[str, int]]


def line(id_: str, quantity: int, price: int = 100) -> Line:
    return Line(id_, quantity * price, quantity=quantity)


def activity(number: int, kind: str, lines: dict[str, int], price: int = 100) -> Activity:
    of = tuple(line(id_, quantity, price) for id_, quantity in lines.items())
    return Activity(f"{kind}-{number}", kind, "", START + timedelta(hours=number), order_id="o", lines=of)


def placed(**lines: int) -> Order:
    order = Order()
    order.place("purchase", [line(id_, quantity) for id_, quantity in lines.items()])
    each = EARNED // len(lines)
    order.earnings.append(Earning("purchase", "t", "u", VersionId("v"), EARNED, dict.fromkeys(lines, each)))
    return order


def left(order: Order) -> dict[str, int]:
    """Pieces by line that are neither refunded, cancelled nor amended away."""
    pieces: dict[str, int] = {}
    for part in order.parts:
        pieces[part.line.id] = pieces.get(part.line.id, 0) + part.line.quantity - order.gone(part)
    return pieces


def play(order: Order, *events: Event) -> list[str]:
    """Apply the events, as the intake does; answers the codes of what was refused."""
    refused = []
    for number, (kind, lines) in enumerate(events):
        try:
            added = order.correct(activity(number, kind, lines))
        except Refusal as refusal:
            refused.append(refusal.code)
        else:
            order.place(f"{kind}-{number}", added)
    return refused


@pytest.mark.parametrize(
    ("events", "pieces", "refused"),
    [
        ([("refund", {"a": 1})], {"a": 1, "b": 1}, []),
        (
            [("refund", {"a": 1}), ("refund", {"a": 1}), ("refund", {"a": 1})],
            {"a": 0, "b": 1},
            ["REFUND_EXCEEDS_ORDER"],
        ),
        ([("refund", {})], {"a": 0, "b": 0}, []),
        ([("cancel", {}), ("refund", {"a": 1})], {"a": 0, "b": 0}, []),
        ([("refund", {"a": 1}), ("cancel", {})], {"a": 0, "b": 0}, []),
        ([("cancel", {}), ("cancel", {})], {"a": 0, "b": 0}, []),
        ([("cancel", {}), ("amend", {"a": 5, "c": 1})], {"a": 0, "b": 0}, []),
        ([("amend", {"a": 2}), ("refund", {"b": 1})], {"a": 2, "b": 0}, ["LINE_NOT_FOUND"]),
        ([("refund", {"b": 1}), ("amend", {"a": 2})], {"a": 2, "b": 0}, []),
        ([("amend", {"a": 2, "b": 1, "c": 3}), ("refund", {"c": 2})], {"a": 2, "b": 1, "c": 1}, []),
        ([("refund", {"a": 2}), ("amend", {"a": 3, "b": 1})], {"a": 1, "b": 1}, []),
        ([("amend", {"a": 1, "b": 1}), ("amend", {"a": 2, "b": 1})], {"a": 2, "b": 1}, []),
        ([("amend", {})], {"a": 0, "b": 0}, []),
        ([("refund", {"c": 1})], {"a": 2, "b": 1}, ["LINE_NOT_FOUND"]),
    ],
)
def test_corrections(events: list[Event], pieces: dict[str, int], refused: list[str]) -> None:
    order = placed(a=2, b=1)
    assert play(order, *events) == refused
    assert left(order) == pieces


def test_older_amendment_that_comes_late_changes_nothing() -> None:
    order = placed(a=2, b=1)
    order.place("newer", order.correct(activity(2, "amend", {"a": 1})))
    assert order.correct(activity(1, "amend", {"a": 9})) == ()
    assert left(order) == {"a": 1, "b": 0}


def test_what_is_gone_never_comes_back() -> None:
    """A refunded piece stays that of the purchase when an amendment adds to the line, or it counted twice."""
    order = placed(a=1)
    assert play(order, ("refund", {"a": 1})) == []
    assert order.up_to(order.earnings[0]) == EARNED
    order.place("amend", order.correct(activity(3, "amend", {"a": 2})))
    assert order.up_to(order.earnings[0]) == EARNED
    assert [order.gone(part) for part in order.parts] == [1, 0]


def test_refund_of_line_that_a_later_amendment_priced_anew() -> None:
    order = placed(a=1)
    play(order, ("refund", {"a": 1}))
    order.place("amend", order.correct(activity(3, "amend", {"a": 1}, price=80)))
    assert left(order) == {"a": 0}


@pytest.mark.parametrize(
    ("events", "back"),
    [
        ([("refund", {"a": 1})], 25),
        ([("refund", {"a": 2})], 50),
        ([("refund", {"a": 2, "b": 2})], 100),
        ([("cancel", {})], 100),
        ([("amend", {"a": 2, "c": 2})], 0),
        ([("amend", {"a": 2, "b": 1})], 25),
        ([("amend", {"a": 2, "b": 2, "c": 7})], 0),
        ([("amend", {"a": 2, "c": 2}), ("refund", {"c": 2})], 50),
    ],
)
@pytest.mark.parametrize("price", [100, 0])
def test_points_that_paid_come_back_by_what_is_left(events: list[Event], back: int, price: int) -> None:
    order = Order()
    order.place("purchase", [line("a", 2, price), line("b", 2, price)])
    for number, (kind, lines) in enumerate(events):
        order.place(f"{kind}-{number}", order.correct(activity(number, kind, lines, price)))
    assert order.spent_back(100) == back


def test_quantity_at_its_bound() -> None:
    order = placed(a=QUANTITY_MAX)
    assert play(order, ("refund", {"a": QUANTITY_MAX - 1})) == []
    assert order.up_to(order.earnings[0]) == EARNED - 1
    assert play(order, ("refund", {"a": 1}), ("refund", {"a": 1})) == ["REFUND_EXCEEDS_ORDER"]
    assert order.up_to(order.earnings[0]) == EARNED


def test_copy_is_worked_on_while_the_first_stays() -> None:
    order = placed(a=2)
    before = order.to_json()
    copy = order.copy()
    play(copy, ("refund", {"a": 1}), ("amend", {"a": 5}), ("cancel", {}))
    copy.parked.append("x")
    copy.triggers.append("y")
    assert order.to_json() == before


def test_stored_form_reads_back_and_an_older_one_too() -> None:
    order = placed(a=2)
    play(order, ("refund", {"a": 1}), ("amend", {"a": 5}))
    order.triggers.append("custom:delivered")
    assert Order.from_json(order.to_json()).to_json() == order.to_json()
    older = {name: value for name, value in order.to_json().items() if name != "triggers"}
    assert Order.from_json(older) == replace(Order.from_json(order.to_json()), triggers=[])
