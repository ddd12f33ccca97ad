"""Points as payment: the worked cases, and what holds for any settings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.payment import PaymentTerms, from_json, quote_payment, to_json

CENT = PaymentTerms(1, 1, "EUR")


@pytest.mark.parametrize(
    ("terms", "asked", "available", "order", "expected"),
    [
        pytest.param(PaymentTerms(1, 1, "EUR", 500, 1, None, 50), 1000, 5000, 10_000, (1000, 1000), id="S1-enough"),
        pytest.param(PaymentTerms(1, 1, "EUR", 500, 1, None, 50), 400, 5000, 10_000, (0, 0), id="S1-below-minimum"),
        pytest.param(PaymentTerms(1, 1, "EUR", 500, 1, None, 50), 5000, 5000, 10_001, (5000, 5000), id="S1-half"),
        pytest.param(PaymentTerms(1, 1, "EUR", 500, 1, None, 50), 5000, 5000, 999, (0, 0), id="S1-half-below-minimum"),
        pytest.param(PaymentTerms(1, 1, "EUR", multiple=3), 11, 11, 10_000, (9, 9), id="S2-multiples-of-3"),
        pytest.param(PaymentTerms(1, 3, "USD"), 3030, 3030, 300_000, (3030, 9090), id="S6-no-floats"),
        pytest.param(PaymentTerms(2, 300, "USD"), 5, 5, 10_000, (4, 600), id="S8-3-dollars-for-2-points"),
        pytest.param(PaymentTerms(2, 300, "USD", multiple=2), 5, 5, 10_000, (4, 600), id="S8-with-the-multiple"),
        pytest.param(PaymentTerms(2, 300, "USD", multiple=3), 17, 17, 10_000, (12, 1800), id="steps-of-6"),
        pytest.param(CENT, 1000, 600, 10_000, (600, 600), id="no-more-than-available"),
        pytest.param(CENT, 1000, 5000, 300, (300, 300), id="no-more-than-the-order"),
        pytest.param(PaymentTerms(1, 7, "EUR"), 100, 100, 50, (7, 49), id="never-over-the-order"),
        pytest.param(PaymentTerms(1, 1, "EUR", maximum=250), 1000, 5000, 10_000, (250, 250), id="maximum"),
        pytest.param(CENT, 1000, 5000, None, (1000, 1000), id="order-not-known"),
        pytest.param(CENT, 0, 5000, 10_000, (0, 0), id="nothing-asked"),
        pytest.param(CENT, 10, -3, 10_000, (0, 0), id="a-deficit-pays-nothing"),
        pytest.param(CENT, 10, 10, 0, (0, 0), id="an-order-of-nothing"),
    ],
)
def test_cases(terms: PaymentTerms, asked: int, available: int, order: int | None, expected: tuple[int, int]) -> None:
    assert quote_payment(terms, asked, available, order) == expected


SOME = st.integers(1, 10_000)


@given(SOME, SOME, st.integers(0, 10_000), SOME, st.integers(1, 100), SOME, SOME, st.integers(0, 1_000_000))
def test_no_point_is_taken_for_nothing_and_no_limit_passed(
    points: int, worth: int, minimum: int, multiple: int, share: int, asked: int, available: int, order: int
) -> None:
    terms = PaymentTerms(points, worth, "EUR", minimum, multiple, None, share)
    used, amount = quote_payment(terms, asked, available, order)
    assert used * worth == amount * points
    assert used % multiple == 0 and used <= min(asked, available)
    assert amount * 100 <= order * share
    assert used == amount == 0 or used >= minimum


def test_terms_are_read_as_they_were_kept() -> None:
    terms = PaymentTerms(2, 300, "USD", 10, 5, 1000, 50)
    assert from_json(to_json(terms)) == terms
    # A document of format 1, as it stands in databases.
    kept = (
        '{"currency":"EUR","format":1,"kind":"payment","maximum":null,"maximum_share_percent":100,"minimum":0,'
        '"multiple":1,"points":1,"worth":1}'
    )
    assert to_json(CENT) == kept
    assert from_json(kept) == CENT
