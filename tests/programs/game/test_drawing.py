"""The draw: what everybody can recompute, without a bias."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from math import erfc, exp, sqrt

import pytest

from programs.game.drawing import commitment, number, pick

SEED = bytes(range(32))


def test_a_number_is_what_anybody_can_recompute() -> None:
    digest = hmac.new(SEED, b"ply_1:my text:0", hashlib.sha256).hexdigest()
    assert number(SEED, "ply_1", "my text", 1000) == (int(digest[:16], 16) % 1000, 0)
    assert commitment(SEED) == hashlib.sha256(SEED).hexdigest()


def test_each_word_of_the_message_counts() -> None:
    drawn = {number(SEED, id_, text, 2**60).value for id_ in ("a", "b") for text in ("x", "y")}
    assert len(drawn) == 4 and number(b"other", "a", "x", 2**60).value not in drawn


def test_the_incomplete_stretch_is_rejected_for_the_next_nonce() -> None:
    below = 2**63 + 1  # almost every second number is beyond the last whole stretch
    found = [number(SEED, str(play), "", below) for play in range(200)]
    assert all(0 <= drawn.value < below for drawn in found)
    assert {drawn.nonce for drawn in found} >= {0, 1, 2}
    for play, drawn in enumerate(found):
        for nonce in range(drawn.nonce):
            digest = hmac.digest(SEED, f"{play}::{nonce}".encode(), "sha256")
            assert int.from_bytes(digest[:8], "big") >= below


@pytest.mark.parametrize(("weights", "places"), [([2, 0, 1], [0, 0, 2]), ([1], [0]), ([0, 1, 2], [1, 2, 2])])
def test_numbers_fall_on_prizes_by_their_weights(weights: list[int], places: list[int]) -> None:
    assert [pick(weights, drawn) for drawn in range(sum(weights))] == places
    with pytest.raises(ValueError, match="below"):
        pick(weights, sum(weights))


@pytest.mark.slow
def test_a_million_draws_fit_the_table() -> None:
    weights, draws = [1, 9, 40, 150, 300, 500], 1_000_000
    out_of = sum(weights)
    numbers = Counter(number(SEED, f"ply_{play}", "text", out_of).value for play in range(draws))
    prizes = Counter[int]()
    for drawn, times in numbers.items():
        prizes[pick(weights, drawn)] += times
    assert p_value([prizes[place] for place in range(len(weights))], [w / out_of for w in weights]) > 0.001
    # Not only the prizes: each single number is as likely as the others.
    assert p_value([numbers[drawn] for drawn in range(out_of)], [1 / out_of] * out_of) > 0.001


def p_value(found: list[int], chances: list[float]) -> float:
    """How likely a χ² at least so large is, if the chances are these."""
    total = sum(found)
    chi = sum((n - total * p) ** 2 / (total * p) for n, p in zip(found, chances, strict=True))
    return survival(chi, len(found) - 1)


def survival(chi: float, freedom: int) -> float:
    """The upper tail of χ²: exact for few degrees of freedom, Wilson and Hilferty's normal one for many."""
    if freedom > 100:
        return erfc(((chi / freedom) ** (1 / 3) - 1 + 2 / (9 * freedom)) / sqrt(2 / (9 * freedom)) / sqrt(2)) / 2
    tail = erfc(sqrt(chi / 2)) if freedom % 2 else exp(-chi / 2)
    term = sqrt(2 * chi / 3.141592653589793) * exp(-chi / 2) if freedom % 2 else exp(-chi / 2) * chi / 2
    for k in range(3 if freedom % 2 else 4, freedom + 1, 2):
        tail += term
        term *= chi / k
    return tail


@pytest.mark.parametrize(("chi", "freedom", "expected"), [(11.07, 5, 0.05), (20.52, 5, 0.001), (5.99, 2, 0.05)])
def test_the_tail_is_that_of_the_tables(chi: float, freedom: int, expected: float) -> None:
    assert survival(chi, freedom) == pytest.approx(expected, rel=0.01)
