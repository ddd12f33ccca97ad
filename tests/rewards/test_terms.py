"""What a reward gives, as far as money is concerned; the rest is asked in test_catalogue."""

from __future__ import annotations

import pytest

from rewards.terms import AmountOff, Money, problems


@pytest.mark.parametrize(("currency", "codes"), [("EUR", []), ("JPY", []), ("XXX", ["INVALID_CURRENCY"])])
def test_money_is_of_a_currency_in_which_something_can_be_paid(currency: str, codes: list[str]) -> None:
    assert [problem.code for problem in problems(AmountOff(Money(100, currency)))] == codes
