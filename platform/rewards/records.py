"""The rows of redemptions while they are worked on: claimed under a lock, written back, and told of as events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from events.service import Happening, emit, emit_many
from kit import db
from kit.ids import is_id, new_id
from kit.setbased import Update
from ledger.state import TransferId, UnitId
from members.views import MemberId
from rewards import offers, vouchers
from rewards.errors import redemption_not_found
from rewards.offers import Offer
from rewards.views import RedemptionId, RedemptionState, RewardId, VoucherId
from tenants import scope


@dataclass(slots=True)
class Claimed:
    """A redemption that this transaction alone works on."""

    id: RedemptionId
    member_id: MemberId
    reward_id: RewardId | None
    unit_id: UnitId
    points: int
    state: RedemptionState
    hold_id: TransferId | None
    order_reference: str | None
    ends_at: datetime
    transfer_id: TransferId | None = None
    partner_id: str | None = None


async def claim(redemption: RedemptionId) -> Claimed:
    """Lock a redemption, whatever its state. Raises `Refusal` NOT_FOUND."""
    found = await db.rows(_CLAIM.format(lock=_lock("")), scope.tenant_id(), redemption) if is_id(redemption) else []
    if not found:
        raise redemption_not_found()
    return _claimed(found[0])


async def claim_due(limit: int) -> list[Claimed]:
    """Lock reservations whose end has come, the longest due first; those that others work on are passed over."""
    found = await db.rows(_CLAIM_DUE.format(lock=_lock("SKIP LOCKED")), scope.tenant_id(), scope.now(), limit)
    return [_claimed(row) for row in found]


def draft(offer: Offer, order_reference: str | None, hold_minutes: int, partner_id: str | None) -> Claimed:
    """A reservation that is not written yet."""
    return Claimed(
        RedemptionId(new_id()), offer.member_id, None if offer.reward is None else offer.reward.id, offer.unit_id,
        offer.points, RedemptionState.RESERVED, None, order_reference, scope.now() + timedelta(minutes=hold_minutes),
        partner_id=partner_id,
    )  # fmt: skip


async def insert(claimed: Claimed, offer: Offer) -> None:
    """Write a new reservation and count its reward's stock, last of all since its row is the one all want."""
    value = offer.value
    await db.execute(
        _INSERT, scope.tenant_id(), claimed.id, claimed.member_id, claimed.reward_id, claimed.unit_id,
        offer.program_id, claimed.points, claimed.state, claimed.hold_id, claimed.order_reference,
        value and value.amount, value and value.currency, offer.terms, scope.now(), claimed.ends_at,
        claimed.partner_id,
    )  # fmt: skip
    await emit("redemption.reserved", f"redemption:{claimed.id}", _body(claimed), claimed.partner_id)
    if claimed.reward_id is not None:
        await offers.take_stock(claimed.reward_id)


async def confirm(claimed: Claimed, voucher: VoucherId | None) -> None:
    """Write that the points were taken by `transfer_id`, and tell of the code if there is one."""
    claimed.state = RedemptionState.CONFIRMED
    changed = await db.execute(
        _CONFIRM, scope.tenant_id(), claimed.id, claimed.transfer_id, claimed.order_reference, scope.now()
    )
    assert changed == 1, "a claimed redemption was changed by somebody else"
    subject, body = f"redemption:{claimed.id}", _body(claimed)
    happenings = [Happening("redemption.confirmed", subject, body, claimed.partner_id)]
    if voucher is not None:
        happenings.append(Happening("voucher.issued", subject, body | {"voucher": voucher}))
    await emit_many(happenings)


async def let_go(closed: Sequence[Claimed], state: RedemptionState) -> None:
    """Write that reservations were cancelled or expired: codes and stock go back, one event each."""
    if not closed:
        return
    tenant, now = scope.tenant_id(), scope.now()
    changed = await _CLOSE([(tenant, claimed.id, state, now) for claimed in closed])
    assert changed == len(closed), "a claimed redemption was changed by somebody else"
    for claimed in closed:
        claimed.state = state
    await vouchers.release([claimed.id for claimed in closed])
    await emit_many([
        Happening(f"redemption.{state}", f"redemption:{claimed.id}", _body(claimed), claimed.partner_id)
        for claimed in closed
    ])  # fmt: skip
    await offers.give_stock_back(Counter(claimed.reward_id for claimed in closed if claimed.reward_id is not None))


def _lock(mode: str) -> str:
    """SQLite has one writer at a time."""
    return f"FOR NO KEY UPDATE {mode}" if db.dialect() == "postgres" else ""


def _claimed(row: db.Row) -> Claimed:
    return Claimed(
        row["id"], row["member_id"], row["reward_id"], row["unit_id"], row["points"], RedemptionState(row["state"]),
        row["hold_id"], row["order_reference"], db.instant(row["ends_at"]), partner_id=row["partner_id"],
    )  # fmt: skip


def _body(claimed: Claimed) -> dict[str, Any]:
    return {
        "redemption": claimed.id, "member": claimed.member_id, "reward": claimed.reward_id, "unit": claimed.unit_id,
        "points": claimed.points, "order_reference": claimed.order_reference,
    }  # fmt: skip


_COLUMNS = "id, member_id, reward_id, unit_id, points, state, hold_id, order_reference, ends_at, partner_id"

_CLAIM = f"SELECT {_COLUMNS} FROM redemption WHERE tenant_id = $1 AND id = $2 {{lock}}"

_CLAIM_DUE = f"""
SELECT {_COLUMNS} FROM redemption WHERE tenant_id = $1 AND state = 'reserved' AND ends_at <= $2
ORDER BY ends_at, id LIMIT $3 {{lock}}"""

_INSERT = """
INSERT INTO redemption (tenant_id, id, member_id, reward_id, unit_id, program_id, points, state, hold_id,
                        order_reference, value_amount, value_currency, terms, reserved_at, ends_at, partner_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"""

_CONFIRM = """
UPDATE redemption SET state = 'confirmed', transfer_id = $3, order_reference = $4, closed_at = $5
WHERE tenant_id = $1 AND id = $2 AND state = 'reserved'"""

_CLOSE = Update(
    "redemption", "state = x.state, closed_at = x.closed_at", "t.state = 'reserved'", state="text",
    closed_at="instant",
)  # fmt: skip
