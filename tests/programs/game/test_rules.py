"""Rules of games that hold together, and those that do not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.game.odds import chance_of_winning, percent
from programs.kind import check
from tests.programs.game.factories import (
    AMOUNT,
    CHECK_IN,
    COFFEE,
    CONTEXT,
    KIND,
    ORDER,
    POINTS,
    Document,
    board,
    compiled,
    document,
    draw,
    prize,
    wheel,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["game", "prizes", "type", "earn"]), inner)
    ),
    max_leaves=10,
)


def table(*prizes: Document, **more: Any) -> Document:
    return document(wheel(*prizes), **more)


CUP = prize("cup", 40, COFFEE, stock=5, becomes={"type": "consolation", "prize": "blank"})
BLANK = prize("blank", 60)
PLAY = {"type": "points", "unit": "plays", "points": 1}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (document(), []),
        (table(CUP, BLANK), []),
        (document(draw()), []),
        (document(board()), []),
        # how plays come
        (document(unit="gems"), [("unit", "unknown_value")]),
        (document(earn=[], free=None), [("earn", "missing")]),
        (document(earn=[], free={}), []),
        (document(earn=[ORDER, AMOUNT]), [("free", "no_free_way")]),
        (document(earn=[ORDER, AMOUNT], free={}), []),
        (document(earn=[ORDER, CHECK_IN]), []),
        (document(board(), earn=[ORDER]), []),
        (document(board(), free={}), [("free", "contradiction")]),
        (document(earn=[CHECK_IN, {**CHECK_IN, "name": "Again"}]), [("earn[1].id", "duplicate")]),
        (
            document(earn=[CHECK_IN, {**ORDER, "earn": {"type": "per_order", "plays": 1, "currency": "XXY"}}]),
            [("earn[1].earn.currency", "unknown_value")],
        ),
        (
            document(earn=[{**CHECK_IN, "earn": {"type": "per_activity", "plays": 1, "kind": "purchase"}}]),
            [("earn[0].earn.kind", "contradiction")],
        ),
        (
            document(earn=[{**CHECK_IN, "earn": {"type": "per_activity", "plays": 1, "kind": "refund"}}]),
            [("earn[0].earn.kind", "unknown_value")],
        ),
        # the table: empty, weights that do not add up, what is used up
        (document({"type": "wheel", "out_of": 100, "prizes": []}), [("game.prizes", "wrong_size")]),
        (table(prize("hundred", 30, POINTS), prize("blank", 60)), [("game.prizes", "contradiction")]),
        (
            table(prize("a", 50, POINTS), prize("a", 50)),
            [("game.prizes[1].id", "duplicate"), ("game.prizes[1].name", "duplicate")],
        ),
        (
            table(prize("a", 50, {**POINTS, "unit": "gems"}), BLANK | {"weight": 50}),
            [("game.prizes[0].gift.unit", "unknown_value")],
        ),
        (
            table(prize("a", 50, {"type": "reward", "reward": "tea"}), BLANK | {"weight": 50}),
            [("game.prizes[0].gift.reward", "unknown_value")],
        ),
        (table(prize("a", 40, POINTS, stock=1), BLANK), [("game.prizes[0].becomes", "missing")]),
        (
            table(prize("a", 40, POINTS, becomes={"type": "pause"}), BLANK),
            [("game.prizes[0].becomes", "contradiction")],
        ),
        (
            table(prize("a", 40, POINTS), BLANK | {"stock": 1, "becomes": {"type": "pause"}}),
            [("game.prizes[1].gift", "missing")],
        ),
        (
            table(CUP | {"becomes": {"type": "consolation", "prize": "tea"}}, BLANK),
            [("game.prizes[0].becomes.prize", "unknown_value")],
        ),
        (
            table(CUP | {"becomes": {"type": "consolation", "prize": "cup"}}, BLANK),
            [("game.prizes[0].becomes.prize", "contradiction")],
        ),
        # a play that brings a play, at once or when what comes before it is used up
        (table(prize("again", 40, PLAY | {"points": 2}), BLANK), []),
        (table(prize("again", 40, PLAY | {"points": 3}), BLANK), [("game.prizes", "loop")]),
        (
            table(CUP | {"becomes": {"type": "consolation", "prize": "again"}}, prize("again", 60, PLAY)),
            [("game.prizes", "loop")],
        ),
        (table(prize("again", 40, PLAY | {"points": 3}, stock=9, becomes={"type": "pause"}), BLANK), []),
        # the guideline
        (table(prize("a", 24, POINTS), prize("b", 76)), [("odds_below_guideline_reason", "odds_below_guideline")]),
        (table(prize("a", 24, POINTS), prize("b", 76), odds_below_guideline_reason="One car."), []),
        (table(prize("a", 25, POINTS), prize("b", 75)), []),
        (document(draw(entrants_max=5)), [("odds_below_guideline_reason", "odds_below_guideline")]),
        (document(draw(entrants_max=None)), [("odds_below_guideline_reason", "odds_below_guideline")]),
        (document(draw(winners=1001)), [("game.prizes[0].winners", "out_of_range")]),
        # the leaderboard's ranks
        (document(board("week", ("a", 1, 3), ("b", 3, 4))), [("game.prizes[1].to_rank", "duplicate")]),
        (document(board("week", ("a", 3, 1))), [("game.prizes[0].to_rank", "contradiction")]),
        # the law
        (
            document(starts_on=None, ends_on=None, regions=[], minimum_age=None, legal_review=None),
            [
                (name, "needed_to_publish")
                for name in ("starts_on", "ends_on", "regions", "minimum_age", "legal_review")
            ],
        ),
        (document(ends_on="2026-02-28"), [("ends_on", "contradiction")]),
        (document(regions=["US", "*"]), [("regions", "contradiction")]),
        (document(regions=["usa"]), [("regions[0]", "malformed")]),
    ],
)  # fmt: skip
def test_every_bad_path_is_named(given: Document, expected: list[tuple[str, str]]) -> None:
    assert [(finding.path, finding.code) for finding in check(KIND, given, CONTEXT)] == expected


def test_the_finding_on_odds_says_what_they_are() -> None:
    (finding,) = check(KIND, table(prize("a", 24, POINTS), prize("b", 76)), CONTEXT)
    assert (finding.value, finding.bound) == ("24 %", "25 %")


@given(JSON)
def test_no_document_is_more_than_refused(given: object) -> None:
    check(KIND, given, CONTEXT)


@pytest.mark.parametrize("given", [document(), table(CUP, BLANK), document(draw()), document(board())])
def test_rules_are_read_back_as_they_were(given: Document) -> None:
    rules = KIND.parse(given)
    assert KIND.parse(KIND.dump(rules)) == rules


@pytest.mark.parametrize(
    ("game", "chance"),
    [
        (wheel(), Fraction(3, 10)),
        (draw(winners=2, entrants_max=8), Fraction(1, 4)),
        (draw(winners=9, entrants_max=4), Fraction(1)),
        (board(), None),
    ],
)
def test_the_chance_comes_from_the_table_that_draws(game: Document, chance: Fraction | None) -> None:
    assert chance_of_winning(compiled(document(game)).rules.game) == chance


@pytest.mark.parametrize(
    ("chance", "text"),
    [
        (Fraction(1, 8), "12.5 %"), (Fraction(0), "0 %"), (Fraction(1), "100 %"), (Fraction(1, 3), "33.33 %"),
        (Fraction(1, 10**9), "1 in 1000000000"), (Fraction(1, 10**5), "0.001 %"), (Fraction(2, 300_001), "1 in 150001"),
        (Fraction(24_999, 100_000), "24.99 %"), (Fraction(10**9 - 1, 10**9), "99.99 %"),
        (Fraction(123_456, 10**8), "0.1234 %"),
    ],
)  # fmt: skip
def test_a_chance_is_never_rounded_to_nothing_nor_up(chance: Fraction, text: str) -> None:
    assert percent(chance) == text


@pytest.mark.parametrize(("scale", "found"), [(0, []), (2, [("unit", "contradiction")])])
def test_plays_are_whole(scale: int, found: list[tuple[str, str]]) -> None:
    context = replace(CONTEXT, unit_scales={"plays": scale, "points": 2})
    assert [(each.path, each.code) for each in check(KIND, document(), context)] == found
