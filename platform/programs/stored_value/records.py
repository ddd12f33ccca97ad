"""The rows of payments while they are worked on: claimed under a lock, written back, and told of as events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from events.service import Happening, emit, emit_many
from kit import db
from kit.ids import is_id, new_id
from kit.setbased import Columns, Insert, Update
from ledger.load import Wanted
from ledger.state import AccountRef, TransferId, UnitId, gift_card
from ledger.state import member as member_account
from members.views import MemberId
from programs.stored_value.errors import payment_not_found
from programs.stored_value.views import GiftCardId, PaymentId, PaymentState, Source
from tenants import scope


@dataclass(slots=True)
class Leg:
    """What one source gives to a claimed payment."""

    id: str
    position: int
    source: Source
    unit_id: UnitId
    gift_card_id: GiftCardId | None
    amount: int
    hold_id: TransferId
    transfer_id: TransferId | None = None
    captured: int = 0
    returned: int = 0

    def account(self, member: MemberId | None) -> AccountRef:
        """The account it comes from."""
        return account_of(self.unit_id, self.gift_card_id, member)


def account_of(unit: UnitId, card: GiftCardId | None, member: MemberId | None) -> AccountRef:
    """The account of a source: a card's, else a member's."""
    if card is not None:
        return gift_card(scope.tenant_id(), unit, card)
    assert member is not None, "a balance belongs to a member"
    return member_account(scope.tenant_id(), unit, member)


@dataclass(slots=True)
class Claimed:
    """A payment that this transaction alone works on."""

    id: PaymentId
    member_id: MemberId | None
    amount: int
    currency: str
    captured: int
    refunded: int
    returned: int
    state: PaymentState
    order_reference: str | None
    ends_at: datetime
    legs: list[Leg] = field(default_factory=list)

    @property
    def cards(self) -> list[GiftCardId]:
        """The gift cards that give to it."""
        return [leg.gift_card_id for leg in self.legs if leg.gift_card_id is not None]

    def want_holds(self, wanted: Wanted) -> None:
        """Ask for what closing it needs."""
        wanted.holds.update((scope.tenant_id(), leg.hold_id) for leg in self.legs)

    def want_entries(self, wanted: Wanted) -> None:
        """Ask for what giving it back needs."""
        for leg in self.legs:
            if leg.transfer_id is not None:
                wanted.entries.add((scope.tenant_id(), leg.transfer_id))
                wanted.spending.add(leg.account(self.member_id))


async def claim(payment: PaymentId) -> Claimed:
    """Lock a payment, whatever its state. Raises `Refusal` NOT_FOUND."""
    found = await claim_all([payment])
    if not found:
        raise payment_not_found()
    return found[0]


async def claim_all(ids: Sequence[str]) -> list[Claimed]:
    """Lock the payments of these ids that this tenant has, in the order of their ids."""
    known = [(id_,) for id_ in ids if is_id(id_)]
    if not known:
        return []
    sql = f"SELECT p.* FROM payment p JOIN {_IDS.source(2)} AS x ON x.id = p.id WHERE p.tenant_id = $1 ORDER BY p.id"
    return await _with_legs(await db.rows(f"{sql} {_lock('OF p')}", scope.tenant_id(), _IDS.payload(known)))


async def claim_due(limit: int) -> list[Claimed]:
    """Lock payments whose end has come, the longest due first; those that others work on are passed over."""
    sql = _DUE.format(lock=_lock("SKIP LOCKED"))
    return await _with_legs(await db.rows(sql, scope.tenant_id(), scope.now(), limit))


async def claim_captured_of(orders: Sequence[str]) -> list[Claimed]:
    """Lock the captured payments of these orders, in the order of their ids."""
    if not orders:
        return []
    sql = _OF_ORDERS.format(orders=_ORDERS.source(2), lock=_lock("OF p"))
    wanted = _ORDERS.payload([(order,) for order in sorted(set(orders))])
    return await _with_legs(await db.rows(sql, scope.tenant_id(), wanted))


def draft(
    member: MemberId | None, currency: str, order_reference: str | None, hold_minutes: int
) -> Claimed:  # fmt: skip
    """A payment that is not written yet, and has no legs."""
    end = scope.now() + timedelta(minutes=hold_minutes)
    return Claimed(
        PaymentId(new_id()), member, 0, currency, 0, 0, 0, PaymentState.AUTHORIZED, order_reference, end
    )  # fmt: skip


async def insert(claimed: Claimed) -> None:
    """Write a new payment with its legs."""
    tenant, now = scope.tenant_id(), scope.now()
    await db.execute(
        _INSERT, tenant, claimed.id, claimed.member_id, claimed.amount, claimed.currency, claimed.state,
        claimed.order_reference, now, claimed.ends_at,
    )  # fmt: skip
    await _INSERT_LEGS([
        (tenant, leg.id, claimed.id, leg.position, leg.source, leg.unit_id, leg.gift_card_id, leg.amount, leg.hold_id)
        for leg in claimed.legs
    ])  # fmt: skip
    await emit("payment.authorized", f"payment:{claimed.id}", _body(claimed))


async def close(closed: Sequence[Claimed], state: PaymentState) -> None:
    """Write that payments were captured, voided or expired, one event each."""
    if not closed:
        return
    tenant, now = scope.tenant_id(), scope.now()
    changed = await _CLOSE([(tenant, each.id, state, each.captured, each.order_reference, now) for each in closed])
    assert changed == len(closed), "a claimed payment was changed by somebody else"
    legs = [(tenant, leg.id, leg.transfer_id, leg.captured) for each in closed for leg in each.legs]
    assert await _CAPTURE_LEGS(legs) == len(legs), "a leg has gone"
    for each in closed:
        each.state = state
    await emit_many([Happening(f"payment.{state}", f"payment:{each.id}", _body(each)) for each in closed])


async def give_back(changed: Sequence[Claimed]) -> None:
    """Write what was given back of captured payments, one event each."""
    if not changed:
        return
    tenant = scope.tenant_id()
    rows = [(tenant, each.id, each.refunded, each.returned) for each in changed]
    assert await _RETURN(rows) == len(rows), "a claimed payment was changed by somebody else"
    legs = [(tenant, leg.id, leg.returned) for each in changed for leg in each.legs]
    assert await _RETURN_LEGS(legs) == len(legs), "a leg has gone"
    await emit_many([Happening("payment.refunded", f"payment:{each.id}", _body(each)) for each in changed])


async def _with_legs(found: Sequence[db.Row]) -> list[Claimed]:
    claimed = [_claimed(row) for row in found]
    if claimed:
        by_id = {each.id: each for each in claimed}
        wanted = _IDS.payload([(each.id,) for each in claimed])
        for row in await db.rows(_LEGS.format(ids=_IDS.source(2)), scope.tenant_id(), wanted):
            by_id[row["payment_id"]].legs.append(_leg(row))
    return claimed


def _lock(mode: str) -> str:
    """SQLite has one writer at a time."""
    return f"FOR NO KEY UPDATE {mode}" if db.dialect() == "postgres" else ""


def _claimed(row: db.Row) -> Claimed:
    return Claimed(
        row["id"], row["member_id"], row["amount"], row["currency"], row["captured"], row["refunded"], row["returned"],
        PaymentState(row["state"]), row["order_reference"], db.instant(row["ends_at"]),
    )  # fmt: skip


def _leg(row: db.Row) -> Leg:
    return Leg(
        row["id"], row["position"], Source(row["source"]), row["unit_id"], row["gift_card_id"], row["amount"],
        row["hold_id"], row["transfer_id"], row["captured"], row["returned"],
    )  # fmt: skip


def _body(claimed: Claimed) -> dict[str, Any]:
    return {
        "payment": claimed.id, "member": claimed.member_id, "amount": claimed.amount, "currency": claimed.currency,
        "captured": claimed.captured, "returned": claimed.returned, "order_reference": claimed.order_reference,
    }  # fmt: skip


_IDS = Columns(id="uuid")
_ORDERS = Columns(order_reference="text")

_DUE = """
SELECT * FROM payment WHERE tenant_id = $1 AND state = 'authorized' AND ends_at <= $2
ORDER BY ends_at, id LIMIT $3 {lock}"""

_OF_ORDERS = """
SELECT p.* FROM payment p JOIN {orders} AS x ON x.order_reference = p.order_reference
WHERE p.tenant_id = $1 AND p.state = 'captured' ORDER BY p.id {lock}"""

_LEGS = """
SELECT l.* FROM {ids} AS x JOIN payment_leg l ON l.tenant_id = $1 AND l.payment_id = x.id
ORDER BY l.payment_id, l.position"""

_INSERT = """
INSERT INTO payment (tenant_id, id, member_id, amount, currency, state, order_reference, authorized_at, ends_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""

_INSERT_LEGS = Insert(
    "payment_leg", tenant_id="uuid", id="uuid", payment_id="uuid", position="int", source="text", unit_id="uuid",
    gift_card_id="uuid", amount="int", hold_id="uuid",
)  # fmt: skip

_CLOSE = Update(
    "payment",
    "state = x.state, captured = x.captured, order_reference = x.order_reference, closed_at = x.closed_at",
    "t.state = 'authorized'", state="text", captured="int", order_reference="text", closed_at="instant",
)  # fmt: skip
_CAPTURE_LEGS = Update(
    "payment_leg", "transfer_id = x.transfer_id, captured = x.captured", transfer_id="uuid", captured="int"
)  # fmt: skip
_RETURN = Update(
    "payment", "refunded = x.refunded, returned = x.returned", "t.state = 'captured'", refunded="int", returned="int"
)  # fmt: skip
_RETURN_LEGS = Update("payment_leg", "returned = x.returned", returned="int")
