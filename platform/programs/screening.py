"""Screen activities by the tenant's velocity limits: what is beyond one is held, recorded with nothing decided.

Periods are local and go by when it occurred, so a shop that sends a day's sales at night is not stopped. What was
decided counts, what is held or was rejected does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import orjson

from events import service as events_service
from kit.ids import new_id
from kit.setbased import Change, Insert
from ledger.book import Book
from programs.claims import Claimed
from programs.counters import CounterRef, CounterValue
from programs.decision import ExplanationCode, ExplanationLine, ProgramId, explanation_to_json
from programs.outcome import Outcome
from programs.records import Recorded
from programs.rulebooks import TenantRules
from programs.velocity import Limit, Per


def counted(one: Claimed, rules: TenantRules) -> Iterator[CounterRef]:
    """The counters that this activity's limits go by."""
    return (ref for _, ref, _ in _uses(one, rules))


def hold(
    one: Claimed, rules: TenantRules, counters: Mapping[CounterRef, CounterValue], book: Book
) -> Recorded | None:  # fmt: skip
    """Count an activity, or answer that it is held; what a person has let through, or an import brings, is counted."""
    uses = [(limit, counters[ref], amount) for limit, ref, amount in _uses(one, rules)]
    if one.item is not None and not one.item.imported:
        for limit, counter, amount in uses:
            if counter.used + amount > limit.most:
                return Recorded(one.id, one.activity.member_id, "parked", explanation=(_told(limit, counter.used),))
    for _, counter, amount in uses:
        book.set(counter, "used", counter.used + amount)
    return None


def held(outcomes: Iterable[Outcome]) -> tuple[Change, Change]:
    """The rows of what was held, and the events that tell of it."""
    rows, events = list[Sequence[object]](), list[Sequence[object]]()
    for outcome in outcomes:
        one, lines = outcome.claimed, outcome.recorded.explanation
        if lines and lines[0].code is ExplanationCode.HELD:
            rows.append((one.tenant, one.id, "held", orjson.dumps(explanation_to_json(lines)).decode(), one.now))
            body = orjson.dumps(about(one)).decode()
            events.append((one.tenant, new_id(), HELD, f"activity:{one.id}", body, one.now, one.partner_id))
    return Change(_INSERT, rows), Change(events_service.INSERT_WITH_PARTNER, events)


def about(one: Claimed) -> dict[str, str | None]:
    """What is told of an activity that leads to nothing, or not yet."""
    activity = one.activity
    return {"activity": one.id, "key": activity.key, "kind": activity.kind, "member": activity.member_id,
            "order_reference": activity.order_id}  # fmt: skip


HELD = "activity.held"
assert HELD in events_service.KINDS
_INSERT = Insert(
    "activity_review", tenant_id="uuid", id="uuid", state="text", explanation="text", held_at="instant"
)  # fmt: skip


def _uses(one: Claimed, rules: TenantRules) -> Iterator[tuple[Limit, CounterRef, int]]:
    for limit in rules.limits:
        amount = limit.counts(one.activity)
        if amount:
            yield limit, _ref(one, limit, rules.zone), amount


def _ref(one: Claimed, limit: Limit, zone: ZoneInfo) -> CounterRef:
    what = "times" if limit.times is not None else limit.currency
    period = _period(limit.per, one.activity.occurred_at.astimezone(zone))
    # Of no program: the tenant's own id stands for all of them.
    program = ProgramId(one.tenant)
    return CounterRef(one.tenant, program, f"member:{one.activity.member_id}", f"velocity:{limit.kind}:{what}", period)


def _period(per: Per, local: datetime) -> str:
    return f"day:{local:%Y-%m-%d}" if per is Per.DAY else f"hour:{local:%Y-%m-%dT%H}"


def _told(limit: Limit, used: int) -> ExplanationLine:
    inputs = (("kind", limit.kind), ("per", limit.per.value), ("limit", limit.most), ("used", used),
              ("currency", limit.currency or ""))  # fmt: skip
    return ExplanationLine(ExplanationCode.HELD, None, None, None, None, inputs, 0, 0)
