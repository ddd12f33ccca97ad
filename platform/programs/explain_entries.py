"""Explanation lines of what no rule decided: parked, taken back, given back, matured."""

from __future__ import annotations

from collections.abc import Sequence

from programs.activity import Activity
from programs.decision import ExplanationCode, ExplanationLine, ExplanationValue
from programs.records import Posted

Lines = tuple[ExplanationLine, ...]


def parked() -> Lines:
    """The event came before its order's purchase."""
    return (_line(ExplanationCode.PARKED),)


def corrected(activity: Activity, entries: Sequence[Posted], shortfall: int) -> Lines:
    """What a refund, cancellation or amendment took back and gave back, entry by entry."""
    lines = [_entry(ExplanationCode.TAKEN_BACK if e.amount < 0 else ExplanationCode.GIVEN_BACK, e) for e in entries]
    if shortfall:
        lines.append(_line(ExplanationCode.SHORTFALL, (("amount", shortfall),)))
    if not lines:
        lines.append(_line(ExplanationCode.NOTHING_TO_REVERSE, (("kind", str(activity.kind)),)))
    return tuple(lines)


def matured(entries: Sequence[Posted]) -> Lines:
    """The points that waited for a trigger and are available now."""
    return tuple(_entry(ExplanationCode.MATURED, e) for e in entries if e.book == "available" and e.amount > 0)


def _entry(code: ExplanationCode, entry: Posted) -> ExplanationLine:
    inputs = (("amount", abs(entry.amount)), ("book", entry.book), ("transfer", entry.transfer_id))
    return _line(code, inputs, (entry.after - entry.amount) * 1000, entry.after * 1000)


def _line(
    code: ExplanationCode, inputs: tuple[tuple[str, ExplanationValue], ...] = (), before: int = 0, after: int = 0
) -> ExplanationLine:
    return ExplanationLine(code, None, None, None, None, inputs, before, after)
