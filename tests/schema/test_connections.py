from __future__ import annotations

import pytest

from kit.errors import Refusal
from kit.ids import new_id
from schema.shared.connections import after_id, after_key, after_number, cursor


def test_a_cursor_is_read_back() -> None:
    id_ = new_id()
    assert (after_id(cursor(id_), str), after_number(cursor("17")), after_key(cursor("ü,1"))) == (id_, 17, "ü,1")
    assert (after_id(None, str), after_number(None), after_key(None)) == (None, None, None)


@pytest.mark.parametrize("given", ["A", "é", "＂", "\u2028", "!!!!", "_w", " "])
def test_a_text_that_is_no_cursor_is_refused(given: str) -> None:
    for read in (after_key, after_number, lambda text: after_id(text, str)):
        with pytest.raises(Refusal) as refused:
            read(given)
        assert (refused.value.code, refused.value.field) == ("INVALID", ("after",))


@pytest.mark.parametrize("key", ["", "x", "9" * 16, "-1", "١"])
def test_a_cursor_of_another_list_is_refused(key: str) -> None:
    for read in (after_number, lambda text: after_id(text, str)):
        with pytest.raises(Refusal):
            read(cursor(key))
