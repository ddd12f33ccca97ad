"""Text as it is searched: alike texts have one form, and a prefix's range holds exactly what begins with it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kit.text import normalise, normalise_email, prefix_range

texts = st.text(max_size=12)


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("  Anna\t\nMÜLLER ", "anna müller"),
        ("ＪÖＲＧ", "jörg"),
        ("Straße", "strasse"),
        ("Mu\u0308ller", "müller"),
        ("zero\u200bwidth", "zerowidth"),
        ("nul\x00l", "null"),
        ("\ud800lone", "lone"),
        ("", ""),
    ],
)
def test_what_looks_alike_has_one_form(written: str, searched: str) -> None:
    assert normalise(written) == searched


@given(texts)
@example("ǰ\u0323")
@example("a \u200b b")
def test_normal_form_stays_as_it_is(text: str) -> None:
    once = normalise(text)
    assert unicodedata.normalize("NFKC", once) == once
    assert "  " not in once
    once.encode()


@given(texts, texts)
@example("a\ud7ff", "x")
@example("\U0010ffff", "")
@example("a\U0010ffff", "b")
def test_range_holds_what_begins_with_the_prefix_and_nothing_else(prefix: str, other: str) -> None:
    wanted = normalise(prefix)
    if not wanted:
        with pytest.raises(ValueError, match="empty"):
            prefix_range(prefix)
        return
    low, high = prefix_range(prefix)
    high.encode()
    for text in (wanted + normalise(other), normalise(other)):
        if not text.startswith("\U0010ffff"):
            assert (low <= text < high) == text.startswith(wanted)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (" Anna@Example.COM ", "anna@example.com"),
        ("a.b+c@mail.example.co", "a.b+c@mail.example.co"),
        ("anna", None),
        ("anna@localhost", None),
        ("a@b@c.de", None),
        ("an na@example.com", None),
        ("@example.com", None),
        ("a@example..com", None),
        ("a" * 65 + "@example.com", None),
        ("a@" + "b" * 250 + ".com", None),
    ],
)
def test_email_has_one_form_or_is_none(written: str, stored: str | None) -> None:
    assert normalise_email(written) == stored
