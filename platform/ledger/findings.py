"""What `verify` answers."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """A row that breaks an equation: the check's name, the row's id, and what is wrong with it."""

    check: str
    row: str
    detail: str
