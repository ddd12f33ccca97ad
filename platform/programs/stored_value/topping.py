"""What an order puts on a balance: the top-up lines as money, and the bonus of the highest band that they reach.

Pure. A discount lowers what is put on: no more becomes money than was paid. Stored value that paid for a top-up itself
(it should not: a quote never lets it) is put on as money, but earns no bonus, or the same money would again and again.
"""

from datetime import datetime

from programs.activity import Activity, Line, LineKind, TenderKind
from programs.decision import Decision, ExplanationCode, ExplanationLine, ExplanationValue, Movement
from programs.shares import split
from programs.stored_value.compiled import CompiledStoredValue
from programs.stored_value.rules import BonusBand, FixedBonus

_STORED = frozenset({LineKind.TOP_UP, LineKind.GIFT_CARD})
_TENDERS = frozenset({TenderKind.STORED_VALUE, TenderKind.GIFT_CARD})

Inputs = tuple[tuple[str, ExplanationValue], ...]


def decide(compiled: CompiledStoredValue, activity: Activity) -> Decision:
    """Decide what a purchase puts on; nothing, without a word, where it has no top-up."""
    lines = sorted((line for line in activity.lines if line.kind is LineKind.TOP_UP), key=_line_id)
    if not lines:
        return Decision()
    if activity.currency != compiled.rules.currency:
        inputs = (
            ("condition", "currency"), ("needed", compiled.rules.currency), ("found", activity.currency or ""),
        )  # fmt: skip
        return Decision(explanation=(_told(compiled, ExplanationCode.NOT_ELIGIBLE, inputs, 0, 0),))
    return _put_on(compiled, activity, lines)


def _put_on(compiled: CompiledStoredValue, activity: Activity, lines: list[Line]) -> Decision:
    rules = compiled.rules
    amounts = [line.amount - line.discount for line in lines]
    earned_on = activity.occurred_at.astimezone(compiled.facts.zone).date()
    told: list[ExplanationLine] = []
    total = 0
    for line, amount in zip(lines, amounts, strict=True):
        inputs = (("line", line.id), ("amount", amount), ("currency", rules.currency))
        told.append(_told(compiled, ExplanationCode.TOP_UP, inputs, total, total + amount))
        total += amount
    movements = [_movement(compiled, "top_up", rules.unit, lines, amounts, compiled.money_ends(earned_on))]
    told += _ends(compiled, compiled.money_ends(earned_on), total)
    bonus, why = _bonus(compiled, total, min(total, _paid_from_stored_value(activity)))
    told += why
    if bonus:
        shares = split(bonus, amounts)
        ends = compiled.bonus_ends(earned_on)
        movements.append(_movement(compiled, "top_up_bonus", str(rules.bonus_unit), lines, shares, ends))
        told += _ends(compiled, ends, bonus)
    return Decision(movements=tuple(each for each in movements if each.amount), explanation=tuple(told))


def _bonus(compiled: CompiledStoredValue, total: int, circular: int) -> tuple[int, list[ExplanationLine]]:
    """The bonus, and why."""
    top_up, currency = compiled.rules.top_up, compiled.rules.currency
    if not top_up.bands:
        return 0, []
    if total < top_up.minimum or (top_up.maximum is not None and total > top_up.maximum):
        low = total < top_up.minimum
        needed = top_up.minimum if low or top_up.maximum is None else top_up.maximum
        condition = "minimum_amount" if low else "maximum_amount"
        inputs: Inputs = (("condition", condition), ("needed", needed), ("found", total), ("currency", currency))
        return 0, [_told(compiled, ExplanationCode.NOT_ELIGIBLE, inputs, 0, 0)]
    counted = total - circular
    band = _reached(compiled, counted)
    if band is None:
        lowest = min(each.from_amount for each in top_up.bands)
        inputs = (("condition", "minimum_amount"), ("needed", lowest), ("found", counted), ("currency", currency))
        return 0, [_told(compiled, ExplanationCode.NOT_ELIGIBLE, inputs, 0, 0)]
    given = band.bonus
    inputs = (("from", band.from_amount), ("amount", counted), ("currency", currency))
    if isinstance(given, FixedBonus):
        bonus = given.amount
    else:
        bonus = counted * given.percent // 100
        inputs = (*inputs, ("percent", given.percent))
    inputs = (*inputs, ("bonus", bonus))
    return bonus, [_told(compiled, ExplanationCode.TOP_UP_BONUS, inputs, 0, bonus)]


def _reached(compiled: CompiledStoredValue, total: int) -> BonusBand | None:
    return next((band for band in compiled.bands if band.from_amount <= total), None)


def _paid_from_stored_value(activity: Activity) -> int:
    """How much of the top-ups stored value must have paid: what the rest of the order cannot have taken."""
    paid = sum(tender.amount for tender in activity.tenders if tender.kind in _TENDERS)
    others = sum(line.amount - line.discount + line.tax for line in activity.lines if line.kind not in _STORED)
    return max(0, paid - others)


def _movement(
    compiled: CompiledStoredValue, reason: str, unit: str, lines: list[Line], shares: list[int] | tuple[int, ...],
    ends: datetime | None,
) -> Movement:  # fmt: skip
    facts = compiled.facts
    return Movement(
        reason, unit, sum(shares), facts.program_id, facts.version_id, expires_at=ends,
        shares={line.id: share for line, share in zip(lines, shares, strict=True)},
    )  # fmt: skip


def _ends(compiled: CompiledStoredValue, ends: datetime | None, total: int) -> list[ExplanationLine]:
    if ends is None:
        return []
    inputs = (("expires_at", ends.astimezone(compiled.facts.zone).isoformat()),)
    return [_told(compiled, ExplanationCode.EXPIRY, inputs, total, total)]


def _told(
    compiled: CompiledStoredValue, code: ExplanationCode, inputs: Inputs, before: int, after: int
) -> ExplanationLine:  # fmt: skip
    facts, rule = compiled.facts, None
    if code is ExplanationCode.NOT_ELIGIBLE:
        rule = "Putting money on" if ("condition", "currency") in inputs else "The bonus"
    return ExplanationLine(
        code, facts.program_id, facts.version_id, None, rule, inputs, before * 1000, after * 1000
    )  # fmt: skip


def _line_id(line: Line) -> str:
    return line.id
