"""Text as it is searched and compared: one form for what a person sees as the same, and ranges an index can answer."""

from __future__ import annotations

import re
import unicodedata

# Control and format characters and lone surrogates: invisible, and PostgreSQL refuses some of them.
_INVISIBLE = ("Cc", "Cf", "Cs")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
EMAIL_CHARACTERS_MAX = 254


def normalise(text: str) -> str:
    """What a search compares: NFKC, case folded, single spaces, nothing invisible; alike for alike texts.

    >>> normalise("  ＪÖRG\\t Müller ")
    'jörg müller'
    """
    spaced = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    seen = "".join(letter for letter in spaced if unicodedata.category(letter) not in _INVISIBLE)
    # Folding may take a text out of its normal form ("ǰ"), and what was invisible may have stood between spaces.
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def prefix_range(text: str) -> tuple[str, str]:
    """The bounds `low <= column < high` of the texts that begin with `text`, once normalised.

    They hold in the order of code points, which is SQLite's BINARY and PostgreSQL's "C": an index on such a column
    answers the range, where `LIKE` could not use it. Raises `ValueError` if nothing is left to search for.
    """
    low = normalise(text)
    if not low:
        raise ValueError("an empty prefix is no search")
    return low, _successor(low)


def normalise_email(text: str) -> str | None:
    """An e-mail address as it is stored and compared; `None` if it is none (only its form is checked)."""
    email = normalise(text)
    return email if len(email) <= EMAIL_CHARACTERS_MAX and _EMAIL.fullmatch(email) else None


def _successor(text: str) -> str:
    """The first text after all that begin with `text`."""
    kept = text.rstrip("\U0010ffff")
    if not kept:
        return text + "\U0010ffff"
    code = ord(kept[-1]) + 1
    # Surrogates are no characters: the one after U+D7FF is U+E000.
    return kept[:-1] + chr(0xE000 if code == 0xD800 else code)
