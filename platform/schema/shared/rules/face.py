"""What every kind brings to the schema for its rules: how they are shown, and how they read in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from programs.wording import Words
from schema.shared.rules.mirror import Mirror

Way = tuple[str, str, str]
"""One way to earn as members read it: its id, its name, what it gives."""


def _no_payment(_rules: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Face:
    """The rules of one kind towards the outside. Each function takes the rules as the kind parsed them.

    `summary` gives the program, one sentence per rule; `ways` the ways to earn and `expiry` the end of it, for members;
    `payment` the terms of points as payment, if there are any.
    """

    mirror: Mirror
    summary: Callable[[Any, Words], list[str]]
    ways: Callable[[Any, Words], list[Way]]
    expiry: Callable[[Any, Words], str]
    payment: Callable[[Any], Any | None] = _no_payment
