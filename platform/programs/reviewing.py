"""What was held is looked at by a person, who releases it to be decided as any other, or rejects it for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from events.service import emit
from kit import db
from kit.errors import Refusal
from kit.ids import is_id
from kit.money import EXPONENTS
from kit.setbased import write
from members.text import storable
from programs import rulebooks
from programs.activity import CORRECTIONS, Activity, is_activity_kind
from programs.claims import Claimed
from programs.decision import ExplanationLine, explanation_from_json
from programs.intake import decide_held
from programs.outcome import Outcome
from programs.records import Recorded
from programs.remember import told
from programs.screening import about
from programs.velocity import Limit
from tenants import audit, commands, scope

LIMITS_MAX = 20
NOTE_CHARACTERS_MAX = 500
MOST_MAX = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Held:
    """An activity that waits for a person, since when, and why."""

    activity_id: str
    held_at: datetime
    explanation: tuple[ExplanationLine, ...]


async def limits() -> tuple[Limit, ...]:
    """The tenant's limits, as they were given."""
    async with scope.reading():
        return (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()].limits


async def set_limits(given: Sequence[Limit]) -> tuple[Limit, ...]:
    """Replace all limits; none: nothing is held. Raises `Refusal`: TOO_MANY, INVALID_KIND, INVALID, OUT_OF_RANGE,
    CURRENCY_MISSING, INVALID_CURRENCY.
    """
    _check(given)
    tenant, stored = scope.tenant_id(), orjson.dumps([limit.to_json() for limit in given]).decode()
    async with scope.writing():
        await db.execute(
            "UPDATE tenant SET activity_limits = $2, programs_revision = programs_revision + 1 WHERE id = $1",
            tenant, stored,
        )  # fmt: skip
        await audit.record("activity_limits.set", f"tenant:{tenant}", {"limits": len(given)})
    return tuple(given)


async def waiting(after: str | None = None, first: int = 25) -> list[Held]:
    """What is held, the latest first."""
    if after is not None and not is_id(after):
        return []
    beyond = "" if after is None else "AND id < $3"
    sql = f"""SELECT id, held_at, explanation FROM activity_review
        WHERE tenant_id = $1 AND state = 'held' {beyond} ORDER BY id DESC LIMIT $2"""
    async with scope.reading():
        found = await db.rows(sql, scope.tenant_id(), first, *([] if after is None else [after]))
    return [
        Held(row["id"], db.instant(row["held_at"]), explanation_from_json(orjson.loads(row["explanation"])))
        for row in found
    ]


async def review(key: str, activity: str, release: bool, note: str) -> str:
    """Release an activity that is held, which then is decided, or reject it; answers its id.

    Raises `Refusal`: INVALID (note), NOT_FOUND, ALREADY_CLOSED.
    """
    if not note.strip() or len(note) > NOTE_CHARACTERS_MAX or not storable(note):
        raise Refusal("INVALID", f"Say why in 1 to {NOTE_CHARACTERS_MAX} characters.", ("note",))

    async def work() -> commands.Result:
        claimed = await _close(activity, release, note)
        if release:
            await decide_held(claimed)
        else:
            refusal = Refusal("REJECTED", "It was looked at, and rejected.", (), final=True)
            recorded = Recorded(claimed.id, claimed.activity.member_id, "refused", refusal=refusal)
            await write(told([Outcome(claimed, recorded)]))
            await emit("activity.rejected", f"activity:{claimed.id}", about(claimed), claimed.partner_id)
        done = "activity.released" if release else "activity.rejected"
        await audit.record(done, f"activity:{claimed.id}", {"member": f"member:{claimed.activity.member_id}"})
        return {"activity": claimed.id}

    given = {"activity": activity, "release": release, "note": note}
    result = await commands.once(key, "activity.review", given, work)
    return str(result["activity"])


async def _close(activity: str, release: bool, note: str) -> Claimed:
    tenant, now = scope.tenant_id(), scope.now()
    state = "released" if release else "rejected"
    closed = is_id(activity) and await db.execute(
        "UPDATE activity_review SET state = $3, closed_at = $4, note = $5 "
        "WHERE tenant_id = $1 AND id = $2 AND state = 'held'",
        tenant, activity, state, now, note,
    )  # fmt: skip
    if not closed:
        sql = "SELECT 1 FROM activity_review WHERE tenant_id = $1 AND id = $2"
        if is_id(activity) and await db.rows(sql, tenant, activity):
            raise Refusal("ALREADY_CLOSED", "Somebody has decided on it before.", ("id",), final=True)
        raise Refusal("NOT_FOUND", "There is no such activity that is held.", ("id",))
    row = await _locked(activity)
    body = {**orjson.loads(row["body"]), "member_id": row["member_id"]}
    return Claimed(tenant, activity, Activity.from_json(body), now, partner_id=row["partner_id"])


async def _locked(activity: str) -> db.Row:
    """The activity, its member held against a merge: one under way is waited for, and then it is theirs who stays."""
    tenant, sql = scope.tenant_id(), "SELECT member_id, body, partner_id FROM activity WHERE tenant_id = $1 AND id = $2"
    (row,) = await db.rows(sql, tenant, activity)
    if db.dialect() == "postgres":
        lock = "SELECT id FROM member WHERE tenant_id = $1 AND id = $2 FOR KEY SHARE"
        await db.rows(lock, tenant, row["member_id"])
        (row,) = await db.rows(sql, tenant, activity)
    return row


def _check(given: Sequence[Limit]) -> None:
    if len(given) > LIMITS_MAX:
        raise Refusal("TOO_MANY", f"At most {LIMITS_MAX} limits.", ("limits",))
    seen = set()
    for index, limit in enumerate(given):
        at = ("limits", str(index))
        what = (limit.kind, limit.per, limit.times is None, limit.currency)
        if what in seen:
            raise Refusal("INVALID", "There is a limit of this kind, for this time, already.", at)
        seen.add(what)
        if not is_activity_kind(limit.kind) or limit.kind in CORRECTIONS:
            raise Refusal("INVALID_KIND", "There is no such kind of activity, or it corrects one.", (*at, "kind"))
        if (limit.times is None) == (limit.amount is None):
            raise Refusal("INVALID", "Give how many times, or how much.", at)
        if not 1 <= limit.most <= MOST_MAX:
            raise Refusal("OUT_OF_RANGE", "A limit lies in 1 … 2⁵³ − 1.", at)
        if limit.amount is not None and limit.currency is None:
            raise Refusal("CURRENCY_MISSING", "Money needs its currency.", (*at, "currency"))
        if limit.amount is not None and limit.currency not in EXPONENTS:
            raise Refusal("INVALID_CURRENCY", "There is no such currency.", (*at, "currency"))
