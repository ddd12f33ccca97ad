"""Currencies are those of ISO 4217 in which something can be paid."""

from __future__ import annotations

import pytest

from kit.money import EXPONENTS


@pytest.mark.parametrize(("code", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("XXX", None), ("eur", None)])
def test_minor_units(code: str, digits: int | None) -> None:
    assert EXPONENTS.get(code) == digits
