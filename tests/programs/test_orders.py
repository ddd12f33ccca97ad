"""What an order's events leave of it, in tables: corrections of corrections, late ones, and points that paid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.errors import Refusal
from programs.activity import QUANTITY_MAX, Activity, Line
from programs.decision import VersionId
from programs.order_effects import Earning
from programs.orders import Order, Part

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


def left(order: Order) -> dict[str, Fraction | int]:
    """Pieces by line that are neither refunded, cancelled nor amended away."""
    pieces: dict[str, Fraction | int] = {}
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


# -- refunds in money --------------------------------------------------------------------------------------------------


def back(number: int, lines: tuple[Line, ...] = (), amount: int | None = None) -> Activity:
    at = START + timedelta(hours=number)
    return Activity(f"refund-{number}", "refund", "", at, order_id="o", lines=lines, refunded=amount)


def money(id_: str, amount: int) -> Line:
    return Line(id_, 0, refunded=amount)


def pieces(id_: str, quantity: int) -> Line:
    return Line(id_, 0, quantity=quantity)


def taken(order: Order) -> int:
    return order.up_to(order.earnings[0])


def bought(*lines: Line, points: int = EARNED) -> Order:
    """An order whose points fall on its lines alike."""
    order = Order()
    order.place("purchase", lines)
    shares = {line.id: points for line in lines}
    order.earnings.append(Earning("purchase", "t", "u", VersionId("v"), points * len(lines), shares))
    return order


@pytest.mark.parametrize(
    ("refunds", "points", "refused"),
    [
        ([(money("a", 50),)], 250, 0),
        ([(money("a", 50),), (money("a", 50),)], 500, 0),
        ([(pieces("a", 1),), (money("a", 100),)], 1000, 0),
        ([(money("a", 100),), (pieces("a", 1),)], 1000, 0),
        ([(money("a", 101),), (pieces("a", 1),)], 505, 1),
        ([(pieces("a", 1),), (money("a", 101),)], 500, 1),
        ([(money("a", 201),)], 0, 1),
        ([(money("a", 200),), (money("a", 1),)], 1000, 1),
        ([(money("a", 10), money("b", 999))], 0, 1),
        ([100], 335 + 330, 0),
        ([150], 500 + 500, 0),
        ([300], 2000, 0),
        ([301], 0, 1),
        ([300, 1], 2000, 1),
        ([299, 1], 2000, 0),
        ([150, (pieces("a", 1),)], 1000 + 500, 0),
        ([50, (pieces("a", 2),)], 1000 + 500, 0),
        ([(pieces("a", 2),), 50], 1000 + 500, 0),
        ([150, (pieces("a", 2),)], 1000, 1),
        ([150, (money("a", 150),)], 1000 + 1000, 0),
        ([150, (money("a", 151),)], 1000, 1),
        ([(money("a", 200), money("b", 100))], 2000, 0),
        ([(), 300], 2000, 0),
        ([(), (money("a", 200),)], 2000, 0),
    ],
)
def test_refunds_in_money(refunds: list[tuple[Line, ...] | int], points: int, refused: int) -> None:
    """Two of a at 100, one of b at 100, a thousand points on each line; money for the order is a bare number."""
    order = bought(line("a", 2), line("b", 1))
    codes = []
    for number, refund in enumerate(refunds):
        try:
            order.correct(back(number, amount=refund) if isinstance(refund, int) else back(number, refund))
        except Refusal as refusal:
            codes.append(refusal.code)
    assert taken(order) == points
    assert codes == ["REFUND_EXCEEDS_ORDER"] * refused


def test_money_for_a_line_that_there_is_not() -> None:
    order = bought(line("a", 1))
    with pytest.raises(Refusal, match="LINE_NOT_FOUND"):
        order.correct(back(1, (money("c", 1),)))
    free = bought(Line("a", 100, discount=100))
    with pytest.raises(Refusal, match="REFUND_EXCEEDS_ORDER"):
        free.correct(back(1, (money("a", 1),)))


def test_money_goes_by_what_a_line_cost_after_its_discount_and_rounding_keeps_nothing() -> None:
    order = bought(Line("a", 120, quantity=3, discount=20))
    order.correct(back(1, (pieces("a", 1),)))
    assert taken(order) == 333
    order.correct(back(2, (money("a", 67),)))  # of 66 and two thirds
    assert taken(order) == EARNED
    with pytest.raises(Refusal, match="REFUND_EXCEEDS_ORDER"):
        order.correct(back(3, (money("a", 1),)))


def test_all_the_money_of_an_order_leaves_no_line_a_rest() -> None:
    """A third of each came back as a piece; 200 are left, which do not fall on three lines alike."""
    order = bought(*(Line(id_, 100, quantity=3) for id_ in "abc"))
    order.correct(back(1, tuple(pieces(id_, 1) for id_ in "abc")))
    order.correct(back(2, (money("a", 67), money("b", 67), money("c", 65))))
    assert taken(order) == 1000 + 1000 + 983
    order.correct(back(3, amount=1))
    assert taken(order) == 3 * EARNED


def test_money_for_a_line_that_came_twice_goes_piece_by_piece() -> None:
    order = bought(line("a", 2))
    order.place("amend", order.correct(activity(1, "amend", {"a": 4})))
    order.correct(back(2, (money("a", 250),)))
    assert [order.gone(part) for part in order.parts] == [2, Fraction(1, 2)]


def test_money_for_a_line_that_is_amended() -> None:
    """Like pieces: a line at another price came anew, and what came back for the line falls on what is there of it."""
    order = bought(line("a", 2))
    order.correct(back(1, (money("a", 50),)))
    order.place("amend", order.correct(activity(2, "amend", {"a": 2}, price=25)))
    assert [order.gone(part) for part in order.parts] == [2, 2]
    with pytest.raises(Refusal, match="REFUND_EXCEEDS_ORDER"):
        order.correct(back(3, (money("a", 1),)))


def test_money_for_an_order_that_is_amended() -> None:
    """What lay on a piece that an amendment took went with it, and is in nobody's way later."""
    order = bought(line("a", 2), Line("b", 300))
    order.correct(back(1, amount=300))  # 120 on a, 180 on b
    amended = Activity(
        "amend", "amend", "", START + timedelta(hours=2), order_id="o", lines=(line("a", 1), Line("b", 300))
    )
    assert order.correct(amended) == ()
    order.correct(back(3, (pieces("a", 1),)))
    assert [order.gone(part) for part in order.parts] == [2, Fraction(280, 300)]
    order.correct(back(4, amount=20))
    assert [order.gone(part) for part in order.parts] == [2, 1]


def test_points_that_paid_come_back_by_the_money() -> None:
    order = bought(line("a", 2), line("b", 2))
    order.correct(back(1, amount=100))
    assert order.spent_back(100) == 25
    order.correct(back(2, (pieces("a", 2),)))
    assert order.spent_back(100) == 75
    order.correct(back(3, amount=100))
    assert order.spent_back(100) == 100


@dataclass(frozen=True)
class Plan:
    """Lines with their points, and refunds that add up to all of them: pieces, money for lines, money for the order."""

    lines: tuple[Line, ...]
    points: tuple[int, ...]
    refunds: tuple[Line | int, ...]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A piece costs a minor unit at least, or nothing: then it comes back as a piece. Money is rounded up once."""
    lines, refunds, left = [], list[Line | int](), dict[str, Fraction]()
    for number in range(draw(st.integers(1, 4))):
        quantity = draw(st.integers(1, 5))
        price = draw(st.one_of(st.just(0), st.integers(quantity, 1000)))
        discount = draw(st.integers(0, 50))
        lines.append(Line(f"l{number}", price + discount, quantity=quantity, discount=discount))
        back = quantity if not price else draw(st.integers(0, quantity))
        refunds += [pieces(f"l{number}", some) for some in draw(split_up(back))]
        left[f"l{number}"] = Fraction(price * (quantity - back), quantity)
    rounded_up = draw(st.sampled_from([*left, None]))
    rest = sum(left.values(), Fraction(0))
    for id_, worth in left.items():
        by_line = ceil(worth) if id_ == rounded_up else draw(st.integers(0, int(worth)))
        refunds += [money(id_, some) for some in draw(split_up(by_line))]
        rest -= by_line
    refunds += draw(split_up(ceil(rest)))
    points = tuple(draw(st.integers(0, 1000)) for _ in lines)
    return Plan(tuple(lines), points, tuple(draw(st.permutations(refunds))))


@st.composite
def split_up(draw: st.DrawFn, amount: int) -> list[int]:
    parts = []
    while amount:
        parts.append(draw(st.integers(1, amount)))
        amount -= parts[-1]
        if len(parts) == 3 and amount:
            return [*parts, amount]
    return parts


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(plans())
def test_refunds_that_add_up_to_everything_take_back_everything_and_never_more(plan: Plan) -> None:
    order = Order()
    order.place("purchase", plan.lines)
    shares = {line.id: points for line, points in zip(plan.lines, plan.points, strict=True)}
    order.earnings.append(Earning("purchase", "t", "u", VersionId("v"), sum(plan.points), shares))
    came_back, before = Fraction(0), 0
    gone = [Fraction(0)] * len(plan.lines)
    for number, refund in enumerate(plan.refunds):
        order.correct(back(number, amount=refund) if isinstance(refund, int) else back(number, (refund,)))
        came_back += cost(refund, order.parts)
        now = [Fraction(order.gone(part)) / part.line.quantity for part in order.parts]
        assert all(0 <= earlier <= later <= 1 for earlier, later in zip(gone, now, strict=True))
        worth = [share * (line.amount - line.discount) for share, line in zip(now, plan.lines, strict=True)]
        assert sum(worth) <= came_back
        assert taken(order) == sum(int(share * points) for share, points in zip(now, plan.points, strict=True))
        assert before <= taken(order)
        gone, before = now, taken(order)
        assert Order.from_json(order.to_json()) == order
    assert gone == [1] * len(plan.lines)
    assert taken(order) == sum(plan.points)
    assert order.spent_back(100) == 100
    for more in (back(90, amount=1), back(91, (money("l0", 1),)), back(92, (pieces("l0", 1),))):
        with pytest.raises(Refusal, match="REFUND_EXCEEDS_ORDER"):
            order.correct(more)


def cost(refund: Line | int, parts: list[Part]) -> Fraction:
    """What came back with a refund, by what it cost."""
    if isinstance(refund, int):
        return Fraction(refund)
    if refund.refunded is not None:
        return Fraction(refund.refunded)
    (bought,) = (part.line for part in parts if part.line.id == refund.id)
    return Fraction((bought.amount - bought.discount) * refund.quantity, bought.quantity)
