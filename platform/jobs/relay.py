"""The outbox: each event becomes a delivery to each endpoint that wants it: the tenant's, and that of its partner."""

from __future__ import annotations

from connect import webhooks
from jobs.job import Worked
from jobs.run import Lease
from kit import clock, db
from kit.ids import new_id
from kit.setbased import Insert, Update
from tenants import scope

EVENTS_MAX = 500

RELAY_DUE = "SELECT e.recorded_at FROM event e WHERE e.tenant_id = x.tenant_id AND NOT e.relayed ORDER BY e.id LIMIT 1"

_INSERT = Insert(
    "delivery", tenant_id="uuid", id="uuid", event_id="uuid", endpoint_id="uuid", state="text", recorded_at="instant",
    due_at="instant", partner_id="uuid", suffix="ON CONFLICT (tenant_id, event_id, endpoint_id) DO NOTHING",
)  # fmt: skip
_UPDATE = Update("event", "relayed = true")


async def relay(lease: Lease) -> Worked:
    """Take the oldest events that are not relayed yet; a late committer's is found by its flag, not by its place."""
    async with lease.chunk() as chunk:
        tenant, now = scope.tenant_id(), clock.now()
        events = await db.rows(
            "SELECT id, kind, partner_id FROM event WHERE tenant_id = $1 AND NOT relayed ORDER BY id LIMIT $2",
            tenant, EVENTS_MAX,
        )  # fmt: skip
        endpoints = await webhooks.taking(event["partner_id"] for event in events if event["partner_id"] is not None)
        await _INSERT([
            (tenant, new_id(), event["id"], endpoint.id, "waiting", now, now, endpoint.partner_id)
            for event in events
            for endpoint in endpoints
            if endpoint.partner_id in (None, event["partner_id"]) and endpoint.wants(event["kind"])
        ])  # fmt: skip
        await _UPDATE([(tenant, event["id"]) for event in events])
        chunk.handled = len(events)
    return Worked(len(events), len(events) == EVENTS_MAX)
