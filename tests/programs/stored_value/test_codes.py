"""Codes of gift cards: unlike each other, checked before they are looked for, read as people type them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.ids import new_id
from programs.stored_value import codes
from tenants import scope
from tenants.scope import TenantId

TENANT = TenantId("01a20131-2d03-7509-bc53-6913da224ba3")
CARD = "01a20131-2d0a-7146-8a19-80f3de6dad85"
pytestmark = pytest.mark.usefixtures("own_settings")


@pytest.fixture(autouse=True)
def shop() -> Iterator[None]:
    with scope.of(TENANT):
        yield


def test_a_code_is_always_the_same_and_another_for_each_card_and_tenant() -> None:
    code, pin = codes.code_of(CARD), codes.pin_of(CARD)
    assert (codes.code_of(CARD), codes.pin_of(CARD)) == (code, pin)
    assert len(code) == 16 and set(code) <= set(codes.ALPHABET)
    assert len(pin) == 6 and pin.isdigit()
    assert len({codes.code_of(new_id()) for _ in range(1000)}) == 1000
    with scope.of(TenantId(new_id())):
        assert (codes.code_of(CARD), codes.pin_of(CARD)) != (code, pin)


def test_every_letter_occurs_at_every_place() -> None:
    made = [codes.code_of(new_id()) for _ in range(2000)]
    assert all({code[place] for code in made} == set(codes.ALPHABET) for place in range(16))


def test_it_is_read_as_people_type_it() -> None:
    code = codes.code_of(CARD)
    shown = codes.shown(code)
    assert [len(group) for group in shown.split("-")] == [4, 4, 4, 4]
    worse = shown.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert codes.read(code) == codes.read(shown) == codes.read(f"  {worse} ") == code


@pytest.mark.parametrize("text", ["", "7KQM", "U" * 16, "0" * 17, "ÄÖÜ-" * 4, "0" * 15 + "1", "\0" * 16])
def test_what_is_no_code_is_none(text: str) -> None:
    assert codes.read(text) is None


letters = st.text(codes.ALPHABET, min_size=15, max_size=15)


@given(letters, st.integers(0, 15), st.integers(1, 31))
def test_one_wrong_letter_is_noticed(data: str, place: int, by: int) -> None:
    code = data + codes.ALPHABET[codes._check(data)]
    assert codes.read(code) == code
    wrong = codes.ALPHABET[(codes.ALPHABET.index(code[place]) + by) % 32]
    assert codes.read(code[:place] + wrong + code[place + 1 :]) is None


@given(st.text(max_size=40))
def test_any_text_is_a_code_or_none(text: str) -> None:
    assert codes.read(text) is None or len(codes.read(text) or "") == 16


def test_a_pin_fits_its_card_only() -> None:
    stored = codes.pin_hash(CARD, "123456")
    assert codes.pin_fits(CARD, stored, "123456")
    assert not codes.pin_fits(CARD, stored, "123457")
    assert not codes.pin_fits(CARD, stored, None)
    assert not codes.pin_fits(new_id(), stored, "123456")
    assert codes.pin_fits(CARD, None, "whatever")
