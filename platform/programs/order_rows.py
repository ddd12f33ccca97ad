"""Orders in the database: claimed, locked and read in one statement per batch; written back once corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from kit import db
from kit.ids import new_id
from kit.setbased import Columns, Update
from ledger.errors import Stale
from programs.activity import CORRECTIONS, Activity, ActivityKind, Line
from programs.claims import Claimed
from programs.orders import Earning, Order, Use
from programs.records import read_result
from rewards import returns
from rewards.returns import GivenBack
from rewards.views import RedemptionView
from tenants import scope
from tenants.scope import TenantId

OrderKey = tuple[str, str]


@dataclass(slots=True)
class OrderRow:
    """An order while a batch works on it; `activity_id` is its purchase's, `parked` what waits for that."""

    tenant: str
    id: str
    member_id: str
    activity_id: str | None
    order: Order
    revision: int
    parked: list[Claimed] = field(default_factory=list)
    spendings: list[RedemptionView] = field(default_factory=list)
    given_back: list[GivenBack] = field(default_factory=list)
    touched: bool = False

    def park(self, one: Claimed) -> None:
        """Remember an event that came before its purchase."""
        self.order.parked.append(one.id)
        self.touched = True

    def correct(self, one: Claimed) -> tuple[Line, ...]:
        """Apply a correction; answers the lines that came. Raises `Refusal`."""
        added = self.order.correct(one.activity)
        self.touched = True
        return added


async def load_orders(claimed: Sequence[Claimed]) -> dict[OrderKey, OrderRow]:
    """The orders that these activities are about, made if they are not there, locked until the commit."""
    about = {(one.tenant, one.activity.order_id): one for one in reversed(claimed) if one.activity.order_id is not None}
    if not about:
        return {}
    purchases = {
        (one.tenant, one.activity.order_id): one.id
        for one in reversed(claimed)
        if one.activity.kind == ActivityKind.PURCHASE
    }
    rows = [
        (tenant, new_id(), reference, one.activity.member_id, purchases.get((tenant, reference)), one.now)
        for (tenant, reference), one in sorted(about.items())
    ]
    found: dict[OrderKey, OrderRow] = {}
    plain: list[OrderRow] = []
    for row in await db.rows(_UPSERT.format(source=_ROWS.source()), _ROWS.payload(rows)):
        key = (row["tenant_id"], row["reference"])
        order = Order() if row["body"] is None else Order.from_json(orjson.loads(row["body"]))
        mine = OrderRow(row["tenant_id"], row["id"], row["member_id"], row["activity_id"], order, row["revision"])
        found[key] = mine
        if row["revision"] > 1 and row["body"] is None and row["activity_id"] is not None:
            plain.append(mine)
        if mine.activity_id is None and key in purchases:
            mine.activity_id, mine.touched = purchases[key], True
    await _read_purchases(plain)
    await _read_parked(found, claimed)
    await _read_spendings(found, claimed)
    return found


async def save_orders(orders: Mapping[OrderKey, OrderRow]) -> None:
    """Write the state of the orders that an event corrected, or came too early for."""
    rows = [
        (row.tenant, row.id, row.activity_id, orjson.dumps(row.order.to_json()).decode(), row.revision)
        for row in orders.values()
        if row.touched
    ]
    if await _SAVE(rows) != len(rows):
        raise Stale("an order was changed meanwhile")
    for row in orders.values():
        if row.given_back:
            with scope.of(TenantId(row.tenant)):
                await returns.save_given_back(row.given_back)


_ROWS = Columns(
    tenant_id="uuid", id="uuid", reference="text", member_id="uuid", activity_id="uuid", recorded_at="instant"
)  # fmt: skip
_UPSERT = (
    "INSERT INTO placed_order (tenant_id, id, reference, member_id, activity_id, revision, recorded_at) "
    "SELECT x.tenant_id, x.id, x.reference, x.member_id, x.activity_id, 1, x.recorded_at FROM {source} AS x WHERE true "
    "ON CONFLICT (tenant_id, reference) DO UPDATE SET revision = placed_order.revision + 1 "
    "RETURNING tenant_id, id, reference, member_id, activity_id, revision, body"
)
_SAVE = Update(
    "placed_order", "activity_id = x.activity_id, body = x.body", "t.revision = x.revision",
    activity_id="uuid", body="text", revision="int",
)  # fmt: skip
_IDS = Columns(tenant_id="uuid", id="uuid")


async def _read_purchases(plain: Sequence[OrderRow]) -> None:
    """Orders that nothing corrected yet: their state is their purchase's, with what it led to."""
    if not plain:
        return
    sql = (
        "SELECT a.id, a.body, d.result, d.explanation "
        f"FROM {_IDS.source()} AS x JOIN activity a ON a.tenant_id = x.tenant_id AND a.id = x.id "
        "JOIN decision d ON d.tenant_id = a.tenant_id AND d.id = a.id"
    )
    by_activity = {row.activity_id: row for row in plain}
    ids = _IDS.payload([(row.tenant, row.activity_id) for row in plain])
    for found in await db.rows(sql, ids):
        row = by_activity[found["id"]]
        stored = read_result(found["id"], row.member_id, found["result"], found["explanation"])
        row.order.place(found["id"], _activity(found["body"], row.member_id).lines)
        row.order.earnings = [Earning(*values) for values in stored.extra["earnings"]]
        row.order.uses = [Use.from_json(values) for values in stored.extra["uses"]]


async def _read_parked(orders: Mapping[OrderKey, OrderRow], claimed: Sequence[Claimed]) -> None:
    """Events that waited for a purchase which is in this batch."""
    now = max(one.now for one in claimed)
    by_id = {
        parked: row for row in orders.values() if row.activity_id is not None for parked in row.order.parked
    }  # fmt: skip
    if not by_id:
        return
    sql = (
        "SELECT a.id, a.member_id, a.body FROM "
        f"{_IDS.source()} AS x JOIN activity a ON a.tenant_id = x.tenant_id AND a.id = x.id"
    )
    for found in await db.rows(sql, _IDS.payload([(row.tenant, id_) for id_, row in by_id.items()])):
        row = by_id[found["id"]]
        activity = _activity(found["body"], found["member_id"])
        row.parked.append(Claimed(TenantId(row.tenant), found["id"], activity, now))
    for row in by_id.values():
        row.order.parked = []


async def _read_spendings(orders: Mapping[OrderKey, OrderRow], claimed: Sequence[Claimed]) -> None:
    """Points that paid for the orders which this batch corrects."""
    corrected: set[tuple[str, str | None]] = {
        (one.tenant, one.activity.order_id) for one in claimed if one.activity.kind in CORRECTIONS
    }
    corrected.update(key for key, row in orders.items() if row.parked)
    by_tenant: dict[str, list[str]] = {}
    for tenant, reference in sorted(key for key in orders if key in corrected):
        by_tenant.setdefault(tenant, []).append(reference)
    for tenant, references in by_tenant.items():
        with scope.of(TenantId(tenant)):
            for redemption in await returns.of_orders(references):
                assert redemption.order_reference is not None, "it was found by its order"
                orders[tenant, redemption.order_reference].spendings.append(redemption)


def _activity(body: str, member_id: str) -> Activity:
    return Activity.from_json({**orjson.loads(body), "member_id": member_id})
