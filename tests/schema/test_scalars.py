"""Scalars take what they promise, and refuse the rest as an error of the request."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from schema.shared.scalars import (
    INTEGER_MAX,
    activity_kind,
    attribute_value,
    big_int,
    instant,
    shown_big_int,
    shown_instant,
)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (0, 0),
        (-5, -5),
        (INTEGER_MAX, INTEGER_MAX),
        ("12", 12),
        ("-12", -12),
        (str(-INTEGER_MAX), -INTEGER_MAX),
        (5.0, 5),
    ],
)
def test_big_int(given: Any, read: int) -> None:
    assert big_int(given) == read


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, 0), (-INTEGER_MAX, -INTEGER_MAX), (INTEGER_MAX + 1, "9007199254740992"), (-(2**62), "-4611686018427387904")],
)
def test_what_numbers_of_json_cannot_tell_exactly_is_a_text(value: int, shown: int | str) -> None:
    assert shown_big_int(value) == shown


@pytest.mark.parametrize(
    "given",
    [INTEGER_MAX + 1, -INTEGER_MAX - 1, str(INTEGER_MAX + 1), 1.5, 1e300, float("nan"), float("inf"), True, None, "",
     "-", "--1", "1.0", "1e3", " 1", "²", "١", "9" * 5000, [], {}],
)  # fmt: skip
def test_no_big_int(given: Any) -> None:
    with pytest.raises(ValueError, match="BigInt is a whole number"):
        big_int(given)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2026-11-21T23:04:11Z", datetime(2026, 11, 21, 23, 4, 11, tzinfo=UTC)),
        ("2026-11-21T23:04:11.5+02:00", datetime(2026, 11, 21, 21, 4, 11, 500000, tzinfo=UTC)),
    ],
)
def test_instant(given: str, read: datetime) -> None:
    assert instant(given) == read


@pytest.mark.parametrize(
    "given",
    ["2026-11-21T23:04:11", "2026-11-21", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z",
     "9999-12-31T23:59:59-12:00", "soon", "", None, 1763766251],
)  # fmt: skip
def test_no_instant(given: Any) -> None:
    with pytest.raises(ValueError, match="DateTime is ISO 8601"):
        instant(given)


def test_an_instant_is_told_in_utc() -> None:
    assert shown_instant(datetime(2026, 11, 21, 1, tzinfo=timezone(timedelta(hours=2)))) == "2026-11-20T23:00:00Z"


@pytest.mark.parametrize("given", ["purchase", "check_in", "custom:wash.1"])
def test_activity_kind(given: str) -> None:
    assert activity_kind(given) == given


@pytest.mark.parametrize("given", ["PURCHASE", "custom:", "custom:Ä", "custom:" + "a" * 65, "", 1, None])
def test_no_activity_kind(given: Any) -> None:
    with pytest.raises(ValueError, match="ActivityKind"):
        activity_kind(given)


@pytest.mark.parametrize("given", [None, [], {}])
def test_no_attribute_value(given: Any) -> None:
    with pytest.raises(ValueError, match="AttributeValue"):
        attribute_value(given)
