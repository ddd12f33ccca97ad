"""Members' texts: which can be kept, and the form in which each is searched."""

from __future__ import annotations

import re
import unicodedata

from kit.text import normalise

SEARCH_CHARACTERS_MAX = 254  # an index row on PostgreSQL has room for 2,700 bytes; NFKC can make 18 characters of one
_NOT_A_DIGIT = re.compile(r"[^0-9]")
_PHONE_LIKE = re.compile(r"\+?[0-9 ()./-]+")
_DIGITS_MIN = 3


def storable(text: str) -> bool:
    """Whether both databases can keep it: no control characters (PostgreSQL has no NUL), no lone surrogates."""
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)


def searchable(text: str | None) -> str | None:
    """The normalised text for a `*_search` column; `None` if nothing is left."""
    return (normalise(text or "")[:SEARCH_CHARACTERS_MAX]) or None


def searchable_phone(text: str | None) -> str | None:
    """A phone number's digits: however it is written, `+49 (30) 12` finds `+4930-123`."""
    return _NOT_A_DIGIT.sub("", text or "") or None


def phone_prefix(query: str) -> str | None:
    """The digits of a query that looks like the beginning of a phone number, else `None`."""
    digits = _NOT_A_DIGIT.sub("", query)
    return digits if _PHONE_LIKE.fullmatch(query) and len(digits) >= _DIGITS_MIN else None
