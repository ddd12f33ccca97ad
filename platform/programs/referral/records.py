"""Referrals as they are worked on: locked, with the friend's orders, and written back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson

from kit import db
from kit.ids import is_id
from kit.setbased import Insert, Update
from ledger.state import TransferId, UnitId
from members.views import MemberId
from programs.activity import MAIN_LINE, Activity, LineKind
from programs.decision import ProgramId
from programs.engine import EVERY_LINE
from programs.gift_posting import GivenPoints
from programs.orders import Order, Part
from programs.referral.compiled import Bought
from programs.referral.errors import referral_not_found
from programs.referral.views import ReferralId, ReferralState
from tenants import scope

ORDERS_MAX = 200
"""A friend's orders that are looked at, the first ones."""


@dataclass(slots=True)
class Claimed:
    """A referral that this transaction alone works on."""

    id: ReferralId
    program_id: ProgramId
    referrer_id: MemberId
    friend_id: MemberId
    state: ReferralState
    signs: tuple[str, ...]
    claimed_at: datetime
    order_reference: str | None
    grants: tuple[str, ...]
    reason: str | None = None
    note: str | None = None
    capped: bool = False
    qualified_at: datetime | None = None
    closed_at: datetime | None = None
    look_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gift:
    """Points that a referral brought to the one who invited, or to the friend."""

    side: str
    points: GivenPoints


async def claim(referral: str) -> Claimed:
    """Lock a referral. Raises `Refusal` NOT_FOUND."""
    if is_id(referral):
        for row in await db.rows(f"{_ONE} {_lock('')}", scope.tenant_id(), referral):
            return _claimed(row)
    raise referral_not_found()


async def claim_due(limit: int) -> list[Claimed]:
    """Lock referrals that are to be looked at, the longest due first; those that others work on are passed over."""
    sql = f"{_DUE} {_lock('SKIP LOCKED')}"
    return [_claimed(row) for row in await db.rows(sql, scope.tenant_id(), scope.now(), limit)]


async def orders_of(claimed: Claimed) -> list[Bought]:
    """The friend's orders since the code was used, of the program's line of business, as they are now."""
    found = await db.rows(
        _ORDERS, scope.tenant_id(), claimed.friend_id, claimed.claimed_at, claimed.program_id, ORDERS_MAX
    )
    answer = []
    for row in found:
        activity = Activity.from_json({**orjson.loads(row["activity"]), "member_id": claimed.friend_id})
        if row["line"] not in (EVERY_LINE, activity.line or MAIN_LINE):
            continue
        order = Order()
        if row["body"] is None:
            order.place(row["id"], activity.lines)
        else:
            order = Order.from_json(orjson.loads(row["body"]))
        kept = sum(_kept(order, part) for part in order.parts)
        answer.append(Bought(row["reference"], activity.occurred_at, activity.currency, kept, order.all_gone))
    return answer


async def rewarded_in(claimed: Claimed, period: tuple[datetime, datetime] | None) -> int:
    """How many friends of this referrer were rewarded for in a period; counted under the referrer's lock."""
    (row,) = await db.rows(
        _REWARDED if period is None else f"{_REWARDED} AND qualified_at >= $4 AND qualified_at < $5",
        scope.tenant_id(), claimed.referrer_id, claimed.program_id, *(period or ()),
    )  # fmt: skip
    return int(row["n"])


async def gifts_of(referral: ReferralId) -> list[Gift]:
    """The points that a referral brought."""
    return [
        Gift(row["side"], GivenPoints(TransferId(row["transfer_id"]), UnitId(row["unit_id"]), row["points"]))
        for row in await db.rows(_GIFTS, scope.tenant_id(), referral)
    ]


def row_of(claimed: Claimed) -> tuple[object, ...]:
    """The row for `UPDATE`."""
    return (
        scope.tenant_id(), claimed.id, claimed.state.value, ",".join(claimed.signs) or None, claimed.reason,
        claimed.note, claimed.capped, claimed.order_reference,
        orjson.dumps(claimed.grants).decode() if claimed.grants else None, claimed.qualified_at, claimed.closed_at,
        claimed.look_at,
    )  # fmt: skip


UPDATE = Update(
    "referral",
    "state = x.state, signs = x.signs, reason = x.reason, note = x.note, capped = x.capped, "
    "order_reference = x.order_reference, grants = x.grants, qualified_at = x.qualified_at, closed_at = x.closed_at, "
    "look_at = x.look_at",
    state="text", signs="text", reason="text", note="text", capped="bool", order_reference="text", grants="text",
    qualified_at="instant", closed_at="instant", look_at="instant",
)  # fmt: skip
INSERT_GIFTS = Insert(
    "referral_gift", tenant_id="uuid", id="uuid", referral_id="uuid", side="text", unit_id="uuid", points="int",
    transfer_id="uuid",
)  # fmt: skip


def _kept(order: Order, part: Part) -> int:
    """What is left of a product, after discounts and without tax."""
    line = part.line
    if line.kind is not LineKind.PRODUCT:
        return 0
    return int((line.amount - line.discount) * (line.quantity - order.gone(part)) / line.quantity)


def _claimed(row: db.Row) -> Claimed:
    return Claimed(
        id=row["id"], program_id=row["program_id"], referrer_id=row["referrer_id"], friend_id=row["friend_id"],
        state=ReferralState(row["state"]), signs=tuple((row["signs"] or "").split(",")) if row["signs"] else (),
        claimed_at=db.instant(row["claimed_at"]), order_reference=row["order_reference"],
        grants=tuple(orjson.loads(row["grants"] or "[]")), reason=row["reason"], note=row["note"],
        capped=bool(row["capped"]), qualified_at=db.instant_or_none(row["qualified_at"]),
        closed_at=db.instant_or_none(row["closed_at"]), look_at=db.instant_or_none(row["look_at"]),
    )  # fmt: skip


def _lock(how: str) -> str:
    return f"FOR NO KEY UPDATE {how}" if db.dialect() == "postgres" else ""


_ONE = "SELECT * FROM referral WHERE tenant_id = $1 AND id = $2"
_DUE = "SELECT * FROM referral WHERE tenant_id = $1 AND look_at <= $2 ORDER BY look_at, id LIMIT $3"

_ORDERS = """
SELECT a.id, a.body AS activity, o.reference, o.body, p.line
FROM activity a JOIN placed_order o ON o.tenant_id = a.tenant_id AND o.reference = a.order_reference
JOIN program p ON p.tenant_id = a.tenant_id AND p.id = $4
JOIN member m ON m.tenant_id = a.tenant_id AND m.id = $2
WHERE a.tenant_id = $1 AND a.member_id = COALESCE(m.merged_into, m.id) AND a.occurred_at >= $3
    AND a.kind = 'purchase' AND o.activity_id = a.id
ORDER BY a.occurred_at, a.id LIMIT $5"""

_REWARDED = """
SELECT count(*) AS n FROM referral
WHERE tenant_id = $1 AND referrer_id = $2 AND program_id = $3 AND state = 'rewarded' AND NOT capped"""

_GIFTS = """
SELECT side, unit_id, points, transfer_id FROM referral_gift WHERE tenant_id = $1 AND referral_id = $2 ORDER BY id"""
