"""The rows of memberships while they are worked on: claimed under a lock, written back, and told of.

Whoever writes a membership has locked its member before. Each change raises the revision, adds a row that stays, puts
the fact by which rules know of the plan, and tells of it as an event.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from events.service import emit
from kit import db
from kit.ids import is_id, new_id
from members import facts
from members.standing import PLAN
from members.views import MemberId
from programs.decision import ProgramId
from programs.paid.compiled import CompiledPaid
from programs.paid.errors import not_found
from programs.paid.life import Life, State, next_step
from programs.paid.views import ChargeId, MembershipId
from programs.perks import TERM, Term, counts_terms
from tenants import scope


class Change(StrEnum):
    """What happened to a membership."""

    JOINED = "joined"
    CHARGING = "charging"
    RENEWED = "renewed"
    DECLINED = "declined"
    DAYS_GIVEN = "days_given"
    UPGRADED = "upgraded"
    CANCELLING = "cancelling"
    RESUMED = "resumed"
    ENDED = "ended"


@dataclass(slots=True)
class Record:
    """A membership that this transaction alone works on."""

    program_id: ProgramId
    member_id: MemberId
    currency: str
    provider: str | None
    method: str | None
    joined_at: datetime
    life: Life
    id: MembershipId = field(default_factory=lambda: MembershipId(new_id()))
    dividend_at: datetime | None = None
    revision: int = 0


async def claim(membership: str) -> Record:
    """Lock a membership. Raises `Refusal` NOT_FOUND."""
    if is_id(membership):
        found = await db.rows(f"{_BY_ID}{_lock()}", scope.tenant_id(), membership)
        if found:
            return record(found[0])
    raise not_found("membership", "id")


async def current(program: ProgramId, member: MemberId) -> Record | None:
    """The membership that a member has in a program now, locked."""
    found = await db.rows(f"{_CURRENT}{_lock()}", scope.tenant_id(), program, member)
    return record(found[0]) if found else None


async def has_been(program: ProgramId, member: MemberId) -> bool:
    """Whether a member has or had a membership in a program: who had, has no trial any more."""
    return bool(await db.rows(_EVER, scope.tenant_id(), program, member))


async def is_joining(program: ProgramId, member: MemberId) -> bool:
    """Whether a card is being charged for joining; a page that nobody paid on yet is nothing."""
    return bool(await db.rows(_JOINING, scope.tenant_id(), program, member))


async def write(
    rules: CompiledPaid, row: Record, life: Life, change: Change, at: datetime, charge: ChargeId | None = None
) -> None:
    """Write what became of a membership, effective at `at`; a new one is made."""
    row.life, was, now = life, row.revision, scope.now()
    row.revision = was + 1
    step = next_step(rules, life)
    if row.dividend_at is None:
        row.dividend_at = rules.dividend_look(now)
    values = (
        scope.tenant_id(), row.id, life.plan, life.state, row.currency, row.provider, row.method, life.term,
        life.starts_at, life.ends_at, life.anchor_at, life.anchor_terms, life.paid, life.paid_at, life.paid_until,
        life.days_given, life.declined_at, life.tries, life.charging, life.ended_at, None if step is None else step[0],
        None if life.state is State.ENDED else row.dividend_at, row.revision,
    )  # fmt: skip
    if was:
        assert await db.execute(_UPDATE, *values, was) == 1, "a claimed membership was changed by somebody else"
    else:
        await db.execute(_INSERT, *values, row.program_id, row.member_id, row.joined_at)
    await db.execute(
        _INSERT_CHANGE, scope.tenant_id(), new_id(), row.id, row.member_id, row.revision, change, life.plan, life.state,
        life.term, life.starts_at, life.ends_at, charge, at, now,
    )  # fmt: skip
    known = [facts.Fact(row.member_id, f"{PLAN}{row.program_id}", life.plan if life.entitled(rules) else None)]
    if counts_terms(plan.perks for plan in rules.rules.plans):
        term = Term(life.starts_at, life.ends_at).to_json() if life.entitled(rules) else None
        known.append(facts.Fact(row.member_id, f"{TERM}{row.program_id}", term))
    await facts.put_many(known)
    if change is not Change.CHARGING:
        await emit(f"membership.{change}", f"membership:{row.id}", {
            "membership": row.id, "member": row.member_id, "program": row.program_id, "plan": life.plan,
            "state": life.state, "ends_at": life.ends_at,
        })  # fmt: skip


def record(row: db.Row) -> Record:
    """A membership's row."""
    life = Life(
        row["plan"], State(row["state"]), row["term"], db.instant(row["starts_at"]), db.instant_or_none(row["ends_at"]),
        db.instant(row["anchor_at"]), row["anchor_terms"], row["paid"], db.instant_or_none(row["paid_at"]),
        db.instant_or_none(row["paid_until"]), bool(row["days_given"]), db.instant_or_none(row["declined_at"]),
        row["tries"], bool(row["charging"]), db.instant_or_none(row["ended_at"]),
    )  # fmt: skip
    return Record(
        row["program_id"], row["member_id"], row["currency"], row["provider"], row["method"],
        db.instant(row["joined_at"]), life, row["id"], db.instant_or_none(row["dividend_at"]), row["revision"],
    )  # fmt: skip


def _lock() -> str:
    """SQLite has one writer at a time."""
    return " FOR NO KEY UPDATE" if db.dialect() == "postgres" else ""


_BY_ID = "SELECT * FROM membership WHERE tenant_id = $1 AND id = $2"
_CURRENT = "SELECT * FROM membership WHERE tenant_id = $1 AND program_id = $2 AND member_id = $3 AND state <> 'ended'"
_EVER = "SELECT 1 FROM membership WHERE tenant_id = $1 AND program_id = $2 AND member_id = $3 LIMIT 1"

_JOINING = """
SELECT 1 FROM charge WHERE tenant_id = $1 AND program_id = $2 AND member_id = $3 AND purpose = 'join'
AND state = 'open' AND method IS NOT NULL LIMIT 1"""

_COLUMNS = (
    "plan", "state", "currency", "provider", "method", "term", "starts_at", "ends_at", "anchor_at", "anchor_terms",
    "paid", "paid_at", "paid_until", "days_given", "declined_at", "tries", "charging", "ended_at", "look_at",
    "dividend_at", "revision",
)  # fmt: skip

_UPDATE = f"""
UPDATE membership SET {", ".join(f"{name} = ${n}" for n, name in enumerate(_COLUMNS, 3))}
WHERE tenant_id = $1 AND id = $2 AND revision = $24"""

_INSERT = f"""
INSERT INTO membership (tenant_id, id, {", ".join(_COLUMNS)}, program_id, member_id, joined_at)
VALUES ({", ".join(f"${n}" for n in range(1, 27))})"""

_INSERT_CHANGE = """
INSERT INTO membership_change (tenant_id, id, membership_id, member_id, revision, kind, plan, state, term, starts_at,
    ends_at, charge_id, effective_at, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"""
