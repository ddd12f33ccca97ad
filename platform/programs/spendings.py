"""What paid for orders, points and stored value: found for a batch, linked to its order, given back by a correction.

Perks that were used for an order are given back too, once all of it is gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kit import clock
from kit.errors import Refusal
from kit.ids import is_id
from programs import perk_uses
from programs.activity import CORRECTIONS, ActivityKind
from programs.claims import Claimed
from programs.order_rows import OrderKey, OrderRow
from programs.stored_value import returns as stored_value
from rewards import returns
from rewards.views import RedemptionId, RedemptionView
from tenants import scope
from tenants.scope import TenantId


async def load_spendings(orders: Mapping[OrderKey, OrderRow], claimed: Sequence[Claimed]) -> None:
    """What paid for the orders that this batch corrects, and the redemptions that its purchases name; all locked."""
    named: dict[TenantId, dict[RedemptionId, list[OrderRow]]] = {}
    corrected: dict[TenantId, set[str]] = {}
    for one in claimed:
        if one.activity.order_id is None or (row := orders.get((one.tenant, one.activity.order_id))) is None:
            continue
        if one.activity.kind == ActivityKind.PURCHASE:
            for id_ in filter(is_id, named_by(one)):
                named.setdefault(one.tenant, {}).setdefault(id_, []).append(row)
        if one.activity.kind in CORRECTIONS or row.parked:
            corrected.setdefault(one.tenant, set()).add(one.activity.order_id)
    for tenant, wanted in sorted(named.items()):
        with scope.of(tenant):
            for id_, redemption in (await returns.locked(sorted(wanted))).items():
                for row in wanted[id_]:
                    row.named[id_] = redemption
    for tenant, references in sorted(corrected.items()):
        with scope.of(tenant):
            for redemption in await returns.of_orders(sorted(references)):
                assert redemption.order_reference is not None, "it was found by its order"
                orders[tenant, redemption.order_reference].spendings.append(redemption)
            for paid in await stored_value.of_orders(sorted(references)):
                assert paid.claimed.order_reference is not None, "it was found by its order"
                orders[tenant, paid.claimed.order_reference].paid.append(paid)


def named_by(one: Claimed) -> tuple[RedemptionId, ...]:
    """The redemptions that a purchase says paid for it: the payload's `redemptions`, our ids."""
    return tuple(one.activity.payload.get("redemptions", ()))


def unlinked(one: Claimed, row: OrderRow) -> list[RedemptionView]:
    """Of the redemptions that a purchase names, those that have no order yet. Raises `Refusal` NOT_FOUND."""
    found = []
    for index, id_ in enumerate(named_by(one)):
        redemption = row.named.get(id_)
        if redemption is None or redemption.member_id != one.activity.member_id:
            message = "This member has no such redemption."
            raise Refusal("NOT_FOUND", message, ("redemption_ids", str(index)))
        if redemption.order_reference is None and redemption not in found:
            found.append(redemption)
    return found


async def save_spendings(orders: Mapping[OrderKey, OrderRow]) -> None:
    """Write which redemptions paid for which order, and what was given back of them, of payments and of perks."""
    for row in orders.values():
        if row.linked or row.given_back or row.paid:
            with scope.of(row.tenant):
                await returns.link(row.reference, row.linked)
                await returns.save_given_back(row.given_back)
                await stored_value.save_returned(row.paid)
        if row.gone_at is not None:
            with scope.of(row.tenant, row.gone_at - clock.now()):
                await perk_uses.give_back(row.member_id, row.reference)
