"""Money: amounts are integers in minor units, each with the ISO 4217 code of its currency."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from babel.numbers import get_currency_precision, list_currencies

_NONE = ("XXX", "XTS")  # "no currency" and "for tests" in ISO 4217

EXPONENTS: Final[Mapping[str, int]] = MappingProxyType(
    {code: get_currency_precision(code) for code in sorted(list_currencies()) if code not in _NONE}
)
"""Every currency, with how many digits its minor units have: 2 for EUR, 0 for JPY, 3 for KWD."""
