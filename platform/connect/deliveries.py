"""Events on their way to the endpoint of the tenant, or of a partner: how each fares, and sending a failed one again.

Each sees its own: `partner` is None for the tenant's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connect import webhooks
from connect.webhooks import Endpoint
from events.models import Delivery, Event
from kit import clock
from kit.errors import Refusal
from kit.ids import is_id
from programs.coalition.partners import PartnerId
from tenants import audit, scope

PAGE_MAX = 101  # a page of 100 and the one that tells whether there is another


class DeliveryState(StrEnum):
    """Where a delivery is: to be sent (again), arrived, or given up."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One event on its way: `attempts` since `recorded_at`, when it set out; `next_attempt_at` while it waits.

    `status` and `error` are those of the last attempt; no error: it arrived.
    """

    id: str
    event_id: str
    kind: str
    happened_at: datetime
    state: DeliveryState
    attempts: int
    recorded_at: datetime
    next_attempt_at: datetime | None
    status: int | None
    error: str | None
    closed_at: datetime | None


async def list_(
    *, state: DeliveryState | None = None, after: str | None = None, first: int = 25, partner: PartnerId | None = None
) -> Sequence[DeliveryView]:
    """The latest first: `first` (at most 101) beyond the id `after`, all or those in a state."""
    if after is not None and not is_id(after):
        return []
    wanted = {"state": state, "id__lt": after}
    async with scope.reading():
        rows = Delivery.filter(
            partner_id=partner, **{name: value for name, value in wanted.items() if value is not None}
        )
        return await _views(await rows.order_by("-id").limit(max(0, min(first, PAGE_MAX))))


async def find(delivery: str, partner: PartnerId | None = None) -> DeliveryView | None:
    """The delivery of this id; None if the tenant, or the partner, has none."""
    if not is_id(delivery):
        return None
    async with scope.reading():
        found = await _views(await Delivery.filter(id=delivery, partner_id=partner))
    return found[0] if found else None


async def resend(delivery: str, partner: PartnerId | None = None) -> DeliveryView:
    """Send a failed delivery again, to the endpoint that there is now: at once, and for as long as a new one.

    Raises `Forbidden`, and `Refusal` NOT_FOUND, WRONG_STATE (it has not failed; no endpoint takes events now).
    """
    webhooks.require_write(partner)
    if not is_id(delivery):
        raise _not_found()
    async with scope.writing():
        now, endpoint = clock.now(), await webhooks.held(partner)
        row = await Delivery.get_or_none(id=delivery, partner_id=partner)
        if row is None:
            raise _not_found()
        if endpoint is None or endpoint.disabled_at is not None:
            raise Refusal("WRONG_STATE", "There is no endpoint that takes events now.")
        # One that failed towards an endpoint of before, while its event is on the way to the new one by itself.
        twice = await Delivery.filter(event_id=row.event_id, endpoint_id=endpoint.id).exclude(id=delivery).exists()
        changed = not twice and await Delivery.filter(id=delivery, state=DeliveryState.FAILED).update(
            state=DeliveryState.WAITING, endpoint_id=endpoint.id, attempt=0, recorded_at=now, due_at=now, closed_at=None
        )
        if not changed:
            raise Refusal("WRONG_STATE", "Only a delivery that failed is sent again.", ("id",))
        (view,) = await _views(await Delivery.filter(id=delivery))
        await audit.record("webhook.resent", f"delivery:{delivery}", {"kind": view.kind})
        return view


def _not_found() -> Refusal:
    return Refusal("NOT_FOUND", "There is no such delivery.", ("id",))


async def _views(rows: Sequence[Delivery]) -> list[DeliveryView]:
    """With their events, which are kept for as long as their deliveries are; a paused endpoint's wait for its end."""
    if not rows:
        return []
    events = {event.id: event for event in await Event.filter(id__in=[row.event_id for row in rows])}
    waiting = [row.endpoint_id for row in rows if row.state == DeliveryState.WAITING]
    endpoints = await webhooks.by_ids(waiting) if waiting else {}
    return [
        DeliveryView(
            row.id, row.event_id, events[row.event_id].kind, events[row.event_id].recorded_at,
            DeliveryState(row.state), row.attempt, row.recorded_at,
            _next_attempt(row, endpoints), row.status, row.error, row.closed_at,
        )
        for row in rows
    ]  # fmt: skip


def _next_attempt(row: Delivery, endpoints: Mapping[str, Endpoint]) -> datetime | None:
    if row.state != DeliveryState.WAITING:
        return None
    known = endpoints.get(row.endpoint_id)
    return row.due_at if known is None else max(row.due_at, known.health.try_at)
