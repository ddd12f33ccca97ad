"""From the input of an activity to what the intake records, and back to the payload; parsing, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from kit.errors import Refusal
from kit.money import EXPONENTS
from members.views import MemberId
from programs import activities, intake
from programs.activities import ActivityView
from programs.activity import CORRECTIONS, Activity, ActivityKind, Line, refusals
from programs.game.compiled import FREE_KIND
from programs.records import MemberRef, Recorded, Submission
from schema.admin.told import (
    ActivityInput,
    EventInput,
    OrderAmendInput,
    PurchaseInput,
    RecordActivityInput,
    RefundInput,
)
from schema.admin.types.activities import show_activity, show_decision
from schema.admin.types.ledger import balances_after
from schema.shared.carts import CODES_MAX, check_cart, check_text, check_texts, read_line, read_payload, read_tender
from schema.shared.context import Info, asks_for
from schema.shared.declare import UNSET
from schema.shared.references import read_member
from tenants import scope

Path = tuple[str, ...]
_ORDER_FIELDS = frozenset({"lines", "tenders", "currency", "codes", "amount"})


async def record(given: RecordActivityInput) -> tuple[Submission, Recorded]:
    """Record one activity. Raises `Refusal`, its field as the input spells it."""
    tag, inner = _chosen(given.activity)
    return await _submitted(read_activity(given, tag, inner), ("activity", tag))


async def record_many(given: Sequence[RecordActivityInput]) -> list[tuple[Submission, Recorded] | Refusal]:
    """Record many; each is recorded or refused on its own. They wait together, and go in a few transactions."""
    answers = await asyncio.gather(*map(record, given), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Refusal):
            raise answer
    return [answer for answer in answers if isinstance(answer, tuple | Refusal)]


async def amend(given: OrderAmendInput) -> tuple[Submission, Recorded]:
    """Record an order as it is now. Raises `Refusal` likewise."""
    check_text(given.idempotency_key, ("idempotency_key",))
    check_text(given.order_id, ("order_id",))
    check_text(given.source, ("source",), 64)
    check_cart(given.lines, given.codes, None, ())
    now = scope.now()
    activity = Activity(
        given.idempotency_key, ActivityKind.AMEND.value, "", given.occurred_at or now, given.source, given.order_id,
        given.currency, tuple(map(read_line, given.lines)), tuple(map(read_tender, given.tenders)), tuple(given.codes),
        payload=read_payload(given.payload, ("payload",)),
    )  # fmt: skip
    ref = read_member(given.member)
    submission = _submission(activity, MemberRef(ref.id, ref.external_id), now, given.occurred_at is not None)
    return await _submitted(submission, ())


async def shown(
    info: Info, submission: Submission, recorded: Recorded, under: tuple[str, ...] = ()
) -> dict[str, Any]:  # fmt: skip
    """The fields of a payload (`under` what is resolved), if they are asked for; a repeat's activity is read again."""
    units = info.context.units_as_recorded()
    fields: dict[str, Any] = {}
    if asks_for(info, *under, "decision"):
        fields["decision"] = show_decision(recorded, units)
    if asks_for(info, *under, "activity"):
        if recorded.replayed:
            view = (await activities.by_ids([recorded.activity_id]))[recorded.activity_id]
        else:
            view = ActivityView(
                recorded.activity_id, submission.activity.key, MemberId(recorded.member_id), recorded.state,
                submission.now, submission.activity, recorded,
            )  # fmt: skip
        fields["activity"] = show_activity(view, units)
    if asks_for(info, *under, "balances"):
        fields["balances"] = await balances_after(info, recorded.member_id)
    return fields


def read_activity(given: RecordActivityInput, tag: str, inner: Any) -> Submission:
    """The activity that was given. Raises `Refusal` INVALID, TOO_MANY, MEMBER_NOT_FOUND."""
    path: Path = ("activity", tag)
    check_text(given.idempotency_key, ("idempotency_key",))
    check_text(given.source, ("source",), 64)
    if given.channel is not None:
        check_text(given.channel, ("channel",), 64)
    check_text(given.line, ("line",), 64)
    ref, now = read_member(given.member), scope.now()
    if ref.id is None and (not ref.external_id or not ref.external_id.isprintable()):
        raise Refusal("NOT_FOUND", "There is no such member.", ("member", "external_id"))
    activity = _READERS[tag](inner, path, given.idempotency_key, given.occurred_at or now, given.source, given.channel)
    if given.line != activity.line:
        activity = replace(activity, line=given.line)
    return _submission(activity, MemberRef(ref.id, ref.external_id), now, given.occurred_at is not None)


async def _submitted(submission: Submission, path: Path) -> tuple[Submission, Recorded]:
    try:
        for refusal in refusals(submission.activity, EXPONENTS):
            raise refusal
        return submission, await intake.record(submission)
    except Refusal as refusal:
        field = _numbered(refusal, submission.activity)
        raise Refusal(refusal.code, refusal.message, _spelled(field, path)) from None


def _submission(activity: Activity, member: MemberRef, now: datetime, dated: bool) -> Submission:
    return Submission(scope.tenant_id(), member, activity, now, dated=dated)


def _chosen(given: ActivityInput) -> tuple[str, Any]:
    """What was given: exactly one is, as the schema has checked."""
    return next((tag, value) for tag in _READERS if (value := getattr(given, tag)) not in (None, UNSET))


def _spelled(field: Path, path: Path) -> Path:
    """Where in the input the activity's own fields are."""
    head = field[:1]
    if head == ("order",):
        return (*path, "order_id")
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


def _trigger(given: Any, path: Path, key: str, at: datetime, source: str, channel: str | None) -> Activity:
    check_text(given.order_id, (*path, "order_id"))
    return Activity(key, f"custom:{given.trigger}", "", at, source, given.order_id, channel=channel)


_READERS: dict[str, Any] = {
    "purchase": _purchase,
    "refund": _refund,
    "cancel": _cancel,
    "event": _event,
    "trigger": _trigger,
}
