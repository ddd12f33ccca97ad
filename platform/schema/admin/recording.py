"""From the input of an activity to what the intake records, and back to the payload; parsing, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from kit.errors import Refusal
from members.views import MemberId
from programs import activities
from programs.activities import ActivityView
from programs.activity import Activity, ActivityKind
from programs.records import MemberRef, Recorded, Submission
from schema.admin.told import (
    ActivityInput,
    OrderAmendInput,
    RecordActivityInput,
)
from schema.admin.types.activities import show_activity, show_decision
from schema.admin.types.ledger import balances_after
from schema.shared.carts import check_cart, check_text, read_line, read_payload, read_tender
from schema.shared.context import Info, asks_for
from schema.shared.declare import UNSET
from schema.shared.recording import READERS, Path, submitted
from schema.shared.references import read_member
from tenants import scope


async def record(given: RecordActivityInput) -> tuple[Submission, Recorded]:
    """Record one activity. Raises `Refusal`, its field as the input spells it."""
    tag, inner = _chosen(given.activity)
    return await submitted(read_activity(given, tag, inner), ("activity", tag))


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
    return await submitted(submission, ())


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


def _submission(activity: Activity, member: MemberRef, now: datetime, dated: bool) -> Submission:
    return Submission(scope.tenant_id(), member, activity, now, dated=dated)


def _chosen(given: ActivityInput) -> tuple[str, Any]:
    """What was given: exactly one is, as the schema has checked."""
    return next((tag, value) for tag in _READERS if (value := getattr(given, tag)) not in (None, UNSET))


def _trigger(given: Any, path: Path, key: str, at: datetime, source: str, channel: str | None) -> Activity:
    check_text(given.order_id, (*path, "order_id"))
    return Activity(key, f"custom:{given.trigger}", "", at, source, given.order_id, channel=channel)


_READERS: dict[str, Any] = {**READERS, "trigger": _trigger}
