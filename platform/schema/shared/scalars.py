"""The scalars that GraphQL lacks: whole numbers that carry points and money, instants, kinds of activity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import TYPE_CHECKING, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from programs.activity import is_activity_kind

INTEGER_MAX = 2**53 - 1

if TYPE_CHECKING:
    BigInt = int
    ActivityKindName = str
    AttributeValue = str | int | float | bool
else:
    BigInt = NewType("BigInt", int)
    ActivityKindName = NewType("ActivityKindName", str)
    AttributeValue = NewType("AttributeValue", object)


def big_int(value: object) -> int:
    """A whole number of at most ±(2⁵³ − 1) from a JSON number or a text. Raises `ValueError`."""
    if isinstance(value, str) and len(value) <= 17 and value.removeprefix("-").isascii():
        value = int(value) if value.removeprefix("-").isdigit() else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON has one kind of number: 5.0 is 5
    if not isinstance(value, int) or isinstance(value, bool) or not -INTEGER_MAX <= value <= INTEGER_MAX:
        raise ValueError(f"BigInt is a whole number from -{INTEGER_MAX} to {INTEGER_MAX}.")
    return value


def shown_big_int(value: object) -> int | str:
    """A whole number as JSON tells it: a text of digits where clients' numbers may not be exact any more.

    Raises `ValueError` for what is none.
    """
    if isinstance(value, int) and abs(value) > INTEGER_MAX:
        return str(value)
    return big_int(value)


def instant(value: object) -> datetime:
    """An aware instant, in UTC, from ISO 8601 text with an offset. Raises `ValueError`.

    Not of the first or last year that Python knows: such an instant has no local date in some zones, so what is stored
    with it could not be shown there.
    """
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
        if read is not None and read.tzinfo is not None and MINYEAR < read.year < MAXYEAR:
            return read.astimezone(UTC)
    except ValueError:
        pass
    raise ValueError("DateTime is ISO 8601 with an offset, such as 2026-11-21T23:04:11Z, of the years 2 to 9998.")


def activity_kind(value: object) -> str:
    """A kind of activity. Raises `ValueError`."""
    if not isinstance(value, str) or not is_activity_kind(value):
        raise ValueError("ActivityKind is one of the known kinds in lower case, or custom:<name>.")
    return value


def attribute_value(value: object) -> str | int | float | bool:
    """A text, a number, or true or false. Raises `ValueError`."""
    if not isinstance(value, str | int | float):
        raise ValueError("AttributeValue is a text, a number, or true or false.")
    return value


def shown_instant(value: datetime) -> str:
    """An instant as the schema tells it: ISO 8601, UTC, with a Z."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


SCALARS: Mapping[object, ScalarDefinition] = {
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number of at most ±(2⁵³ − 1), as a JSON number; a text of digits is accepted too. "
        "Points are in the unit's smallest part, money in the currency's minor units. Sums of money in micros may be "
        "beyond that, and are told as a text of digits then.",
        serialize=shown_big_int,
        parse_value=big_int,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant in ISO 8601 with an offset, such as `2026-11-21T23:04:11Z`, of the years 2 to 9998; "
        "told in UTC.",
        serialize=shown_instant,
        parse_value=instant,
    ),
    ActivityKindName: strawberry.scalar(
        name="ActivityKind",
        description="What happened: `purchase`, `refund`, `cancel`, `amend`, `signup`, `review`, `referral`, "
        "`birthday`, `anniversary`, `check_in`, `visit`, `share`, `follow`, `post`, `survey`, `profile_field`, "
        "`event_attended`, `idea_adopted`, or the merchant's own `custom:<name>` "
        "(1–64 of a–z 0–9 _ . -).",
        serialize=str,
        parse_value=activity_kind,
    ),
    AttributeValue: strawberry.scalar(
        name="AttributeValue",
        description="A text, a number, or true or false.",
        serialize=attribute_value,
        parse_value=attribute_value,
    ),
}
