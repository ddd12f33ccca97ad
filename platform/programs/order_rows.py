"""Orders in the database: claimed, locked and read in one statement per batch; written back once corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from kit import db
from kit.errors import Refusal
from kit.ids import new_id
from kit.setbased import Change, Columns, Update
from programs.activity import CORRECTIONS, Activity, ActivityKind
from programs.claims import Claimed
from programs.decision import GivenOnce
from programs.order_effects import Earning, GrantOf, RuleOf, Use
from programs.orders import Order
from programs.records import read_result
from programs.rulebooks import TenantRules
from programs.stored_value.returns import Paid
from rewards.returns import GivenBack
from rewards.views import RedemptionId, RedemptionView
from tenants.scope import TenantId

PARKED_MAX = 100
"""Events that may wait for one order's purchase."""

OrderKey = tuple[str, str]


@dataclass(slots=True)
class OrderRow:
    """An order while a batch works on it.

    `activity_id` is that of its purchase once that is decided, `stored` the one that the row names, `revision` 1 for a
    row that this batch made; `parked` is what waits for the purchase, if that may be in this batch. `named` are the
    redemptions that the purchase says paid for it, `linked` those that did not know yet, `spendings` all that did;
    `paid` are its payments from stored value. `gone_at` is when all of it was cancelled or had come back.
    """

    tenant: TenantId
    id: str
    reference: str
    member_id: str
    activity_id: str | None
    stored: str | None
    order: Order
    revision: int
    parked: list[Claimed] = field(default_factory=list)
    named: dict[str, RedemptionView] = field(default_factory=dict)
    linked: list[RedemptionId] = field(default_factory=list)
    spendings: list[RedemptionView] = field(default_factory=list)
    given_back: list[GivenBack] = field(default_factory=list)
    paid: list[Paid] = field(default_factory=list)
    gone_at: datetime | None = None
    touched: bool = False

    def check_room(self) -> None:
        """Raises `Refusal` if too much waits already."""
        if len(self.order.parked) >= PARKED_MAX:
            message = f"{PARKED_MAX} events wait for this order's purchase already."
            raise Refusal("LIMIT_REACHED", message, ("order",))

    @property
    def changed(self) -> bool:
        """Whether the row is to be written."""
        return self.touched or self.activity_id != self.stored

    @property
    def empty(self) -> bool:
        """Whether this batch made the row for nothing: what was about it could not be decided."""
        return self.revision == 1 and self.activity_id is None and not self.order.parked


def about_order(activity: Activity, rules: TenantRules) -> bool:
    """Whether an activity is an event of an order: its purchase, a correction, or what its points wait for."""
    kind = activity.kind
    return activity.order_id is not None and (
        kind == ActivityKind.PURCHASE or kind in CORRECTIONS or kind in rules.triggers
    )


async def load_orders(claimed: Sequence[Claimed]) -> dict[OrderKey, OrderRow]:
    """The orders that these activities are events of, made if they are not there, locked until the commit."""
    first = {_key(one): one for one in reversed(claimed)}
    if not first:
        return {}
    purchases = {_key(one): one for one in reversed(claimed) if one.activity.kind == ActivityKind.PURCHASE}
    rows = []
    for key in sorted(first):
        one = purchases.get(key, first[key])
        purchase = one.id if key in purchases else None
        rows.append((key[0], new_id(), key[1], one.activity.member_id, purchase, one.now))
    found: dict[OrderKey, OrderRow] = {}
    plain: list[OrderRow] = []
    for row in await db.rows(_UPSERT.format(source=_ROWS.source()), _ROWS.payload(rows)):
        order = Order() if row["body"] is None else Order.from_json(orjson.loads(row["body"]))
        found[row["tenant_id"], row["reference"]] = OrderRow(
            TenantId(row["tenant_id"]), row["id"], row["reference"], row["member_id"],
            None if row["revision"] == 1 else row["activity_id"], row["activity_id"], order, row["revision"],
        )  # fmt: skip
        if row["revision"] > 1 and row["body"] is None and row["activity_id"] is not None:
            plain.append(found[row["tenant_id"], row["reference"]])
    await _read_purchases(plain)
    await _read_parked([found[key] for key in purchases], claimed)
    return found


def order_changes(orders: Mapping[OrderKey, OrderRow]) -> Change:
    """The state of the orders that an event corrected, or came too early for."""
    rows = [
        (row.tenant, row.id, row.activity_id, row.member_id, orjson.dumps(row.order.to_json()).decode(), row.revision)
        for row in orders.values()
        if row.changed and not row.empty
    ]
    return Change(_SAVE, rows)


async def delete_empty(orders: Mapping[OrderKey, OrderRow]) -> None:
    """Take back the rows that were made for activities that could not be decided."""
    if empty := [(row.tenant, row.id) for row in orders.values() if row.empty]:
        sql = f"DELETE FROM placed_order WHERE (tenant_id, id) IN (SELECT x.tenant_id, x.id FROM {_IDS.source()} AS x)"
        await db.execute(sql, _IDS.payload(empty))


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
    "placed_order", "activity_id = x.activity_id, member_id = x.member_id, body = x.body", "t.revision = x.revision",
    activity_id="uuid", member_id="uuid", body="text", revision="int",
)  # fmt: skip
_IDS = Columns(tenant_id="uuid", id="uuid")


def _key(one: Claimed) -> OrderKey:
    assert one.activity.order_id is not None, "it is the event of an order"
    return one.tenant, one.activity.order_id


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
        purchase = _activity(found["body"], row.member_id)
        row.order.place(found["id"], purchase.lines)
        row.order.line = purchase.line
        row.order.earnings = [Earning(*values) for values in stored.extra["earnings"]]
        row.order.uses = [Use.from_json(values) for values in stored.extra["uses"]]
        row.order.grants = [GrantOf(found["id"], key) for key in stored.extra.get("grants", ())]
        row.order.rules = [RuleOf(found["id"], GivenOnce(*rule)) for rule in stored.extra.get("rules", ())]


async def _read_parked(orders: Sequence[OrderRow], claimed: Sequence[Claimed]) -> None:
    """Events that waited for a purchase which may be in this batch."""
    by_id = {parked: row for row in orders if row.activity_id is None for parked in row.order.parked}
    if not by_id:
        return
    now = max(one.now for one in claimed)
    sql = (
        "SELECT a.id, a.member_id, a.body, a.partner_id, "
        "CASE WHEN m.state NOT IN ('erased', 'merged') THEN m.joined_at END AS joined_at FROM "
        f"{_IDS.source()} AS x JOIN activity a ON a.tenant_id = x.tenant_id AND a.id = x.id "
        "JOIN member m ON m.tenant_id = a.tenant_id AND m.id = a.member_id"
    )
    for found in await db.rows(sql, _IDS.payload([(row.tenant, id_) for id_, row in by_id.items()])):
        row = by_id[found["id"]]
        activity = _activity(found["body"], found["member_id"])
        row.parked.append(
            Claimed(
                row.tenant, found["id"], activity, now, joined_at=db.instant_or_none(found["joined_at"]),
                partner_id=found["partner_id"],
            )
        )  # fmt: skip


def _activity(body: str, member_id: str) -> Activity:
    return Activity.from_json({**orjson.loads(body), "member_id": member_id})
