"""Amounts of points as people read them: `1 point`, `+1.5 stars`."""

from __future__ import annotations

from schema.shared.values import Unit


def points_text(amount: int, unit: Unit, *, signed: bool = False) -> str:
    """So many points of a unit, which counts in 10^-scale of one; with its sign if asked."""
    whole, rest = divmod(abs(amount), 10**unit.scale)
    number = f"{whole}.{rest:0{unit.scale}}" if rest else str(whole)
    if unit.currency is None and rest:
        number = number.rstrip("0")
    sign = ("+" if amount > 0 else "−") if signed else ""
    return f"{sign}{number} {unit.name if number == '1' else unit.name_plural}"
