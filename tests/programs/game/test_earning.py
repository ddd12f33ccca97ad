"""Which plays activities earn, held to what each rule and a draw allow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from programs.activity import Activity, Line, Tender, TenderKind
from programs.decision import CounterOwner, ExplanationCode, ProgramId, RuleId, VersionId
from programs.explain import words
from programs.game.compiled import FREE_KIND
from programs.kind import Modifier, Others
from tests.programs.game.factories import (
    AMOUNT,
    CHECK_IN,
    ORDER,
    PROGRAM,
    activity,
    at,
    board,
    compiled,
    counter,
    decide,
    document,
    draw,
)

END = at("2026-04-01T00:00")
WEEK_END = at("2026-03-16T00:00")
WEEK = "week:2026-W11"


def order(*amounts: int, **more: Any) -> Activity:
    lines = [Line(f"l{number}", amount) for number, amount in enumerate(amounts)]
    return activity("purchase", "2026-03-10T12:00", *lines, **more)


@pytest.mark.parametrize(
    ("rules", "what", "plays", "shares"),
    [
        ([CHECK_IN], activity(), 1, {}),
        ([CHECK_IN], activity("visit"), 0, {}),
        ([ORDER, CHECK_IN], order(10_00, 30_00), 2, {"l0": 1, "l1": 1}),
        ([AMOUNT, CHECK_IN], order(12_00, 30_00), 4, {"l0": 1, "l1": 3}),
        ([AMOUNT, CHECK_IN], order(9_99), 0, {}),
        ([AMOUNT, CHECK_IN], order(90_00, currency="USD"), 0, {}),
        ([AMOUNT, ORDER, CHECK_IN], order(20_00), 4, {"l0": 4}),
        # Paid with points for a half: what it counts for is halved too.
        ([AMOUNT, CHECK_IN], order(40_00, tenders=(Tender(TenderKind.POINTS, 20_00),)), 2, {"l0": 2}),
        ([ORDER, CHECK_IN], order(40_00, tenders=(Tender(TenderKind.POINTS, 40_00),)), 0, {}),
        ([{**ORDER, "earn": {**ORDER["earn"], "minimum_amount": 50_00}}, CHECK_IN], order(49_99), 0, {}),
        ([{**ORDER, "earn": {**ORDER["earn"], "minimum_amount": 50_00}}, CHECK_IN], order(50_00), 2, {"l0": 2}),
    ],
)
def test_plays_by_rule(rules: list[Any], what: Activity, plays: int, shares: dict[str, int]) -> None:
    made = decide(compiled(document(earn=rules)), what)
    assert sum(movement.amount for movement in made.movements) == plays
    if plays:
        (movement,) = made.movements
        assert (movement.unit, movement.expires_at, dict(movement.shares)) == ("plays", END, shares)
    for line in made.explanation:
        assert words(line, {"EUR": 2, "USD": 2})


def test_a_rule_gives_so_many_a_day() -> None:
    game = compiled(document(earn=[{**CHECK_IN, "per_day": 2}]))
    key = counter("game:rule:check-in", "day:2026-03-10")
    assert decide(game, activity(), {key: 1}).counters[0].amount == 1
    held = decide(game, activity(), {key: 2})
    assert held.movements == () and [line.code for line in held.explanation] == [
        ExplanationCode.BASE, ExplanationCode.CAP, ExplanationCode.NOTHING_EARNED
    ]  # fmt: skip
    # The local day begins at midnight in Berlin, an hour before that of UTC.
    assert decide(game, activity(when="2026-03-11T00:30"), {key: 2}).movements


@pytest.mark.parametrize("when", ["2026-02-28T23:59", "2026-04-01T00:00"])
def test_outside_its_days_a_game_gives_nothing(when: str) -> None:
    made = decide(compiled(document()), activity(when=when))
    assert made.movements == () and made.explanation[0].code is ExplanationCode.NOT_ELIGIBLE


def test_free_plays_once_in_a_period() -> None:
    game = compiled(document(earn=[], free={"plays": 3, "every": "week"}))
    ask = activity(FREE_KIND, payload={"program": PROGRAM})
    made = decide(game, ask)
    assert (made.movements[0].amount, made.counters[0].key) == (3, counter("game:free", WEEK))
    again = decide(game, ask, {counter("game:free", WEEK): 1})
    assert again.movements == () and again.explanation[0].code is ExplanationCode.CAP
    assert decide(game, activity(FREE_KIND, payload={"program": "another"})).explanation == ()


def test_entries_end_with_their_round_and_count_in_it() -> None:
    game = compiled(document(draw(), earn=[ORDER, CHECK_IN]))
    made = decide(game, order(10_00, 30_00))
    assert made.movements[0].expires_at == WEEK_END
    (stands,) = made.counters
    assert (stands.key, stands.amount, dict(stands.shares)) == (counter("game:score", WEEK), 2, {"l0": 1, "l1": 1})
    assert stands.heads == counter("game:entrants", WEEK, CounterOwner.PROGRAM)
    unlimited = compiled(
        document(draw(entrants_max=None), odds_below_guideline_reason="small prizes", earn=[ORDER, CHECK_IN])
    )
    assert decide(unlimited, order(10_00)).counters[0].heads is None


def test_a_full_draw_lets_in_nobody_new() -> None:
    game, full = compiled(document(draw())), {counter("game:entrants", WEEK, CounterOwner.PROGRAM): 4}
    refused = decide(game, activity(), full)
    assert (refused.movements, refused.counters) == ((), ())
    assert ExplanationCode.CAP in [line.code for line in refused.explanation]
    assert decide(game, activity(), {**full, counter("game:score", WEEK): 1}).movements


def test_a_round_that_is_closed_takes_no_entries() -> None:
    made = decide(compiled(document(draw())), activity(), now=WEEK_END)
    assert made.movements == () and made.counters == ()
    assert words(made.explanation[0], {}).endswith("it closed at 2026-03-16T00:00:00+01:00.")


def test_a_leaderboard_counts_and_moves_nothing() -> None:
    made = decide(compiled(document(board(), earn=[AMOUNT])), order(25_00))
    assert made.movements == () and [(use.key, use.amount) for use in made.counters] == [
        (counter("game:score", WEEK), 2)
    ]


@pytest.mark.parametrize(("unit", "plays"), [("plays", 6), ("points", 4), (None, 4)])
def test_only_what_names_the_unit_multiplies_plays(unit: str | None, plays: int) -> None:
    modifier = Modifier(ProgramId("t"), VersionId("v"), RuleId("gold"), "Gold", "1.5", 3, 2, unit)
    made = decide(compiled(document(earn=[AMOUNT, CHECK_IN])), order(20_00, 20_00), others=Others((modifier,)))
    (movement,) = made.movements
    assert (movement.amount, sum(movement.shares.values())) == (plays, plays)


def test_instants_are_in_utc() -> None:
    assert datetime(2026, 3, 31, 22, tzinfo=UTC) == END
