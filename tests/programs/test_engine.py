"""The engine over several programs and versions, and what must hold of every decision."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.activity import (
    Activity,
    ActivityKind,
    ActivityMalformed,
    LineKind,
    Tender,
    TenderKind,
    fingerprint,
    refusals,
)
from programs.activity import Line as OrderLine
from programs.decision import Decision, ExplanationCode, ProgramId, VersionId
from programs.engine import (
    Pause,
    ProgramSource,
    Rulebook,
    VersionSource,
    compile_rulebook,
    counters_needed,
    decide,
)
from programs.explain import words
from programs.kind import Standing
from programs.shares import reversal, split

from .points.factories import (
    CONTEXT,
    NOON,
    PROGRAM,
    activity,
    document,
    fixed,
    line,
    multiplier,
    per_amount,
    points,
    purchase,
    rule,
    rulebook,
)


def test_programs_decide_independently() -> None:
    book = rulebook(document(per_amount(), caps=[{"limit": 7}]), document(per_amount(3)))
    decision = decide(purchase(line(1000)), Standing(), book, NOON)
    assert [(each.program_id, each.amount) for each in decision.movements] == [(PROGRAM, 7), ("program1", 30)]
    assert {each.program_id for each in decision.explanation} == {PROGRAM, ProgramId("program1")}


def test_the_tier_that_everybody_has_counts_on_every_line() -> None:
    """Rules name tiers of any program: of who did nothing yet, as of who has it written down."""
    club = {"format": 1, "unit": "points", "tiers": [{"id": "basic", "name": "Basic"}]}
    of_basic = document(per_amount(conditions={"tiers": ["basic"]}))
    sources = [
        ProgramSource(PROGRAM, "Points", "points", (VersionSource(VersionId("v"), NOON, of_basic),), line="hotel"),
        ProgramSource(ProgramId("c"), "Club", "tiered", (VersionSource(VersionId("w"), NOON, club),), line="shop"),
    ]
    book = compile_rulebook(UTC, {"USD": 2}, sources)
    stayed = replace(purchase(line(1000)), line="hotel")
    for standing in (Standing(), Standing(tiers={"c": "basic"})):
        assert [each.amount for each in decide(stayed, standing, book, NOON).movements] == [10]
    assert decide(stayed, Standing(tiers={"c": "gold"}), book, NOON).movements == ()


def versioned(*pauses: Pause) -> Rulebook:
    versions = tuple(
        VersionSource(VersionId(f"v{rate}"), datetime(2026, rate, 1, tzinfo=UTC), document(per_amount(rate)))
        for rate in (3, 2)
    )
    return compile_rulebook(UTC, CONTEXT.currencies, [ProgramSource(PROGRAM, "Points", "points", versions, pauses)])


@pytest.mark.parametrize(
    ("at", "version", "expected"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "v2", 20),  # before the first: the first
        (datetime(2026, 2, 28, tzinfo=UTC), "v2", 20),
        (datetime(2026, 3, 1, tzinfo=UTC), "v3", 30),
    ],
)
def test_the_version_live_when_it_occurred_decides(at: datetime, version: str, expected: int) -> None:
    (movement,) = decide(purchase(line(1000), at=at), Standing(), versioned(), NOON).movements
    assert (movement.version_id, movement.amount) == (version, expected)


def test_a_pinned_version_decides_whatever_the_date() -> None:
    book = versioned().pin({PROGRAM: VersionId("v2")})
    assert points(decide(purchase(line(1000)), Standing(), book, NOON)) == 20
    with pytest.raises(KeyError):
        versioned().pin({PROGRAM: VersionId("v9")})


def test_a_paused_program_says_so() -> None:
    book = versioned(Pause(NOON, NOON + timedelta(hours=1)))
    assert points(decide(purchase(line(1000), at=NOON - timedelta(seconds=1)), Standing(), book, NOON)) == 30
    assert points(decide(purchase(line(1000), at=NOON + timedelta(hours=1)), Standing(), book, NOON)) == 30
    paused = decide(purchase(line(1000)), Standing(), book, NOON)
    assert (paused.movements, [each.code for each in paused.explanation]) == ((), [ExplanationCode.PROGRAM_NOT_LIVE])
    assert counters_needed(purchase(line(1000)), book) == ()


@pytest.mark.parametrize("kind", [ActivityKind.REFUND, ActivityKind.CANCEL, ActivityKind.AMEND])
def test_corrections_are_not_decided_by_rules(kind: ActivityKind) -> None:
    book = rulebook(document(per_amount(caps=[{"limit": 1}])))
    assert decide(activity(kind), Standing(), book, NOON) == Decision()
    assert counters_needed(activity(kind), book) == ()


def test_the_counters_needed_are_those_used() -> None:
    book = rulebook(
        document(
            per_amount(caps=[{"limit": 900, "period": "week"}, {"limit": 3, "counts": "times", "period": "year"}]),
            fixed(1, conditions={"first_time_only": True}),
            caps=[{"limit": 5000, "period": "lifetime", "per": "program"}],
        )
    )
    order = purchase(line(1000))
    used = [use.key for use in decide(order, Standing(), book, NOON).counters]
    assert sorted(used) == sorted(counters_needed(order, book))
    assert len(used) == 4


def test_an_activity_survives_storage() -> None:
    order = purchase(line(1000, tags=("b", "a")), tenders=(Tender(TenderKind.CARD, 1000),), payload={"x": [1]})
    stored = json.loads(json.dumps(order.to_json()))
    assert Activity.from_json(stored).to_json() == stored
    assert fingerprint(Activity.from_json(stored).to_json()) == fingerprint(order.to_json())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"format": 2}, ("format",)),
        ({"kind": "buy"}, ("kind",)),
        ({"occurred_at": "2026-11-21T12:00:00"}, ("occurred_at",)),
        ({"lines": [{"id": 1}]}, ("lines", "0", "id")),
        ({"lines": [5]}, ("lines", "0")),
        ({"tenders": [{"kind": "iou", "amount": 1}]}, ("tenders", "0", "kind")),
        ({"payload": []}, ("payload",)),
    ],
)
def test_a_malformed_activity_names_its_field(change: dict[str, Any], field: tuple[str, ...]) -> None:
    with pytest.raises(ActivityMalformed) as caught:
        Activity.from_json({**purchase(line(1)).to_json(), **change})
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (purchase(line(100)), []),
        (purchase(line(0, discount=0)), []),
        (activity(ActivityKind.REFUND, lines=(line(0),)), []),
        (activity("buy"), [("INVALID_KIND", ("kind",))]),
        (activity(ActivityKind.PURCHASE, lines=(line(1),)), [("CURRENCY_MISSING", ("currency",))]),
        (activity(ActivityKind.PURCHASE, currency="XXX"), [("INVALID_CURRENCY", ("currency",))]),
        (purchase(line(-1)), [("OUT_OF_RANGE", ("lines", "0", "amount"))]),
        (purchase(line(1, discount=2)), [("OUT_OF_RANGE", ("lines", "0", "discount"))]),
        (purchase(line(1, tax=-1)), [("OUT_OF_RANGE", ("lines", "0", "tax"))]),
        (purchase(line(1, quantity=0)), [("OUT_OF_RANGE", ("lines", "0", "quantity"))]),
        (purchase(line(1), line(2)), [("DUPLICATE_LINE", ("lines", "1", "id"))]),
        (purchase(line(2**53 - 1, "1"), line(1, "2")), [("OUT_OF_RANGE", ("lines",))]),
        (
            purchase(line(1), tenders=(Tender(TenderKind.CARD, 2**53),)),
            [("OUT_OF_RANGE", ("tenders", "0", "amount"))],
        ),
        (purchase(*(line(1, str(n)) for n in range(1001))), [("TOO_MANY", ("lines",))]),
        (activity("purchase", refunded=1), [("INVALID", ("amount",))]),
        (activity("refund", refunded=0), [("OUT_OF_RANGE", ("amount",))]),
        (activity("refund", refunded=2**53), [("OUT_OF_RANGE", ("amount",))]),
        (activity("refund", refunded=1, lines=(OrderLine("1", 0),)), [("INVALID", ("amount",))]),
        (activity("refund", lines=(OrderLine("1", 0, refunded=0),)), [("OUT_OF_RANGE", ("lines", "0", "amount"))]),
        (purchase(OrderLine("1", 5, refunded=5)), [("INVALID", ("lines", "0", "amount"))]),
        (activity("refund", refunded=5), []),
        (activity("refund", lines=(OrderLine("1", 0, refunded=5),)), []),
    ],
)
def test_what_is_refused_before_deciding(what: Activity, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(each.code, each.field) for each in refusals(what, CONTEXT.currencies)] == expected


def test_money_that_came_back_is_stored_and_told_apart() -> None:
    by_line = activity("refund", order_id="o", lines=(OrderLine("1", 0, refunded=5),))
    whole = activity("refund", order_id="o", refunded=5)
    for refund in (by_line, whole):
        assert Activity.from_json(json.loads(json.dumps(refund.to_json()))) == refund
    plain = activity("refund", order_id="o", lines=(OrderLine("1", 0),))
    assert "refunded" not in json.dumps(plain.to_json()), "older documents keep their fingerprints"
    assert len({fingerprint(one.to_json()) for one in (by_line, whole, plain)}) == 3


def test_fingerprints_tell_input_apart_but_not_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": {"c": 2, "d": 3}}) == fingerprint({"b": {"d": 3, "c": 2}, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})
    assert "tenders" not in purchase(line(1)).to_json()


# What must hold whatever the rules and the order.

SKUS = st.sampled_from(["a", "b", "c"])
ITEMS = st.one_of(
    st.just({}),
    st.builds(lambda sku: {"include": {"skus": [sku]}}, SKUS),
    st.builds(lambda sku: {"exclude": {"skus": [sku]}}, SKUS),
)
CAPS = st.one_of(st.just([]), st.builds(lambda limit: [{"limit": limit}], st.integers(0, 500)))
EARN = st.one_of(
    st.builds(
        lambda points, per: {"type": "per_amount", "points": points, "per": per, "currency": "USD"},
        st.integers(1, 20),
        st.sampled_from([1, 3, 7, 100, 999]),
    ),
    st.builds(lambda kind, n: {"type": kind, "points": n}, st.sampled_from(["per_item", "per_order", "fixed"]),
              st.integers(1, 100)),
    st.builds(lambda factor: {"type": "multiplier", "factor": factor}, st.sampled_from(["1.1", "4/3", "2", "9/7"])),
)  # fmt: skip
RULES = st.lists(
    st.builds(lambda earn, items, caps: rule(earn, items=items, caps=caps), EARN, ITEMS, CAPS), min_size=1, max_size=6
).map(lambda rules: [{**each, "id": f"r{index}"} for index, each in enumerate(rules)])
DOCUMENTS = st.builds(
    lambda rules, rounding, caps: document(*rules, rounding=rounding, caps=caps),
    RULES,
    st.sampled_from(["floor", "half_up", "half_even"]),
    CAPS,
)
LINES = st.lists(
    st.builds(
        lambda amount, sku, quantity, kind: OrderLine("", amount, sku=sku, quantity=quantity, kind=kind),
        st.integers(0, 50_000),
        SKUS,
        st.integers(1, 9),
        st.sampled_from([LineKind.PRODUCT, LineKind.PRODUCT, LineKind.SHIPPING]),
    ),
    min_size=1,
    max_size=5,
).map(lambda lines: [line(each.amount, f"l{n}", sku=each.sku, quantity=each.quantity, kind=each.kind)
                     for n, each in enumerate(lines)])  # fmt: skip


@settings(max_examples=300)
@given(DOCUMENTS, LINES, st.integers(0, 20_000), st.randoms(use_true_random=False))
def test_every_decision_is_exact_capped_and_the_same_for_any_order_of_lines(
    rules: dict[str, Any], lines: list[OrderLine], paid_with_points: int, random: Any
) -> None:
    book = rulebook(rules)
    tenders = (Tender(TenderKind.POINTS, paid_with_points),)
    decision = decide(purchase(*lines, tenders=tenders), Standing(), book, NOON)
    shuffled = list(lines)
    random.shuffle(shuffled)
    assert decide(purchase(*shuffled, tenders=tenders), Standing(), book, NOON) == decision
    for movement in decision.movements:
        assert movement.amount > 0
        assert sum(movement.shares.values()) == movement.amount
        assert min(movement.shares.values()) > 0
    limits = {f"rule:{each['id']}:points": cap["limit"] for each in rules["rules"] for cap in each["caps"]}
    limits["program:points"] = rules["caps"][0]["limit"] if rules["caps"] else 0
    for use in decision.counters:
        assert 0 < use.amount <= limits[use.key.name]
        assert sum(use.shares.values()) == use.amount
    assert decision.explanation[-1].after_milli == points(decision) * 1000
    assert all(words(each, CONTEXT.currencies).endswith(".") for each in decision.explanation)


@given(st.integers(0, 2**53 - 1), st.lists(st.integers(0, 2**53 - 1), min_size=1, max_size=20))
def test_shares_sum_to_the_amount_and_are_within_one_of_their_due(amount: int, weights: list[int]) -> None:
    shares = split(amount, weights)
    assert sum(shares) == amount
    total = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        assert total == 0 or abs(share * total - amount * weight) < total


@given(st.integers(0, 10_000), st.lists(st.integers(1, 20), min_size=1, max_size=10))
def test_returning_piece_by_piece_takes_back_exactly_the_share(share: int, returns: list[int]) -> None:
    quantity = sum(returns)
    returned = reversed_so_far = 0
    for pieces in returns:
        returned += pieces
        taken = reversal(share, returned, quantity, reversed_so_far)
        assert taken >= 0
        assert reversal(share, returned, quantity, reversed_so_far + taken) == 0  # delivered twice
        reversed_so_far += taken
    assert reversed_so_far == share


@pytest.mark.parametrize(
    ("share", "returned", "quantity", "already", "taken"),
    [(10, 1, 3, 0, 3), (10, 2, 3, 3, 3), (10, 3, 3, 6, 4), (10, 3, 3, 10, 0), (10, 9, 3, 0, 10), (0, 1, 1, 0, 0)],
)
def test_a_return_takes_back_the_floor_of_its_share(
    share: int, returned: int, quantity: int, already: int, taken: int
) -> None:
    assert reversal(share, returned, quantity, already) == taken


def test_no_shares_for_something_is_a_bug() -> None:
    assert split(0, ()) == ()
    with pytest.raises(ValueError, match="at least one share"):
        split(1, ())


def test_unreachable_multiplier_leaves_no_trace_in_counters() -> None:
    book = rulebook(document(multiplier("2", caps=[{"limit": 1, "counts": "times"}])))
    assert decide(purchase(line(100)), Standing(), book, NOON).counters == ()
