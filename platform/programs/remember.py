"""What a batch decided, to be written: decisions with their explanations, states, and the outbox."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from events import service as events_service
from kit.ids import new_id
from kit.setbased import Change, Insert, Update
from programs.decision import explanation_to_json
from programs.outcome import Outcome
from programs.records import result_json


def told(outcomes: Sequence[Outcome]) -> tuple[Change, Change, Change]:
    """Each outcome with its activity, and the event that tells of it. A parked one is decided later."""
    decided = [outcome for outcome in outcomes if outcome.recorded.state != "parked"]
    states = [
        (outcome.claimed.tenant, outcome.claimed.id, outcome.recorded.state)
        for outcome in outcomes
        if outcome.recorded.state != "decided" or outcome.claimed.item is None
    ]
    events = [_event_row(outcome) for outcome in decided if outcome.recorded.state == "decided"]
    return (
        Change(_INSERT_DECISIONS, [_decision_row(outcome) for outcome in decided]),
        Change(_SET_STATES, states),
        Change(events_service.INSERT_WITH_PARTNER, events),
    )


_INSERT_DECISIONS = Insert(
    "decision", tenant_id="uuid", id="uuid", result="text", explanation="text", recorded_at="instant"
)  # fmt: skip
_SET_STATES = Update("activity", "state = x.state", state="text")


def _decision_row(outcome: Outcome) -> tuple[object, ...]:
    extra = {
        "earnings": [
            [e.activity_id, e.transfer_id, e.unit_id, e.version_id, e.amount, e.shares] for e in outcome.earnings
        ],
        "uses": [use.to_json() for use in outcome.uses],
        "grants": [grant.key for grant in outcome.grants],
        "rules": [list(rule) for _, rule in outcome.rules],
    }
    one = outcome.claimed
    explanation = orjson.dumps(explanation_to_json(outcome.recorded.explanation)).decode()
    return (one.tenant, one.id, result_json(outcome.recorded, extra), explanation, one.now)


def _event_row(outcome: Outcome) -> tuple[object, ...]:
    one, recorded = outcome.claimed, outcome.recorded
    body = {
        "activity": one.id, "key": one.activity.key, "kind": one.activity.kind, "member": recorded.member_id,
        "order_reference": one.activity.order_id,
        "entries": [
            {"unit": p.unit_id, "reason": p.reason, "book": p.book, "amount": p.amount} for p in recorded.posted
        ],
    }  # fmt: skip
    return (one.tenant, new_id(), _DECIDED, f"activity:{one.id}", orjson.dumps(body).decode(), one.now, one.partner_id)


_DECIDED = "activity.decided"
assert _DECIDED in events_service.KINDS
