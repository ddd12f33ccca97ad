"""From what was told to activities, and where in the input a refusal's field is; parsing, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kit.errors import Refusal
from kit.money import EXPONENTS
from programs import intake
from programs.activity import CORRECTIONS, Activity, ActivityKind, Line, refusals
from programs.game.compiled import FREE_KIND
from programs.records import Recorded, Submission
from schema.shared.carts import CODES_MAX, check_cart, check_text, check_texts, read_line, read_payload, read_tender
from schema.shared.told import EventInput, PurchaseInput, RefundInput

Path = tuple[str, ...]
_ORDER_FIELDS = frozenset({"lines", "tenders", "currency", "codes", "amount"})


async def submitted(submission: Submission, path: Path) -> tuple[Submission, Recorded]:
    """Record an activity. Raises `Refusal`, its field as the input spells it, which has the activity at `path`."""
    try:
        for refusal in refusals(submission.activity, EXPONENTS):
            raise refusal
        return submission, await intake.record(submission)
    except Refusal as refusal:
        field = _numbered(refusal, submission.activity)
        raise Refusal(refusal.code, refusal.message, _spelled(field, path)) from None


def _spelled(field: Path, path: Path) -> Path:
    """Where in the input the activity's own fields are."""
    head = field[:1]
    if head == ("order",):
        return (*path, "order_id")
    if head == ("kind",) and path[-1:] == ("trigger",):
        return (*path, "trigger")
    return (*path, *field) if head and (head[0] in _ORDER_FIELDS or head == ("kind",)) else field


_OF_A_LINE = frozenset({"LINE_NOT_FOUND", "REFUND_EXCEEDS_ORDER"})


def _numbered(refusal: Refusal, activity: Activity) -> Path:
    """The refusal's field; a line that the order names by its id is named by its place in the input."""
    if refusal.code not in _OF_A_LINE or refusal.field[0] != "lines":
        return refusal.field
    head, id_ = refusal.field
    number = [line.id for line in activity.lines].index(id_)
    if refusal.code == "LINE_NOT_FOUND":
        return head, str(number), "line_id"
    return head, str(number), "quantity" if activity.lines[number].refunded is None else "amount"


def _purchase(given: PurchaseInput, path: Path, key: str, at: datetime, source: str, channel: str | None) -> Activity:
    check_text(given.order_id, (*path, "order_id"))
    check_cart(given.lines, given.codes, None, path)
    if not given.lines:
        raise Refusal("INVALID", "An order has at least one line.", (*path, "lines"))
    return Activity(
        key, ActivityKind.PURCHASE.value, "", at, source, given.order_id, given.currency,
        tuple(map(read_line, given.lines)), tuple(map(read_tender, given.tenders)), tuple(given.codes), channel,
        read_payload(given.payload, (*path, "payload")),
    )  # fmt: skip


def _refund(given: RefundInput, path: Path, key: str, at: datetime, source: str, channel: str | None) -> Activity:
    check_text(given.order_id, (*path, "order_id"))
    if given.all + bool(given.lines) + (given.amount is not None) != 1:
        raise Refusal("INVALID", "Say which lines came back, how much money, or that all of it did.", (*path, "lines"))
    for number, line in enumerate(given.lines):
        check_text(line.line_id, (*path, "lines", str(number), "line_id"))
        if (line.quantity is None) == (line.amount is None):
            raise Refusal("INVALID", "Say how many pieces came back, or how much money.", (*path, "lines", str(number)))
    lines = tuple(
        Line(line.line_id, 0, refunded=line.amount)
        if line.quantity is None
        else Line(line.line_id, 0, quantity=line.quantity)
        for line in given.lines
    )
    return Activity(
        key, ActivityKind.REFUND.value, "", at, source, given.order_id, lines=lines, channel=channel,
        refunded=given.amount,
    )  # fmt: skip


def _cancel(given: Any, path: Path, key: str, at: datetime, source: str, channel: str | None) -> Activity:
    check_text(given.order_id, (*path, "order_id"))
    return Activity(key, ActivityKind.CANCEL.value, "", at, source, given.order_id, channel=channel)


def _event(given: EventInput, path: Path, key: str, at: datetime, source: str, channel: str | None) -> Activity:
    if given.kind in CORRECTIONS or given.kind == ActivityKind.PURCHASE:
        raise Refusal("INVALID", "Orders have inputs of their own.", (*path, "kind"))
    if given.kind == FREE_KIND:
        raise Refusal("INVALID", "Free plays are had by `gameFreePlaysTake`.", (*path, "kind"))
    payload = dict(read_payload(given.payload, (*path, "payload")))
    if given.reference is not None:
        check_text(given.reference, (*path, "reference"))
        payload["reference"] = given.reference
    check_texts(given.codes, CODES_MAX, (*path, "codes"))
    return Activity(key, given.kind, "", at, source, channel=channel, payload=payload, codes=tuple(given.codes))


READERS: dict[str, Any] = {"purchase": _purchase, "refund": _refund, "cancel": _cancel, "event": _event}
"""How each kind of thing that can be told is read: `(given, path, key, at, source, channel)`."""
