"""Referrals as the rest of the house sees them, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from kit import db
from kit.ids import is_id
from kit.setbased import Columns
from ledger.state import UnitId
from members.views import MemberId
from programs import rulebooks
from programs.decision import ProgramId
from programs.referral import codes
from programs.referral.compiled import CompiledReferral
from programs.rulebooks import TenantRules
from tenants import scope

ReferralId = NewType("ReferralId", str)

PAGE_MAX = 101  # a page of 100 and the one that tells whether there is another


class ReferralState(StrEnum):
    """Where a referral is in its life."""

    INVITED = "invited"
    QUALIFIED = "qualified"
    REWARDED = "rewarded"
    REJECTED = "rejected"
    TAKEN_BACK = "taken_back"


class Rejection(StrEnum):
    """Why a referral was rejected."""

    SAME_PERSON = "same_person"
    CUSTOMER = "customer"
    LATE = "late"
    GONE = "gone"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class ReferralView:
    """A friend who came by a member's code; `signs` (`email`, `phone`, `attribute:…`, `circle`) say both may be one."""

    id: ReferralId
    program_id: ProgramId
    referrer_id: MemberId
    friend_id: MemberId
    state: ReferralState
    signs: tuple[str, ...]
    reason: Rejection | None
    note: str | None
    capped: bool
    order_reference: str | None
    claimed_at: datetime
    qualified_at: datetime | None
    closed_at: datetime | None
    look_at: datetime | None


@dataclass(frozen=True, slots=True)
class Running:
    """A referral program that runs, by its rules as they are now."""

    program_id: ProgramId
    compiled: CompiledReferral


@dataclass(frozen=True, slots=True)
class MemberReferrals:
    """A member's code in a program, what came of it by state, and the points that it brought, by unit."""

    program_id: ProgramId
    code: str
    link: str | None
    friends: Mapping[ReferralState, int]
    earned: Mapping[UnitId, int]


def running(rules: TenantRules, now: datetime) -> list[Running]:
    """The referral programs that run, the oldest first."""
    found = [
        Running(program.id, compiled)
        for program in rules.rulebook.programs
        if program.live_at(now)
        and isinstance(compiled := rules.rulebook.version(program, now).compiled, CompiledReferral)
    ]
    return sorted(found, key=lambda each: each.program_id)


async def of_member(member: MemberId) -> list[MemberReferrals]:
    """What a member can invite with, and what came of it: one for each referral program that runs."""
    async with scope.reading():
        rules = (await rulebooks.load([scope.tenant_id()]))[scope.tenant_id()]
    known = running(rules, scope.now())
    own = await codes.of_member(member, [each.program_id for each in known])
    async with scope.reading():
        counted = await db.rows(_COUNTED, scope.tenant_id(), member)
        earned = await db.rows(_EARNED, scope.tenant_id(), member)
    return [
        MemberReferrals(
            each.program_id, own[each.program_id], each.compiled.link(own[each.program_id]),
            {ReferralState(row["state"]): int(row["n"]) for row in counted if row["program_id"] == each.program_id},
            {UnitId(row["unit_id"]): int(row["n"]) for row in earned if row["program_id"] == each.program_id},
        )
        for each in known
        if each.program_id in own
    ]  # fmt: skip


async def referrals(ids: Sequence[str]) -> dict[ReferralId, ReferralView]:
    """The referrals of these ids that this tenant has; others are missing from the answer."""
    known = [(id_,) for id_ in ids if is_id(id_)]
    if not known:
        return {}
    async with scope.reading():
        found = await db.rows(_BY_IDS.format(ids=_IDS.source(2)), scope.tenant_id(), _IDS.payload(known))
    return {row["id"]: _view(row) for row in found}


async def page_of_referrals(
    *, referrer: MemberId | None = None, state: ReferralState | None = None, after: ReferralId | None = None,
    first: int = 50,
) -> list[ReferralView]:  # fmt: skip
    """The latest first: `first` (at most 101) beyond the id `after`, all or a member's, or those in a state."""
    if not all(is_id(id_) for id_ in (referrer, after) if id_ is not None):
        return []
    params: list[object] = [scope.tenant_id(), max(0, min(first, PAGE_MAX))]
    where = ""
    for condition, value in (("referrer_id =", referrer), ("state =", state), ("id <", after)):
        if value is not None:
            params.append(value)
            where += f" AND {condition} ${len(params)}"
    async with scope.reading():
        found = await db.rows(
            f"SELECT * FROM referral WHERE tenant_id = $1{where} ORDER BY id DESC LIMIT $2", *params
        )  # fmt: skip
    return [_view(row) for row in found]


_IDS = Columns(id="uuid")

_BY_IDS = "SELECT r.* FROM {ids} AS x JOIN referral r ON r.tenant_id = $1 AND r.id = x.id"

_COUNTED = """
SELECT program_id, state, count(*) AS n FROM referral WHERE tenant_id = $1 AND referrer_id = $2
GROUP BY program_id, state"""

_EARNED = """
SELECT r.program_id, g.unit_id, sum(g.points) AS n
FROM referral r JOIN referral_gift g ON g.tenant_id = r.tenant_id AND g.referral_id = r.id AND g.side = 'referrer'
WHERE r.tenant_id = $1 AND r.referrer_id = $2 AND r.state = 'rewarded' GROUP BY r.program_id, g.unit_id"""


def _view(row: db.Row) -> ReferralView:
    return ReferralView(
        id=row["id"], program_id=row["program_id"], referrer_id=row["referrer_id"], friend_id=row["friend_id"],
        state=ReferralState(row["state"]), signs=tuple(row["signs"].split(",")) if row["signs"] else (),
        reason=None if row["reason"] is None else Rejection(row["reason"]), note=row["note"],
        capped=bool(row["capped"]), order_reference=row["order_reference"], claimed_at=db.instant(row["claimed_at"]),
        qualified_at=db.instant_or_none(row["qualified_at"]), closed_at=db.instant_or_none(row["closed_at"]),
        look_at=db.instant_or_none(row["look_at"]),
    )  # fmt: skip
